# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Programs under test (tests/programs): each paragraph of a file is run in the lab, and held against what it says.
# A few at the same time: their servers start with a burst of work, and other tests measure meanwhile.

# programs_hold BY FILE [OPTION]...: hold's, which says how. Skips the test where all was well but something is missing.
programs_hold() {
	local by=$1 file=$2 status=0 missing
	shift 2
	need_lab
	# The programs are the same with a slowed build: a few show what it does with them.
	[ -z "${TCPALIVE_WRAPPED:-}" ] || set -- -p '^(select|redis)' "$@"
	"$TESTS/programs/hold" "$by" "$file" -j 5 "$@" >"$BATS_TEST_TMPDIR/held" 2>"$BATS_TEST_TMPDIR/complaints" || status=$?
	case $status in
	0) return ;;
	77)
		missing=$(sed -n 's/^missing: //p' "$BATS_TEST_TMPDIR/complaints" | tr ' ' '\n' | sed 's,.*/,,' | sort -u)
		skip "missing: ${missing//$'\n'/ }" ;;
	esac
	{ grep '^off' "$BATS_TEST_TMPDIR/held"; cat "$BATS_TEST_TMPDIR/complaints"; } >&2
	return 1
}
