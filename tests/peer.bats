# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# peer: the other end, which dies as it is told. Seen by itself, and by a second tcpalive.

load helper

# peer FAULT [OPTION...]: listens; in $port.
peer() {
	watch peer --listen 127.0.0.1:0 --fault "$@"
	wait_listening
}

# sees STATUS OPTION...: a watch of that peer ends with this exit status.
sees() {
	local want=$1 got=0
	shift
	tcpalive -t 8s -w 2s -o json="$BATS_TEST_TMPDIR/other.json" "$@" "127.0.0.1:$port" || got=$?
	[ "$got" -eq "$want" ] && return
	printf 'the watch ended with %s, expected %s\n' "$got" "$want" >&2
	cat "$BATS_TEST_TMPDIR/other.json" >&2
	return 1
}

# first_event WHAT: the first kernel event.
first_event() {
	local what
	what=$(jq -r 'select(.event == "kernel") | .what' "$BATS_TEST_TMPDIR/other.json" | head -n 1)
	[ "$what" = "$1" ] || { echo "the first kernel event is '$what', expected '$1'" >&2; return 1; }
}

# carried_out: the peer has ended, with status 0, and says when it struck.
carried_out() {
	finish
	exits 0
	holds 'map(select(.event == "fault")) | length == 1'
	holds 'map(select(.event == "end"))[0].exit == 0'
}

# The peer's process, a child of the command.
child() { tr -d ' ' <"/proc/$watcher/task/$watcher/children"; }

@test "the events of a peer: start, listening, connected, fault, what the other end did, result, end" {
	peer close --fault-at 300ms
	sees 0 -p read,rdhup
	carried_out
	holds '.[0] | .event == "start" and .mode == "peer"'
	holds 'map(.event) == ["start", "listening", "connected", "connected", "fault", "program", "program", "result", "end"]'
	holds 'map(select(.event == "connected"))[0] | .conn == 1 and (.local | endswith(":'"$port"'"))'
}

@test "--fault-at counts from the first client" {
	peer close --fault-at 300ms
	sleep 1
	sees 0 -p read
	carried_out
	holds '(map(select(.event == "connected"))[0].t) as $established |
		map(select(.event == "fault"))[0].t - $established | . >= 0.29 and . < 0.9'
}

@test "close: a FIN" {
	peer close --fault-at 300ms
	sees 0 -p read,rdhup,tcp-info
	first_event fin
	carried_out
}

@test "kill: the process is gone, and its kernel sends the FIN" {
	peer kill --fault-at 300ms
	sees 0 -p read,rdhup
	first_event fin
	carried_out
}

@test "rst: an RST" {
	peer rst --fault-at 300ms
	sees 0 -p so-error,hup,peername
	first_event rst
	carried_out
}

@test "close-unread: an RST, once something was sent" {
	peer close-unread:wait=5s --fault-at 300ms
	sees 0 -p rdhup+write-probe:every=200ms
	first_event rst
	carried_out
}

@test "data-then-close: the final data hide the FIN from peek" {
	peer 'data-then-close:data=so long' --fault-at 300ms
	sees 1 -p peek,rdhup
	first_event fin
	carried_out
	jq -es 'map(select(.event == "result")) | map({ (.probe): .result }) | add ==
		{ peek: "missed", rdhup: "noticed" }' "$BATS_TEST_TMPDIR/other.json"
}

@test "data-then-rst: the final data hide the RST from peek" {
	peer data-then-rst --fault-at 300ms
	sees 1 -p peek,hup
	first_event rst
	carried_out
}

@test "half-close: a FIN, and what is written is still taken" {
	peer half-close --fault-at 300ms
	exec 9<>"/dev/tcp/127.0.0.1/$port"
	wait_event fault
	# cat ends at the FIN; then the other direction is tried.
	timeout 5 cat <&9
	echo one >&9
	echo two >&9
	sleep 0.2
	echo three >&9
	exec 9>&-
	carried_out
}

@test "freeze: silence of the application alone, until --timeout; nothing is left" {
	peer freeze --fault-at 800ms -t 5s
	sees 0 -p heartbeat:every=300ms:limit=500ms -w 1s
	jq -es 'map(select(.event == "kernel")) == []' "$BATS_TEST_TMPDIR/other.json"
	pid=$(child)
	stopped "$pid"
	carried_out
	gone "$pid"
}

@test "freeze: a signal ends it, with 128 and its number" {
	peer freeze --fault-at 300ms
	exec 9<>"/dev/tcp/127.0.0.1/$port"
	wait_event fault
	pid=$(child)
	eventually 5 stopped "$pid"
	kill -TERM "$watcher"
	finish
	exits 143
	gone "$pid"
	exec 9>&-
}

@test "a peer dies with the command, also when that is killed and the peer frozen" {
	peer freeze --fault-at 100ms
	exec 9<>"/dev/tcp/127.0.0.1/$port"
	wait_event fault
	pid=$(child)
	eventually 5 stopped "$pid"
	kill -KILL "$watcher"
	eventually 5 gone "$pid"
	exec 9>&-
}

@test "zero-window: reads no more" {
	peer zero-window --fault-at 800ms -t 5s
	sees 0 -p heartbeat:every=300ms:limit=500ms -w 1s
	carried_out
}

@test "drop: nothing is received, as long as the command runs" {
	need_capability NET_ADMIN
	# Until the other side's retransmissions are so rare that the next comes seconds after it asked.
	peer drop --fault-at 300ms -t 15s
	sees 0 -p keepalive:idle=1s:intvl=1s:cnt=2,unacked:limit=1s -w 5s
	carried_out
}

@test "reboot: an RST, but only in answer to a segment" {
	need_capability NET_ADMIN
	peer reboot --fault-at 300ms
	sees 1 -p write-probe:every=200ms,rdhup -w 2s
	first_event rst
	jq -es 'map(select(.event == "result")) | map({ (.probe): .result }) | add |
		.["write-probe"] == "noticed" and .rdhup != "noticed"' "$BATS_TEST_TMPDIR/other.json"
	carried_out
}

@test "reboot-late: silence, and then an RST" {
	need_capability NET_ADMIN
	peer reboot-late:for=1s --fault-at 300ms
	sees 0 -p write-probe:every=200ms -w 8s
	first_event rst
	carried_out
}

@test "flap: alive again, and it echoes what was lost" {
	need_capability NET_ADMIN
	peer flap:for=500ms --fault-at 100ms
	exec 9<>"/dev/tcp/127.0.0.1/$port"
	wait_event fault
	echo lost >&9
	read -r -t 5 answer <&9
	[ "$answer" = lost ]
	exec 9>&-
	carried_out
}

@test "none, and no fault at all: it goes on echoing" {
	watch peer --listen 127.0.0.1:0
	wait_listening
	exec 9<>"/dev/tcp/127.0.0.1/$port"
	for word in one two three; do
		echo "$word" >&9
		read -r -t 5 answer <&9
		[ "$answer" = "$word" ]
	done
	exec 9>&-
	kill -INT "$watcher"
	finish
	exits 130
	peer none --fault-at 100ms -t 1s
	exec 9<>"/dev/tcp/127.0.0.1/$port"
	wait_event fault
	echo still here >&9
	read -r -t 5 answer <&9
	[ "$answer" = 'still here' ]
	carried_out
	exec 9>&-
}

@test "HOST:PORT -n: connects that often, and dies on all" {
	spawn other "$TCPALIVE" -o json --listen 127.0.0.1:0 -n 20 -p rdhup -w 3s
	local other=$pid out=$BATS_TEST_TMPDIR/other.out
	eventually 20 says "$out" '"listening"'
	port=$(jq -r 'select(.event == "listening") | .address | sub(".*:"; "")' "$out")
	watched peer "127.0.0.1:$port" -n 20 --fault rst --fault-at 500ms
	exits 0
	holds 'map(select(.event == "connected")) | length == 20'
	eventually 10 gone "$other"
	wait "$other"
	[ "$(jq -s 'map(select(.event == "result" and .result == "noticed")) | length' "$out")" -eq 20 ]
}

@test "many clients at once" {
	peer rst --fault-at 1s
	sees 0 -p hup -n 200
	carried_out
	holds 'map(select(.event == "connected")) | length == 200'
}

# has_stopped_child: in $dead.
has_stopped_child() {
	for dead in $(<"/proc/$watcher/task/$watcher/children"); do ! stopped "$dead" || return 0; done
	return 1
}

# echoes DESCRIPTOR: what is written there comes back.
echoes() {
	local line
	echo ping >&"$1" && read -r -t 5 -u "$1" line && [ "$line" = ping ]
}

@test "-k --max-clients 1: each client has a peer, a clock and a death of its own" {
	local clients=() dead
	watch peer --listen 127.0.0.1:0 -k --max-clients 1 --fault kill --fault-at 300ms
	wait_listening
	for n in 1 2 3; do
		spawn "client$n" "$TCPALIVE" -p rdhup -t 20s -o json "127.0.0.1:$port"
		clients+=("$pid")
	done
	for pid in "${clients[@]}"; do wait "$pid"; done
	wait_event fault '.t > 0.9'
	kill -TERM "$watcher"
	finish
	exits 143
	holds 'map(select(.event == "connected" or .event == "fault") | .event) ==
		["connected", "fault", "connected", "fault", "connected", "fault"]'
	holds '[.[] | select(.event == "connected" or .event == "fault").t] |
		[.[1] - .[0], .[3] - .[2], .[5] - .[4]] | all(. >= 0.29 and . < 2)'

	# A frozen one stays so, and its client with it, beside the next; all end with the command.
	watch peer --listen 127.0.0.1:0 -k --fault freeze --fault-at 300ms
	wait_listening
	exec 9<>"/dev/tcp/127.0.0.1/$port"
	wait_event fault
	eventually 5 has_stopped_child
	exec 8<>"/dev/tcp/127.0.0.1/$port"
	echoes 8
	stopped "$dead"
	echo ping >&9
	! read -r -t 0.2 -u 9 || return 1
	kill -TERM "$watcher"
	finish
	exec 8>&- 9>&-
	gone "$dead"
}

@test "--max-clients 2: the third is heard when another has left" {
	watch peer --listen 127.0.0.1:0 --max-clients 2
	wait_listening
	exec 7<>"/dev/tcp/127.0.0.1/$port" 8<>"/dev/tcp/127.0.0.1/$port"
	echoes 7
	echoes 8
	exec 9<>"/dev/tcp/127.0.0.1/$port"
	echo ping >&9
	! read -r -t 0.5 -u 9 || return 1
	holds 'map(select(.event == "connected")) | length == 2'
	exec 7>&-
	read -r -t 5 -u 9
	kill -TERM "$watcher"
	finish
	exec 8>&- 9>&-
	exits 143
}

@test "IPv6" {
	need_ipv6
	watch peer --listen '[::1]:0' --fault rst --fault-at 300ms
	wait_listening
	tcpalive -p hup -t 5s -o json="$BATS_TEST_TMPDIR/other.json" "[::1]:$port"
	carried_out
}

@test "nobody came before --timeout: status 5" {
	watched peer --listen 127.0.0.1:0 --fault rst -t 500ms
	exits 5
	watched peer --listen 127.0.0.1:0 -t 500ms
	exits 0
}

@test "what no process can do to itself is refused, and the lab named" {
	for fault in drop-in icmp-host icmp-port icmp-admin rst-injected link-down addr-gone; do
		run --separate-stderr tcpalive peer --listen 127.0.0.1:0 --fault "$fault"
		[ "$status" -eq 2 ]
		[[ $stderr == "tcpalive: "*"'$fault'"*"tcpalive lab $fault"* ]]
		[ "${#stderr_lines[@]}" -eq 1 ]
	done
}

@test "what needs a privilege says which, before a client comes" {
	for fault in drop reboot flap; do
		without_privilege peer --listen 127.0.0.1:0 --fault "$fault" -t 1s
		# Older kernels let everyone filter his own socket.
		[ "$status" -ne 5 ] || [ "$fault" = reboot ] || continue
		[ "$status" -eq 4 ]
		[[ $stderr == "tcpalive: "*"'$fault'"*CAP_NET_ADMIN* ]]
		[ "${#stderr_lines[@]}" -eq 1 ]
	done
}

@test "refused, and address in use: status 3" {
	run --separate-stderr tcpalive peer "127.0.0.1:$(free_port)" --fault rst
	[ "$status" -eq 3 ]
	[[ $stderr == "tcpalive: "*refused* ]]
	peer none
	run --separate-stderr tcpalive peer --listen "127.0.0.1:$port" --fault rst
	[ "$status" -eq 3 ]
	[[ $stderr == "tcpalive: "*"in use"* ]]
}
