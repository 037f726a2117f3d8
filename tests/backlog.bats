# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# A listener whose backlog is full: this side is established, the peer never accepted. A
# filter that drops the last ACK of the handshake looks the same from here: the SYN-ACK is repeated.

load helper
load servers

# start_refuser SECONDS: a listener that drops the ACKs of all handshakes but the first two, for so long.
start_refuser() {
	need_capability NET_ADMIN # for a filter on a TCP socket
	rm -f "$BATS_TEST_TMPDIR/refuser.out"
	spawn refuser python3 -c '
import ctypes, os, select, socket, struct, sys, time
# The filter has to be there before the third handshake, some milliseconds after the second.
try: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
except PermissionError: pass
ATTACH, DETACH = 26, 27
# Of a TCP header: the flags are byte 13; drops what has ACK and not SYN.
code = b"".join(struct.pack("=HBBI", *line) for line in (
    (0x30, 0, 0, 13), (0x54, 0, 0, 0x12), (0x15, 0, 1, 0x10), (0x06, 0, 0, 0), (0x06, 0, 0, 0xffff)))
lines = ctypes.create_string_buffer(code)
s = socket.create_server(("127.0.0.1", 0), backlog=100)
print(s.getsockname()[1], flush=True)
clients = [s.accept(), s.accept()]
s.setsockopt(socket.SOL_SOCKET, ATTACH, struct.pack("@HP", 5, ctypes.addressof(lines)))
until = time.time() + float(sys.argv[1])
while True:
    if select.select([s], [], [], 0.1)[0]:
        clients.append(s.accept())
    if until and time.time() > until:
        s.setsockopt(socket.SOL_SOCKET, DETACH, 0)
        until = 0' "$1"
	server=$pid
	eventually 20 says "$BATS_TEST_TMPDIR/refuser.out" '^[0-9]+$'
	port=$(<"$BATS_TEST_TMPDIR/refuser.out")
}

refused='map(select(.event == "note" and .text == "not accepted by the peer: its backlog is full"))'

@test "what the peer never accepted is told at once, and inconclusive, dead or alive" {
	start_refuser 60
	watched -p rdhup,peek,keepalive:idle=1s:intvl=1s:cnt=2,write-probe,tcp-info,unacked -w 1s --fault-at 4s \
		--fault-exec "kill -KILL $server" -o text="$BATS_TEST_TMPDIR/text" "127.0.0.1:$port"
	exits 1
	holds "$refused | length >= 3 and length <= 4 and all(.conn and .t < 3)"
	holds "($refused | map(.conn)) as \$r | map(select(.event == \"result\" and (.conn | IN(\$r[])))) |
		length >= 3 and all(.result == \"inconclusive\" and .note == \"not accepted by the peer: its backlog is full\")"
	holds "($refused | map(.conn)) as \$r | map(select(.event == \"result\" and (.conn | IN(\$r[]) | not))) |
		length >= 2 and all(.result == if .probe == \"keepalive\" then \"missed\" else \"noticed\" end)"
	grep -q ': not accepted by the peer: its backlog is full' "$BATS_TEST_TMPDIR/text"
}

@test "what the peer never accepted is inconclusive also where it lives" {
	start_refuser 60
	watched -p rdhup,peek,tcp-info,keepalive:idle=1s:intvl=1s:cnt=1 -t 4500ms --expect alive "127.0.0.1:$port"
	exits 1
	holds "($refused | map(.conn)) as \$r | map(select(.event == \"result\")) | length == 4 and
		all(if .conn | IN(\$r[]) then .result == \"inconclusive\" else .result == \"alive\" end)"
	holds "$refused | length >= 1"
}

@test "what is accepted later after all counts again" {
	start_refuser 2
	watched -p rdhup,peek,hup,tcp-info -t 4500ms --expect alive "127.0.0.1:$port"
	exits 0
	holds "($refused | length) as \$n | \$n >= 1 and
		(map(select(.event == \"note\" and .text == \"accepted by the peer after all\")) | length == \$n)"
}

@test "a peer that sends keepalive segments each second has accepted" {
	start_peer --keepalive 1
	watched -p rdhup -t 3500ms --expect alive "127.0.0.1:$port"
	exits 0
	holds "$refused == []"
}

@test "a FIN is no repeated SYN-ACK" {
	start_refuser 60
	spawn other "$TCPALIVE" -p rdhup -n 4 -t 30s "127.0.0.1:$port"
	# Its second is long enough for the FIN to be taken for one, while elsewhere one is repeated.
	half_closes_and_dies
	exits 1
}

# start_idler NAME: a listener that accepts nobody, its port in $port.
start_idler() {
	spawn "$1" python3 -c 'import socket, time; s = socket.create_server(("127.0.0.1", 0), backlog=0)
print(s.getsockname()[1], flush=True); time.sleep(60)'
	eventually 20 says "$BATS_TEST_TMPDIR/$1.out" '^[0-9]+$'
	port=$(<"$BATS_TEST_TMPDIR/$1.out")
}

@test "a listener that accepts nobody: the backlog is named where its connections come to an end" {
	local limited why='others are established, perhaps its backlog is full'
	start_idler one
	spawn limit "$TCPALIVE" -p rdhup -n 4 -t 1200ms "127.0.0.1:$port"
	limited=$pid
	start_idler other
	run --separate-stderr tcpalive -p rdhup -n 4 --connect-timeout 1200ms "127.0.0.1:$port"
	[ "$status" -eq 3 ]
	[[ $stderr == *"Connection timed out; $why" ]]
	eventually 10 gone "$limited"
	grep -q "no connection before --timeout; $why" "$BATS_TEST_TMPDIR/limit.err"
	# Where none was established nothing tells.
	run --separate-stderr tcpalive -p rdhup --connect-timeout 300ms "127.0.0.1:$port"
	[[ $stderr == *"Connection timed out" ]]
}
