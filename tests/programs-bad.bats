#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
# Programs under test that behave badly, and runs that are cut short: one clear line, the right status, and nothing is left. What is
# left is looked for from outside: by the environment that all that a run starts has, and in the directory where it makes its files.

load helper

bad=$TESTS/programs/bad
declare -gA runs

setup() {
	fresh
	need python3 python3
	need_lab
	export TMPDIR=$BATS_TEST_TMPDIR/of-programs
	mkdir "$TMPDIR"
}

# try NAME ARGUMENT...: one fault, in the background.
try() {
	spawn "$1" env "RUN_OF=$BATS_TEST_TMPDIR" "${before[@]}" "$TCPALIVE" lab drop -t 1s -o json "${@:2}"
	runs[$1]=$pid
}

# Its events, and what it complains of.
of() {
	json=$BATS_TEST_TMPDIR/$1.out
	errors=$BATS_TEST_TMPDIR/$1.err
}

# ended NAME STATUS [TEXT]: with one line that has this, or without one.
ended() {
	of "$1"
	status=0
	within 60 "${runs[$1]}" && [ "$status" -eq "$2" ] && [ "$(wc -l <"$errors")" -eq $((${#3} > 0)) ] &&
		[[ $(<"$errors") == "${3:+tcpalive: }"*"${3:-}"* ]] && return
	printf '%s: status %s\n' "$1" "$status" >&2
	tell
	return 1
}

# measured NAME RESULT [FILTER]: it was, in spite of everything.
measured() {
	ended "$1" 0 && seen result ".program == \"client\" and .result == \"$2\" and (${3:-true})" && return
	tell
	return 1
}

# All that runs of this test have started has this in its environment, whatever has become of its parents.
processes() { grep -lzsxF "RUN_OF=$BATS_TEST_TMPDIR" /proc/[0-9]*/environ || true; }
no_process() { [ -z "$(processes)" ]; }
nothing_is_left() {
	no_process && [ -z "$(find "$TMPDIR" -mindepth 1 -print -quit)" ] && return
	find "$TMPDIR" >&2
	processes | while read -r one; do tr '\0' ' ' <"${one%environ}cmdline" >&2; done
	return 1
}

@test "programs that never get ready: status 3, what is wrong, and what they wrote last" {
	cd "$BATS_TEST_TMPDIR"
	try missing --client '/no/such/program {host}'
	try ends --client 'echo one; echo two >&2; exit 7'
	try killed --client 'kill -SEGV $$'
	try terminal --client "$bad terminal {host} {port}"
	try silent --ready 1s --client 'sleep 100'
	try elsewhere --ready 1s --client "$bad elsewhere {host} {port}"
	try port --ready 1s --client 'sleep 100' --server "$bad listen {host} 9001"
	try loopback --ready 1s --client 'sleep 100' --server "$bad listen 127.0.0.1 {port}"
	try server --client 'sleep 100' --server 'echo "no such table" >&2; exit 1'
	try leaves --fault-at 20s --client "python3 -c 'import socket; socket.create_connection((\"{host}\", {port}))'"
	try deaf --client "touch started; until [ -e deaf ]; do sleep .02; done; exec $bad idle {host} {port}" --server "exec python3 -c '
import os, socket, time
with socket.create_server((\"{host}\", {port})):
    while not os.path.exists(\"started\"):
        time.sleep(.02)
open(\"deaf\", \"w\").close()
time.sleep(99)'"
	ended missing 3 'not found'
	ended ends 3 'it ended with status 7'
	[[ $(<"$errors") == *'one; two'* ]]
	ended killed 3 'SIGSEGV'
	ended terminal 3 '/dev/tty'
	ended silent 3 'it does not connect to 192.0.2.2 port 9000 within 1s (--ready)'
	ended elsewhere 3 'it tries port 9001'
	ended port 3 'it listens on 192.0.2.2:9001'
	ended loopback 3 'it listens on 127.0.0.1:9000'
	ended server 3 'no such table'
	ended leaves 3 'it ended with status 0 before the fault (see --fault-at)'
	ended deaf 3 'it ended with status 1 before it connected'
	nothing_is_left
}

@test "programs that behave badly are measured all the same, and nothing of them is left" {
	try daemon --client "$bad daemon {host} {port}"
	try flood --client "$bad flood {host} {port}"
	try stubborn --client "$bad stubborn {host} {port}"
	try thousand --fault-at 6s --client "$bad thousand {host} {port}"
	try litter --client "$bad litter {host} {port} {dir}"
	measured daemon missed
	measured flood missed
	measured stubborn missed
	measured thousand missed ".connections == 1000${TCPALIVE_WRAPPED:+ or true}"
	measured litter missed
	nothing_is_left
}

@test "what the system refuses: descriptors, a copy of a descriptor" {
	"$TESTS/deny" 438 true || skip 'needs seccomp filters'
	[ -z "${TCPALIVE_WRAPPED:-}" ] || return 0 # what runs it has descriptors of its own
	before=(bash -c 'ulimit -n 64; exec "$@"' -)
	try one --client "$bad idle {host} {port}"
	spawn many env "RUN_OF=$BATS_TEST_TMPDIR" "${before[@]}" "$TCPALIVE" lab -t 1s --client "$bad idle {host} {port}"
	runs[many]=$pid
	before=(bash -c 'ulimit -n 32; exec "$@"' -)
	try few --client "$bad idle {host} {port}"
	before=("$TESTS/deny" 438) # pidfd_getfd
	try denied --client "$bad idle {host} {port}"
	spawn strike env "RUN_OF=$BATS_TEST_TMPDIR" "${before[@]}" "$TCPALIVE" lab close --fault-at 2s -t 1s -q --client "$bad idle {host} {port}" \
		--server "exec python3 -m http.server --bind {host} {port}"
	runs[strike]=$pid
	before=()
	spawn queued env "RUN_OF=$BATS_TEST_TMPDIR" "$TCPALIVE" lab close -t 1s -q --client "$bad idle {host} {port}" \
		--server "$bad listen {host} {port}"
	runs[queued]=$pid
	measured one missed
	ended many 4 'ulimit -n'
	ended few 4 'programs for 1 fault: 39 descriptors needed, the limit is 32 (raise it with ulimit -n 39)'
	ended strike 4 "'close': not permitted: a seccomp filter, as in a container, forbids pidfd_getfd(2) on 'python3' (loosen it)"
	ended queued 4 "'close': the program has not accepted its connection (see --fault-at)"
	measured denied missed '.promise | contains("not permitted")'
	nothing_is_left
}

# begun NAME: its client is connected.
begun() {
	of "$1"
	wait_event program '.what == "connected"'
}

@test "a run that is cut short leaves nothing: SIGINT, SIGTERM, SIGKILL" {
	try int -t 1h --client "$bad stubborn {host} {port}"
	try term -t 1h --client "$bad daemon {host} {port}" --server "$bad listen {host} {port}"
	try kill -t 1h --client "$bad stubborn {host} {port}" --server "$bad listen {host} {port}"
	begun int
	begun term
	begun kill
	kill -INT "${runs[int]}"
	kill -TERM "${runs[term]}"
	kill -KILL "${runs[kill]}"
	ended int 130
	ended term 143
	ended kill 137
	eventually 20 no_process
	eventually 20 nothing_is_left
}
