# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# What else a path, a middlebox and a peer may do, over a routed network.

load helper
load servers
load routed

setup_file() {
	run_situations two_outages outage_while_connecting healed_at_the_deadline restarted_meanwhile rebooted_meanwhile dies_after_the_outage middlebox_resets \
		peer_gives_up peer_keeps_alive slow_path slow_path_cut timeout_in_the_outage cable_pulled \
		clients_and_outage clients_cut_off ipv6_outage
}
some_probes=rdhup,unacked:every=500ms:limit=1s,ack-age:idle=1s:intvl=1s:limit=2200ms,write-probe:every=500ms

two_outages() {
	start_peer_at server --life echo
	watch_routed -w 17s -p "$some_probes" "$SERVER4:$port" \
		--fault-exec "$(fault outage 4 "$port"); sleep 2; $(fault outage 4 "$port")"
	ended
}

was_no_death() {
	expect_results <<-RESULTS
		rdhup       alive
		unacked     false-alarm
		ack-age     false-alarm
		write-probe alive
	RESULTS
}

@test "two outages are no death" {
	outcome two_outages
	was_no_death
	exits 1
}

# The third SYN comes 3 s after the first, or the fourth 4 s later.
outage_while_connecting() {
	start_peer_at server --life echo
	drop_path "$port"
	watch_routed -t 11s --expect alive -p "$some_probes" "$SERVER4:$port"
	sleep 2
	heal_path
	ended
}

@test "a path that comes back while it connects" {
	outcome outage_while_connecting
	holds 'map(select(.event == "result")) | length == 4 and all(.result == "alive")'
	holds 'map(select(.event == "connected")) | length == 4 and all(.t > 2)'
	exits 0
}

healed_at_the_deadline() {
	start_peer_at server --life echo
	watch_routed -w 5s -p "$some_probes" "$SERVER4:$port" --fault-exec "$(fault outage 5 "$port")"
	ended
}

@test "a path that comes back at the deadline: either truth, but one for all" {
	outcome healed_at_the_deadline
	holds '[.[] | select(.event == "result").result] | unique | . == ["alive", "false-alarm"] or . == ["missed", "noticed"]'
}

# restart DEATH: in an outage the server dies, and another listens on its port.
restart() {
	start_peer_at server --life echo --death "$1"
	watch_routed -w 12s -p "$some_probes" "$SERVER4:$port" --fault-exec "$(fault outage 4 "$port")"
	wait_event fault
	sleep 1
	kill -USR1 "$server"
	sleep 0.2
	kill -KILL "$server"
	spawn_at server peer2 python3 "$TESTS/peer.py" --bind :: --life echo --port "$port"
	ended
}

restarted_meanwhile() { restart close; }
rebooted_meanwhile() { restart rst; }

# The old one's kernel goes on sending its FIN until it arrives; what was sent in the outage
# is answered with RST.
@test "a server that is restarted during an outage is another one" {
	outcome restarted_meanwhile
	expect_results <<-RESULTS
		rdhup       noticed
		unacked     noticed
		ack-age     noticed
		write-probe noticed
	RESULTS
	exits 0
}

@test "a server that has forgotten all during an outage is another one" {
	outcome rebooted_meanwhile
	expect_results <<-RESULTS
		rdhup       missed   # idle: nothing asks for the RST
		unacked     noticed
		ack-age     noticed
		write-probe noticed
	RESULTS
	exits 1
}

# After the outage it goes on answering, for longer than what was lost needs to be sent again.
dies_after_the_outage() {
	start_peer_at server --life echo
	watch_routed -w 10s -p "$some_probes" "$SERVER4:$port" --fault-exec "$(fault outage 4 "$port"); sleep 3.5; kill -KILL $server"
	ended
}

@test "a server that dies after an outage was alive during it" {
	outcome dies_after_the_outage
	expect_results <<-RESULTS
		rdhup       noticed
		unacked     false-alarm
		ack-age     false-alarm
		write-probe noticed
	RESULTS
	exits 1
}

middlebox_resets() {
	start_peer_at server --life echo
	watch_routed -w 4s -p "$some_probes,keepalive:idle=1s:intvl=1s:cnt=3" "$SERVER4:$port" \
		--fault-exec "$(fault reset_path "$port")"
	ended
}

@test "a middlebox that has forgotten the connection, and answers with RST" {
	outcome middlebox_resets
	expect_results <<-RESULTS
		rdhup       missed   # idle: it is never asked
		unacked     noticed
		ack-age     noticed
		write-probe noticed
		keepalive   noticed
	RESULTS
	holds 'map(select(.event == "kernel")) | length >= 3 and all(.what == "rst")'
}

# It hears nothing of the answers to its keepalive, gives up, and its RST arrives.
peer_gives_up() {
	start_peer_at server --life sink --keepalive 1
	watch_routed -w 8s -p rdhup,hup,peek "$SERVER4:$port" --fault-exec "$(fault drop_to "$port")"
	ended
}

@test "a peer whose own keepalive gives up says so with an RST" {
	outcome peer_gives_up
	expect_results <<-RESULTS
		rdhup noticed
		hup   noticed
		peek  noticed
	RESULTS
	holds 'map(select(.event == "kernel")) | length == 3 and all(.what == "rst")'
	exits 0
}

peer_keeps_alive() {
	start_peer_at server --life sink --keepalive 3
	watch_routed -w 9s -p "$some_probes" "$SERVER4:$port" --fault-exec "$(fault outage 4 "$port")"
	ended
}

@test "an outage that is shorter than the patience of the peer's own keepalive" {
	outcome peer_keeps_alive
	was_no_death
}

slow_path() {
	start_peer_at server --life echo
	delay_path 0.3 0.1
	watch_routed -t 8s --expect alive -p "$some_probes,heartbeat:every=500ms:limit=1s,tx-ack:every=500ms:limit=1s,idle:limit=10s" "$SERVER4:$port"
	ended
}

@test "a path of 300 ms and more is no death" {
	outcome slow_path
	holds 'map(select(.event == "result")) | length == 7 and all(.result == "alive")'
	exits 0
}

slow_path_cut() {
	start_peer_at server --life echo
	delay_path 0.3 0.1
	watch_routed -w 5s -p "$some_probes,heartbeat:every=500ms:limit=1s" "$SERVER4:$port" \
		--fault-exec "$(fault drop_path)"
	ended
}

@test "a path of 300 ms that is cut" {
	outcome slow_path_cut
	expect_results <<-RESULTS
		rdhup       missed
		unacked     noticed
		ack-age     noticed
		write-probe missed
		heartbeat   noticed
	RESULTS
}

timeout_in_the_outage() {
	start_peer_at server --life echo
	watch_routed -t 5s -p rdhup,unacked:every=500ms:limit=1s "$SERVER4:$port" \
		--fault-exec "$(fault outage 25 "$port")"
	ended
}

@test "--timeout within the outage: what is silent then is dead" {
	outcome timeout_in_the_outage
	expect_results <<-RESULTS
		rdhup   missed
		unacked noticed
	RESULTS
	exits 1
}

cable_pulled() {
	start_peer_at server --life echo
	watch_routed -w 5s -p "$some_probes" "$SERVER4:$port" --fault-exec "$(fault pull server)"
	ended
}

# The router says that the host is unreachable, which is no error of the connection.
@test "the server's cable is pulled" {
	outcome cable_pulled
	expect_results <<-RESULTS
		rdhup       missed
		unacked     noticed
		ack-age     noticed
		write-probe missed
	RESULTS
}

# --- the same for clients

# clients N: connect to $port from the server's host, and echo.
clients() {
	spawn_at server clients python3 -c '
import selectors, socket, sys
selector = selectors.DefaultSelector()
for _ in range(int(sys.argv[2])):
    selector.register(socket.create_connection(("10.1.0.2", int(sys.argv[1]))), selectors.EVENT_READ)
while True:
    for key, _ in selector.select():
        data = key.fileobj.recv(65536)
        if not data: selector.unregister(key.fileobj)
        key.fileobj.sendall(data)' "$port" "$1"
}

client_fault() {
	watch_routed --listen 10.1.0.2:9000 -n 1 -p rdhup -p unacked:every=500ms:limit=1s -p write-probe:every=500ms \
		-w "$1" --fault-at 2s --fault-exec "$2"
	wait_listening
	clients 3
	ended
}
clients_and_outage() { client_fault 9s "$(fault outage 4)"; }
clients_cut_off() { client_fault 4s "$(fault drop_path)"; }

@test "--listen, and an outage is no death of the clients" {
	outcome clients_and_outage
	expect_results <<-RESULTS
		rdhup       alive
		unacked     false-alarm
		write-probe alive
	RESULTS
}

@test "--listen, and the clients are cut off" {
	outcome clients_cut_off
	expect_results <<-RESULTS
		rdhup       missed
		unacked     noticed
		write-probe missed
	RESULTS
}

ipv6_outage() {
	start_peer_at server --life echo
	watch_routed -w 9s -p "$some_probes" "[$SERVER6]:$port" --fault-exec "$(fault outage 4 "$port")"
	ended
}

@test "an outage of an IPv6 path is no death" {
	outcome ipv6_outage
	was_no_death
}

@test "what it said was so on the wire" { were_so; }
