#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What its own lateness may not do: change a verdict, or be taken for the peer's delay.

load helper

start_peer() {
	spawn peer python3 "$TESTS/peer.py" "$@"
	server=$pid
	eventually 10 says "$BATS_TEST_TMPDIR/peer.out" '^[0-9]+$'
	port=$(cat "$BATS_TEST_TMPDIR/peer.out")
}

# A fault that stops tcpalive, kills the server, and lets it go on after 2 s.
stop_and_kill() {
	# shellcheck disable=SC2016
	printf 'kill -STOP $PPID; sleep 0.3; kill -KILL %s; sleep 2; kill -CONT $PPID' "$server"
}

@test "stopped while the server dies: every connection has it noticed" {
	start_peer
	watched -p read,peek -n 64 --within 1s --fault-exec "$(stop_and_kill)" "127.0.0.1:$port"
	exits 0
	holds '[.[] | select(.event == "result") | .result] | length == 128 and all(. == "noticed")'
}
