# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# What the program inherits, and what the system refuses or takes away: the right status, one
# line that says why, and nothing left behind.

load helper
load servers

dies() { echo "kill -USR1 $server"; }

one_line() {
	[ "$status" -eq "$1" ] && [ "${#stderr_lines[@]}" -eq 1 ] && [[ $stderr == "tcpalive: "*"$2"* ]] && return
	printf 'status %s, said: %s\n' "$status" "$stderr" >&2
	return 1
}

# without_sigchld COMMAND...: as who is started by one that ignores SIGCHLD.
without_sigchld() {
	timeout -k 2 30 python3 -c 'import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execvp(sys.argv[1], sys.argv[1:])' "$@" 3>&- 4>&-
}

# refusing CALLS COMMAND...: one system call fails as strace(1) says it. Leaks cannot be looked for beneath it.
refusing() {
	local inject=$1
	shift
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 timeout -k 2 30 strace -qq -o "$BATS_TEST_TMPDIR/calls" \
		-e trace="${inject%%:*}" -e inject="$inject" "$TCPALIVE" "$@" 3>&- 4>&-
}

@test "an inherited SIGCHLD that is ignored: peer ends, --fault-exec is heard" {
	start_peer
	run --separate-stderr without_sigchld "$TCPALIVE" peer -o json --fault kill --fault-at 100ms "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	run --separate-stderr without_sigchld "$TCPALIVE" -p rdhup -w 1s -t 1s --fault-at 100ms --fault-exec 'exit 7' "127.0.0.1:$port"
	one_line 4 'exit status 7'
}

@test "an inherited child's exit status is not that of --fault-exec" {
	start_peer
	run --separate-stderr timeout 30 sh -c '{ sleep 0.3; exit 9; } & exec "$@"' - "$TCPALIVE" -o json -p rdhup -t 1s \
		--fault-at 100ms --fault-exec true "127.0.0.1:$port" 3>&- 4>&-
	[ "$status" -eq 5 ]
	[[ $output != *'"event":"note"'* ]]
	# Two clients, a command each.
	watch -p rdhup -t 2s -k --listen 127.0.0.1:0 --fault-at 100ms --fault-exec 'exit 7'
	wait_listening
	spawn clients python3 -c 'import socket, sys, time
a, b = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in "ab"]
time.sleep(300)' "$port"
	finish
	exits 4
	holds 'map(select(.event == "note" and (.text | contains("exit status 7")))) | length == 2'
}

@test "descriptors or memory have run out: status 4 and not 3, with the fix" {
	need strace strace
	start_peer
	for error in EMFILE:'ulimit -n' ENFILE:'fs.file-max' ENOBUFS:memory ENOMEM:memory; do
		run --separate-stderr refusing "socket:error=${error%%:*}" -p rdhup -t 1s "127.0.0.1:$port"
		one_line 4 "${error#*:}"
	done
	run --separate-stderr refusing epoll_create1:error=EMFILE -p rdhup -t 1s "127.0.0.1:$port"
	one_line 4 'ulimit -n'
	run --separate-stderr refusing socket:error=EMFILE peer -t 1s "127.0.0.1:$port"
	one_line 4 'ulimit -n'
	run --separate-stderr refusing socket:error=EMFILE peer -t 1s --listen 127.0.0.1:0
	one_line 4 'ulimit -n'
	run --separate-stderr refusing epoll_ctl:error=ENOMEM:when=4+ -p rdhup -t 1s "127.0.0.1:$port"
	one_line 4 memory
}

@test "--listen whose every accept fails for want of descriptors: status 4" {
	need strace strace
	spawn accept env ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" strace -qq -o /dev/null -e inject=accept4:error=EMFILE \
		"$TCPALIVE" --listen 127.0.0.1:0 -p rdhup -t 1s -o json
	watcher=$pid json=$BATS_TEST_TMPDIR/accept.out errors=$BATS_TEST_TMPDIR/accept.err
	wait_listening
	spawn client python3 -c 'import socket, sys, time
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
time.sleep(300)' "$port"
	finish
	exits 4
	says "$errors" 'accept: .*ulimit -n'
	holds '.[-1].exit == 4'
}

# What says why is written into a pipe: a file for it would be bounded too.
@test "a limit on the size of files: an error line and status 4, no silent death" {
	start_peer
	for arguments in "-o json=$BATS_TEST_TMPDIR/small" "-o text=$BATS_TEST_TMPDIR/small -o tap" "-o junit=$BATS_TEST_TMPDIR/small"; do
		# shellcheck disable=SC2086
		run bash -c '(ulimit -f 0; exec "$@") 2>&1 >/dev/null | cat; exit "${PIPESTATUS[0]}"' - timeout 30 "$TCPALIVE" \
			$arguments -p rdhup -t 300ms "127.0.0.1:$port" 3>&- 4>&-
		[ "$status" -eq 4 ]
		[[ ${lines[*]} == "tcpalive: '$BATS_TEST_TMPDIR/small': "*'ulimit -f'* ]]
	done
	run bash -c '(ulimit -f 0; exec "$0" list 2>&1 >"$1") | cat; exit "${PIPESTATUS[0]}"' "$TCPALIVE" "$BATS_TEST_TMPDIR/small"
	[ "$status" -eq 4 ]
	[[ ${lines[*]} == "tcpalive: "*'ulimit -f'* ]]
}
