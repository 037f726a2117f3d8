# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# peer --to: the real protocol is spoken until the fault. Bytes and ends against relay.py, and real servers behind it.

load helper
load servers

# relay TO OPTION...: a relay to that port; in $port.
relay() {
	local to=$1
	shift
	watch peer --listen 127.0.0.1:0 --to "127.0.0.1:$to" "$@"
	wait_listening
}

stop() {
	kill -TERM "$watcher"
	finish
	exits 143
}

@test "every byte, both ways; FIN and RST pass; a server that is not there" {
	TCPALIVE=$TCPALIVE timeout 60 python3 "$TESTS/relay.py" 3>&- 4>&-
}

@test "redis: commands, a subscription, and a freeze that who has a timeout notices" {
	start_redis
	local redis=$port
	relay "$redis" --fault freeze --fault-at 1s -w 3s
	[ "$(redis-cli -p "$port" set key value)" = OK ]
	spawn subscriber redis-cli -p "$port" subscribe news
	eventually 10 says "$BATS_TEST_TMPDIR/subscriber.out" news
	redis-cli -p "$redis" publish news hello >/dev/null
	eventually 10 says "$BATS_TEST_TMPDIR/subscriber.out" hello
	spawn late python3 -c "
import socket, time
s = socket.create_connection(('127.0.0.1', $port))
s.settimeout(1)
try:
    while s.send(b'PING\r\n') and s.recv(7) == b'+PONG\r\n':
        time.sleep(0.05)
except socket.timeout:
    pass
s.close()"
	wait_event fault
	finish
	exits 0
	# The subscriber waits for ever, and the one that asks does not.
	holds 'map(select(.event == "result"))[0] | .result == "missed" and .connections == 2 and .given_up == 1'
	holds 'map(select(.event == "program" and .what == "closed")) | length == 1 and .[0].after > 0.9 and .[0].after < 2.5'
	[ "$(redis-cli -p "$redis" get key)" = value ]
}

@test "nginx and curl" {
	need curl curl
	start_nginx
	relay "$port"
	[ "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/health")" = 204 ]
	stop
}

start_postgres() {
	local bin
	need_user_namespaces
	bin=$(postgres_bin)
	[ -n "$bin" ] || skip 'postgres is missing: sudo apt-get install postgresql'
	postgres_cluster "$BATS_TEST_TMPDIR/cluster"
	port=$(free_port)
	spawn postgres "${AS_USER[@]}" "$bin/postgres" -D "$BATS_TEST_TMPDIR/cluster" -p "$port" \
		-c listen_addresses=127.0.0.1 -c unix_socket_directories=
	eventually 20 "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"
}

@test "PostgreSQL, and psql that waits for an answer when the relay is killed" {
	start_postgres
	relay "$port" --fault kill --fault-at 1s -w 5s --expect 'noticed<=2s'
	spawn psql psql -h 127.0.0.1 -p "$port" -U postgres -d postgres -Atc 'select 6 * 7' -c 'select pg_sleep(20)'
	finish
	exits 0
	says "$BATS_TEST_TMPDIR/psql.out" 42
	holds 'map(select(.event == "result"))[0] | .result == "noticed" and .connections == 1'
}

@test "a server that does not answer: --connect-timeout, and the client is told" {
	silent_port
	relay "$port" --connect-timeout 500ms -t 20s
	local before=$EPOCHREALTIME
	exec 9<>"/dev/tcp/127.0.0.1/$port"
	! read -r -t 10 -u 9 || return 1
	exec 9>&-
	wait_event note
	jq -en --argjson waited "$(jq -n "$EPOCHREALTIME - $before")" '$waited > 0.45 and $waited < 5'
	holds 'map(select(.event == "note"))[0].text | contains("timed out")'
	stop
	run --separate-stderr tcpalive peer --listen 127.0.0.1:0 --connect-timeout 1s
	[ "$status" -eq 2 ]
}

@test "bad words, and a fault that speaks for the server" {
	for to in nowhere :80 127.0.0.1:0 127.0.0.1:99999 '[::1'; do
		run --separate-stderr tcpalive peer --listen 127.0.0.1:0 --to "$to"
		[ "$status" -eq 2 ]
		[ "${#stderr_lines[@]}" -eq 1 ]
		[[ $stderr == "tcpalive: "* ]]
	done
	run --separate-stderr tcpalive peer --listen 127.0.0.1:0 --to no-such-host.invalid:80
	[ "$status" -eq 3 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	watched peer --listen 127.0.0.1:0 --to 127.0.0.1:1 --fault data-then-close -t 200ms
	exits 5
	holds 'map(select(.event == "note"))[0].text | contains("data-then-close") and contains("final data")'
}
