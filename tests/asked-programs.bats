#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The programs that people ask about, written from the description of each, under test in the lab: which of the old advice
# notices which death, and when. tests/programs/asked says why.

load helper
load programs
load routed

@test "the programs that people ask about notice what they can, when their timers say" {
	programs_hold lab asked
}

@test "of a client that reconnects the lab says what an observer in a network of its own sees" {
	need_routed
	programs_hold both asked -p reconnects
}

@test "a connection that its program resets as soon as it is there was ended by the program" {
	local json=$BATS_TEST_TMPDIR/json closed
	need_lab
	run -0 "$TCPALIVE" lab none --fault-at 3s -t 200ms -o json="$json" --client "python3 $TESTS/programs/reset.py {host} {port}"
	# All of 150, or on a busy machine as far as it came; but the last, which it holds or is about to reset.
	closed=$(events program '.what == "closed"' | wc -l)
	[ "$closed" -ge 20 ]
	[ "$(events program '.what == "connected"' | wc -l)" -le $((closed + 1)) ]
	run ! seen program '.what == "kernel"'
}

@test "each of many connections is known, however early in its handshake it is looked at" {
	local json=$BATS_TEST_TMPDIR/json
	need python3 python3
	need_lab
	# Six hosts, all of which do the same.
	run -0 "$TCPALIVE" lab none,drop,drop-in,drop-out,freeze,icmp-host --dies client --fault-at 8s -w 100ms -t 100ms -o json="$json" \
		--server "python3 $TESTS/programs/keeper.py {host} {port}" --client "python3 $TESTS/programs/crowd.py {host} {port}"
	[ "$(events result '.program' | jq .connections | uniq -c | xargs)" = '6 400' ]
}

@test "what a program closed right before the fault was not there when it struck" {
	local json=$BATS_TEST_TMPDIR/json
	need python3 python3
	need_lab
	# It has two connections at most: one that it holds, and one after the other that it resets.
	run "$TCPALIVE" lab none,drop,freeze --dies server --fault-at 400ms -w 400ms -t 400ms -o json="$json" \
		--server "python3 $TESTS/programs/keeper.py {host} {port}" --client "python3 $TESTS/programs/brief.py {host} {port}"
	[ "$status" -le 1 ] # by chance: where one stood at that moment, its client gave up one of a living peer
	[ "$(events result '.program' | jq .connections | sort -u | tail -n 1)" -le 2 ]
	[ "$(events result '.program' | wc -l)" -eq 3 ]
}
