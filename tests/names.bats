#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Who adds a probe or a fault writes a file and a line of a table: nobody else knows one by name.

load helper

setup_file() { one_by_one; }

# FILE NAME REASON: where a name is allowed all the same.
allowed='
src/plan/defaults.h   *     the default of -p
src/plan/profiles.c   *     the programs are data: which probes do the same
src/advise/           *     the advice is data: which probes it tries, for which faults
src/cli/              none  what completes an argument: nothing
src/cli/              idle  a kind of traffic
src/cli/              keepalive  what an idle connection is asked with
src/reports/json-idle.c  keepalive  its idle time
src/plan/             idle  a kind of traffic
src/reports/          idle  a kind of traffic
src/reports/          none  the class of a cell without a result
src/results/          idle  a kind of traffic
src/events/names.c    rst   what the kernel knew
src/events/names.c    keepalive  a timer
src/events/names.c    drop  how a path forgets
'

is_allowed() { # FILE NAME
	local file name
	while read -r file name _; do
		[[ -n $file && $1 == "$file"* && ( $name == '*' || $name == "$2" ) ]] && return
	done <<<"$allowed"
	return 1
}

# uses: FILE NAME of each string that is, or begins as a spec with, the name of a probe or a fault, and
# of each symbol of one. In comments, and in the longer sentences of help and messages, they may stand.
uses() {
	local names words symbols known
	names=$({ "$TCPALIVE" rows probes; "$TCPALIVE" rows faults; } | cut -f1)
	words=$(paste -sd'|' <<<"$names")
	symbols=$(tr - _ <<<"$words")
	known="\"($words)([:+,][^\" ]*)?\"|\b(probe|fault)_($symbols)\b"
	cd "$TESTS/.." || return
	grep -rlE --include='*.[ch]' "$known" src tcpalive.c | while read -r file; do
		# gcc takes the comments away, and nothing else
		gcc -fpreprocessed -dD -E -P -x c "$file" 2>/dev/null | grep -v '^#include' |
			grep -oE "$known" |
			sed -E 's/^(probe|fault)_//; s/^"([a-z-]+).*/\1/; s/_/-/g' | sort -u | sed "s,^,$file ,"
	done
}

@test "no code outside the tables refers to a probe or a fault by name" {
	need gcc gcc
	local bad=0 file name all
	all=$(uses)
	while read -r file name; do
		is_allowed "$file" "$name" || { echo "$file: knows '$name'" >&2; bad=1; }
	done <<<"$all"
	[ "$bad" = 0 ]
	# It would be seen:
	grep -q '^src/plan/defaults.h rdhup$' <<<"$all"
}

@test "no probe is without a prediction, none without its line in the table" {
	local name file
	for name in $("$TCPALIVE" rows probes | cut -f1); do
		file=$TESTS/../probes/$name.c
		[ "$(grep -c '^	\.predict = [a-z_]*,$' "$file")" = 1 ] || { echo "$name: no .predict" >&2; return 1; }
	done
}
