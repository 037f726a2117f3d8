#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031
# The tests themselves: that bats sees what fails in them.

load helper

setup_file() { one_by_one; }

@test "no failure in a test goes unseen" {
	"$TESTS/lint-tests" "$TESTS"/*.bats "$TESTS"/*.bash
}

# finds WHAT LINE...: in a test of these lines, and in another one behind it.
finds() {
	local what=$1
	shift
	printf '%s\n' "@test \"what x's are\" {" "$@" '	true' '}' >"$BATS_TEST_TMPDIR/sample.bats"
	run "$TESTS/lint-tests" "$BATS_TEST_TMPDIR/sample.bats"
	if [ -z "$what" ]; then
		[[ $status -eq 0 && -z $output ]] || { printf '%s\n' "$output" >&2; return 1; }
	else
		[ "$status" -eq 1 ] || return 1
		[[ ${#lines[@]} -eq 1 && $output == *"$what"* ]] || { printf '%s\n' "$output" >&2; return 1; }
	fi
}

@test "what bats does not see is found" {
	finds 'its failure is ignored' '	! grep x file'
	finds 'its failure is ignored' '	for i in 1 2; do' '		! grep x file' '	done'
	finds 'only its last command can fail' '	[ "$a" -eq 1 ] && [ -z "$b" ]'
	finds 'only its last command can fail' '	[ "$a" -eq 1 ] && [ -z "$b" ] &&' '		[[ $c == *d* ]]'
	finds 'only its last command can fail' '	grep -q x file && [ -z "$b" ]'
	finds 'the status of the substitution is lost' '	local a=$(false)'
	finds 'nobody looks' '	run false' '	run true' '	[ "$status" -eq 0 ]'
	finds 'nobody looks' '	run false'
}

@test "an apostrophe that quotes nothing hides nothing behind it" {
	finds 'its failure is ignored' "	true # it's so" '	! grep x file'
	finds 'its failure is ignored' "	echo \"it is \$(echo \"x's\") so\"" '	! grep x file'
	finds 'its failure is ignored' "	python3 -c \"" "	it's" '	"' '	! grep x file'
	finds 'its failure is ignored' "	echo \$'it\\'s' it\\'s" '	! grep x file'
	finds 'its failure is ignored' '	cat <<EOF' "	it's" '	EOF' '	! grep x file'
	finds 'has no end' "	echo 'x"
}

@test "what bats sees is left alone" {
	finds '' '	! grep x file || return 1'
	finds '' '	run ! grep x file' '	run -1 false'
	finds '' '	[ "$a" -eq 1 ] && [ -z "$b" ] || return 1'
	finds '' '	[[ $a == 1 && $b == 2 ]]'
	finds '' '	if [ "$a" -eq 1 ] && [ -z "$b" ]; then' '		x' '	fi'
	finds '' '	[ "$a" -eq 1 ] && return' '	[ "$a" -eq 1 ] && continue'
	finds '' '	local a' '	a=$(false)' '	local b=$((1 + 1))'
	finds '' '	run false' '	[ "$status" -eq 1 ]'
	finds '' '	python3 <<-PYTHON' '	! grep x && y' '	PYTHON'
	finds '' "	awk '" '	! a && b { next }' "	' file"
	finds '' '	# ! grep x file'
}
