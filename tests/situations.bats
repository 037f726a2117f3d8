# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# The situations in which people asked how one notices that the other end is dead.
# Each is an example in the manual too.

load helper
load servers

# A client of $port that says nothing; its pid in $client.
start_client() {
	spawn client python3 -c 'import socket, sys, time
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
time.sleep(300)' "$port"
	client=$pid
}

@test "one client at a time: the server knows when to listen again" {
	watch --listen 127.0.0.1:0 -k --max-clients 1 -p read -w 2s
	wait_listening
	for n in 1 2; do
		start_client
		wait_event connected ".conn == $n"
		kill -KILL "$client"
		wait_event result ".conn == $n and .result == \"noticed\""
	done
	kill -TERM "$watcher"
	finish
}

@test "keepalive on an accepted connection whose client loses power: idle + cnt * intvl" {
	need_capability NET_ADMIN
	watch --listen 127.0.0.1:0 -p keepalive:idle=2s:intvl=1s:cnt=2 -w 9s \
		--fault drop --expect 'keepalive<=7s'
	wait_listening
	start_client
	finish
	exits 0
	holds 'map(select(.event == "result"))[0] | .result == "noticed" and .how == "ETIMEDOUT" and
		.worst_case >= 4 and .worst_case <= 5 and .after >= 2.5 and .after <= 7'
	holds 'map(select(.event == "kernel"))[0].what == "timeout"'
}

@test "a client that loses power: without traffic of its own no probe notices" {
	need_capability NET_ADMIN
	watch --listen 127.0.0.1:0 -n 1 -w 6s --fault drop \
		-p read -p rdhup -p keepalive:idle=1s:intvl=1s:cnt=2 -p unacked:limit=2s
	wait_listening
	for _ in 1 2 3 4; do start_client; done
	finish
	exits 1
	expect_results <<-RESULTS
		read      missed
		rdhup     missed
		keepalive noticed
		unacked   noticed
	RESULTS
}

@test "select and peek while the server is busy for 3 seconds: it lives" {
	start_python_http
	watched -p peek -t 6s --expect alive \
		--fault-exec "kill -STOP $server; sleep 3; kill -CONT $server" "127.0.0.1:$port"
	exits 0
	expect_results <<-RESULTS
		peek alive
	RESULTS
}

@test "a send inside try and except: the first after the death succeeds" {
	start_python_http
	# Between two sends: a byte that the server has not read yet would make its end an RST.
	watched -p write-probe:every=500ms -w 5s --fault-at 1250ms \
		--fault-exec "kill -KILL $server" "127.0.0.1:$port"
	exits 0
	# Told by the second send: the first one after the FIN was only answered with RST.
	holds 'map(select(.event == "kernel")) | map(.what) == ["fin", "rst"]'
	holds 'map(select(.event == "dead"))[0] | .call == "send" and .lag > 0.2 and .lag < 4'
}

@test "FIONREAD of zero is every idle connection, not only a closed one" {
	start_peer --life sink
	watched -p fionread,poll-fionread -w 2s --fault-exec "kill -USR1 $server" "127.0.0.1:$port"
	exits 1
	expect_results <<-RESULTS
		fionread      false-alarm
		poll-fionread noticed
	RESULTS
}

@test "FIONREAD, with poll or alone, never sees an end behind unread data" {
	start_peer --greet hello
	# The greeting has to be there before the first look.
	watched -i 500ms -p poll-fionread -w 2s --fault-exec "kill -USR1 $server" "127.0.0.1:$port"
	exits 1
	expect_results <<-RESULTS
		poll-fionread missed
	RESULTS
}

@test "poll for HUP and ERR: blind for a close, right for a reset" {
	start_peer
	watched -p hup -w 2s --fault-exec "kill -USR1 $server" "127.0.0.1:$port"
	exits 1
	expect_results <<<'hup missed'
	start_peer --death rst
	watched -p hup -w 2s --fault-exec "kill -USR1 $server" "127.0.0.1:$port"
	exits 0
	expect_results <<<'hup noticed'
}

@test "a read of zero bytes succeeds on every connection, even on one that was reset" {
	for death in close rst; do
		start_peer --death "$death"
		watched -p zero-read -w 2s --fault-exec "kill -USR1 $server" "127.0.0.1:$port"
		exits 1
		expect_results <<<'zero-read missed'
	done
}

@test "an application heartbeat with a grace period: a frozen process is found" {
	start_peer --life echo
	watched -p 'heartbeat:send=ping\n:want=ping:every=1s:limit=2s' -w 6s -t 9s --fault-at 2500ms \
		--fault-exec "kill -STOP $server" "127.0.0.1:$port"
	exits 0
	expect_results <<<'heartbeat noticed'
	noticed_within 5 heartbeat
}

@test "an application heartbeat: shorter than the longest pause, it gives a false alarm" {
	start_peer --life echo
	watched -p 'heartbeat:send=ping\n:want=ping:every=500ms:limit=1s' -w 5s -t 8s --fault-at 1250ms \
		--fault-exec "kill -STOP $server; sleep 3; kill -CONT $server" "127.0.0.1:$port"
	exits 1
	expect_results <<<'heartbeat false-alarm'
}

@test "a client that closes while unread data waits: its final data hide the FIN" {
	watch --listen 127.0.0.1:0 -n 1 -p peek -p read -p rdhup -w 2s
	wait_listening
	spawn clients python3 -c 'import socket, sys, time
clients = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for n in range(3)]
for c in clients:
    c.sendall(b"final data")
print("said", flush=True)
time.sleep(300)' "$port"
	eventually 10 says "$BATS_TEST_TMPDIR/clients.out" said
	wait_event connected '.conn == 3'
	kill -KILL "$pid"
	finish
	exits 1
	expect_results <<-RESULTS
		peek  missed   # sees the words forever
		read  noticed  # takes them, and then sees EOF
		rdhup noticed
	RESULTS
}

@test "a peer that closes with our data unread: a reset, not a FIN" {
	start_peer
	watched -p 'write-probe:every=500ms' -p peek+unacked -w 4s \
		--fault-exec "kill -USR1 $server" "127.0.0.1:$port"
	exits 0
	holds 'map(select(.event == "kernel")) | length >= 2 and all(.what == "rst")'
}

@test "data, then a reset: the unread byte outlives it for a peek" {
	start_peer --last 'good night' --death rst
	watched -p peek,hup,tcp-info,so-error -w 2s --fault-exec "kill -USR1 $server" "127.0.0.1:$port"
	exits 1
	expect_results <<-RESULTS
		peek     missed   # still 1
		hup      noticed
		tcp-info noticed
		so-error noticed
	RESULTS
}

@test "probes that share a connection: the error is taken once, and the report names the probe" {
	start_peer --death rst
	watched -p so-error+zero-write+tcp-info -w 2s --fault-exec "kill -USR1 $server" "127.0.0.1:$port"
	holds 'map(select(.event == "connected")) | length == 1'
	expect_results <<-RESULTS
		so-error   noticed
		zero-write noticed  # EPIPE, when the error is gone
		tcp-info   noticed
	RESULTS
	exits 0
}
