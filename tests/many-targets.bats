# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# Many connections and many targets: what they need, and what reports make of them.

load helper
load servers

# Bounds on descriptors are of the program as it is installed.
plain_build() { [ -z "${TCPALIVE_WRAPPED:-}" ]; }

# limited N COMMAND...
limited() { bash -c 'ulimit -Sn 64 && ulimit -Hn "$1" && shift && exec "$@"' - "$@"; }

@test "a connection needs one descriptor, one with a ring two" {
	plain_build || return 0
	start_peer
	# The limit is raised as far as is needed; 300 of them, and what the program itself has.
	run --separate-stderr limited 330 timeout 30 "$TCPALIVE" -p rdhup -n 300 -t 3s --expect alive -o json "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	[ "$(grep -c '"event":"connected"' <<<"$output")" -eq 300 ]
	uring_allowed || return 0
	run --separate-stderr limited 330 timeout 30 "$TCPALIVE" -p uring -n 300 -t 3s "127.0.0.1:$port"
	[ "$status" -eq 4 ]
	[[ $stderr == "tcpalive: '300 connections': 625 descriptors needed, the limit is 330 (raise it with ulimit -n 625)" ]]
}

@test "--targets: a target a line, with the name that reports call it by" {
	start_peer
	local first=$port
	start_peer
	printf '# two\n127.0.0.1:%s one\r\n\n127.0.0.1 %s second, here # comment' "$first" "$port" >"$BATS_TEST_TMPDIR/list"
	watched -p rdhup --fault-exec "kill -USR1 $server" --fault-at 100ms -w 500ms -o text="$BATS_TEST_TMPDIR/text" \
		-o tap="$BATS_TEST_TMPDIR/tap" --targets "$BATS_TEST_TMPDIR/list" "localhost:$first"
	exits 0
	holds 'map(select(.event == "connected") | [.name, .target, .remote]) | sort ==
		([[null, "localhost:'"$first"'", "127.0.0.1:'"$first"'"], ["one", null, "127.0.0.1:'"$first"'"],
		["second, here", null, "127.0.0.1:'"$port"'"]] | sort)'
	holds 'map(select(.event == "dead" or .event == "kernel") | .name) | unique == ["second, here"]'
	holds 'map(select(.event == "result") | .name) | sort == [null, "one", "second, here"]'
	grep -qE '^rdhup at second, here +noticed' "$BATS_TEST_TMPDIR/text"
	grep -qF "connect one at 127.0.0.1:$first, rdhup" "$BATS_TEST_TMPDIR/text"
	grep -qF 'dead    rdhup at second, here' "$BATS_TEST_TMPDIR/text"
	# From standard input, beside another file that has the same.
	run --separate-stderr tcpalive -t 200ms -p rdhup --expect alive -o json --targets "$BATS_TEST_TMPDIR/list" --targets - \
		<<<"127.0.0.1:$first one"
	[ "$status" -eq 0 ]
	[ "$(grep -c '"event":"connected"' <<<"$output")" -eq 2 ]
}

@test "--targets: bad lines, none at all, no such file" {
	printf 'localhost:80\ndb\n' >"$BATS_TEST_TMPDIR/bad"
	both --targets "$BATS_TEST_TMPDIR/bad"
	[ "$status" -eq 2 ]
	[ "$stderr" = "tcpalive: $BATS_TEST_TMPDIR/bad:2: 'db': no port (such as db:6379 or db 6379)" ]
	both --targets /dev/null localhost:80
	[ "$status" -eq 2 ]
	[ "$stderr" = "tcpalive: --targets: '/dev/null': no target in it" ]
	both --targets - <<<'a:b:c'
	[ "$status" -eq 2 ]
	[[ $stderr == "tcpalive: standard input:1: 'a:b:c': more than one"* ]]
	both --targets /nonexistent
	[ "$status" -eq 2 ]
	[ "$stderr" = "tcpalive: --targets: '/nonexistent': No such file or directory" ]
	both --targets /dev/null --listen 0
	[ "$status" -eq 2 ]
	[ "$stderr" = "tcpalive: '--listen' and '--targets': there is nothing to connect to" ]
}

@test "--connect-rate: no more a second than that, of all targets together" {
	start_peer
	watched -p rdhup -n 20 -t 2s --connect-rate 40 "127.0.0.1:$port"
	exits 5
	holds 'map(select(.event == "connected") | .t) | length == 20 and max - min > 0.44'
}

@test "a target that cannot be connected is named, and the others are watched" {
	start_peer
	local free
	free=$(free_port)
	printf '127.0.0.1:%s\n' "$free dead" "$port good" "$free" >"$BATS_TEST_TMPDIR/list"
	# The fault comes once nobody else can be waited for.
	watched -p rdhup --fault-exec "kill -USR1 $server" --fault-at 100ms -o text="$BATS_TEST_TMPDIR/text" \
		-o tap="$BATS_TEST_TMPDIR/tap" -o markdown="$BATS_TEST_TMPDIR/markdown" --targets "$BATS_TEST_TMPDIR/list"
	exits 3
	[ "$(<"$BATS_TEST_TMPDIR/watch.err")" = \
		"tcpalive: 'dead' (127.0.0.1:$free): Connection refused (2 of 3 targets not connected)" ]
	holds 'map(select(.event == "unconnected") | [.name, .target, .remote, .errno]) ==
		[["dead", "127.0.0.1:'"$free"'", "127.0.0.1:'"$free"'", "ECONNREFUSED"],
		[null, "127.0.0.1:'"$free"'", "127.0.0.1:'"$free"'", "ECONNREFUSED"]]'
	holds 'map(select(.event == "result") | [.name, .result]) == [["good", "noticed"]]'
	holds 'map(select(.event == "expect") | .held) == [true]'
	grep -qF "failed  dead at 127.0.0.1:$free: Connection refused" "$BATS_TEST_TMPDIR/text"
	grep -qF "2 of 3 targets not connected: dead (Connection refused), 127.0.0.1:$free (Connection refused)." "$BATS_TEST_TMPDIR/text"
	grep -qF '2 of 3 targets not connected: dead' "$BATS_TEST_TMPDIR/markdown"
	grep -qx 'not ok 1 - connected: dead' "$BATS_TEST_TMPDIR/tap"
	[ "$(tail -1 "$BATS_TEST_TMPDIR/tap")" = 1..3 ]
	# What failed beside comes first.
	run --separate-stderr tcpalive -p rdhup -t 200ms --targets "$BATS_TEST_TMPDIR/list"
	[ "$status" -eq 3 ]
	run --separate-stderr tcpalive -p rdhup -t 200ms --expect 'rdhup<=1s' --targets "$BATS_TEST_TMPDIR/list"
	[ "$status" -eq 1 ]
}

@test "a name that is not found does not end the watch of the others" {
	start_peer
	printf '%s\n' nowhere.invalid:1 "localhost:$port" 'nowhere.invalid:2 second' >"$BATS_TEST_TMPDIR/list"
	RES_OPTIONS='timeout:1 attempts:1' watched -4 -p rdhup -t 20s --fault-exec "kill -USR1 $server" --fault-at 100ms \
		--targets "$BATS_TEST_TMPDIR/list"
	exits 3
	holds 'map(select(.event == "unconnected") | [.target, .name, .remote, .errno]) ==
		[["nowhere.invalid:1", null, null, null], ["nowhere.invalid:2", "second", null, null]]'
	holds 'map(select(.event == "result") | .result) == ["noticed"]'
	# A port that has no name is wrong on any machine.
	both -p rdhup localhost:1 nowhere.invalid:no-such-service
	[ "$status" -eq 2 ]
	[ "$stderr" = "tcpalive: 'nowhere.invalid:no-such-service': unknown port name 'no-such-service'" ]
}

@test "many targets of several protocols fit a screen, and -v has all" {
	local i
	start_peer --bind 0.0.0.0
	for i in {1..40}; do printf 'redis://127.0.0.%s:%s\n127.0.1.%s:%s n%s\n' "$i" "$port" "$i" "$port" "$i"; done >"$BATS_TEST_TMPDIR/list"
	run --separate-stderr tcpalive --fault-exec "kill -USR1 $server" --fault-at 100ms -w 300ms --targets "$BATS_TEST_TMPDIR/list" \
		-o text -o markdown="$BATS_TEST_TMPDIR/markdown" -o json="$BATS_TEST_TMPDIR/json"
	[ "$(wc -l <<<"$output")" -lt 48 ]
	[ "$(sed -n '/^probe /,$p' <<<"$output" | wc -l)" -lt 24 ]
	[[ $output == *'more rows with -v, each of a result that is above)'* ]]
	[ "$(grep -c '^| ' "$BATS_TEST_TMPDIR/markdown")" -lt 14 ]
	[ "$(grep -c '"event":"result"' "$BATS_TEST_TMPDIR/json")" -eq 120 ]
}
