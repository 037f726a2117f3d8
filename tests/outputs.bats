# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# -o given several times: one text to the terminal, each other report to its file.

load helper
load servers

setup_file() { one_by_one; }

dies() { echo "kill -USR1 $server"; }

@test "all reports of one run agree" {
	need xmllint libxml2-utils
	start_peer
	local dir=$BATS_TEST_TMPDIR
	run --separate-stderr tcpalive -p rdhup,hup -w 500ms --expect any -o json="$dir/a.json" -o tap="$dir/a.tap" \
		-o junit="$dir/a.xml" -o svg="$dir/a.svg" -o markdown="$dir/a.md" \
		--fault-exec "$(dies)" "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	grep -qE '^rdhup +noticed' <<<"$output"
	grep -qE '^hup +missed' <<<"$output"
	jq -es 'map(select(.event == "result")) | map(.result) == ["noticed", "missed"]' "$dir/a.json"
	grep -q 'rdhup: noticed' "$dir/a.tap"
	grep -q 'hup: missed' "$dir/a.xml"
	grep -q 'rdhup.*noticed' "$dir/a.md"
	[ "$(xmllint --xpath 'count(//*[local-name()="title"][contains(., "rdhup: noticed")])' "$dir/a.svg")" -ge 1 ]
	# The same time in each, rounded in the same way.
	local us
	us=$(printf %.6f "$(jq -rs 'map(select(.result == "noticed"))[0].after' "$dir/a.json")")
	grep -qF "after $us" "$dir/a.tap"
	grep -qF "after $us" "$dir/a.xml"
	grep -qF "after $us" "$dir/a.svg"
}

@test "the same report to two files, and another to standard output" {
	start_peer
	local dir=$BATS_TEST_TMPDIR
	run tcpalive -p rdhup -w 500ms -o json="$dir/a" -o json="$dir/b" -o tap --fault-exec "$(dies)" "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 'TAP version 13' ]
	cmp "$dir/a" "$dir/b"
	[ -s "$dir/a" ]
}

@test "a file that was longer before is shorter after" {
	start_peer
	local dir=$BATS_TEST_TMPDIR
	head -c 100000 /dev/zero | tr '\0' x >"$dir/a.json"
	run tcpalive -q -p rdhup -t 200ms -o json="$dir/a.json" "127.0.0.1:$port"
	[ "$status" -eq 5 ]
	jq -es '.[-1].event == "end"' "$dir/a.json"
}

@test "one that cannot be opened stops the run before it connects; the others say why" {
	run --separate-stderr tcpalive -p rdhup -o json="$BATS_TEST_TMPDIR/a.json" -o svg=/nonexistent/a.svg 127.0.0.1:9
	[ "$status" -eq 4 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	jq -es 'map(.event) == ["start", "end"] and .[1].exit == 4' "$BATS_TEST_TMPDIR/a.json"
}

@test "a full disk behind one report is status 4, and named" {
	start_peer
	for format in tap junit svg markdown; do
		run --separate-stderr tcpalive -q -p rdhup -t 200ms -o $format=/dev/full "127.0.0.1:$port"
		[ "$status" -eq 4 ]
		[[ $stderr == "tcpalive: "*/dev/full*"No space left"* ]]
	done
}
