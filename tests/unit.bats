#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The parsers and the models without a network: a C program for each room, tests/unit/*.c,
# which `make unit` builds. Each of its cases is printed.

load helper

setup_file() { one_by_one; }

# unit ROOM: all its cases hold, and there are as many as the file runs.
unit() {
	[ -x "$UNITS/$1" ] || skip "$UNITS/$1 is missing: run make unit"
	run env TESTS="$TESTS" timeout 60 "$UNITS/$1"
	printf "# $1: %s\n" "${lines[@]}" >&3
	[ "$status" -eq 0 ] || { printf '%s\n' "$output" >&2; return 1; }
	[ "$(grep -c '^ok ' <<<"$output")" -eq "$(grep -c 'UNIT_CASE(' "$TESTS/unit/$1.c")" ]
}

@test "advise: templates and goals" { unit advise; }

@test "base: numbers, times, UTF-8, words, timers" { unit base; }

@test "cli: an option without its value, and 50,000 lines that nobody would type" { unit cli; }

@test "diag: sockets as the kernel tells of them" { unit diag; }

@test "engine: expectations, signs of life" { unit engine; }

@test "expects: of probes, programs and faults, and what a peer says first" { unit expects; }

@test "idle: simulated paths that forget, lose packets, and contradict themselves" { unit idle; }

@test "group: connections that are alike, and what is known where not all is" { unit group; }

@test "judge: a connection and what is known of it" { unit judge; }

@test "lab: what it advises" { unit lab; }

@test "model: is a measurement what was predicted?" { unit model; }

@test "net: packets, checksums, answers, captures" { unit net; }

@test "observer: programs of which nothing is known but what they do on the wire" { need_lab; unit observer; }

@test "peer-truth: what several connections show together" { unit peer-truth; }

@test "plan: targets, probes, parameters, escapes" { unit plan; }

@test "reacts: a program in the matrix, its stages, how it reacts" { unit reacts; }

@test "profiles: every row is whole, and a composite that sends nothing" { unit profiles; }

@test "program: the words of its command" { unit program; }

@test "promise: what socket options promise against each fault" { unit promise; }

@test "reports: runs that never were, in every format" { unit reports; }

@test "results: the matrix, scores, and a run as tests" { unit results; }

@test "standing: connections as they stand, by hand and as a kernel ended them" { unit standing; }

@test "sysctls: what the timers depend on, and ranges of time" { unit sysctls; }

@test "talk: what is said when, and what counts as heard" { unit talk; }

@test "tcp: the kernel's timers, time ranges, sysctls" { unit tcp; }

@test "url: URLs as targets, and what a heartbeat says there" { unit url; }

@test "wire: segments and ICMP errors on their way to who reads them" { unit wire; }

@test "tcp: the timers are those of a simulation, in every combination" {
	[ -x "$UNITS/tcp" ] || skip "$UNITS/tcp is missing: run make unit"
	run python3 "$TESTS/unit/tcp_timers.py" < <("$UNITS/tcp" table)
	[ "$status" -eq 0 ] || { printf '%s\n' "$output" >&2; return 1; }
	[ "$output" = '480 compared' ]
}

@test "each room's program is run here" {
	local file
	for file in "$TESTS"/unit/*.c; do
		file=${file##*/}
		grep -q "[{;] unit ${file%.c}; }\$" "$BATS_TEST_FILENAME"
	done
}
