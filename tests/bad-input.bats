# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# Names, limits and peers that mean no good: one clear line, the right status, no
# hang, no growth.

load helper
load servers

one_line() {
	[ "$status" -eq "$1" ] && [ "${#stderr_lines[@]}" -eq 1 ] && [[ $stderr == "tcpalive: "*"$2"* ]] && return
	printf 'status %s, said: %s\n' "$status" "$stderr" >&2
	return 1
}

# The most memory that the watch ever had, in KiB; kept up while it runs.
track_memory() {
	most=0
	local now
	while ! gone "$watcher"; do
		now=$(awk '/^VmHWM/ { print $2 }' "/proc/$watcher/status" 2>/dev/null) || true
		most=${now:-$most}
		sleep 0.2
	done
}

# Bounds on memory and descriptors are of the program as it is installed.
plain_build() { [ -z "${TCPALIVE_WRAPPED:-}" ]; }

@test "a name that does not resolve: status 3" {
	# In a network of its own where that is allowed: nothing is asked of the world.
	local alone=()
	if unshare -rn true 2>/dev/null; then alone=(unshare -rn); fi
	RES_OPTIONS='timeout:1 attempts:1' run --separate-stderr \
		timeout 50 "${alone[@]}" "$TCPALIVE" -p read no-such-host.invalid:80
	one_line 3 no-such-host.invalid
	run --separate-stderr tcpalive -p read "$(printf 'x%.0s' {1..300}):80"
	one_line 2 longer
}

@test "a refused port: status 3" {
	local free
	free=$(free_port)
	run --separate-stderr tcpalive -p read "127.0.0.1:$free"
	one_line 3 "127.0.0.1:$free"
	run --separate-stderr tcpalive --all "127.0.0.1:$free"
	one_line 3 "127.0.0.1:$free"
}

@test "an output file that cannot be written: status 4, before anything is connected" {
	start_peer
	for file in /nonexistent/out.json / ''; do
		run --separate-stderr tcpalive -p read -t 1s -o "json=$file" "127.0.0.1:$port"
		[ -n "$file" ] || { one_line 2 ''; continue; }
		one_line 4 "$file"
	done
}

@test "40 connections with 20 descriptors: status 4, and how to raise the limit" {
	start_peer
	run --separate-stderr bash -c 'ulimit -n 20; "$@"' - timeout 20 "$TCPALIVE" -p read -n 40 "127.0.0.1:$port"
	one_line 4 'ulimit -n'
}

@test "a flood on every probe: memory stays, and the others notice on time" {
	start_peer --life flood
	flood=$port
	start_peer --life sink
	# Well before the heartbeat, which nobody answers, says so: after 3 s and a random phase.
	watch --all -w 5s --fault-at 2500ms --fault-exec "kill -KILL $server" "127.0.0.1:$flood" "127.0.0.1:$port"
	track_memory
	finish
	if plain_build; then ((most > 0 && most < 65536)); fi
	# On the connections to the quiet peer alone.
	quiet="(map(select(.event == \"connected\" and (.remote | endswith(\":$port\")))) | map(.conn)) as \$quiet |
		map(select(.event == \"result\" and ([.conn] | inside(\$quiet))))"
	for probe in read peek zero-recv poll-fionread rdhup tcp-info heartbeat idle; do
		holds "$quiet | map(select(.probe == \"$probe\")) |
			length == 1 and all(.result == \"noticed\" and .after < 2)"
	done
	holds "$quiet | map(select(.probe == \"hup\" or .probe == \"so-error\")) |
		length == 2 and all(.result == \"missed\")"
}

@test "terminal control sequences from a peer do not reach the terminal" {
	start_peer --life echo --greet '\x1b]0;title\x07\x1b[2J\x9b31m\r' --last '\x1b[31mred\x07'
	for format in text json; do
		run --separate-stderr tcpalive -o "$format" -v --color=never -w 1s \
			-p 'read,peek,idle,heartbeat:send=\x1b[2J\n:want=nothing:limit=500ms' \
			--fault-exec "kill -USR1 $server" "127.0.0.1:$port"
		[ "$status" -le 1 ]
		[ -n "$output" ]
		[[ $output != *[$'\e\a\x9b\r']* ]]
		[[ $stderr != *[$'\e\a\x9b\r']* ]]
	done
}

@test "a name with control sequences is shown without them" {
	run --separate-stderr tcpalive -p read $'bad\e[31mhost\a..:80'
	[ "$status" -eq 2 ] || [ "$status" -eq 3 ]
	[[ $stderr == "tcpalive: "* ]]
	[[ $stderr != *[$'\e\a']* ]]
}

@test "a connection that is reset before its peer is asked for has the address that was dialed" {
	need strace strace
	start_peer
	# A leak cannot be looked for beneath strace.
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 strace -o "$BATS_TEST_TMPDIR/calls" -e trace=getpeername \
		-e inject=getpeername:error=ENOTCONN "$TCPALIVE" -o json -p rdhup -t 200ms "127.0.0.1:$port" >"$json" 3>&- 4>&- || [ $? -eq 5 ]
	grep -q INJECTED "$BATS_TEST_TMPDIR/calls"
	holds "map(select(.event == \"connected\")) | length == 1 and .[0].remote == \"127.0.0.1:$port\""
}

@test "a server that resets at once: every probe is judged, or one line says so" {
	start_peer --at-once
	watched --all -w 2s -t 10s "127.0.0.1:$port"
	# The reset may come before connect(2) has been heard of.
	if [ "$status" -eq 3 ]; then
		[ "$(wc -l <"$errors")" -eq 1 ]
		says "$errors" '^tcpalive: .*Connection reset'
		return
	fi
	exits 0
	holds '(map(select(.event == "start"))[0].probes | length) as $n |
		map(select(.event == "result")) | length == $n and (map(.probe) | unique | length) == $n'
	for probe in hup tcp-info rdhup read; do
		holds "map(select(.event == \"result\" and .probe == \"$probe\"))[0].result == \"noticed\""
	done
}

@test "a client that connects and resets at once: noticed, status 0" {
	watch --listen 127.0.0.1:0 -p hup,tcp-info -w 2s -t 10s
	wait_listening
	spawn rude python3 -c "$RUDE" "$port" 1
	finish
	exits 0
	expect_results <<-RESULTS
		hup      noticed
		tcp-info noticed
	RESULTS
}

RUDE='import socket, struct, sys
for n in range(int(sys.argv[2])):
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()
print("done")'

@test "10,000 connects and resets: the next client is served, and nothing has grown" {
	clients=10000
	plain_build || clients=500
	watch --listen 127.0.0.1:0 -k -p read,rdhup -w 2s
	wait_listening
	spawn rude python3 -c "$RUDE" "$port" "$clients"
	eventually 90 says "$BATS_TEST_TMPDIR/rude.out" "done"
	# One that stays, behind all the others.
	spawn polite python3 -c 'import socket, sys, time
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
print(s.getsockname()[1], flush=True)
time.sleep(300)' "$port"
	eventually 20 says "$BATS_TEST_TMPDIR/polite.out" '^[0-9]+$'
	polite=$(<"$BATS_TEST_TMPDIR/polite.out")
	eventually 30 says "$json" "\"connected\".*\"remote\":\"127.0.0.1:$polite\""
	if plain_build; then
		[ "$(find "/proc/$watcher/fd" | wc -l)" -lt 200 ]
		[ "$(awk '/^VmHWM/ { print $2 }' "/proc/$watcher/status")" -lt 65536 ]
	fi
	kill -TERM "$watcher"
	finish
	exits 143
	# All that were accepted were judged.
	holds '(map(select(.event == "connected")) | length) as $n |
		(map(select(.event == "result")) | length) == 2 * $n and $n > 100'
}
