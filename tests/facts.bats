#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What the pages of explain, the manual and the README say of the kernel is tried by programs
# that have nothing to do with tcpalive: tests/facts.

load helper

setup_file() { one_by_one; }

@test "the sentences of the pages are those that the facts prove" {
	"$TESTS/facts/check" "$TCPALIVE"
}

@test "the facts hold on this kernel" {
	need ip iproute2
	need gcc gcc
	run -- "$TESTS/facts/run"
	[ "$status" -ne 77 ] || skip "${output#*; not here: }"
	echo "$output"
	[ "$status" -eq 0 ]
}
