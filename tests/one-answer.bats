#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Whoever asks what will be noticed gets one answer.

load helper

setup_file() { one_by_one; }

@test "explain and predict agree on every probe, every fault and of composites" {
	"$TESTS/one-answer.py" "$TCPALIVE"
}

@test "a probe that calls a silent peer dead raises its false alarm where the peer lives" {
	run -0 tcpalive predict -p idle -o json
	[ "$(jq -rs 'map(select(.result == "false-alarm").fault) | join(" ")' <<<"$output")" = 'none half-close flap' ]
	run -0 tcpalive predict -p fionread -o json
	[ "$(jq -rs 'map(select(.group).result) | unique | join(" ")' <<<"$output")" = false-alarm ]
}

# worst PROBE GROUP: what the page of that composite says of that probe.
worst() {
	"$TCPALIVE" explain "$2" | sed -n '/^At the latest/,/^$/p' | sed -n "s/^  \([^ ]*\)  *$1.*/\1/p"
}

@test "the worst case of a composite is when predict has it notice a silent path" {
	local group by probe
	for group in keepalive:idle=10s:intvl=1s+user-timeout:after=5s rdhup+keepalive keepalive:idle=1s:intvl=7s:cnt=1; do
		by=$("$TCPALIVE" predict -p "$group" drop -o json | jq 'select(.group).by')
		for probe in $(tr + '\n' <<<"$group" | cut -d: -f1); do
			[ "$(worst "$probe" "$group")" = "${by}s" ] || { echo "$group, $probe: not $by" >&2; false; }
		done
	done
	"$TCPALIVE" explain keepalive+heartbeat | grep -q "^  never  *keepalive, which another's data keep silent$"
}
