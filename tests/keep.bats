#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154
# --keep: goes on after each death, and where nobody answers.

load helper

# come PORT [ARGUMENT]...: the target, in $peer.
come() {
	spawn peer python3 "$TESTS/peer.py" --port "$@"
	peer=$pid
	eventually 20 says "$BATS_TEST_TMPDIR/peer.out" '[0-9]'
}

descriptors() { find "/proc/$watcher/fd" | wc -l; }

@test "connects when somebody answers, and again after each death; one note, numbers that go on, no descriptor lost" {
	local port before file=$BATS_TEST_TMPDIR/keep.prom target
	port=$(free_port)
	target="target=\"127.0.0.1:$port\""
	watch --keep -p rdhup+keepalive -o "openmetrics=$file" "127.0.0.1:$port"
	wait_event note
	come "$port"
	wait_event connected
	before=$(descriptors)
	kill -USR1 "$peer" # its connection dies, and it goes on
	wait_event connected '.conn == 2'
	kill -KILL "$peer"
	wait_event dead '.conn == 2'
	come "$port" --death rst
	wait_event connected '.conn == 3'
	kill -USR1 "$peer"
	wait_event connected '.conn == 4'
	[ "$(descriptors)" -le "$before" ]
	kill -TERM "$watcher"
	finish
	exits 143
	# Once, whatever the number of attempts; and what a FIN means, once.
	holds '[.[] | select(.event == "note") | .text | test("Connection refused; trying again$")] == [true, false]'
	holds '[.[] | select(.event == "connected") | .conn] == [1, 2, 3, 4]'
	holds '[.[] | select(.event == "connected") | .down == null] == [true, false, false, false]'
	holds '[.[] | select(.event == "connected")][0].attempts | . >= 1 and . <= 20'
	# Half a second at the least, and as long as it says.
	holds '. as $all | [$all[] | select(.event == "connected" and .conn > 1) |
		.down >= 0.5 and (.t - .down - (.conn as $c | first($all[] | select(.event == "kernel" and .conn == $c - 1)).t) | fabs) < 0.1] | all'
	holds '[.[] | select(.event == "dead" and .conn < 4 and .probe == "rdhup") | .silent >= 0 and .silent < 1] | length == 3 and all'
	holds '[.[] | select(.event == "result" and .probe == "rdhup") | .result] == ["noticed", "noticed", "noticed", "alive"]'
	[ "$(python3 "$TESTS/openmetrics.py" "$file" "tcpalive_deaths_total{$target,cause=\"fin\"}" "tcpalive_deaths_total{$target,cause=\"rst\"}" \
		"tcpalive_connects_total{$target}" "tcpalive_up{$target}" "tcpalive_false_alarms_total{$target}" | xargs)" = '2 1 4 1 0' ]
}

@test "several targets come and go by themselves; what was never there ends with the time, and a signal ends all" {
	local port never
	port=$(free_port)
	never=$(free_port)
	come "$port"
	spawn never "$TCPALIVE" --keep -q -t 2s "127.0.0.1:$never"
	never=$pid
	spawn refused "$TCPALIVE" --keep "127.0.0.1:$never" no-such-host.invalid:80
	refused=$pid
	watch --keep -p rdhup -n 2 "127.0.0.1:$port" "127.0.0.1:1" "localhost:$port"
	wait_event connected '.conn == 4'
	kill -USR1 "$peer"
	wait_event connected '.conn == 8'
	kill -INT "$watcher"
	finish
	exits 130
	holds '[.[] | select(.event == "result")] | length == 8 and ([.[] | select(.result == "noticed")] | length == 4)'
	holds '[.[] | select(.event == "note" and (.text | test("127.0.0.1:1 .*refused")))] | length == 2'
	status=0
	within 20 "$never"
	exits 3
	[[ $(<"$BATS_TEST_TMPDIR/never.err") == "tcpalive: '127.0.0.1:"*"': no connection before --timeout" ]]
	kill -INT "$refused"
	status=0
	within 20 "$refused"
	exits 130
	grep -q 'no-such-host.invalid:80: .*; trying again' "$BATS_TEST_TMPDIR/refused.out"
}

@test "what has no meaning with --keep is refused" {
	local other
	for other in '--listen 9000' '--fault drop' '--fault-exec true'; do
		# shellcheck disable=SC2086
		both --keep $other
		[ "$status" -eq 2 ]
		[[ $stderr == "tcpalive: '--keep' and '${other%% *}': "* ]]
		[ ${#stderr_lines[@]} -eq 1 ]
	done
}
