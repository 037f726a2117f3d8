// SPDX-License-Identifier: MIT
/* Settings in C, Python and Go. Their oddity: text that another compiler reads; the tests ask them. */
#include "program.h"

/* ---- the socket's own options ---- */

int options_c(const struct tunings *t, struct setting *s, struct error *e)
{
	const struct tuning *u = &t->by[BY_OPTIONS];

	(void)e;
	if (!setting_take(t, BY_OPTIONS, s))
		return 0;
	TEXT(s, "int on = 1, idle = %" PRId64 ", intvl = %" PRId64 ", cnt = %" PRId64 "; /* seconds, and a count */\n"
	     "unsigned after = %" PRId64 "; /* milliseconds */\n\n"
	     "setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));\n"
	     "setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));\n"
	     "setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &intvl, sizeof(intvl));\n"
	     "setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &cnt, sizeof(cnt));\n"
	     "setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &after, sizeof(after));\n",
	     SECONDS(u->idle), SECONDS(u->intvl), u->cnt, MS(u->after));
	NOTE(s, "Who does not read or poll the socket hears of nothing. Set on a listening socket, it holds for all "
	     "that are accepted.");
	return 0;
}

int options_python(const struct tunings *t, struct setting *s, struct error *e)
{
	const struct tuning *u = &t->by[BY_OPTIONS];

	(void)e;
	if (!setting_take(t, BY_OPTIONS, s))
		return 0;
	TEXT(s, "sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)\n"
	     "sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, %" PRId64 ")  # seconds\n"
	     "sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, %" PRId64 ")\n"
	     "sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, %" PRId64 ")\n"
	     "sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, %" PRId64 ")  # milliseconds\n",
	     SECONDS(u->idle), SECONDS(u->intvl), u->cnt, MS(u->after));
	return 0;
}

int options_go(const struct tunings *t, struct setting *s, struct error *e)
{
	const struct tuning *u = &t->by[BY_OPTIONS];

	(void)e;
	if (!setting_take(t, BY_OPTIONS, s))
		return 0;
	TEXT(s, "keepAlive := net.KeepAliveConfig{Enable: true, Idle: %" PRId64 " * time.Second,\n"
	     "\tInterval: %" PRId64 " * time.Second, Count: %" PRId64 "}\n"
	     "control := func(network, address string, c syscall.RawConn) (err error) {\n"
	     "\tdone := c.Control(func(fd uintptr) {\n"
	     "\t\terr = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, %" PRId64 ")\n"
	     "\t})\n"
	     "\treturn errors.Join(done, err)\n"
	     "}\n"
	     "dialer := net.Dialer{KeepAliveConfig: keepAlive, Control: control}\n"
	     "listener := net.ListenConfig{KeepAliveConfig: keepAlive, Control: control}\n",
	     SECONDS(u->idle), SECONDS(u->intvl), u->cnt, MS(u->after));
	NOTE(s, "KeepAliveConfig needs Go 1.23; unix is golang.org/x/sys/unix.");
	return 0;
}

/* ---- a question to the peer's application ---- */

int ask_c(const struct tunings *t, struct setting *s, struct error *e)
{
	const struct tuning *u = &t->by[BY_HEARTBEAT];

	(void)e;
	if (!setting_take(t, BY_HEARTBEAT, s))
		return 0;
	TEXT(s, "/* each %s: is the peer there? */\n"
	     "static int is_alive(int fd)\n{\n"
	     "\tconst struct timeval limit = { .tv_sec = %" PRId64 ", .tv_usec = %" PRId64 " };\n"
	     "\tchar answer[64];\n\n"
	     "\tsetsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));\n"
	     "\tsetsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));\n"
	     "\treturn send(fd, \"PING\\r\\n\", 6, MSG_NOSIGNAL) == 6 && recv(fd, answer, sizeof(answer), 0) > 0;\n}\n",
	     duration_text(u->every).text, SECONDS(u->limit), u->limit % NS_PER_S / NS_PER_US);
	NOTE(s, "For a blocking socket on which nothing else is under way; the question is your protocol's.");
	return 0;
}

int ask_python(const struct tunings *t, struct setting *s, struct error *e)
{
	const struct tuning *u = &t->by[BY_HEARTBEAT];

	(void)e;
	if (!setting_take(t, BY_HEARTBEAT, s))
		return 0;
	TEXT(s, "def is_alive(sock):  # each %s\n"
	     "    sock.settimeout(%" PRId64 ".%03" PRId64 ")\n"
	     "    try:\n"
	     "        sock.sendall(b\"PING\\r\\n\")\n"
	     "        return sock.recv(64) != b\"\"\n"
	     "    except OSError:  # TimeoutError is one\n"
	     "        return False\n",
	     duration_text(u->every).text, SECONDS(u->limit), u->limit % NS_PER_S / NS_PER_MS);
	return 0;
}

int ask_go(const struct tunings *t, struct setting *s, struct error *e)
{
	const struct tuning *u = &t->by[BY_HEARTBEAT];

	(void)e;
	if (!setting_take(t, BY_HEARTBEAT, s))
		return 0;
	TEXT(s, "func isAlive(conn net.Conn) bool { // each %s\n"
	     "\tconn.SetDeadline(time.Now().Add(%" PRId64 " * time.Millisecond))\n"
	     "\tif _, err := conn.Write([]byte(\"PING\\r\\n\")); err != nil {\n"
	     "\t\treturn false\n"
	     "\t}\n"
	     "\t_, err := conn.Read(make([]byte, 64))\n"
	     "\treturn err == nil\n"
	     "}\n", duration_text(u->every).text, MS(u->limit));
	return 0;
}
