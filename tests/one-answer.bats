#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Whoever asks what will be noticed gets one answer.

load helper

@test "explain and predict agree on every probe, every fault and of composites" {
	"$TESTS/one-answer.py" "$TCPALIVE"
}

@test "a probe that calls a silent peer dead raises its false alarm where the peer lives" {
	run -0 tcpalive predict -p idle -o json
	[ "$(jq -rs 'map(select(.result == "false-alarm").fault) | join(" ")' <<<"$output")" = 'none half-close flap' ]
	run -0 tcpalive predict -p fionread -o json
	[ "$(jq -rs 'map(select(.group).result) | unique | join(" ")' <<<"$output")" = false-alarm ]
}
