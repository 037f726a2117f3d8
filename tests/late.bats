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

# A pipe in $pipe, whose reader sleeps; it holds 64 KiB, and the connections have more to say.
stalled_pipe() {
	pipe=$BATS_TEST_TMPDIR/pipe
	mkfifo "$pipe"
	spawn reader bash -c "exec tail -f /dev/null 9<>'$pipe'"
	reader=$pid
}
long=read+peek+rdhup+hup+tcp-info+peername+zero-recv+so-error+poll-fionread

@test "a reader that stalls delays no look" {
	start_peer
	stalled_pipe
	spawn stalled "$TCPALIVE" -o "json=$pipe" -p "$long" -n 600 --within 1s --fault-at 500ms \
		--fault-exec "kill -KILL $server" "127.0.0.1:$port"
	watcher=$pid
	sleep 4
	timeout 20 cat "$pipe" >"$json" 3>&- 4>&- &
	CHILDREN+=("$!")
	finish
	eventually 5 seen end
	exits 0
	holds '(map(select(.event == "fault"))[0].t) as $fault | [.[] | select(.event == "kernel") | .t - $fault] |
		length == 600 and all(. < 0.5)'
	holds '[.[] | select(.event == "result" and .probe == "read") | .result] | length == 600 and all(. == "noticed")'
}

# ends_at_once SIGNAL STATUS: $pid does, and has the status.
ends_at_once() {
	local status=0
	kill -"$1" "$pid"
	eventually 2 gone "$pid"
	wait "$pid" || status=$?
	[ "$status" -eq "$2" ]
}

@test "one signal ends it while its output is stuck: a full pipe" {
	start_peer
	stalled_pipe
	spawn stuck "$TCPALIVE" -o "json=$pipe" -p "$long" -n 600 "127.0.0.1:$port"
	eventually 10 full_pipe
	ends_at_once INT 130
}

# Nothing more goes into it.
full_pipe() { ! timeout 0.2 bash -c "printf %4096s >'$pipe'" 3>&- 4>&-; }

@test "one signal ends it while its output is stuck: a terminal that nobody reads" {
	start_peer
	run env TERM=xterm timeout 30 python3 - "$TCPALIVE" -v -p "$long" -n 300 -w 1m "127.0.0.1:$port" <<-'PYTHON'
		import os, pty, select, signal, subprocess, sys, time
		ours, terminal = pty.openpty()
		watch = subprocess.Popen(sys.argv[1:], stdout=terminal, stderr=subprocess.DEVNULL)
		while select.select([], [terminal], [], 0)[1]:
		    time.sleep(0.05)
		watch.send_signal(signal.SIGTERM)
		sys.exit(watch.wait(timeout=4) != -signal.SIGTERM and watch.returncode)
	PYTHON
	[ "$status" -eq 143 ]
}
