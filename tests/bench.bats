#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The benchmark runs, on a few connections: each measure has its rows. What they say is not asked here.

load helper

BENCH=$TESTS/../bench/run
PROGRAMS=$UNITS/../bench
FEW=(--rounds 1 --sizes 40 --lags '1,20' --deaths 10 --seconds 0.1 --starts 1 --audited 20 --probed 2)

setup() {
	[ -x "$PROGRAMS/bare" ] || skip "$PROGRAMS/bare is missing: run make bench-build"
	fresh
}

bench() {
	"$BENCH" --programs "$PROGRAMS" --tcpalive "$TCPALIVE" "$@" </dev/null 3>&-
}

# row FIGURE: has all three columns.
row() {
	grep -qE "^\| $1 \| [0-9][^|]* \| [0-9][^|]* \| ([0-9.,]+|-) \|$" <<<"$output" || {
		printf 'no row of %s in:\n%s\n' "$1" "$output" >&2
		return 1
	}
}

@test "each measure fills its rows, with as many connections as the limit allows" {
	need ss iproute2
	need nc netcat-openbsd
	ulimit -n 130
	run bench "${FEW[@]}"
	[[ $output == *"bench: 40 connections need 140 descriptors, the hard limit is 130 (ulimit -Hn): 30 are measured instead"* ]]
	row 'lag of a woken probe, 1 connection'
	row 'lag of a woken probe, 20 connections'
	row '... 9 of 10 are within, 20 connections'
	row 'connecting 30'
	row 'memory for each of 30 connections'
	row 'CPU a minute, 30 idle connections'
	row 'death of 30 connections at once'
	row '... to the server.s time for closing 30'
	row 'start, connect, exit \(against nc -z\)'
	! copies_allowed || row 'audit of 20 sockets \(against ss -tnpo\)'
	for probe in rdhup hup read keepalive peek tcp-info so-error unacked heartbeat; do
		row "CPU a minute, 2 idle connections, $probe \(against rdhup\)"
	done
	! uring_allowed || row "CPU a minute, 2 idle connections, uring \(against rdhup\)"
	{ ! uring_allowed || ! copies_allowed; } || [ "$status" -eq 0 ]
}

@test "a measure that there is not, and a program that was not built" {
	run bench speed
	[ "$status" -eq 2 ]
	[[ ${lines[-1]} == *"'speed': no such measure: lag cpu connect "* ]]
	run bench --against /nonexistent/tcpalive lag
	[ "$status" -eq 2 ]
	[[ ${lines[-1]} == *"'/nonexistent/tcpalive': no such program: run make" ]]
}
