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

start_nginx() {
	need nginx nginx-light
	port=$(free_port)
	cat >"$BATS_TEST_TMPDIR/nginx.conf" <<-CONF
		daemon off;
		worker_processes 1;
		pid $BATS_TEST_TMPDIR/nginx.pid;
		error_log stderr warn;
		events { worker_connections 256; }
		http {
			access_log off;
			client_body_temp_path $BATS_TEST_TMPDIR/body;
			proxy_temp_path $BATS_TEST_TMPDIR/proxy;
			fastcgi_temp_path $BATS_TEST_TMPDIR/fastcgi;
			uwsgi_temp_path $BATS_TEST_TMPDIR/uwsgi;
			scgi_temp_path $BATS_TEST_TMPDIR/scgi;
			server { listen 127.0.0.1:$port; }
		}
	CONF
	spawn nginx /usr/sbin/nginx -e stderr -p "$BATS_TEST_TMPDIR" -c "$BATS_TEST_TMPDIR/nginx.conf"
	server=$pid
	eventually 20 answers "$port"
}

start_sshd() {
	need sshd openssh-server
	need ssh-keygen openssh-client
	# Root's sshd wants its directory for privilege separation.
	[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
	port=$(free_port)
	[ -f "$BATS_TEST_TMPDIR/host_key" ] ||
		ssh-keygen -q -t ed25519 -N '' -f "$BATS_TEST_TMPDIR/host_key"
	cat >"$BATS_TEST_TMPDIR/sshd.conf" <<-CONF
		ListenAddress 127.0.0.1
		Port $port
		HostKey $BATS_TEST_TMPDIR/host_key
		PidFile none
		UsePAM no
		MaxStartups 500
	CONF
	# sshd starts itself anew for each client, and so wants its whole name.
	spawn sshd /usr/sbin/sshd -D -e -f "$BATS_TEST_TMPDIR/sshd.conf"
	server=$pid
	eventually 20 answers "$port"
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
