# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2034,SC2030,SC2031,SC2154
# `tcpalive HOST:PORT`, and nothing else, of real servers over a routed network: it disturbs
# none, and is right when they are killed, frozen or cut off, or says what it cannot know.
# All of it at the same time in one network, each watch with a server and a fate of its own.

load helper
load servers
load routed

setup_file() { run_situations servers; }

# Of each server that is here four copies, and a second address of the first.
#   lives   1000-1999    nothing happens, but to the masters of nginx and sshd
#   away    1000-1999    the same servers, but the path to their other address dies
#   killed  2000-2999    after an outage that heals
#   frozen  3000-3999    SIGSTOP
#   tires   4000-4999    of clients that say nothing for 3 seconds
AWAY4=10.2.0.3

# --- the servers

installed() { command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ]; }

# copy FATE BASE SECONDS: their ports stand behind BASE, and so long they wait for a client's first word.
copy() {
	local dir=$BATS_TEST_TMPDIR/$1
	mkdir "$dir"
	! installed redis-server || begin "$1-redis" $(($2 + 379)) redis-server --port $(($2 + 379)) \
		--protected-mode no --save '' --dir "$dir" --timeout $(($3 < 60 ? $3 : 0))
	! installed nginx || begin_nginx "$@"
	# In a user namespace of one user sshd cannot become another.
	! installed sshd || [ "$(id -u)" -ne 0 ] || begin_sshd "$@"
	[ -z "$postgres" ] || begin_postgres "$@"
	# It takes one client, and never tires.
	[ "$1" = tires ] || ! installed nc || begin "$1-nc" $(($2 + 9)) nc -l $(($2 + 9))
}

begin_nginx() {
	nginx_conf "$dir" "client_header_timeout $3s;" "server { listen $(($2 + 80)); location / { return 204; } }" \
		"server { listen $(($2 + 443)) ssl; ssl_reject_handshake on; }"
	begin "$1-nginx" $(($2 + 80)) /usr/sbin/nginx -e stderr -p "$dir" -c "$dir/nginx.conf"
	ports[$1-tls]=$(($2 + 443))
}

begin_sshd() {
	sshd_conf "$dir" "Port $(($2 + 22))" "LoginGraceTime $3"
	begin "$1-sshd" $(($2 + 22)) /usr/sbin/sshd -D -e -f "$dir/sshd.conf"
}

begin_postgres() {
	cp -a "$BATS_TEST_TMPDIR/cluster" "$dir/cluster"
	begin "$1-postgres" $(($2 + 432)) "${AS_USER[@]}" "$postgres/postgres" -D "$dir/cluster" -p $(($2 + 432)) \
		-c listen_addresses='*' -c unix_socket_directories= -c authentication_timeout="$3" -c log_connections=on
}

# begin NAME PORT COMMAND...: a server in $pids, and where it listens in $ports.
begin() {
	local name=$1
	ports[$name]=$2
	shift 2
	spawn_at server "$name" "$@"
	pids[$name]=$pid
}

all_listen() {
	local port here
	here=$(at server ss -Htln)
	for port in "${ports[@]}"; do [[ $here == *:$port\ * ]] || return 1; done
}

# each FATE COMMAND...: with the pid of each of its servers.
each() {
	local fate=$1 name
	shift
	for name in "${!pids[@]}"; do [ "${name%-*}" != "$fate" ] || "$@" "${pids[$name]}"; done
}

# A second client of each, at its own host, which asks twice a second for 12 seconds. Of sshd it asks
# once, in the end: then its listener is gone.
second_clients='
import socket, struct, sys, time
def redis(s): s.sendall(b"PING\r\n"); return s.recv(99) == b"+PONG\r\n"
def nginx(s): s.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"); return s.recv(999).startswith(b"HTTP/1.1 204")
def postgres(s): s.sendall(b"Q\0\0\0\x0dSELECT 7\0"); return b"\x017" in s.recv(999)
def sshd(s): s.sendall(b"SSH-2.0-other\r\n"); return len(s.recv(999)) > 99
def log_in(s):
    hello = struct.pack("!I", 3 << 16) + b"user\0postgres\0database\0postgres\0\0"
    s.sendall(struct.pack("!I", len(hello) + 4) + hello)
    got = b""
    while not got.endswith(b"Z\0\0\0\5I"): got += s.recv(999)
clients = {}
for name, port in (word.split(":") for word in sys.argv[1:]):
    clients[name] = s = socket.create_connection(("127.0.0.1", int(port)), timeout=5)
    if name == "postgres": log_in(s)
    if name == "sshd": s.recv(99)
print("# all", flush=True)
for _ in range(24):
    time.sleep(0.5)
    for name, s in clients.items():
        if name != "sshd": print(name, globals()[name](s))
if "sshd" in clients: print("sshd", sshd(clients["sshd"]))'

begin_second_clients() {
	local name asked=()
	for name in redis nginx sshd postgres; do
		[ -z "${ports[lives-$name]:-}" ] || asked+=("$name:${ports[lives-$name]}")
	done
	spawn_at server sessions python3 -c "$second_clients" "${asked[@]}"
	sessions=$pid
	eventually 20 says "$BATS_TEST_TMPDIR/sessions.out" all
}

# --- the watches

# watch_one NAME TARGET [OPTION...]: as a person would, but for a copy as JSON.
watch_one() {
	spawn_at watcher "watch-$1" "$TCPALIVE" -o text -o json="$BATS_TEST_TMPDIR/$1.json" "${@:2}"
	watches[$1]=$pid
}

watch_all() {
	local name
	for name in "${!ports[@]}"; do
		watch_one "$name" "$SERVER4:${ports[$name]}"
		# nc has no room for another.
		case $name in lives-nc) ;; lives-*) watch_one "away-${name#*-}" "$AWAY4:${ports[$name]}" ;; esac
	done
	eventually 20 all_say '"event":"connected"' "${!watches[@]}"
	[ -z "${ports[frozen-redis]:-}" ] || ask_redis
}

# The frozen one: what a request of its own finds.
ask_redis() {
	watch_one asked-redis "$SERVER4:${ports[frozen-redis]}" -w 5s \
		-p rdhup+keepalive,'heartbeat:every=500ms:send=PING\r\n:want=PONG:limit=1s'
	eventually 20 passed '$3 ~ /:3379$/ && $6 == "from" && $5 == 7'
}

# all_say WORDS NAME...: those watches.
all_say() {
	local name words=$1
	shift
	for name; do grep -q "$words" "$BATS_TEST_TMPDIR/$name.json" 2>/dev/null || return 1; done
}

# of FATE: the names of the watches.
of() { for name in "${!watches[@]}"; do [ "${name%-*}" != "$1" ] || echo "$name"; done; }

# --- what happens to them

# now NAME: the time, on the clock of the packets.
now() { echo "$EPOCHREALTIME" >"$BATS_TEST_TMPDIR/$1.at"; }

# passed CONDITION: of a packet, in awk's words.
passed() { awk "$1"' { found = 1; exit } END { exit !found }' "$BATS_TEST_TMPDIR/wire.out"; }

strike() {
	drop_path 2000-2999
	at router ip rule add pref 6 to "$AWAY4" blackhole
	at router ip rule add pref 6 from "$AWAY4" blackhole
	each frozen "$TESTS/kill-tree" STOP
	now frozen
	for name in lives-nginx lives-sshd; do
		[ -n "${pids[$name]:-}" ] || continue
		adopt "${pids[$name]}"
		kill -KILL "${pids[$name]}"
	done
	# shellcheck disable=SC2046
	eventually 20 all_say '"event":"suspect"' $(of killed)
	heal_path
	now healed
	eventually 20 all_answered
	now killed
	each killed "$TESTS/kill-tree" KILL
}

# Each of those whose path was silent.
all_answered() {
	[ "$(awk -v since="$(<"$BATS_TEST_TMPDIR/healed.at")" '$1 > since && $6 == "from" && $3 ~ /:2...$/ { print $3 }' \
		"$BATS_TEST_TMPDIR/wire.out" | sort -u | wc -l)" -eq "$(of killed | wc -l)" ]
}

servers_said() { cat "$BATS_TEST_TMPDIR"/lives-*.{out,err}; }

# What the servers say of it, before the watches end.
look_at_servers() {
	servers_said | diff - "$BATS_TEST_TMPDIR/log.before" | grep '^<' >"$BATS_TEST_TMPDIR/log.new" || true
	at server ss -Htn state established >"$BATS_TEST_TMPDIR/connections"
	each frozen ps -o stat=,args= >"$BATS_TEST_TMPDIR/states"
}

servers() {
	local -A ports=() pids=() watches=()
	local postgres sessions name dir
	postgres=$(postgres_bin)
	[ -z "$postgres" ] || postgres_cluster "$BATS_TEST_TMPDIR/cluster"
	at server ip addr add "$AWAY4/24" dev eth0
	copy lives 1000 120
	copy killed 2000 120
	copy frozen 3000 120
	copy tires 4000 3
	eventually 20 all_listen
	begin_second_clients
	servers_said >"$BATS_TEST_TMPDIR/log.before"
	watch_all
	strike
	wait "$sessions" || echo "status $?" >>"$BATS_TEST_TMPDIR/sessions.out"
	look_at_servers
	for name in $(of lives) $(of frozen); do kill -INT "${watches[$name]}"; done
	for name in "${!watches[@]}"; do
		ended "${watches[$name]}" "$name.status"
		json=$BATS_TEST_TMPDIR/$name.json keep_events
	done
	for name in "${!ports[@]}"; do
		[ "${name%-*}" = tires ] || continue
		at watcher bash -c "exec 9<>/dev/tcp/$SERVER4/${ports[$name]}"
		echo "$name"
	done | sort >"$BATS_TEST_TMPDIR/accept"
	each frozen "$TESTS/kill-tree" CONT
}

# --- what came of it

# every FATE FUNCTION: holds of each watch.
every() {
	local of=$BATS_FILE_TMPDIR/servers file
	outcome servers
	for file in "$of/$1"-*.json; do
		json=$file
		name=$(basename "$file" .json)
		text=$of/watch-$name.out
		errors=$of/watch-$name.err
		status=$(<"$of/$name.status")
		"$2" || { printf '%s:\n' "$name" >&2; cat "$text" >&2; return 1; }
	done
}

# says_so TEXT...: to the person.
says_so() {
	local words
	for words; do grep -qF -- "$words" "$text" || { printf 'not said: %s\n' "$words" >&2; return 1; }; done
}

@test "redis, nginx, sshd, PostgreSQL and nc are here" {
	skipped_by "$BATS_FILE_TMPDIR"
	need redis-server redis-server
	need nginx nginx-light
	need sshd openssh-server
	need nc netcat-openbsd
	[ -n "$(postgres_bin)" ] || skip 'PostgreSQL is missing, or user namespaces: sudo apt-get install postgresql'
}

kernel_answers() {
	exits 130 && holds 'map(select(.event == "result")) | length == 2 and all(.result == "alive" and .bytes_out == 0)' &&
		says_so "The peer's kernel answers; none of 2 probes raised an alarm." 'do not see a frozen process'
}

@test "servers that live, two without their master: none is disturbed, and none called dead" {
	every lives kernel_answers
	cd "$BATS_FILE_TMPDIR/servers"
	# Nobody else noticed,
	run ! grep -v -e '^# all$' -e ' True$' sessions.out
	# ... no server has a word to say of it,
	run ! grep -v -e 'connection received: host=10\.1\.0\.2' -e ' 127\.0\.0\.1 ' log.new
	# ... each has one connection more,
	[ "$(awk '$3 ~ /^10\.2\.0\.2:1...$/ && $4 ~ /^10\.1\.0\.2:/ { print $3 }' connections | sort | uniq -c | awk '$1 != 1')" = '' ]
	# ... and not a byte.
	run ! awk '$6 == "to" && $5 > 0 && $3 !~ /:3379$/ { print; found = 1 } END { exit !found }' wire.out
}

fell_silent() {
	exits 0 && holds 'map(select(.event == "result")) | length == 2 and all(.result == "noticed" and .bytes_out == 0)' &&
		says_so 'All 2 probes noticed, ' ' after the kernel event.' ': its host or the path to it, a silence does not tell which'
}

@test "servers that live, cut off: given up, and it says that the path may have died" {
	every away fell_silent
}

sent_a_fin() {
	exits 0 && says_so 'does not tell whether the peer died or closed this connection alone' 'rdhup' &&
		holds 'map(select(.event == "kernel")) | length == 1 and .[0].what == "fin"' &&
		holds 'map(select(.event == "dead")) | length == 1 and .[0].probe == "rdhup" and .[0].lag < 0.5'
}

was_silent_and_died() { sent_a_fin && holds 'map(select(.event == "suspect")) | length >= 1'; }

# wire_fins SINCE CONDITION: FINs of peers for which it holds come within a second.
wire_fins() {
	awk -v since="$1" "$2"' && $6 == "from" && $4 ~ /F/ { if ($1 < since || $1 > since + 1) { print; bad = 1 } n++ }
		END { exit bad || !n }' "$BATS_FILE_TMPDIR/servers/wire.out"
}

@test "servers killed after an outage: it is the FIN that ends the watch, not the outage" {
	every killed was_silent_and_died
	wire_fins "$(<"$BATS_FILE_TMPDIR/servers/killed.at")" '$3 ~ /:2...$/'
}

@test "frozen servers: the watch says that it cannot see that, and a request does" {
	every frozen kernel_answers
	cd "$BATS_FILE_TMPDIR/servers"
	run ! grep -v '^T' states
	# Their kernels have answered since.
	awk -v since="$(<frozen.at)" '$3 ~ /:3...$/ { all[$3] } $3 ~ /:3...$/ && $1 > since + 1 && $6 == "from" { answered[$3] }
		END { for (server in all) if (!(server in answered)) exit 1 }' wire.out
	[ -e asked-redis.json ] || skip 'redis-server is missing: sudo apt-get install redis-server'
	json="asked-redis.json"
	expect_results <<-RESULTS
		rdhup     missed   # one peer, one truth: whoever asks finds it dead
		keepalive missed
		heartbeat noticed
	RESULTS
}

@test "servers that close what is idle: a FIN, and they live on" {
	every tires sent_a_fin
	cd "$BATS_FILE_TMPDIR/servers"
	diff accept <(printf '%s\n' tires-*.json | sed 's/\.json//' | sort)
	# It was they who ended it, when they had waited.
	run ! awk '$3 !~ /:4...$/ { next } $4 == "S" { at[$3 $2] = $1 } $4 ~ /F/ && $6 == "to" { delete at[$3 $2] }
		$4 ~ /F/ && $6 == "from" && $3 $2 in at && $1 < at[$3 $2] + 2.5 { print; early = 1 } END { exit !early }' wire.out
}

@test "what it said was so on the wire" { were_so; }
