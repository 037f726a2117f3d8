# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# What was dead, and what only seemed so: where the judgement could be wrong by luck.

load helper
load servers

dies() { echo "kill -USR1 $server"; }

@test "a greeting is no answer: a peer that never answers is not called stuck" {
	# The second client greets while it waits to be accepted, so its greeting comes before any poll.
	local first
	watch --listen 127.0.0.1:0 -k --max-clients 1 -p heartbeat:every=500ms:limit=1s
	wait_listening
	spawn first python3 -c "import socket, time; s = socket.create_connection(('127.0.0.1', $port)); time.sleep(60)"
	first=$pid
	wait_event connected
	spawn greeter python3 -c "import socket, sys, time
s = socket.create_connection(('127.0.0.1', $port))
s.send(b'220 hello\\r\\n')
print('sent', flush=True)
time.sleep(60)"
	eventually 10 says "$BATS_TEST_TMPDIR/greeter.out" sent
	kill -KILL "$first"
	wait_event result '.conn == 2'
	holds 'map(select(.event == "result" and .conn == 2)) | map(.result) == ["inconclusive"]'
	kill -TERM "$watcher"
	finish
}

@test "once every probe has spoken the watch is over" {
	start_peer --life sink
	LIMIT=15 watched -p fionread,idle:limit=1s "127.0.0.1:$port"
	expect_results <<-RESULTS
		fionread false-alarm
		idle     false-alarm
	RESULTS
	exits 1
}

@test "-k: after a false alarm about a client the next one is accepted" {
	watch --listen 127.0.0.1:0 -k --max-clients 1 -p idle:limit=500ms
	wait_listening
	for i in 1 2; do
		spawn "client$i" python3 -c "import socket; socket.create_connection(('127.0.0.1', $port)).recv(1)"
	done
	wait_event result '.conn == 2 and .result == "false-alarm"'
}

@test "an outage is waited out, whatever the other probes do" {
	start_peer --life echo
	watch -p heartbeat:every=500ms:limit=1s,peek "127.0.0.1:$port"
	wait_event connected '.conn == 2'
	sleep 1
	kill -STOP "$server"
	wait_event dead
	sleep 1.8 # what peek would take is over, what heartbeat would take is not
	kill -CONT "$server"
	finish
	expect_results <<-RESULTS
		heartbeat false-alarm
		peek      alive
	RESULTS
}

@test "--expect alive does not hold of a peer that was never reached" {
	start_peer
	local alive=$port
	silent_port
	run --separate-stderr tcpalive -p rdhup -t 1s --expect alive "127.0.0.1:$alive" "127.0.0.1:$port"
	[ "$status" -eq 3 ]
	[[ $stderr == "tcpalive: '127.0.0.1:$port' "*"no connection"* ]]
	[ "${#stderr_lines[@]}" -eq 1 ]
	run --separate-stderr tcpalive --listen 127.0.0.1:0 -p rdhup -t 500ms --expect alive
	[ "$status" -eq 3 ]
	[[ $stderr == "tcpalive: '127.0.0.1:0': no client"* ]]
}

@test "a signal ends the wait for a name server that keeps silent" {
	need unshare util-linux
	echo 'nameserver 127.0.0.53' >"$BATS_TEST_TMPDIR/resolv.conf"
	need_user_namespaces
	run timeout 30 unshare -Urnm bash -c '
		python3 -c "import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack(\"16sH22x\", b\"lo\", 0x41))"
		mount --bind "$1" /etc/resolv.conf
		mount -t tmpfs none /run # no nscd
		python3 -c "import socket, time
s = socket.socket(type=socket.SOCK_DGRAM)
s.bind((\"127.0.0.53\", 53))
print(flush=True)
time.sleep(30)" >"$3" &
		until [ -s "$3" ]; do sleep 0.05; done
		"$2" -p rdhup slow.example:80 &
		sleep 1
		kill -TERM $!
		SECONDS=0
		wait $!
		echo "$? $((SECONDS < 4))"
		kill %1
	' sh "$BATS_TEST_TMPDIR/resolv.conf" "$TCPALIVE" "$BATS_TEST_TMPDIR/up" 3>&- 4>&-
	[ "${lines[-1]}" = '143 1' ]
}

@test "-s: of a name with addresses of both families the source's is taken" {
	start_peer
	need unshare util-linux
	printf '::1 both\n127.0.0.1 both\n' >"$BATS_TEST_TMPDIR/hosts"
	need_user_namespaces
	run --separate-stderr timeout 30 unshare -Urm bash -c '
		mount --bind "$1" /etc/hosts
		exec "$2" -p rdhup -t 500ms --expect alive -s 127.0.0.1 "both:$3"
	' sh "$BATS_TEST_TMPDIR/hosts" "$TCPALIVE" "$port" 3>&- 4>&-
	[ "$status" -eq 0 ] || { echo "$stderr" >&2; return 1; }
}

@test "a death soon after a byte is not provoked because another target lives" {
	start_peer --life echo # it answered such bytes before
	local other=$port
	start_peer --life echo
	watch -p heartbeat:every=50ms -w 1s --expect any -t 3s "127.0.0.1:$other" "127.0.0.1:$port"
	wait_event connected '.conn == 2'
	sleep 0.3
	kill -USR1 "$server"
	finish
	exits 0
	holds 'map(select(.event == "result" and .result == "noticed")) |
		length == 1 and all(.after != null and (has("note") | not))'
}

# full_peer: one that never reads and has room for little.
full_peer() { start_peer --room 2048; }

@test "a timeout is not provoked by the byte before it" {
	full_peer
	local data
	data=$(printf 'x%.0s' {1..256})
	watched -p "user-timeout:after=1s+write-probe:every=10ms:data=$data,rdhup" -w 2s -t 20s "127.0.0.1:$port"
	holds 'map(select(.event == "kernel" and .what == "timeout")) | length == 1'
	# The peer is heard on the other connection.
	holds 'map(select(.probe == "user-timeout" and .event == "result"))[0] | .after != null and
		.result == "false-alarm" and .note == "its own option ended it (ETIMEDOUT), but the peer lives"'
	holds 'map(select(.event == "note")) == []'
}

@test "a peer with a closed window is alive, however rarely it is polled" {
	full_peer
	local data
	data=$(printf 'x%.0s' {1..256})
	# The window probes double their pause: one at 7 s, the next at 14 s.
	watched -p "write-probe:every=10ms:data=$data" -t 8s "127.0.0.1:$port"
	expect_results <<<'write-probe alive'
	exits 5
}

# lingering_peer: whoever says a word is answered with a FIN, and heard out, as nginx
# does; on SIGUSR1 the others are closed. In $port.
lingering_peer() {
	spawn peer python3 -c '
import select, signal, socket
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
quiet, heard, dying = [], [], []
signal.signal(signal.SIGUSR1, lambda *_: dying.append(1))
while True:
    while dying and quiet:
        quiet.pop().close()
    for c in select.select([s] + quiet + heard, [], [], 0.05)[0]:
        if c is s:
            quiet.append(s.accept()[0])
        elif c.fileno() >= 0 and c.recv(100) and c in quiet:
            c.shutdown(socket.SHUT_WR)
            quiet.remove(c)
            heard.append(c)'
	server=$pid
	eventually 20 says "$BATS_TEST_TMPDIR/peer.out" '^[0-9]+$'
	port=$(<"$BATS_TEST_TMPDIR/peer.out")
}

@test "a half-close that a byte provoked proves nothing about the others' FIN" {
	lingering_peer
	watch -p write-probe,peek,rdhup -w 1s "127.0.0.1:$port"
	wait_event kernel
	sleep 1
	kill -USR1 "$server"
	finish
	expect_results <<-RESULTS
		write-probe alive
		peek        noticed
		rdhup       noticed
	RESULTS
	holds 'map(select(.event == "note"))[0].text | contains("none was")'
}

@test "a half-close is noted for each target alone" {
	start_peer --life sink --death half-close
	local half=$port first=$server
	start_peer --life sink
	watch -p write-probe,rdhup -w 3s "127.0.0.1:$half" "127.0.0.1:$port"
	wait_event connected '.conn == 4'
	kill -USR1 "$first" "$server"
	finish
	holds "(map(select(.event == \"connected\" and .remote == \"127.0.0.1:$half\").conn)) as \$half |
		map(select(.event == \"result\" and .probe == \"rdhup\")) | length == 2 and
		all(.result == (if .conn | IN(\$half[]) then \"false-alarm\" else \"noticed\" end))"
	holds 'map(select(.event == "note")) | length == 2'
}

@test "on the only connection, an end right after a byte is called suspicious" {
	lingering_peer
	watched -p rdhup+write-probe -w 3s "127.0.0.1:$port"
	holds 'map(select(.event == "result" and .probe == "rdhup"))[0] | .result == "false-alarm" and
		(.note | contains("half-closed"))'
	start_peer --life closes
	# On a busy machine it may take its time to close.
	for _ in {1..10}; do
		watched -p rdhup+write-probe -w 1s "127.0.0.1:$port"
		seen result '.probe == "rdhup" and has("note") and (.note | startswith("ended"))' && break
	done
	holds 'map(select(.event == "result" and .probe == "rdhup"))[0].note |
		test("^ended [0-9.]+ ms after write-probe.s own byte, and the peer had answered none before: perhaps that byte provoked it$")'
	expect_results <<-RESULTS
		rdhup       inconclusive
		write-probe inconclusive
	RESULTS
	exits 1
}

@test "a probe that would have found EPIPE is not blinded by the one that took the error" {
	start_peer --death rst
	watch -p keepalive+so-error+unacked:every=10m -i 1h -w 1s "127.0.0.1:$port"
	wait_event connected
	kill -USR1 "$server"
	finish
	holds 'map(select(.event == "result" and .probe == "so-error"))[0].note == "blinded: keepalive took ECONNRESET"'
	holds 'map(select(.event == "result" and .probe == "unacked"))[0] | has("note") | not'
}

@test "an error that was taken reaches the probes that only set an option" {
	need_uring
	start_peer --death rst
	watched -p uring+user-timeout -w 1s --fault-exec "$(dies)" "127.0.0.1:$port"
	holds 'map(select(.event == "result" and .probe == "user-timeout"))[0].result == "noticed"'
	holds 'map(select(.event == "result" and .probe == "user-timeout"))[0].how == "ECONNRESET, which another probe took"'
}

@test "a death before the fault is noted, and meets no expectation about the fault" {
	start_peer
	watch -p rdhup -w 1s --fault-at 6s --fault-exec true --expect 'rdhup<=1s' "127.0.0.1:$port"
	wait_event connected
	kill -USR1 "$server"
	finish
	exits 1
	expect_results <<<'rdhup inconclusive'
	holds 'map(select(.event == "note"))[0].text == "1 of 1 connection had ended before the fault"'
	holds 'map(select(.event == "expect"))[0].why | test("^connection 1: inconclusive: ended [0-9.]+m?s before the fault$")'
}

@test "--expect PROBE<=DUR does not hold where there is no time to count from" {
	start_peer --life echo
	watch -p heartbeat:every=200ms:limit=500ms --expect 'heartbeat<=1h' -w 2s "127.0.0.1:$port"
	wait_event connected
	sleep 1
	kill -STOP "$server"
	finish
	expect_results <<<'heartbeat noticed'
	exits 1
}

@test "after has a number where every end was provoked" {
	start_peer --life closes
	watched -p write-probe,heartbeat,peek -w 3s -t 6s "127.0.0.1:$port"
	holds 'map(select(.event == "result" and .result == "inconclusive")) | length == 2 and all(.after != null)'
	holds 'map(select(.event == "dead")) | length == 2 and all(.after != null)'
}

@test "with standard error closed, nothing else is written in its place" {
	start_peer
	run bash -c '"$@" 2>&-' - timeout 20 "$TCPALIVE" -q -p rdhup -w 1s -o "json=$BATS_TEST_TMPDIR/a.json" \
		--fault-exec "echo noise; echo noise >&2; $(dies)" "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	! grep noise "$BATS_TEST_TMPDIR/a.json" || return 1
}

@test "a client that leaves during its liveness poll was alive" {
	start_peer
	watch -p hup -t 600ms "127.0.0.1:$port"
	wait_event connected
	sleep 0.8 # the judge's segment is not sent before a second of silence
	kill -USR1 "$server"
	finish
	expect_results <<<'hup alive'
	exits 5
}

@test "a client that is reset before its liveness poll was alive" {
	start_peer --death rst
	watch -p hup -t 600ms "127.0.0.1:$port"
	wait_event connected
	sleep 0.8 # the judge's segment is not sent before a second of silence
	kill -USR1 "$server"
	finish
	expect_results <<<'hup alive'
	exits 5
}

@test "thousands of liveness polls, and every answer counts" {
	alone
	need_descriptors 9000
	ulimit -n 9000
	spawn peer "$TCPALIVE" peer --listen 127.0.0.1:0 -o json
	eventually 20 grep -q listening "$BATS_TEST_TMPDIR/peer.out"
	port=$(jq -rn 'input | input | .address | sub(".*:"; "")' "$BATS_TEST_TMPDIR/peer.out")
	LIMIT=60 run tcpalive -q -p hup -n 4000 -t 2s --expect alive "127.0.0.1:$port"
	[ "$status" -eq 0 ]
	[[ $output == *'whose kernel answers on 4000 of 4000 connections'* ]]
}

# clients ADDRESS:half|close...: connect to $port one after the other, and on SIGUSR1
# end as said; who half-closed goes on reading.
clients() {
	spawn clients python3 -c '
import signal, socket, sys, threading
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
def drain(c):
    while c.recv(100): pass
all = []
for word in sys.argv[2:]:
    host, how = word.split(":")
    c = socket.create_connection(("127.0.0.1", int(sys.argv[1])), source_address=(host, 0))
    all.append((c, how))
    if how == "half":
        threading.Thread(target=drain, args=[c], daemon=True).start()
signal.sigwait([signal.SIGUSR1])
for c, how in all:
    c.shutdown(socket.SHUT_WR) if how == "half" else c.close()
signal.pause()' "$port" "$@"
	client=$pid
}

@test "--listen: a client proves nothing about another host's FIN" {
	watch --listen 127.0.0.1:0 -n 1 -p rdhup,write-probe:every=200ms -w 2s
	wait_listening
	clients 127.0.0.2:close 127.0.0.3:half
	wait_event connected '.conn == 2'
	kill -USR1 "$client"
	finish
	expect_results <<-RESULTS
		rdhup       noticed
		write-probe alive
	RESULTS
	exits 0
}

@test "of half-closed and closed connections none speaks for the others" {
	watch --listen 127.0.0.1:0 -n 2 -p rdhup,write-probe:every=200ms -w 2s
	wait_listening
	clients 127.0.0.1:close 127.0.0.1:close 127.0.0.1:close 127.0.0.1:half
	wait_event connected '.conn == 4'
	kill -USR1 "$client"
	finish
	expect_results <<-RESULTS
		rdhup       noticed
		write-probe alive,noticed
	RESULTS
	holds 'map(select(.event == "note"))[0].text | endswith("each is judged by itself")'
	exits 0
}

@test "what half-closes and dies later is dead since then" {
	half_closes_and_dies
	exits 1
}

@test "a half-close before the fault is no death before the fault" {
	need_capability NET_ADMIN
	start_peer --life sink --death half-close
	watch -p rdhup,write-probe:every=100ms -w 1s --fault drop --fault-at 3s "127.0.0.1:$port"
	wait_event connected '.conn == 2'
	kill -USR1 "$server"
	finish
	expect_results <<-RESULTS
		rdhup       false-alarm
		write-probe missed
	RESULTS
}

@test "a reset that answers a byte after the fault: the peer was gone since then" {
	need_capability NET_ADMIN # for TCP_REPAIR
	start_peer --life echo --death vanish
	watched -p heartbeat:every=5s:limit=1s+idle:limit=1s -w 8s --fault-at 500ms \
		--fault-exec "$(dies)" "127.0.0.1:$port"
	expect_results <<-RESULTS
		heartbeat noticed
		idle      noticed
	RESULTS
	exits 0
}

# icmp_peer: on SIGUSR1 its host tells each client that it is unreachable, and on
# SIGUSR2 it resets them; in $port.
icmp_peer() {
	need_capability NET_ADMIN NET_RAW # for TCP_REPAIR, and to forge ICMP
	spawn peer python3 -c '
import signal, socket, struct
from socket import inet_aton
SIGNALS = [signal.SIGUSR1, signal.SIGUSR2]
REPAIR, REPAIR_QUEUE, QUEUE_SEQ = 19, 20, 21
signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
c, (host, port) = s.accept()

def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    return ~((total & 0xffff) + (total >> 16)) & 0xffff

def unreachable():
    c.setsockopt(socket.IPPROTO_TCP, REPAIR, 1)
    c.setsockopt(socket.IPPROTO_TCP, REPAIR_QUEUE, 1)
    seq = c.getsockopt(socket.IPPROTO_TCP, QUEUE_SEQ) & 0xffffffff
    c.setsockopt(socket.IPPROTO_TCP, REPAIR, -1)
    sent = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 0, 0, 64, 6, 0, inet_aton(host), inet_aton("127.0.0.1"))
    sent += struct.pack("!HHI", port, s.getsockname()[1], seq)
    head = struct.pack("!BBHI", 3, 1, 0, 0)
    raw.sendto(struct.pack("!BBHI", 3, 1, checksum(head + sent), 0) + sent, (host, 0))

while signal.sigwait(SIGNALS) == signal.SIGUSR1:
    unreachable()
c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
c.close()'
	server=$pid
	eventually 20 says "$BATS_TEST_TMPDIR/peer.out" '^[0-9]+$'
	port=$(<"$BATS_TEST_TMPDIR/peer.out")
}

@test "unreachable for a moment, and reset later: that was no death" {
	icmp_peer
	watch -p icmp+rdhup -w 1s "127.0.0.1:$port"
	wait_event connected
	kill -USR1 "$server"
	wait_event dead '.probe == "icmp"'
	kill -USR2 "$server"
	finish
	expect_results <<-RESULTS
		icmp  false-alarm
		rdhup noticed
	RESULTS
	holds 'map(select(.event == "kernel").what) == ["unreachable", "rst"]'
	exits 1
}

@test "a byte after the FIN has its time to be answered, however short the deadline" {
	start_peer --life sink --death half-close
	watched -p rdhup,write-probe:every=20ms -w 100ms --fault-exec "$(dies)" "127.0.0.1:$port"
	expect_results <<-RESULTS
		rdhup       false-alarm
		write-probe alive
	RESULTS
}

@test "a server that streams to whoever does not read is alive, for tx-ack too" {
	start_peer --life flood
	watched -p tx-ack:every=200ms:limit=500ms,unacked:every=200ms:limit=500ms,peek -t 2s "127.0.0.1:$port"
	holds 'map(select(.event == "result")) | length == 3 and all(.result == "alive")'
	holds 'map(select(.event == "suspect" and .probe == "tx-ack" and (.how | startswith("no room")))) | length == 1'
	exits 5
}
