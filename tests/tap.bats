# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# -o tap: each expectation is a test that prove takes.

load helper
load servers

setup_file() { one_by_one; }

dies() { echo "kill -USR1 $server"; }

# proves ARGUMENT...: prove runs tcpalive with these as a test; what it says is in $output.
proves() {
	need prove perl
	printf 'exec' >"$BATS_TEST_TMPDIR/death.t"
	printf ' %q' "$TCPALIVE" "$@" -o tap >>"$BATS_TEST_TMPDIR/death.t"
	run env -u TAP_VERSION timeout 60 prove --nocolor -v -e bash "$BATS_TEST_TMPDIR/death.t"
}

# proved ARGUMENT...: and it understands each line.
proved() {
	proves "$@"
	[[ $output != *'Parse errors'* ]] || { echo "$output" >&2; return 1; }
}

@test "expectations that held" {
	start_peer
	proved -p rdhup,read --expect all --expect 'rdhup<=1s' -w 2s --fault-exec "$(dies)" "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	grep -qx 'ok 1 - all' <<<"$output"
	grep -qx 'ok 2 - rdhup<=1s' <<<"$output"
	grep -qE '^ +duration_ms: [0-9]+\.[0-9]{3}$' <<<"$output"
	grep -q 'rdhup: noticed, after 0\.[0-9]* s (POLLRDHUP)' <<<"$output"
}

@test "a failure says which probe missed, which noticed when, and the kernel events" {
	start_peer
	proved -p rdhup,hup --expect all --expect any -w 500ms --fault-exec "$(dies)" "127.0.0.1:$port"
	[ "$status" -ne 0 ]
	grep -qx 'not ok 1 - all' <<<"$output"
	grep -qx 'ok 2 - any' <<<"$output"
	grep -qE '^ +message: "unnoticed deaths: 1' <<<"$output"
	grep -qE '^ +hup: missed$' <<<"$output"
	grep -qE '^ +kernel events: fin on 2 of 2 connections' <<<"$output"
}

@test "nothing died: no expectation of a death holds" {
	start_peer
	proved -p rdhup -t 300ms "127.0.0.1:$port"
	[ "$status" -ne 0 ]
	grep -qx 'not ok 1 - all' <<<"$output"
	grep -q 'message: "nothing died before --timeout"' <<<"$output"
}

@test "--expect alive, and it lived" {
	start_peer
	proved -p rdhup -t 300ms --expect alive "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	grep -qx 'ok 1 - alive' <<<"$output"
}

@test "an error or a signal bails out" {
	proves -p read nosuch.invalid:80
	[ "$status" -ne 0 ]
	grep -q "Further testing stopped: .*nosuch.invalid" <<<"$output"
	start_peer
	spawn tap "$TCPALIVE" -o tap -o json="$json" -p read "127.0.0.1:$port"
	watcher=$pid
	wait_event connected
	kill -INT "$watcher"
	finish
	exits 130
	[ "$(tail -n 1 "$BATS_TEST_TMPDIR/tap.out")" = 'Bail out! SIGINT' ]
	run ! grep -q '^1\.\.' "$BATS_TEST_TMPDIR/tap.out"
}

@test "whatever the parameters are: no directive, no broken YAML" {
	start_peer
	proved -p $'write-probe:data=x # SKIP \xff\x01\\"\'\xc3\xa9,write-probe:data=# TODO' -t 500ms --expect alive "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	[[ $output == *'write-probe data=x # SKIP \xff\x01\"'* ]]
	[[ $output != *skipped* ]]
	[[ $output != *TODO\ passed* ]]
}

@test "the lab: a test for each cell" {
	need_lab
	LIMIT=120 proved lab kill,drop,none -t 4s -p 'rdhup,keepalive:idle=1s:intvl=1s:cnt=1'
	grep -qE '^(not )?ok [0-9]+ - drop / rdhup( |$)' <<<"$output"
	[ "$(grep -cE '^(not )?ok [0-9]+ - (kill|drop|none) / (rdhup|keepalive)( |$)' <<<"$output")" -eq 6 ]
	grep -qx '1\.\.6' <<<"$output"
	LIMIT=120 proved lab kill -t 2s -p 'write-probe:data=# TODO,write-probe:data=x'
	grep -qE 'kill / write-probe data=\\# TODO( |$)' <<<"$output"
	[[ $output != *TODO\ passed* ]]
}

# Runs that never were, of tests/unit/scenes-programs.h.
@test "programs: skipped where nothing was expected, failed where it did not hold" {
	need prove perl
	run env -u TAP_VERSION prove --nocolor -v -e cat "$TESTS/reports/program.tap" "$TESTS/reports/program-beside.tap" "$TESTS/reports/other-end.tap"
	[[ $output != *'Parse errors'* && $output == *'Failed tests:  7, 9, 12'* ]] || { echo "$output" >&2; return 1; }
	grep -q '^ok 3 - freeze / client # SKIP nothing was expected; seen: missed: nobody knew$' <<<"$output"
	grep -q '^ok 2 - drop / client$' <<<"$output"
	[ "$(grep -c 'Failed tests:' <<<"$output")" -eq 1 ]
	# What broke an expectation is no fault that was not carried out.
	grep -q '^not ok 1 - noticed<=5s$' "$TESTS/reports/other-end-missed.tap"
	grep -q '^ok 2 - the fault was carried out$' "$TESTS/reports/other-end-missed.tap"
}
