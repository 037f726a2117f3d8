# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
# Real servers from Debian's packages and peers of our own, on loopback, with
# their own configuration and as whoever runs the tests. Each sets $server, the
# pid, and $port, and returns when clients are taken.

start_redis() {
	need redis-server redis-server
	port=$(free_port)
	spawn redis redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no \
		--dir "$BATS_TEST_TMPDIR"
	server=$pid
	eventually 20 answers "$port"
}

# nginx_conf DIR LINE...: nginx.conf there, with these lines of its http part.
nginx_conf() {
	local dir=$1 user=''
	shift
	# Who is root in a user namespace can become nobody else.
	[ -z "${ROUTED_UNSHARE:-}" ] || user='user root;'
	cat >"$dir/nginx.conf" <<-CONF
		$user
		daemon off;
		worker_processes 1;
		pid $dir/nginx.pid;
		error_log stderr warn;
		events { worker_connections 256; }
		http {
			access_log off;
			client_body_temp_path $dir/body;
			proxy_temp_path $dir/proxy;
			fastcgi_temp_path $dir/fastcgi;
			uwsgi_temp_path $dir/uwsgi;
			scgi_temp_path $dir/scgi;
			$(printf '%s\n' "$@")
		}
	CONF
}

# With HTTP/2 without TLS at $h2c_port.
start_nginx() {
	need nginx nginx-light
	port=$(free_port)
	h2c_port=$(free_port)
	nginx_conf "$BATS_TEST_TMPDIR" "server { listen 127.0.0.1:$port; location = /health { return 204; }" \
		'location = /thrice { keepalive_requests 3; return 204; } }' \
		"server { listen 127.0.0.1:$h2c_port http2; }"
	spawn nginx /usr/sbin/nginx -e stderr -p "$BATS_TEST_TMPDIR" -c "$BATS_TEST_TMPDIR/nginx.conf"
	server=$pid
	eventually 20 answers "$port"
}

# sshd_conf DIR LINE...: sshd.conf there, with these lines besides.
sshd_conf() {
	local dir=$1 key=$BATS_TEST_TMPDIR/host_key
	shift
	# Root's sshd wants its directory for privilege separation.
	[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
	[ -f "$key" ] || ssh-keygen -q -t ed25519 -N '' -f "$key"
	# A bash that sshd starts reads ~/.bashrc, whatever that does, unless it is told not to be the first shell.
	printf '%s\n' "HostKey $key" 'PidFile none' 'UsePAM no' 'MaxStartups 500' 'SetEnv SHLVL=2' "$@" >"$dir/sshd.conf"
}

start_sshd() {
	need sshd openssh-server
	need ssh-keygen openssh-client
	port=$(free_port)
	sshd_conf "$BATS_TEST_TMPDIR" 'ListenAddress 127.0.0.1' "Port $port"
	# sshd starts itself anew for each client, and so wants its whole name.
	spawn sshd /usr/sbin/sshd -D -e -f "$BATS_TEST_TMPDIR/sshd.conf"
	server=$pid
	eventually 20 answers "$port"
}

# PostgreSQL is nobody's who is root; others' files it does not take. So it runs as another user in a user
# namespace, who is outside whoever runs the tests: nobody, since initdb asks for the name, and a fresh machine has no
# user 1000.
AS_USER=(unshare -U --map-user=65534 --map-group=65534)

# postgres_bin: where its programs are, if they can run here; they are not on the PATH.
postgres_bin() {
	local bin
	for bin in /usr/lib/postgresql/*/bin; do
		if [ -x "$bin/postgres" ] && "${AS_USER[@]}" true 2>/dev/null; then
			echo "$bin"
			return
		fi
	done
}

# postgres_cluster DIR: one of the test's own, in which everybody is who they say.
postgres_cluster() {
	"${AS_USER[@]}" "$(postgres_bin)/initdb" -D "$1" -A trust -U postgres --no-sync --no-instructions --locale=C >/dev/null
}

# Its backlog of 5 is too short for all probes at once: the surplus would be connections
# that this side alone believes in.
start_python_http() {
	port=$(free_port)
	spawn http python3 -c 'import sys, http.server as h
h.ThreadingHTTPServer.request_queue_size = 128
h.test(h.SimpleHTTPRequestHandler, h.ThreadingHTTPServer, port=int(sys.argv[1]), bind="127.0.0.1")' "$port"
	server=$pid
	eventually 20 answers "$port"
}

# start_peer OPTION...: tests/peer.py, which dies on SIGUSR1.
start_peer() {
	rm -f "$BATS_TEST_TMPDIR/peer.out" # the port of the one before
	spawn peer python3 "$TESTS/peer.py" "$@"
	server=$pid
	eventually 20 says "$BATS_TEST_TMPDIR/peer.out" '^[0-9]+$'
	port=$(<"$BATS_TEST_TMPDIR/peer.out")
}

# silent_port: a listener whose queue is full, so that nobody gets an answer before
# SIGUSR1; in $port.
silent_port() {
	spawn silent python3 -c '
import signal, socket, time
s = socket.create_server(("127.0.0.1", 0), backlog=0)
fill = [socket.socket() for _ in range(8)]
for c in fill:
    c.setblocking(False)
    c.connect_ex(s.getsockname())
signal.signal(signal.SIGUSR1, lambda *_: s.listen(64))
print(s.getsockname()[1], flush=True)
time.sleep(60)'
	server=$pid
	eventually 20 says "$BATS_TEST_TMPDIR/silent.out" '^[0-9]+$'
	port=$(<"$BATS_TEST_TMPDIR/silent.out")
}

# half_closes_and_dies: watched by two probes, and what they must find.
half_closes_and_dies() {
	start_peer --life sink --death half-close
	watch -p rdhup,write-probe:every=200ms -w 3s "127.0.0.1:$port"
	wait_event connected '.conn == 2'
	kill -USR1 "$server"
	wait_event kernel '.conn == 2 and .what == "fin"'
	sleep 1.2
	kill -KILL "$server"
	finish
	expect_results <<-RESULTS
		rdhup       false-alarm
		write-probe noticed
	RESULTS
}
