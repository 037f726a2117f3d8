# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2089,SC2090,SC2154
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

@test "the exit status of an inherited child is not that of --fault-exec" {
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

@test "descriptors, processes or memory have run out: status 4 and not 3, with the fix" {
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
	run --separate-stderr refusing clone,clone3:error=EAGAIN -p rdhup -t 1s name.invalid:1
	one_line 4 'ulimit -u'
	run --separate-stderr refusing clone,clone3:error=EAGAIN -p rdhup -q -t 1s --fault-exec true --fault-at 100ms "127.0.0.1:$port"
	one_line 4 'ulimit -u'
}

# Every third poll fails, and each first io_uring_enter: what is tried again does not.
@test "a call that fails once in a while costs no result" {
	need strace strace
	local spec=read
	! uring_allowed || spec=read,uring
	for inject in poll:error=ENOMEM:when=1+3 poll:error=EINTR:when=2+3 poll:error=ENOMEM:when=3+3 io_uring_enter:error=EINTR:when=1+2; do
		start_peer
		run --separate-stderr refusing "$inject" -o json -p rdhup,tcp-info -p "$spec" -w 1s --fault-at 200ms \
			--fault-exec "$(dies)" "127.0.0.1:$port"
		[ "$status" -eq 0 ]
		[ "$(jq -r 'select(.event == "result") | .result' <<<"$output" | sort -u)" = noticed ]
		reap
	done
}

@test "the kernel of the peer cannot be polled: status 4, and neither a verdict nor an endless run" {
	need strace strace
	start_peer
	run --separate-stderr refusing setsockopt:error=ENOPROTOOPT -p rdhup --expect alive -t 300ms "127.0.0.1:$port"
	one_line 4 'setsockopt: '
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

# lab_at_work: a lab of two faults, whose processes are there and have not struck yet.
lab_at_work() {
	watch lab drop freeze -p rdhup -t 2s --fault-at 20s
	wait_event connected '.fault == "freeze"'
}

# child_of NAME [N]: the Nth child of the watch of that name, see ps(1).
child_of() {
	local p n=${2:-1}
	# shellcheck disable=SC2013
	for p in $(cat "/proc/$watcher/task/$watcher/children"); do
		[ "$(<"/proc/$p/comm")" = "$1" ] || continue
		((--n)) || { echo "$p"; return; }
	done
	return 1
}

# Every descendant of the watch, itself without.
descendants() {
	local p
	# shellcheck disable=SC2013
	for p in $(cat /proc/"${1:-$watcher}"/task/*/children 2>/dev/null); do echo "$p"; descendants "$p"; done
}

nothing_left() {
	local p
	for p in "$@"; do eventually 5 gone "$p" || return; done
}

@test "a namespace of the lab that cannot be entered any more: status 4 and not 3" {
	need strace strace
	need_lab
	# Those before make the network; then comes the one whose sysctls count, and the first connection's.
	for when in 3 4 5 6; do
		run --separate-stderr refusing "setns:error=EPERM:when=$when" lab rst -p rdhup -t 1s
		one_line 4 'network namespace'
	done
}

@test "a link worker or a supervisor that is stopped or killed: status 4 at once, which, and nothing left" {
	need_lab
	for signal in KILL STOP; do
		for name in tcpalive-link:link tcpalive-fault:supervisor; do
			lab_at_work
			mapfile -t left < <(descendants)
			[ "${#left[@]}" -eq 5 ]
			kill -s "$signal" "$(child_of "${name%:*}")"
			LIMIT=10 finish
			exits 4
			says "$errors" "^tcpalive: the .*${name#*:}.*: (killed|stopped) by signal"
			holds '.[-1] | .event == "end" and .exit == 4 and (.why | contains("by signal"))'
			nothing_left "${left[@]}"
		done
	done
}

# Told, and nothing of $left is left.
peer_ended_from_outside() {
	LIMIT=10 finish
	exits 4
	says "$errors" "^tcpalive: the peer's process: (killed|stopped) by signal"
	holds '.[-1].exit == 4'
	nothing_left "${left[@]}"
}

@test "a peer in the lab that is killed or stopped before its fault strikes: told, status 4" {
	need_lab
	for signal in KILL STOP; do
		watch lab close-unread -p rdhup -t 2s --fault-at 1s
		wait_event connected
		mapfile -t left < <(descendants)
		kill -s "$signal" "$(descendants "$(child_of tcpalive-fault)")"
		peer_ended_from_outside
	done
}

@test "peer: its process is killed or stopped from outside, or fails: told, status 4" {
	for signal in KILL STOP; do
		watch peer --listen 127.0.0.1:0 --fault kill --fault-at 20s
		wait_listening
		mapfile -t left < <(descendants)
		kill -s "$signal" "${left[0]}"
		peer_ended_from_outside
	done
	need strace strace
	run --separate-stderr env ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" timeout 20 strace -qq -f -o /dev/null \
		-e inject=epoll_wait:error=EBADF "$TCPALIVE" peer -o json --fault kill --listen 127.0.0.1:0 3>&- 4>&-
	one_line 4 'Bad file descriptor'
}

@test "the exit status is the same in every report and in the shell, also where an output fails at its end" {
	start_peer
	# What a report holds back until its end does not fit.
	run bash -c '"$@"; echo "status $?"' - timeout 30 "$TCPALIVE" -o json="$BATS_TEST_TMPDIR/json" -o junit=/dev/full \
		-o markdown="$BATS_TEST_TMPDIR/markdown" -p rdhup -t 300ms --expect alive "127.0.0.1:$port" 3>&- 4>&-
	[[ ${lines[*]} == *"status 4" ]]
	[ "$(jq -s '.[-1].exit' "$BATS_TEST_TMPDIR/json")" = 4 ]
	[[ $(jq -rs '.[-1].why' "$BATS_TEST_TMPDIR/json") == "'/dev/full'"* ]]
	run bash -c '"$@"; echo "status $?"' - timeout 30 "$TCPALIVE" peer -o json="$BATS_TEST_TMPDIR/json" -o svg=/dev/full \
		-t 300ms "127.0.0.1:$port" 3>&- 4>&-
	[[ ${lines[*]} == *"status 4" ]]
	[ "$(jq -s '.[-1].exit' "$BATS_TEST_TMPDIR/json")" = 4 ]
	need_lab
	run bash -c '"$@"; echo "status $?"' - timeout 30 "$TCPALIVE" lab close -p rdhup --pcap /dev/full \
		-o json="$BATS_TEST_TMPDIR/json" 3>&- 4>&-
	[[ ${lines[*]} == *"status 4" ]]
	[ "$(jq -s '.[-1].exit' "$BATS_TEST_TMPDIR/json")" = 4 ]
	ln -s /dev/full "$BATS_TEST_TMPDIR/close.pcap"
	run bash -c '"$@"; echo "status $?"' - timeout 30 "$TCPALIVE" lab close -p rdhup --pcap "$BATS_TEST_TMPDIR" \
		-o json="$BATS_TEST_TMPDIR/json" 3>&- 4>&-
	[[ ${lines[*]} == *"status 4" ]]
	[ "$(jq -s '.[-1].exit' "$BATS_TEST_TMPDIR/json")" = 4 ]
}

@test "two reports into one file, whatever its path: refused; /dev/null takes both" {
	start_peer
	cd "$BATS_TEST_TMPDIR"
	: >one
	ln -s one symlink
	ln one hardlink
	for other in ./one symlink hardlink ../"${BATS_TEST_TMPDIR##*/}"/one; do
		run --separate-stderr tcpalive -o json=one -o tap="$other" -p rdhup -t 200ms "127.0.0.1:$port"
		one_line 2 'same file'
	done
	for stdout in /dev/stdout /dev/fd/1 /proc/self/fd/1; do
		run --separate-stderr tcpalive -o json="$stdout" -p rdhup -t 200ms "127.0.0.1:$port"
		one_line 2 'same file'
		run bash -c '"$@" 2>&1 | cat; exit "${PIPESTATUS[0]}"' - timeout 20 "$TCPALIVE" \
			-o json="$stdout" -p rdhup -t 200ms "127.0.0.1:$port" 3>&- 4>&-
		[ "$status" -eq 2 ]
	done
	run tcpalive -o json=/dev/null -o junit=/dev/./null -p rdhup -t 200ms "127.0.0.1:$port"
	[ "$status" -eq 5 ]
}

# confined NUMBER COMMAND...: as root, or as who is root of a user namespace, without capabilities
# and with a seccomp filter that refuses that system call.
confined() { timeout 20 setpriv --bounding-set -all --inh-caps=-all "$TESTS/deny" "$@" 3>&- 4>&-; }

unshare_number() {
	case $(uname -m) in
	x86_64) echo 272 ;;
	aarch64) echo 97 ;;
	*) skip 'the number of unshare(2) is not known here' ;;
	esac
}

# In a user namespace of its own: everybody is root there, and may take everything from himself.
@test "what is missing is said, and root is not told to become root" {
	need setpriv util-linux
	need_user_namespaces
	run --separate-stderr unshare -Ur bash -c 'echo 0 >/proc/sys/user/max_user_namespaces
		exec timeout 20 setpriv --bounding-set -all --inh-caps=-all "$@"' - "$TCPALIVE" lab close 3>&- 4>&-
	one_line 4 'user namespace: switched off (as root: sysctl user.max_user_namespaces='
	run --separate-stderr unshare -Urm bash -c 'mount -t tmpfs none /dev/net && exec timeout 20 "$@"' - "$TCPALIVE" lab close 3>&- 4>&-
	[[ $stderr == *'mount'* ]] || one_line 4 "'/dev/net/tun': no such file"
	export -f confined
	export TESTS
	root=()
	[ "$(id -u)" -eq 0 ] || root=(unshare -Ur)
	run --separate-stderr "${root[@]}" bash -c 'confined "$@"' - "$(unshare_number)" "$TCPALIVE" lab close
	one_line 4 'user namespace: forbidden by a seccomp filter'
	[[ $stderr == *'CAP_SYS_ADMIN and CAP_NET_ADMIN are needed: this root has not got them; in a container: --cap-add SYS_ADMIN --cap-add NET_ADMIN --device /dev/net/tun'* ]]
	start_peer
	drop=(setpriv --bounding-set -all --inh-caps=-all)
	[ "$(id -u)" -eq 0 ] || drop=(unshare -Urn "${drop[@]}")
	run --separate-stderr timeout 20 "${drop[@]}" "$TCPALIVE" -p rdhup --fault drop -t 1s "127.0.0.1:$port" 3>&- 4>&-
	if [ "$(id -u)" -eq 0 ]; then
		one_line 4 "'drop': CAP_NET_ADMIN is missing (this root has not got it"
	fi
	[[ $stderr != *'run it as root'* ]]
}
