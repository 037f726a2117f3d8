# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# The default watch of real servers over a routed network: it ends no healthy connection,
# and is right when they are killed, frozen, or cut off. Each watch has all of them as targets.

load helper
load servers
load routed

setup_file() { run_situations healthy killed frozen cut_off redis_frozen; }
# Servers that want more than a default watch says: TLS waits for a ClientHello, PostgreSQL
# for a startup packet, and both end the connection at once when it is anything else.
hello_server='
import socket, ssl, struct, sys, threading
def tls(c):
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).wrap_socket(c, server_side=True)
def postgres(c):
    size, version = struct.unpack("!II", c.recv(8, socket.MSG_WAITALL))
    c.recv(size - 8 if 8 <= size < 10000 and version >> 16 == 3 else 0)
def serve(protocol, port):
    def live(c):
        try: protocol(c)
        except (OSError, struct.error): pass
        c.close()
    s = socket.create_server(("", port))
    while True:
        threading.Thread(target=live, args=[s.accept()[0]], daemon=True).start()
threading.Thread(target=serve, args=[tls, 443], daemon=True).start()
serve(postgres, 5432)'

# start_servers: all that are here, each a target; their pids in $servers.
start_servers() {
	targets=() servers=()
	start 8000 python3 -m http.server 8000
	start 5432 python3 -c "$hello_server"
	targets+=("$SERVER4:443")
	if command -v redis-server >/dev/null; then
		start 6379 redis-server --port 6379 --protected-mode no --save '' --dir "$BATS_TEST_TMPDIR"
	fi
	[ ! -x /usr/sbin/nginx ] || start_nginx_there
	# In a user namespace of one user sshd cannot become another.
	[ ! -x /usr/sbin/sshd ] || [ "$(id -u)" -ne 0 ] || start_sshd_there
}

# start PORT COMMAND...
start() {
	local port=$1
	shift
	spawn_at server "server-$port" "$@"
	servers+=("$pid")
	targets+=("$SERVER4:$port")
	eventually 20 listens server "$port"
}

start_nginx_there() {
	cat >"$BATS_TEST_TMPDIR/nginx.conf" <<-CONF
		daemon off;
		master_process off;
		user root;
		pid $BATS_TEST_TMPDIR/nginx.pid;
		error_log stderr warn;
		events { }
		http {
			access_log off;
			client_body_temp_path $BATS_TEST_TMPDIR/body;
			proxy_temp_path $BATS_TEST_TMPDIR/proxy;
			fastcgi_temp_path $BATS_TEST_TMPDIR/fastcgi;
			uwsgi_temp_path $BATS_TEST_TMPDIR/uwsgi;
			scgi_temp_path $BATS_TEST_TMPDIR/scgi;
			server { listen 80; }
		}
	CONF
	start 80 /usr/sbin/nginx -e stderr -p "$BATS_TEST_TMPDIR" -c "$BATS_TEST_TMPDIR/nginx.conf"
}

start_sshd_there() {
	mkdir -p /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f "$BATS_TEST_TMPDIR/host_key"
	printf '%s\n' "HostKey $BATS_TEST_TMPDIR/host_key" 'PidFile none' 'UsePAM no' >"$BATS_TEST_TMPDIR/sshd.conf"
	start 22 /usr/sbin/sshd -D -e -f "$BATS_TEST_TMPDIR/sshd.conf"
}

# signal_all SIGNAL: a command.
signal_all() { printf "$TESTS/kill-tree $1 %s; " "${servers[@]}"; }

# every CONDITION: holds of the result of every probe on every target.
every() { holds "map(select(.event == \"result\")) | length >= 6 and all($1)"; }

# --- long enough for three keepalive segments, and for a server to tire of what it does not like

healthy() {
	start_servers
	watch_routed -t 12s --expect alive "${targets[@]}"
	ended
}

@test "healthy servers: the default watch ends none, and says nothing to them" {
	outcome healthy
	every '.result == "alive"'
	exits 0
	run awk '$6 == "to" && $5 > 0' "$BATS_FILE_TMPDIR/healthy/wire.out"
	[ -z "$output" ]
}

killed() {
	start_servers
	watch_routed -w 3s --fault-exec "$(signal_all KILL)" "${targets[@]}"
	ended
}

@test "killed servers: the default watch finds each of their FINs at once" {
	outcome killed
	holds 'map(select(.event == "result" and .probe == "rdhup")) |
		length >= 3 and all(.result == "noticed" and .after >= 0 and .after < 1)'
	exits 0
}

frozen() {
	start_servers
	watch_routed -w 8s -o "text=$BATS_TEST_TMPDIR/text" --fault-exec "$(signal_all STOP)" "${targets[@]}"
	ended
	for pid in "${servers[@]}"; do "$TESTS/kill-tree" CONT "$pid"; done
}

# Their kernels answer: nothing that puts no request into the stream can see it.
@test "frozen servers: the default watch says that it cannot see that" {
	outcome frozen
	every '.result == "alive"'
	exits 5
	grep -q 'frozen' "$BATS_FILE_TMPDIR/frozen/text"
}

# The keepalive's 5 s + 3 * 3 s, and its error wakes rdhup too.
cut_off() {
	start_servers
	watch_routed -w 17s --fault-exec "$(fault drop_path)" "${targets[@]}"
	ended
}

@test "servers cut off: the default watch gives up with its keepalive" {
	outcome cut_off
	every '.result == "noticed" and .after >= 9 and .after <= 16'
	exits 0
}

# What sees it: a request that only the process itself answers.
redis_frozen() {
	command -v redis-server >/dev/null || return 0
	servers=() targets=()
	start 6379 redis-server --port 6379 --protected-mode no --save '' --dir "$BATS_TEST_TMPDIR"
	watch_routed -w 5s --fault-at 2500ms --fault-exec "$(signal_all STOP)" "$SERVER4:6379" \
		-p rdhup+keepalive,'heartbeat:send=PING\r\n:want=PONG:limit=1s'
	ended
}

@test "a frozen redis: a heartbeat that it had answered notices" {
	need redis-server redis-server
	outcome redis_frozen
	expect_results <<-RESULTS
		rdhup     missed   # one peer, one truth: whoever asks finds it dead
		keepalive missed
		heartbeat noticed
	RESULTS
}

@test "what it said was so on the wire" { were_so; }
