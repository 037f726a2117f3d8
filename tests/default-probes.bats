# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# Without -p nothing is put into the stream, so that any server can be watched.

load helper
load servers

# lives NAME: the watch of that name begins, of the server at $port.
lives() {
	spawn "watch-$1" "$TCPALIVE" -t 2500ms --expect alive -o json -o text="$BATS_TEST_TMPDIR/watch-$1.text" "127.0.0.1:$port"
	watches+=("watch-$1:$pid")
}

@test "no server ends a connection because of the default probes" {
	local watches=() name
	start_redis
	lives redis
	start_nginx
	lives nginx
	start_sshd
	lives sshd
	start_python_http
	lives http
	start_peer --life closes # as PostgreSQL and TLS do: what they do not know ends it
	lives closes
	for name in "${watches[@]}"; do
		eventually 20 gone "${name#*:}"
		name=$BATS_TEST_TMPDIR/${name%%:*}
		jq -es 'map(select(.event == "result")) | length == 2 and all(.result == "alive" and .bytes_out == 0)' "$name.out" ||
			{ cat "$name.out" >&2; return 1; }
		jq -es '.[-1].exit == 0' "$name.out"
		grep -q 'do not see a frozen process.*half-close.* -p heartbeat:' "$name.text"
	done
}

@test "what the default probes do not see is not said of others" {
	start_peer
	run tcpalive -t 500ms -p rdhup+keepalive "127.0.0.1:$port"
	[[ $output != *'frozen process'* ]]
	run tcpalive -q -t 500ms "127.0.0.1:$port"
	[[ $output == $'The peer\'s kernel answers; none of 2 probes raised an alarm.\n''expected all; seen: nothing died before --timeout' ]]
	run tcpalive -t 500ms "127.0.0.1:$port" -o markdown
	[[ $output == *'frozen process'*'-p heartbeat:'* ]]
}
