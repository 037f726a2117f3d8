// SPDX-License-Identifier: MIT
/* Languages and servers, and how their settings are written: data. programs.h says how to add one. */
#include "programs.h"

#define SSH_NOTE "Whole seconds only. TCPKeepAlive has no values of its own: with this system's sysctls it takes {system}."

const struct program programs[] = {
	/* ---- languages: a request to the peer's application ---- */

	/* socket(7): SO_RCVTIMEO and SO_SNDTIMEO */
	{ .name = "C", .strategy = BY_HEARTBEAT, .text =
	  "/* each {every}: is the peer there? */\n"
	  "static int is_alive(int fd)\n{\n"
	  "\tconst struct timeval limit = { .tv_sec = {limit:s}, .tv_usec = {limit:us} };\n"
	  "\tchar answer[64];\n\n"
	  "\tsetsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));\n"
	  "\tsetsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));\n"
	  "\treturn send(fd, \"PING\\r\\n\", 6, MSG_NOSIGNAL) == 6 && recv(fd, answer, sizeof(answer), 0) > 0;\n}\n",
	  .note = "For a blocking socket on which no other request is under way; the request is your protocol's." },

	/* https://docs.python.org/3/library/socket.html#socket.socket.settimeout */
	{ .name = "Python", .strategy = BY_HEARTBEAT, .text =
	  "def is_alive(sock):  # each {every}\n"
	  "    sock.settimeout({limit:s.ms})\n"
	  "    try:\n"
	  "        sock.sendall(b\"PING\\r\\n\")\n"
	  "        return sock.recv(64) != b\"\"\n"
	  "    except OSError:  # TimeoutError is one\n"
	  "        return False\n" },

	/* https://pkg.go.dev/net#Conn: SetDeadline */
	{ .name = "Go", .strategy = BY_HEARTBEAT, .text =
	  "func isAlive(conn net.Conn) bool { // each {every}\n"
	  "\tconn.SetDeadline(time.Now().Add({limit:ms} * time.Millisecond))\n"
	  "\tif _, err := conn.Write([]byte(\"PING\\r\\n\")); err != nil {\n"
	  "\t\treturn false\n"
	  "\t}\n"
	  "\t_, err := conn.Read(make([]byte, 64))\n"
	  "\treturn err == nil\n"
	  "}\n" },

	/* ---- languages: the socket's own options ---- */

	/* tcp(7): TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT */
	{ .name = "C", .strategy = BY_OPTIONS, .text =
	  "int on = 1, idle = {idle:s}, intvl = {intvl:s}, cnt = {cnt}; /* seconds, and a count */\n"
	  "unsigned after = {after:ms}; /* milliseconds */\n\n"
	  "setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));\n"
	  "setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));\n"
	  "setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &intvl, sizeof(intvl));\n"
	  "setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &cnt, sizeof(cnt));\n"
	  "setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &after, sizeof(after));\n",
	  .note = "A program that neither reads nor polls the socket learns nothing. Set on a listening socket, the "
		  "options hold for every connection that it accepts." },

	/* https://docs.python.org/3/library/socket.html: the constants of tcp(7), by their names */
	{ .name = "Python", .strategy = BY_OPTIONS, .commands = "python* gunicorn uvicorn", .text =
	  "sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)\n"
	  "sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, {idle:s})  # seconds\n"
	  "sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, {intvl:s})\n"
	  "sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, {cnt})\n"
	  "sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, {after:ms})  # milliseconds\n" },

	/* https://pkg.go.dev/net#KeepAliveConfig */
	{ .name = "Go", .strategy = BY_OPTIONS, .text =
	  "keepAlive := net.KeepAliveConfig{Enable: true, Idle: {idle:s} * time.Second,\n"
	  "\tInterval: {intvl:s} * time.Second, Count: {cnt}}\n"
	  "control := func(network, address string, c syscall.RawConn) (err error) {\n"
	  "\tdone := c.Control(func(fd uintptr) {\n"
	  "\t\terr = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, {after:ms})\n"
	  "\t})\n"
	  "\treturn errors.Join(done, err)\n"
	  "}\n"
	  "dialer := net.Dialer{KeepAliveConfig: keepAlive, Control: control}\n"
	  "listener := net.ListenConfig{KeepAliveConfig: keepAlive, Control: control}\n",
	  .note = "KeepAliveConfig needs Go 1.23; unix is golang.org/x/sys/unix." },

	/* ---- servers that send requests of their own ---- */

	/* ssh_config(5): ServerAliveInterval; clientloop.c */
	{ .name = "OpenSSH, ssh_config", .strategy = BY_SSH, .commands = "ssh",
	  .text = "ServerAliveInterval {number:s}\nServerAliveCountMax {cnt}\n",
	  .note = "A busy session is asked, too. " SSH_NOTE },

	/* sshd_config(5): ClientAliveInterval; serverloop.c */
	{ .name = "OpenSSH, sshd_config", .strategy = BY_SSHD, .commands = "sshd sshd-session", .busy = "hup",
	  .text = "ClientAliveInterval {number:s}\nClientAliveCountMax {cnt}\n",
	  .note = "Since 9.2 sshd sends a request only every second interval; the bound allows for that. 9.2 to 9.4 send "
		  "none while anything else happens: in a session that prints each second a lost path is noticed after up to "
		  "{in_flight} (tcp_retries2), and a stopped client not at all. No other setting of sshd bounds that; for "
		  "the path, the sysctls net.ipv4.tcp_retries2=5 (14.5s) or tcp_rto_max_ms=1000 (15.4s) do, for the whole "
		  "host. " SSH_NOTE },

	/* ---- servers that set the socket's options: each has some and lacks others ---- */

	/* https://nginx.org/en/docs/http/ngx_http_core_module.html#listen */
	{ .name = "nginx", .strategy = BY_KEEPALIVE, .commands = "nginx",
	  .text = "listen 80 so_keepalive={idle:s}s:{intvl:s}s:{cnt};\n",
	  .note = "It has no user timeout: a response in flight is retransmitted for up to {in_flight} (tcp_retries2); "
		  "send_timeout ends it earlier only while there is more to send. keepalive_timeout closes idle "
		  "clients, dead or not. For upstreams there is proxy_socket_keepalive on, with this system's sysctls "
		  "alone (tcp_keepalive_time, tcp_keepalive_intvl, tcp_keepalive_probes). It sends clients no requests." },

	/* https://www.postgresql.org/docs/current/runtime-config-connection.html */
	{ .name = "PostgreSQL", .strategy = BY_OPTIONS, .commands = "postgres", .text =
	  "tcp_keepalives_idle = {idle:s}\n"
	  "tcp_keepalives_interval = {intvl:s}\n"
	  "tcp_keepalives_count = {cnt}\n"
	  "tcp_user_timeout = {after:ms}\n",
	  .note = "It sends clients no requests.",
	  .check_text = "client_connection_check_interval = {check:ms}\n",
	  .no_check_note = "While a query runs nothing is noticed: there is no time left for "
			   "client_connection_check_interval. " },

	/* https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS */
	{ .name = "libpq", .strategy = BY_OPTIONS, .commands = "psql pg_*", .text =
	  "keepalives=1 keepalives_idle={idle:s} keepalives_interval={intvl:s} keepalives_count={cnt} "
	  "tcp_user_timeout={after:ms}\n",
	  .note = "In the connection string. The application learns of it from its next call, unless it polls PQsocket()." },

	/* redis.conf: tcp-keepalive; anetKeepAlive() in src/anet.c */
	{ .name = "Redis", .strategy = BY_REDIS, .commands = "redis-server valkey-server",
	  .text = "tcp-keepalive {number:s}\n",
	  .note = "It derives from that idle {idle:s} s, then {cnt} segments {intvl:s} s apart, and has no user timeout: a "
		  "reply in flight is retransmitted for up to {in_flight} (tcp_retries2). timeout closes idle clients, "
		  "dead or not. It sends clients no requests; a client can send it PING." },

	/* https://docs.haproxy.org/dev/configuration.html: option clitcpka, clitcpka-idle, tcp-ut */
	{ .name = "HAProxy", .strategy = BY_OPTIONS, .commands = "haproxy", .text =
	  "defaults\n"
	  "    option clitcpka\n"
	  "    clitcpka-idle {idle:s}s\n"
	  "    clitcpka-intvl {intvl:s}s\n"
	  "    clitcpka-cnt {cnt}\n"
	  "    option srvtcpka\n"
	  "    srvtcpka-idle {idle:s}s\n"
	  "    srvtcpka-intvl {intvl:s}s\n"
	  "    srvtcpka-cnt {cnt}\n"
	  "frontend clients\n"
	  "    bind :80 tcp-ut {after:ms}ms\n"
	  "backend servers\n"
	  "    server one 192.0.2.1:80 tcp-ut {after:ms}ms\n",
	  .note = "timeout client and timeout server close idle connections, dead or not. A check sends requests to a "
		  "server, but on a connection of its own; clients get none." },
};
const size_t programs_count = sizeof(programs) / sizeof(*programs);
