#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# The Markdown report: tables that GitHub takes, whatever the words in them.

load helper
load servers

setup_file() { one_by_one; }

# Each table of $output: a row of titles, a rule, rows, all with as many cells.
is_tables() {
	python3 - 3>&- 4>&- <<-PYTHON
		import re
		text = r'''$output'''
		tables = [t for t in re.split(r"\n(?!\|)", "\n" + text) for t in [t.strip("\n")]]
		tables = re.findall(r"(?:^\|.*\n?)+", text, re.M)
		assert tables, "no table"
		for table in tables:
		    rows = table.strip().split("\n")
		    cells = [len(re.split(r"(?<!\\\\)\|", row)) for row in rows]
		    assert len(set(cells)) == 1, (cells, table)
		    assert re.fullmatch(r"\|( -+:? \|)+", rows[1]), rows[1]
		    assert len(rows) > 2, table
	PYTHON
}

@test "a watch: the result table, and the sentence" {
	start_peer
	run tcpalive -o markdown -p peek,hup -w 1s --fault-exec "kill -USR1 $server" "127.0.0.1:$port"
	[ "$status" -eq 1 ]
	is_tables
	on_time
	grep -qE '^\| peek \| noticed \| [0-9.]+ms \|' <<<"$output"
	grep -qE '^\| hup \| missed \| - \|' <<<"$output"
	[[ $output == 'fault: exec'* ]]
	[[ ${lines[-2]} == '1 of 2 probes noticed, peek first after '* ]]
	[ "${lines[-1]}" = '- expected all; seen: unnoticed deaths: 1, false alarms: 0' ]
}

@test "signs that are a mark-up are escaped" {
	start_peer --life echo
	run tcpalive -o markdown -p 'heartbeat:send=a|b*_`<x>\\,heartbeat:send=|' -t 3s \
		--expect alive "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	is_tables
	[[ $output == *'a\|b\*\_\`\<x\>'* ]]
}

@test "the same whatever the terminal" {
	start_peer --life echo
	run tcpalive -o markdown --color=always -p read -t 1s --expect alive "127.0.0.1:$port"
	is_tables
	[[ $output != *$'\e'* ]]
}

@test "to a file, with the text on standard output" {
	start_peer --life echo
	run tcpalive -o "markdown=$BATS_TEST_TMPDIR/table.md" -q -p read -t 1s --expect alive "127.0.0.1:$port"
	on_time
	[ "${#lines[@]}" -eq 1 ]
	output=$(<"$BATS_TEST_TMPDIR/table.md")
	is_tables
}

@test "the lab: the matrix, the numbers, what to use" {
	need_lab
	run tcpalive lab -o markdown none,rst,drop -p peek,rdhup,keepalive:idle=1s:intvl=1s:cnt=1 -t 5s
	is_tables
	grep -qE '^\| none \| \. \| \. \| \. \|$' <<<"$output"
	grep -qE '^\| drop \| - \| - \| [12]\.[0-9]{2} \|$' <<<"$output"
	grep -qE '^\| keepalive \| 2 of 2 \| 0 \|' <<<"$output"
	grep -qE "^    -p 'keepalive:idle=1s:intvl=1s:cnt=1'$" <<<"$output"
}
