# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# Several targets: each has its own truth, deadline and place in the reports.

load helper
load servers

@test "one target that dies does not end the others' watch" {
	start_peer
	local first=$server a=$port
	start_peer
	watch -p rdhup,keepalive -w 500ms --expect any "127.0.0.1:$a" "127.0.0.1:$port"
	wait_event connected '.conn == 4'
	kill -USR1 "$first"
	wait_event result '.probe == "keepalive"'
	kill -USR1 "$server"
	finish
	exits 0
	holds '(map(select(.event == "connected")) | INDEX(.conn) | map_values(.remote)) as $target |
		map(select(.event == "result") | [.probe, $target[.conn | tostring], .result]) | sort ==
		([["keepalive", "127.0.0.1:'"$a"'", "missed"], ["keepalive", "127.0.0.1:'"$port"'", "missed"],
		["rdhup", "127.0.0.1:'"$a"'", "noticed"], ["rdhup", "127.0.0.1:'"$port"'", "noticed"]] | sort)'
	# Each counts from its own death.
	holds 'map(select(.event == "result" and .result == "noticed")) | all(.after < 0.3)'
	holds '.[0].probes == ["rdhup", "keepalive"]'
}

@test "a fault strikes once for all targets, and each is judged alone" {
	start_peer
	local a=$port
	start_peer
	watched -p rdhup,peek -w 1s --fault-exec "echo struck >>'$BATS_TEST_TMPDIR/struck'; kill -USR1 $server" \
		-o text="$BATS_TEST_TMPDIR/text" "127.0.0.1:$a" "127.0.0.1:$port"
	exits 0
	[ "$(wc -l <"$BATS_TEST_TMPDIR/struck")" -eq 1 ]
	holds 'map(select(.event == "fault")) | length == 1'
	holds 'map(select(.event == "result") | .result) | sort == ["alive", "alive", "noticed", "noticed"]'
	grep -qE "^rdhup at 127.0.0.1:$port +noticed" "$BATS_TEST_TMPDIR/text"
	grep -qE "^peek at 127.0.0.1:$a +alive" "$BATS_TEST_TMPDIR/text"
	grep -qE " dead +rdhup at 127.0.0.1:$port " "$BATS_TEST_TMPDIR/text"
	grep -qE " kernel +FIN .*[(]127.0.0.1:${port}[)]" "$BATS_TEST_TMPDIR/text"
}

@test "what failed names its target" {
	start_peer
	local a=$port
	start_peer
	run tcpalive -q -p hup -w 500ms --fault-exec "kill -USR1 $server" "127.0.0.1:$a" "127.0.0.1:$port"
	[ "$status" -eq 1 ]
	[[ $output == *"expected all; seen: 127.0.0.1:$port: unnoticed deaths: 1, false alarms: 0" ]]
}

@test "many targets share a row, which names those that came to something else" {
	local few=() targets=()
	start_peer
	for _ in {1..43}; do targets+=("127.0.0.1:$port"); done
	few=("$port" "$server")
	start_peer
	run tcpalive -p rdhup -w 500ms --fault-exec "kill -USR1 ${few[1]}" "${targets[@]}" "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	[[ $output == *"rdhup: 43 of 44 targets: noticed; alive at 127.0.0.1:$port"* ]]
	[ "$(sed -n '/^probe /,$p' <<<"$output" | wc -l)" -lt 10 ]
	[[ $output == *'noticed 43/44'* ]]
}

@test "a target gets its connections one after the other, and 1,000 without delay" {
	start_peer
	watched --all -t 500ms "127.0.0.1:$port"
	# A backlog of 5 takes this: 2 ms from each to the next, whatever else the machine does.
	holds 'map(select(.event == "connected") | .t) | length > 20 and max - min > 0.0018 * (length - 1)'
	need_descriptors 3000
	start_peer
	watched -p rdhup -n 1000 -t 3s "127.0.0.1:$port"
	holds 'map(select(.event == "connected") | .t) | length == 1000 and max < 3'
}

# RFC 6761, section 6.3. Where a mount namespace can be had, with nobody to ask and nothing to read.
without_names() {
	local alone=()
	if unshare -rm true 2>/dev/null; then
		: >"$BATS_TEST_TMPDIR/empty"
		alone=(unshare -rm sh -c 'mount --bind "$0" /etc/hosts && mount --bind "$0" /etc/resolv.conf && exec "$@"' \
			"$BATS_TEST_TMPDIR/empty")
	fi
	timeout 30 "${alone[@]}" "$TCPALIVE" -p rdhup "$@" 3>&- 4>&-
}

@test "localhost and all names below it are the loopback addresses, without /etc/hosts and a name server" {
	local name listening
	start_peer
	for name in localhost LocalHost. a.localhost db.test.localhost.; do
		run --separate-stderr without_names -4 -o json -t 200ms --expect alive "$name:$port"
		[ "$status" -eq 0 ]
		jq -es 'any(.[]; .event == "connected" and .remote == "127.0.0.1:'"$port"'")' <<<"$output"
		run --separate-stderr without_names -6 -t 200ms "$name:1"
		[ "$status" -eq 3 ]
		[[ $stderr == "tcpalive: '$name:1' ([::1]:1): "* ]]
		listening=$(without_names -o json -t 200ms --listen "$name:0" | jq -r 'select(.event == "listening").address')
		[ "$(sed 's/:[0-9]*$//; /::1/d' <<<"$listening")" = 127.0.0.1 ]
		! has_ipv6 || [[ $listening == '[::1]:'* ]]
	done
	run --separate-stderr without_names -t 200ms notlocalhost:1
	[ "$status" -eq 3 ]
	[[ $stderr != *127.0.0.1* ]]
}
