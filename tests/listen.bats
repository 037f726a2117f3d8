# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# --listen: real clients come, and leave in their own ways.

load helper

# client NAME COMMAND...: with a stdin that stays open and says nothing.
client() {
	local name=$1
	shift
	spawn "$name" bash -c 'sleep 300 | exec "$@"' client "$@"
}

# The process that holds the connection to $port, below the shell that client started.
client_pid() {
	cat /proc/"$1"/task/*/children | tr ' ' '\n' | while read -r p; do
		[ -z "$p" ] || [ "$(cat "/proc/$p/comm")" = sleep ] || echo "$p"
	done
}

@test "port 0: the event says which port it became, and clients find it" {
	watch --listen 127.0.0.1:0 -p read -t 5s
	wait_listening
	[ "$port" -gt 0 ]
	holds 'map(select(.event == "listening"))[0].address | startswith("127.0.0.1:")'
	eventually 5 answers "$port"
	finish
	exits 0
}

@test "nc, killed: a FIN, and the one client was enough" {
	need nc netcat-openbsd
	watch --listen 127.0.0.1:0 -p read,rdhup -w 3s
	wait_listening
	client nc nc 127.0.0.1 "$port"
	wait_event connected
	kill -KILL "$(client_pid "$pid")"
	finish
	exits 0
	expect_results <<-RESULTS
		read  noticed
		rdhup noticed
	RESULTS
	holds 'map(select(.event == "kernel"))[0].what == "fin"'
}

@test "nc -N: ends its own direction, and looks dead until something is written" {
	need nc netcat-openbsd
	watch --listen 127.0.0.1:0 -p rdhup,read -w 2s
	wait_listening
	spawn nc bash -c "printf goodbye | nc -N 127.0.0.1 $port"
	finish
	exits 0
	expect_results <<-RESULTS
		rdhup noticed
		read  noticed
	RESULTS
}

@test "a half-closed client that still takes data is not dead" {
	need socat socat
	watch --listen 127.0.0.1:0 -p rdhup,write-probe:every=500ms -w 4s -t 8s
	wait_listening
	# Ends its direction, then goes on reading what comes.
	spawn socat bash -c "printf goodbye | socat -t 60 - TCP:127.0.0.1:$port,shut-down"
	finish
	expect_results <<-RESULTS
		rdhup       false-alarm
		write-probe alive
	RESULTS
	exits 1
}

@test "a FIN alone: the report says that it may be a half-close" {
	need nc netcat-openbsd
	free=$(free_port)
	spawn text "$TCPALIVE" --listen "127.0.0.1:$free" -p rdhup -w 2s -v --color=never
	watcher=$pid
	eventually 10 says "$BATS_TEST_TMPDIR/text.out" "$free"
	spawn nc bash -c "printf goodbye | nc -N 127.0.0.1 $free"
	finish
	grep -qiE 'half-close' "$BATS_TEST_TMPDIR/text.out"
}

@test "curl gives up: its request is still unread, so a peek sees no end" {
	need curl curl
	watch --listen 127.0.0.1:0 -p peek,rdhup -w 2s
	wait_listening
	spawn curl curl -s --max-time 1 "http://127.0.0.1:$port/"
	finish
	expect_results <<-RESULTS
		peek  missed    # data then FIN
		rdhup noticed
	RESULTS
	exits 0 # they share the client, and one of them noticed
}

@test "curl gives up: a probe that reads the request sees the end" {
	need curl curl
	watch --listen 127.0.0.1:0 -p read -w 2s
	wait_listening
	spawn curl curl -s --max-time 1 "http://127.0.0.1:$port/"
	finish
	exits 0
	expect_results <<-RESULTS
		read noticed
	RESULTS
}

@test "socat with linger=0: a reset, which every error check sees" {
	need socat socat
	watch --listen 127.0.0.1:0 -p hup -p peek -p tcp-info -w 3s
	wait_listening
	client socat socat - "TCP:127.0.0.1:$port,linger=0"
	wait_event connected
	kill -KILL "$(client_pid "$pid")"
	finish
	exits 0
	expect_results <<-RESULTS
		hup      noticed
		peek     noticed
		tcp-info noticed
	RESULTS
	# The kernel monitor does not read the error, so the name may be missing yet.
	holds 'map(select(.event == "kernel"))[0] | .what == "rst" and (.errno == null or .errno == "ECONNRESET")'
}

@test "telnet, ended by SIGTERM: a FIN" {
	need telnet inetutils-telnet
	watch --listen 127.0.0.1:0 -p read -w 3s
	wait_listening
	client telnet telnet 127.0.0.1 "$port"
	wait_event connected
	kill -TERM "$(client_pid "$pid")"
	finish
	exits 0
	expect_results <<-RESULTS
		read noticed
	RESULTS
}

@test "-k: the next client is taken after a death" {
	need nc netcat-openbsd
	watch --listen 127.0.0.1:0 -k -p read -w 2s
	wait_listening
	for n in 1 2 3; do
		client "nc$n" nc 127.0.0.1 "$port"
		wait_event connected ".conn == $n"
		kill -KILL "$(client_pid "$pid")"
		wait_event dead ".conn == $n"
		wait_event result ".conn == $n"
	done
	kill -TERM "$watcher"
	finish
	exits 143
	holds 'map(select(.event == "result")) | length == 3 and all(.result == "noticed")'
	holds '.[-1] | .event == "end" and .exit == 143'
}

@test "without -k nobody is taken after the first client" {
	need nc netcat-openbsd
	watch --listen 127.0.0.1:0 -p read -w 2s -t 4s
	wait_listening
	client first nc 127.0.0.1 "$port"
	wait_event connected
	first=$(client_pid "$pid")
	client second nc 127.0.0.1 "$port"
	eventually 10 says "/proc/net/tcp" "$(printf '0100007F:%04X' "$port")"
	kill -KILL "$first"
	finish
	holds 'map(select(.event == "connected")) | length == 1'
}

@test "--max-clients 2: the third waits until one has died" {
	need nc netcat-openbsd
	watch --listen 127.0.0.1:0 -k --max-clients 2 -p read -w 2s
	wait_listening
	for n in 1 2; do
		client "nc$n" nc 127.0.0.1 "$port"
		wait_event connected ".conn == $n"
	done
	second=$(client_pid "$pid")
	client nc3 nc 127.0.0.1 "$port"
	# Time enough for a mistaken accept: a whole further watch.
	tcpalive --listen 127.0.0.1:0 -t 1s -q >/dev/null || true
	holds 'map(select(.event == "connected")) | length == 2'
	kill -KILL "$second"
	wait_event connected '.conn == 3'
	kill -TERM "$watcher"
	finish
	exits 143
}

@test "an IPv6 client, and any address without one" {
	need_ipv6
	need nc netcat-openbsd
	for address in '[::1]:0' 0; do
		watch --listen "$address" -p read -w 2s
		wait_listening
		client nc6 nc -6 ::1 "$port"
		wait_event connected
		kill -KILL "$(client_pid "$pid")"
		finish
		exits 0
		holds 'map(select(.event == "connected"))[0].remote | startswith("[::1]:")'
	done
}

@test "a port that is taken: one line, status 3" {
	watch --listen 127.0.0.1:0 -p read
	wait_listening
	run --separate-stderr tcpalive --listen "127.0.0.1:$port" -p read
	[ "$status" -eq 3 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == "tcpalive: "*"$port"*"in use"* ]]
}
