#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
# What its own lateness may not do: change a verdict, or be taken for the peer's delay.

load helper

start_peer() {
	local name=peer$((++peers))
	spawn "$name" python3 "$TESTS/peer.py" "$@"
	server=$pid
	eventually 10 says "$BATS_TEST_TMPDIR/$name.out" '^[0-9]+$'
	port=$(cat "$BATS_TEST_TMPDIR/$name.out")
}

# A fault that stops tcpalive, then does that to the server, and lets tcpalive go on a second later.
stopped_while() {
	printf 'kill -STOP $PPID; sleep 0.3; kill -%s %s; sleep 1.2; kill -CONT $PPID' "$1" "$server"
}

@test "stopped while the server dies: all is noticed, stamped when it came, and told as late" {
	start_peer
	watched -o "text=$BATS_TEST_TMPDIR/text" -p read,peek -n 64 --within 1s --expect all --expect 'read<=1s' \
		--fault-exec "$(stopped_while KILL)" "127.0.0.1:$port"
	exits 1
	holds '[.[] | select(.event == "result") | .result] | length == 128 and all(. == "noticed")'
	holds '(map(select(.event == "fault"))[0].t) as $fault |
		[.[] | select(.event == "kernel") | .t - $fault] | length == 128 and all(. < 1)'
	holds '[.[] | select(.event == "dead" or .event == "result")] | length == 256 and
		all(.after - .late < 1 and .late > 1)'
	holds '.[-1].late > 1'
	holds '[.[] | select(.event == "expect" and (.held | not)) | .why] | length == 1 and
		all(contains("only because tcpalive was late itself"))'
	says "$BATS_TEST_TMPDIR/text" '^read(, peek)?: looked [0-9.]+ s late: tcpalive was stopped or starved$'
	says "$BATS_TEST_TMPDIR/text" '^tcpalive itself was up to [0-9.]+s late: it was stopped or starved\.$'
}

# starved CALL: as by a stop right after the kernel has answered one, for 3 s: the server dies a second later.
starved() {
	need strace strace
	start_peer
	spawn sleeper sleep 60
	timeout -s KILL 0.5 strace -qq -o /dev/null -p "$pid" 2>"$BATS_TEST_TMPDIR/refused" || true
	[ ! -s "$BATS_TEST_TMPDIR/refused" ] || skip 'nothing may be traced here'
	# A leak cannot be looked for beneath strace.
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
	watched -p read,peek -n 8 --within 2s --fault-exec "strace -qq -o $BATS_TEST_TMPDIR/calls \
		-e inject=$1:delay_exit=3s:when=3 -p \$PPID &
		while grep -q 'TracerPid:.0' /proc/\$PPID/status; do sleep 0.05; done; sleep 1; kill -KILL $server" "127.0.0.1:$port"
	exits 0
	grep DELAYED "$BATS_TEST_TMPDIR/calls"
	holds '(map(select(.event == "fault"))[0].t) as $fault |
		[.[] | select(.event == "kernel") | .t - $fault] | length == 16 and all(. < 2.5)'
	holds '[.[] | select(.event == "dead" or .event == "result") | .late] | length == 32 and all(. > 0.5)'
	holds '.[-1].late > 1'
}

@test "starved between the look and its stamp: all is stamped when it came, and told as late" {
	starved '?epoll_wait,epoll_pwait'
}

@test "starved amid a round: what the next probes find is told as late" {
	starved recvfrom
}

@test "stopped while the server freezes: a probe gets the time again that was lost" {
	start_peer --life echo
	watched -p heartbeat:every=500ms:limit=500ms --within 1s --fault-exec "$(stopped_while STOP)" "127.0.0.1:$port"
	expect_results <<<'heartbeat noticed'
	exits 0
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
	need_descriptors 1300
	alone
	start_peer
	stalled_pipe
	spawn stalled "$TCPALIVE" -o "json=$pipe" -p "$long" -n 600 --within 1s --fault-at 500ms \
		--fault-exec "kill -KILL $server" "127.0.0.1:$port"
	watcher=$pid
	sleep 4
	timeout 20 cat "$pipe" >"$json" 3>&- 4>&- &
	own "$!"
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
	eventually 5 gone "$pid"
	wait "$pid" || status=$?
	[ "$status" -eq "$2" ]
}

@test "one signal ends it while its output is stuck: a full pipe" {
	need_descriptors 1300
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

# quiet_names COMMAND...: in a network of its own, whose name server never answers; but
# named.test is in its /etc/hosts.
quiet_names() {
	echo 'nameserver 127.0.0.1' >"$BATS_TEST_TMPDIR/resolv.conf"
	echo '127.0.0.9 named.test' >"$BATS_TEST_TMPDIR/hosts"
	unshare -rmn bash -c 'mount --bind "$1/resolv.conf" /etc/resolv.conf && mount --bind "$1/hosts" /etc/hosts &&
		ip link set lo up && exec python3 -c "$2" "${@:3}"' - "$BATS_TEST_TMPDIR" '
import os, socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 53))
os.set_inheritable(s.fileno(), True)
os.execvp(sys.argv[1], sys.argv[1:])' "$@" 3>&- 4>&-
}

# ask_quietly NAME ARGUMENT...: a run with such a name server, in the background, its JSON in NAME.out.
ask_quietly() {
	local name=$1
	shift
	quiet_names timeout -k 1 -s TERM 1 "$TCPALIVE" "$@" >"$BATS_TEST_TMPDIR/$name.out" 2>/dev/null &
	own "$!"
}

# ended NAME WHY: a whole JSON report, which ends so.
ended() {
	jq -es --arg why "$2" '.[0].event == "start" and .[-1].event == "end" and .[-1].why == $why and .[-1].t < 1.9' \
		"$BATS_TEST_TMPDIR/$1.out" >/dev/null && return
	cat "$BATS_TEST_TMPDIR/$1.out" >&2
	return 1
}

@test "a name server that never answers: signals, --timeout and reports go on" {
	need unshare util-linux
	need_user_namespaces
	ask_quietly connect -o json never.test:80 other.test:81
	ask_quietly source -o json -s never.test 127.0.0.1:80
	ask_quietly listen -o json --listen never.test:80
	ask_quietly peer peer -o json never.test:80
	ask_quietly timeout -o json -t 500ms named.test:80 never.test:80
	ask_quietly junit -o junit never.test:80
	ask_quietly named -o json --listen named.test:0 -t 200ms
	wait "${CHILDREN[@]}" || true
	ended connect SIGTERM
	ended source SIGTERM
	ended listen SIGTERM
	ended peer SIGTERM
	# The other one was not waited for.
	ended timeout "'named.test:80' (127.0.0.9:80): Connection refused (2 of 2 targets not connected)"
	jq -se 'map(select(.event == "unconnected") | [.target, .why]) ==
		[["named.test:80", "Connection refused"], ["never.test:80", "no address before --timeout"]]' "$BATS_TEST_TMPDIR/timeout.out"
	grep -q '</testsuites>' "$BATS_TEST_TMPDIR/junit.out"
	grep -q '"address":"127.0.0.9:' "$BATS_TEST_TMPDIR/named.out"
	says "$BATS_TEST_TMPDIR/named.out" '"exit":5'
}

# failing CALL:ERROR:N ARGUMENT...: a watch in the background, of which that call fails when made for the
# N-th time; its peer dies. Its JSON is in CALL:ERROR:N.out, its status in CALL:ERROR:N.status.
failing() {
	local what=$1 call error n
	shift
	IFS=: read -r call error n <<<"$what"
	start_peer
	(
		status=0
		# A leak cannot be looked for beneath strace.
		ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 timeout -s KILL 10 strace -qq -o /dev/null -e trace="$call" \
			-e inject="$call:error=$error:when=$n" "$TCPALIVE" -o json -w 1s --fault-at 300ms \
			--fault-exec "kill -USR1 $server" "$@" "127.0.0.1:$port" >"$BATS_TEST_TMPDIR/$what.out" 2>&1 || status=$?
		echo "$status" >"$BATS_TEST_TMPDIR/$what.status"
	) 3>&- 4>&- &
	watches+=("$!")
}

# came_out CALL:ERROR:N STATUS RESULTS: as told, with so many that noticed.
came_out() {
	[ "$(cat "$BATS_TEST_TMPDIR/$1.status")" -eq "$2" ] &&
		[ "$(grep -c '"result":"noticed"' "$BATS_TEST_TMPDIR/$1.out")" -eq "$3" ] && return
	cat "$BATS_TEST_TMPDIR/$1.out" >&2
	return 1
}

@test "a system call that fails loses no event, and is no verdict" {
	need strace strace
	strace -qq -o /dev/null -e inject=poll:error=ENOMEM:when=9 true || skip 'strace may trace nothing here'
	local watches=()
	failing poll:ENOMEM:1 -p rdhup
	failing poll:ENOMEM:2 -p rdhup
	failing recvfrom:ENOMEM:1 -p read
	failing recvfrom:EINTR:1 -p read
	failing ioctl:ENOMEM:2 -p poll-fionread
	failing poll:ENOMEM:1+ -p rdhup
	failing timerfd_settime:ENOMEM:3+ -p peek
	failing getsockopt:ENOMEM:1+ -p rdhup
	wait "${watches[@]}"
	came_out poll:ENOMEM:1 0 1
	came_out poll:ENOMEM:2 0 1
	came_out recvfrom:ENOMEM:1 0 1
	came_out recvfrom:EINTR:1 0 1
	came_out ioctl:ENOMEM:2 0 1
	came_out poll:ENOMEM:1+ 4 0
	came_out timerfd_settime:ENOMEM:3+ 4 0
	came_out getsockopt:ENOMEM:1+ 4 0
}
