# SPDX-License-Identifier: MIT
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# peer: what the other end does after the fault, against its own clock (reactions.py) and against tcpdump.

load helper
load routed

# alone_in_a_network COMMAND...: with a loopback of its own, which is a link too.
alone_in_a_network() {
	timeout 60 "${ROUTED_UNSHARE[@]}" sh -c 'ip link set lo up; ip -6 addr add fe80::1/64 dev lo; exec "$@"' - "$@" 3>&- 4>&-
}

@test "each kind of client: seen with all that arrives, and when tcpdump sees it" {
	need_routed
	dump=no
	# It wants to become root again, which a user namespace forbids.
	[ "${ROUTED_UNSHARE[*]}" != 'unshare -n' ] || { need tcpdump tcpdump; dump=yes; }
	alone_in_a_network python3 "$TESTS/reactions.py" packets "$dump"
}

@test "each kind of client: seen by the states of this kernel alone" {
	need_routed
	need setpriv util-linux
	alone_in_a_network setpriv --bounding-set=-net_raw python3 "$TESTS/reactions.py" states no
}

# peer_at_server NAME OPTION...: without CAP_NET_RAW; in $port.
peer_at_server() {
	local name=$1
	shift
	json=$BATS_TEST_TMPDIR/$name.out
	spawn "$name" "${ENTER[@]}" setpriv --bounding-set=-net_raw "$TCPALIVE" peer -o json --listen "$SERVER4:0" --fault-at 300ms "$@"
	wait_listening
	peers[$name]=$pid
}

@test "another host: its RST is told from one that this end sent" {
	need_routed
	need setpriv util-linux
	routed
	local -A peers=()
	enter watcher
	local there=("${ENTER[@]}")
	enter server
	peer_at_server resets --fault freeze -w 5s
	spawn client1 "${there[@]}" python3 -c "
import socket, time
s = socket.create_connection(('$SERVER4', $port))
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\1\0\0\0\0\0\0\0')
time.sleep(0.8)
s.close()"
	peer_at_server writes --fault kill -w 2s
	spawn client2 "${there[@]}" python3 -c "
import socket, time
s = socket.create_connection(('$SERVER4', $port))
s.recv(1)
s.send(b'x')
time.sleep(10)"
	watcher=${peers[resets]} json=$BATS_TEST_TMPDIR/resets.out
	finish
	exits 0
	holds 'map(select(.event == "result"))[0] | .result == "noticed" and .how == "it reset the connection (RST)"
		and .after > 0.4 and .after < 1.5'
	watcher=${peers[writes]} json=$BATS_TEST_TMPDIR/writes.out
	finish
	exits 0
	holds 'map(select(.event == "result"))[0] | .result == "inconclusive" and (.note | contains("has reset"))'
}

@test "-k: bad words, nobody, and a signal in the middle" {
	run --separate-stderr tcpalive peer --listen 127.0.0.1:0 --fault kill --expect 'noticed<=x'
	[ "$status" -eq 2 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	watched peer --listen 127.0.0.1:0 --fault kill --expect 'noticed<=100ms' -t 1200ms
	exits 1
	holds 'map(select(.event == "result")) == []'
	watched peer --listen 127.0.0.1:0 --fault kill -t 300ms
	exits 5
	watch peer --listen 127.0.0.1:0 --fault freeze --fault-at 100ms -w 20s
	wait_listening
	exec 9<>"/dev/tcp/127.0.0.1/$port"
	wait_event fault
	kill -INT "$watcher"
	finish
	exec 9>&-
	exits 130
	holds 'map(select(.event == "result"))[0] | .result == "inconclusive" and (.note | contains("interrupted"))'
}

@test "who holds its connection is waited for as long as --within says" {
	watch peer --listen 127.0.0.1:0 --fault freeze --fault-at 100ms -w 300ms
	wait_listening
	exec 9<>"/dev/tcp/127.0.0.1/$port"
	finish
	exec 9>&-
	exits 0
	holds 'map(select(.event == "result"))[0].result == "missed" and map(select(.event == "end"))[0].t < 8'
}

@test "-k: who comes from another host is not who was lost" {
	watch peer -k --listen 127.0.0.1:0 --fault close --fault-at 200ms -w 700ms -t 1200ms
	wait_listening
	spawn both python3 -c "
import socket
lost = socket.create_connection(('127.0.0.1', $port))
lost.recv(1)
lost.close()
other = socket.create_connection(('127.0.0.1', $port), source_address=('127.0.0.2', 0))
other.recv(1)"
	finish
	holds 'map(select(.event == "result"))[0] | .result == "noticed" and .connections == 1 and .reconnected_after == null'
	holds 'map(select(.what == "reconnected")) == []'
}
