#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2034,SC2030,SC2031,SC2154
# What the audit says of the connections of real servers, held against what then becomes of them on a routed network. They are
# as packaged, but for what the name of each says; the system's keepalive is 4 s, 1 s and 3 probes there.

load helper
load servers
load routed

setup_file() { run_situations servers; }

# --- the servers, each with a client at 10.1.0.2, and one at 10.1.0.3

installed() { command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ]; }

# begin NAME PORT COMMAND...
begin() {
	ports[$1]=$2
	spawn_at server "$1" "${@:3}"
}

begin_all() {
	local dir=$BATS_TEST_TMPDIR postgres
	at server sh -c 'cd /proc/sys/net/ipv4 && echo 4 >tcp_keepalive_time && echo 1 >tcp_keepalive_intvl && echo 3 >tcp_keepalive_probes'
	begin python 1001 python3 -c "$python_server" 1001
	! installed redis-server || begin_redis redis 1379 300
	! installed redis-server || begin_redis redis-5 1380 5
	! installed nginx || begin_nginx
	# In a user namespace of one user sshd cannot become another.
	! installed sshd || [ "$(id -u)" -ne 0 ] || begin_sshd
	postgres=$(postgres_bin)
	[ -z "$postgres" ] || begin_postgres
	! installed node || begin node 1008 node "$TESTS/programs/server.js" 0.0.0.0 1008
}

begin_redis() {
	begin "$1" "$2" redis-server --port "$2" --protected-mode no --save '' --dir "$dir" --tcp-keepalive "$3"
}

begin_nginx() {
	nginx_conf "$dir" 'server { listen 1080; }' 'server { listen 1081 so_keepalive=4:1:3; }'
	begin nginx 1080 /usr/sbin/nginx -e stderr -p "$dir" -c "$dir/nginx.conf"
	ports[nginx-so_keepalive]=1081
}

begin_sshd() {
	sshd_conf "$dir" 'Port 1022'
	begin sshd 1022 /usr/sbin/sshd -D -e -f "$dir/sshd.conf"
}

begin_postgres() {
	postgres_cluster "$dir/cluster"
	echo 'host all all 0.0.0.0/0 trust' >>"$dir/cluster/pg_hba.conf"
	begin postgres 1432 "${AS_USER[@]}" "$postgres/postgres" -D "$dir/cluster" -p 1432 -c listen_addresses='*' \
		-c unix_socket_directories=
}

# Its user timeout is 5 s, and takes the place of the 3 probes.
python_server='
import socket, sys, time
listener = socket.create_server(("0.0.0.0", int(sys.argv[1])), backlog=9)
clients = []
while True:
    client = listener.accept()[0]
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 5000)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    clients.append(client)'

# usage: FROM NAME:PORT...: says so when each server has what it waits for, and stays. What it leaves, it resets.
clients='
import socket, struct, sys, time
def log_in(s):
    hello = struct.pack("!I", 3 << 16) + b"user\0postgres\0database\0postgres\0\0"
    s.sendall(struct.pack("!I", len(hello) + 4) + hello)
    got = b""
    while not got.endswith(b"Z\0\0\0\5I"): got += s.recv(999)
open_ones = []
for name, port in (word.split(":") for word in sys.argv[2:]):
    s = socket.create_connection(("10.2.0.2", int(port)), timeout=5, source_address=(sys.argv[1], 0))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if name == "postgres": log_in(s)
    if name == "sshd": s.recv(99)
    open_ones.append(s)
print("all", flush=True)
time.sleep(120)'

# usage: SECONDS. When each connection of the servers was there no more, looked at each 20 ms: PORT CLIENT SECONDS.
watch_gone='
import sys, time
def now():
    here = set()
    for line in open("/proc/net/tcp"):
        word = line.split()
        if word[3] == "01": here.add((int(word[1].split(":")[1], 16), int(word[2][:2], 16)))
    return here
looked = time.time()
before, end = now(), looked + float(sys.argv[1])
while time.time() < end:
    time.sleep(0.02)
    last, looked = looked, time.time()
    here = now()
    for port, client in before - here: print(port, client, last, time.time(), flush=True)
    before = here'

# The processes of that host.
theirs='
import os
def host(pid):
    try: return os.readlink("/proc/%s/ns/net" % pid)
    except OSError: return None
print(*(pid for pid in os.listdir("/proc") if pid.isdigit() and int(pid) != os.getpid() and host(pid) == host("self")))'

all_listen() {
	local port here
	here=$(at server ss -Htln)
	for port in "${ports[@]}"; do [[ $here == *:$port\ * ]] || return 1; done
}

# client NAME ADDRESS: leaves $pid.
client() {
	local name words=()
	for name in "${!ports[@]}"; do words+=("$name:${ports[$name]}"); done
	spawn_at watcher "$1" python3 -c "$clients" "$2" "${words[@]}"
	eventually 20 says "$BATS_TEST_TMPDIR/$1.out" all
}

cut() {
	at router ip rule add pref 6 to "$1" blackhole
	at router ip rule add pref 6 from "$1" blackhole
}

mend() { while at router ip rule del pref 6 2>/dev/null; do :; done; }

servers() {
	local -A ports=()
	local rebooted watching dir=$BATS_TEST_TMPDIR
	begin_all
	at watcher ip addr add 10.1.0.3/24 dev eth0
	eventually 20 all_listen
	client stays 10.1.0.2
	client reboots 10.1.0.3
	rebooted=$pid
	declare -p ports >"$dir/ports"
	spawn_at server gone python3 -c "$watch_gone" 11
	watching=$pid
	# shellcheck disable=SC2046 # those of all namespaces would take until the first keepalive on a loaded machine
	at server "$TCPALIVE" audit $(at server python3 -c "$theirs") -v -o json >"$dir/audit.json"
	cut 10.1.0.3
	kill -KILL "$rebooted"
	eventually 20 gone "$rebooted"
	mend
	echo "$EPOCHREALTIME" >"$dir/cut"
	cut 10.1.0.2
	within 30 "$watching"
}

# usage: AUDIT GONE CUT PORT NAME: its connections were there until they were predicted to go, and no longer, and those that were to go
# in no time that one waits for are there. GONE has of each when it was there yet, and when no more. CUT: when the path was silent, and the one that rebooted was there again; a probe that was sent
# just before is followed by another after a second.
judge='
import datetime, json, sys
audit, gone, cut, port, name = sys.argv[1:]
events = [json.loads(line) for line in open(audit)]
start = datetime.datetime.fromisoformat(events[0]["time"].replace("Z", "+00:00")).timestamp()
gone = {(int(p), int(client)): (float(there), float(at)) for p, client, there, at in map(str.split, open(gone))}
rows = 0
for e in events:
    if e["event"] != "socket" or not e["local"].endswith(":" + port) or e["state"] != "ESTABLISHED": continue
    client = int(e["remote"].split(":")[0].split(".")[3])
    promised = e["predicted"][{2: "drop", 3: "reboot"}[client]]
    there, at = gone.get((int(port), client), (None, None))
    read = start + e["t"]
    print(name, e["remote"], "promised", promised, "was there", at and there - read, "and gone", at and at - read, "cut", float(cut) - read)
    rows += 1
    if promised is None or promised > 100: assert at is None
    else: assert read + 0.9 * promised - 0.6 < at and there < max(read + promised, float(cut) + 1.1) + 0.3
assert rows == 2'

# holds NAME: of that server
holds() {
	local -A ports
	local of=$BATS_FILE_TMPDIR/servers
	skipped_by "$BATS_FILE_TMPDIR"
	skipped_by "$of"
	[ -e "$of/done" ] || { cat "$of/log" >&2; return 1; }
	# shellcheck source=/dev/null
	. "$of/ports"
	[ -n "${ports[$1]:-}" ] || skip "$1 is missing"
	python3 -c "$judge" "$of/audit.json" "$of/gone.out" "$(<"$of/cut")" "${ports[$1]}" "$1"
}

@test "Redis: 8 s with its keepalive of 5 s, and longer than one waits as it comes" {
	holds redis-5
	holds redis
}

@test "nginx: what so_keepalive says, and never as it comes" {
	holds nginx-so_keepalive
	holds nginx
}

@test "OpenSSH and PostgreSQL: what the system keepalive says" {
	holds sshd
	holds postgres
}

@test "Python with a user timeout, and Node: what they set, and never" {
	holds python
	holds node
}
