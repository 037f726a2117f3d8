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
