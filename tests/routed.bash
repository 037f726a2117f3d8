# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
# A routed network of three hosts, made by iproute2 and not by the lab. Each host is a
# network namespace, which lives as long as the process that holds it:
#
#     watcher                     router                      server
#     ┌──────────────┐  ┌──────────────────────────┐  ┌──────────────┐
#     │        eth0 ─┼──┼─ west               east ─┼──┼─ eth0        │
#     │ 10.1.0.2/24  │  │ 10.1.0.1/24  10.2.0.1/24 │  │ 10.2.0.2/24  │
#     │ fd00:1::2/64 │  │ fd00:1::1/64 fd00:2::1/64│  │ fd00:2::2/64 │
#     └──────────────┘  └──────────────────────────┘  └──────────────┘
#
# A fault is a rule of the router's routing: all that the ends see of it is what becomes
# of their packets.
#
#     routed                                    # the network
#     start_peer_at server --life echo          # $server, $port
#     watch_routed -p idle "$SERVER4:$port"     # as watch; and finish, holds ...
#     drop_path "$port"; heal_path              # or --fault-exec "$(fault drop_path "$port")"

SERVER4=10.2.0.2
SERVER6=fd00:2::2

# need_routed: skips the test where nobody may make namespaces. Root needs no user
# namespace; others have one, to which all three hosts belong.
need_routed() {
	need ip iproute2
	need nsenter util-linux
	ROUTED_UNSHARE=(unshare -n)
	"${ROUTED_UNSHARE[@]}" true 2>/dev/null || ROUTED_UNSHARE=(unshare -Urn)
	"${ROUTED_UNSHARE[@]}" true 2>/dev/null || skip 'needs user namespaces'
	"${ROUTED_UNSHARE[@]}" ip link add veth0 type veth peer name veth1 2>/dev/null || skip 'needs veth'
}

# --- the hosts

# routed: the three. $router_host, $watcher_host and $server_host are the pids that hold them.
routed() {
	[ -n "${ROUTED_UNSHARE:-}" ] || need_routed
	hold router "${ROUTED_UNSHARE[@]}"
	hold watcher "${ENTER[@]}" unshare -n
	enter router
	hold server "${ENTER[@]}" unshare -n
	plug west 1 watcher
	plug east 2 server
	at router sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
		echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
	forward_first -4 10.1.0.0/24 10.2.0.0/24
	forward_first -6 fd00:1::/64 fd00:2::/64
}

# hold HOST COMMAND...: a process that stays in the namespace that the command makes, and
# no longer than the test does. Leaves ENTER at that host.
hold() {
	local host=$1
	shift
	spawn "hold-$host" setpriv --pdeathsig KILL "$@" sh -c 'echo; exec sleep infinity'
	declare -g "${host}_host=$pid"
	eventually 20 test -s "$BATS_TEST_TMPDIR/hold-$host.out"
	enter "$host"
	"${ENTER[@]}" ip link set lo up
}

# enter HOST: $ENTER is the command that others go behind. A fault that tcpalive carries
# out is in the user namespace already, which cannot be entered twice.
enter() {
	local holder=${1}_host
	holder=${!holder}
	ENTER=(nsenter -t "$holder" -n)
	[ "/proc/$holder/ns/user" -ef /proc/self/ns/user ] ||
		ENTER=(nsenter -t "$holder" -U --preserve-credentials -n)
}

# at HOST COMMAND...
at() {
	local ENTER
	enter "$1"
	shift
	"${ENTER[@]}" "$@"
}

# spawn_at HOST NAME COMMAND...: as spawn; $pid is the command's own.
spawn_at() {
	local name=$2 ENTER
	enter "$1"
	shift 2
	spawn "$name" setpriv --pdeathsig KILL "${ENTER[@]}" "$@"
}

# plug DEVICE N HOST: a cable from the router's device to the host of the Nth network.
plug() {
	local end=${3}_host
	# Where both ends had one index the kernel would report their carrier a second late.
	at router ip link add "$1" index "10$2" type veth peer name eth0 netns "${!end}"
	address router "$1" "10.$2.0.1/24" "fd00:$2::1/64"
	address "$3" eth0 "10.$2.0.2/24" "fd00:$2::2/64"
	gateway "$3" "$2"
}

gateway() {
	at "$1" ip route replace default via "10.$2.0.1"
	at "$1" ip -6 route replace default via "fd00:$2::1"
}

# address HOST DEVICE IPV4 IPV6: at once, without questions to the neighbours.
address() {
	local host=$1
	shift
	# shellcheck disable=SC2016
	at "$host" sh -ec 'for name in default all "$1"; do
		echo 0 >"/proc/sys/net/ipv4/conf/$name/rp_filter"
		echo 0 >"/proc/sys/net/ipv6/conf/$name/accept_dad"
		echo 0 >"/proc/sys/net/ipv6/conf/$name/accept_ra"
		echo 1 >"/proc/sys/net/ipv6/conf/$name/keep_addr_on_down"
	done
	ip addr add "$2" dev "$1"
	ip -6 addr add "$3" dev "$1" nodad
	ip link set "$1" up' sh "$@"
}

# forward_first -4|-6 WEST EAST: what goes from one side to the other is not looked for
# among the router's own addresses, so that it may have the server's (reset_path).
forward_first() {
	at router ip "$1" rule add pref 100 iif west to "$3" lookup main
	at router ip "$1" rule add pref 100 iif east to "$2" lookup main
	at router ip "$1" rule add pref 200 lookup local
	at router ip "$1" rule del pref 0
}

# --- what the path does to the TCP of one of the server's ports, or without one to all

# Nothing passes, nothing that goes to the server, nothing that comes from it.
drop_path() { drop_to "$@"; drop_from "$@"; }
drop_to() { rule to "${1:-}" blackhole; }
drop_from() { rule from "${1:-}" blackhole; }

# The router answers what goes to the server with ICMP: no route, or prohibited.
reject_path() { rule to "${1:-}" unreachable; }
prohibit_path() { rule to "${1:-}" prohibit; }

# The router answers in the server's name: it knows of no such connection.
reset_path() {
	at router ip route replace local "$SERVER4" dev lo table local
	at router ip -6 route replace local "$SERVER6" dev lo table local
	rule to "${1:-}" lookup local
	drop_from "$@"
}

# All faults of the path are over.
heal_path() {
	at router ip route del local "$SERVER4" table local 2>/dev/null || true
	at router ip -6 route del local "$SERVER6" table local 2>/dev/null || true
	while at router ip rule del pref 5 2>/dev/null; do :; done
	while at router ip -6 rule del pref 5 2>/dev/null; do :; done
}

# outage SECONDS [PORT]: nothing passes for so long.
outage() {
	drop_path "${2:-}"
	sleep "$1"
	heal_path
}

# rule to|from PORT ACTION...
rule() {
	local way=(iif west) match=() family
	[ -z "$2" ] || match=(ipproto tcp dport "$2")
	if [ "$1" = from ]; then
		way=(iif east)
		[ -z "$2" ] || match=(ipproto tcp sport "$2")
	fi
	shift 2
	for family in -4 -6; do
		at router ip "$family" rule add pref 5 "${way[@]}" "${match[@]}" "$@"
	done
}

# pull, plug_in HOST: the cable of one end, watcher or server.
pull() { at "$1" ip link set eth0 down; }
plug_in() {
	at "$1" ip link set eth0 up
	gateway "$1" "$([ "$1" = watcher ] && echo 1 || echo 2)"
}

# delay_path SECONDS [JITTER]: each packet, in both directions, takes half of that round trip
# and up to the jitter more; none overtakes another.
delay_path() {
	[ -w /dev/net/tun ] || skip 'needs /dev/net/tun'
	spawn_at router delay python3 -c '
import fcntl, os, random, select, struct, sys, time
half, jitter = float(sys.argv[1]) / 2, float(sys.argv[2])
tun = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tun, 0x400454ca, struct.pack("16sH22x", b"delay", 0x1001))  # TUNSETIFF, IFF_TUN | IFF_NO_PI
print(flush=True)
queue = []
while True:
    wait = max(0, queue[0][0] - time.monotonic()) if queue else None
    if select.select([tun], [], [], wait)[0]:
        due = time.monotonic() + half + random.uniform(0, jitter)
        queue.append((max(due, queue[-1][0] if queue else 0), os.read(tun, 65536)))
    while queue and queue[0][0] <= time.monotonic():
        os.write(tun, queue.pop(0)[1])' "$1" "${2:-0}"
	eventually 20 test -s "$BATS_TEST_TMPDIR/delay.out"
	# shellcheck disable=SC2016
	at router sh -ec 'ip link set delay up
		echo 0 >/proc/sys/net/ipv4/conf/delay/rp_filter
		for family in -4 -6; do
			ip $family route add default dev delay table 77
			for port in west east; do ip $family rule add pref 50 iif $port ipproto tcp lookup 77; done
		done'
}

# fault FUNCTION ARGUMENT...: that, as a command for --fault-exec.
fault() {
	printf 'bash -c %q' "$(
		printf 'router_host=%s watcher_host=%s server_host=%s; ' "$router_host" "$watcher_host" "$server_host"
		printf '. %q; ' "$TESTS/routed.bash"
		printf '%q ' "$@"
	)"
}

# --- tcpalive and servers there

# watch_routed ARGUMENT...: as watch, on the watcher's host.
watch_routed() {
	local ENTER
	keep_events
	enter watcher
	spawn watch setpriv --pdeathsig KILL "${ENTER[@]}" "$TCPALIVE" -o json "$@"
	watcher=$pid
}

# start_peer_at HOST OPTION...: as start_peer, for the other hosts to reach, on both families.
start_peer_at() {
	local host=$1
	shift
	rm -f "$BATS_TEST_TMPDIR/peer.out"
	spawn_at "$host" peer python3 "$TESTS/peer.py" --bind :: "$@"
	server=$pid
	eventually 20 says "$BATS_TEST_TMPDIR/peer.out" '^[0-9]+$'
	port=$(<"$BATS_TEST_TMPDIR/peer.out")
}

# listens HOST PORT: somebody does.
listens() { [ -n "$(at "$1" ss -Htln "sport = :$2")" ]; }

# --- situations side by side: what has to wait, waits at the same time

# run_situations SITUATION...: functions, all at once, each in a network and a directory of
# its own, with the variables of a test. For setup_file: it takes no test's turn.
run_situations() {
	local name guard
	one_by_one # all that takes time is done here
	# bats 1.8 knows no skip in setup_file: each test is skipped by itself.
	(skip() { echo "$*" >"$BATS_FILE_TMPDIR/skipped"; exit; }; need_routed)
	[ ! -e "$BATS_FILE_TMPDIR/skipped" ] || return 0
	need_routed
	SITUATIONS=()
	for name; do
		mkdir "$BATS_FILE_TMPDIR/$name"
		situation "$name" </dev/null >"$BATS_FILE_TMPDIR/$name/log" 2>&1 3>&- 4>&- &
		SITUATIONS+=("$!")
	done
	(sleep 90; end_situations) </dev/null >/dev/null 2>&1 3>&- 4>&- &
	guard=$!
	wait "${SITUATIONS[@]}" || true
	"$TESTS/kill-tree" KILL "$guard"
}

end_situations() {
	local p
	for p in "${SITUATIONS[@]}"; do "$TESTS/kill-tree" KILL "$p" 2>/dev/null || true; done
}

situation() {
	trap - DEBUG # bats notes each line that is run, for failures of tests; this one has a log
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR/$1
	setup
	trap reap EXIT
	# shellcheck disable=SC2317
	skip() { echo "$*" >"$BATS_TEST_TMPDIR/skipped"; exit; }
	routed
	capture
	"$1"
	kill -TERM "$wire"
	wait "$wire" || true
	: >"$BATS_TEST_TMPDIR/done"
}

# ended [WATCHER [FILE]]: the watch's own end, waited for without looking.
ended() {
	status=0
	wait "${1:-$watcher}" || status=$?
	echo "$status" >"$BATS_TEST_TMPDIR/${2:-status}"
}

skipped_by() { [ ! -e "$1/skipped" ] || skip "$(<"$1/skipped")"; }

# outcome SITUATION: for a test, $json, $errors and $status of its watch.
outcome() {
	local of=$BATS_FILE_TMPDIR/$1
	skipped_by "$BATS_FILE_TMPDIR"
	skipped_by "$of"
	[ -e "$of/done" ] || { cat "$of/log" >&2; return 1; }
	json=$of/watch.out
	errors=$of/watch.err
	[ ! -e "$of/status" ] || status=$(<"$of/status")
}

# capture: what passes between the router and the watcher.
capture() {
	spawn_at router wire "$TESTS/on-the-wire" capture west
	wire=$pid
	eventually 20 says "$BATS_TEST_TMPDIR/wire.out" listening
}

# were_so [SITUATION]...: an independent look at what the watches said, of all or of some.
were_so() {
	local of json failed=0 watches
	skipped_by "$BATS_FILE_TMPDIR"
	[ $# -gt 0 ] || set -- "$BATS_FILE_TMPDIR"/*/
	for of; do
		of=$BATS_FILE_TMPDIR/$(basename "$of")
		[ ! -e "$of/skipped" ] || continue
		watches=()
		for json in "$of/watch.out" "$of"/*.json; do [ ! -e "$json" ] || watches+=("$json"); done
		"$TESTS/on-the-wire" judge "$of/wire.out" "${watches[@]}" || failed=1
	done
	return "$failed"
}
