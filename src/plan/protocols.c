// SPDX-License-Identifier: MIT
/*
 * The protocols, a row each. A question is one that a client may ask at any time, as often as it
 * likes, without a login, and that changes nothing; what is wanted of the answer is in a refusal
 * too, where that proves as well that the application lives.
 */
#include "protocol.h"

#define LOGIN "it takes no question before a login"
#define ENCRYPTED "what is said there is encrypted"

const struct protocol protocols[] = {
	/* https://redis.io/docs/latest/commands/ping/; an error (-NOAUTH, -LOADING) is a line too:
	 * https://redis.io/docs/latest/develop/reference/protocol-spec/ */
	{ { "redis", "valkey" }, "6379", "PING", NULL, NULL,
	  { .send = "*1\\r\\n$4\\r\\nPING\\r\\n", .want = "\\r\\n" } },
	/* RFC 9110 section 9.3.2, RFC 9112 section 9.6 */
	{ { "http" }, "80", "HEAD of the URL's path", NULL,
	  "a server ends a connection after a number of requests (nginx 1000, Apache httpd 100), with Connection: close",
	  { .send = "HEAD {path} HTTP/1.1\\r\\nHost: {host}\\r\\nUser-Agent: tcpalive\\r\\n\\r\\n",
	    .want = "\\r\\n\\r\\n", .bye = "onnection: close" } },
	/* RFC 9113 sections 3.3 (prior knowledge), 3.4 (the preface), 6.5 (SETTINGS), 6.7 (PING), 6.8 (GOAWAY) */
	{ { "h2c" }, "80", "a PING frame", NULL,
	  "nginx ends one without a request after client_header_timeout, 60 s; a gRPC server dislikes pings so often",
	  { .hello = "PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n\\x00\\x00\\x00\\x04\\x00\\x00\\x00\\x00\\x00",
	    .welcome = "\\x04\\x00\\x00\\x00\\x00\\x00",
	    .thanks = "\\x00\\x00\\x00\\x04\\x01\\x00\\x00\\x00\\x00",
	    .send = "\\x00\\x00\\x08\\x06\\x00\\x00\\x00\\x00\\x00tcpalive",
	    .want = "\\x00\\x00\\x08\\x06\\x01\\x00\\x00\\x00\\x00tcpalive",
	    .bye = "\\x07\\x00\\x00\\x00\\x00\\x00" } },
	/* RFC 6455 sections 4.1 (the opening), 5.2 (frames, which a client masks), 5.5.2 (ping), 5.5.3 (pong, also one that
	 * nobody asked for: it is beside each ping, for servers that look for any). The goodbye is of Python's websockets. */
	{ { "ws" }, "80", "a ping frame", NULL,
	  "no ping of the server's own is answered with what is in it: Python's websockets ends it after 40 s",
	  { .hello = "GET {path} HTTP/1.1\\r\\nHost: {host}\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n"
		     "Sec-WebSocket-Key: dGNwYWxpdmUtaXMtaGVyZQ==\\r\\nSec-WebSocket-Version: 13\\r\\n\\r\\n",
	    .welcome = " 101 ", .send = "\\x89\\x80\\x00\\x00\\x00\\x00\\x8a\\x80\\x00\\x00\\x00\\x00",
	    .want = "\\x8a\\x00", .bye = "keepalive ping timeout" } },
	/* RFC 5321 sections 4.1.1.9 (NOOP), 4.1.4 (without EHLO), 4.2.1 (a greeting of several lines), 3.8 (421).
	 * Exim 4.96 says 554 and closes. */
	{ { "smtp" }, "25", "NOOP", NULL,
	  "a server may end a session of NOOPs alone: Exim after 10, Postfix after some 120",
	  { .greeting = "220 ", .send = "NOOP\\r\\n", .want = "\\r\\n", .bye = "421 |Too many nonmail commands" } },
	/* RFC 3501 sections 6.1.2 (NOOP, in any state), 7.1 (the greeting), 7.1.5 (BYE) */
	{ { "imap" }, "143", "NOOP", NULL,
	  "a server may end a session that does not log in: Dovecot after 3 min",
	  { .greeting = "\\r\\n", .send = "tcpalive NOOP\\r\\n", .want = "tcpalive ", .bye = "* BYE" } },
	/* https://github.com/memcached/memcached/blob/master/doc/protocol.txt: version */
	{ { "memcached", "memcache" }, "11211", "version", NULL, NULL,
	  { .send = "version\\r\\n", .want = "\\r\\n" } },
	/* https://docs.nats.io/reference/reference-protocols/nats-protocol: INFO, CONNECT, PING/PONG, -ERR. A PONG that
	 * nobody asked for, beside each PING: the server counts how many of its own PINGs went without. */
	{ { "nats" }, "4222", "PING", NULL, NULL,
	  { .greeting = "\\r\\n", .hello = "CONNECT {\"verbose\":false,\"pedantic\":false}\\r\\nPING\\r\\n",
	    .welcome = "\\r\\n", .send = "PONG\\r\\nPING\\r\\n", .want = "PONG", .bye = "-ERR" } },
	/* MQTT 3.1.1 sections 3.1 (CONNECT: clean session, no keep alive, no client identifier), 3.2, 3.12, 3.13 */
	{ { "mqtt" }, "1883", "PINGREQ", NULL, NULL,
	  { .hello = "\\x10\\x0c\\x00\\x04MQTT\\x04\\x02\\x00\\x00\\x00\\x00", .welcome = "\\x20\\x02",
	    .send = "\\xc0\\x00", .want = "\\xd0\\x00" } },

	/* https://www.postgresql.org/docs/current/protocol-flow.html: the start-up message names a user;
	 * authentication_timeout */
	{ { "postgres", "postgresql" }, "5432", NULL, LOGIN, "PostgreSQL ends one that does not log in after 60 s", { 0 } },
	/* https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html; connect_timeout */
	{ { "mysql", "mariadb" }, "3306", NULL, LOGIN, "MySQL and MariaDB end one that does not log in after 10 s", { 0 } },
	/* RFC 4253 section 7; sshd_config(5): LoginGraceTime */
	{ { "ssh", "sftp" }, "22", NULL, LOGIN, "OpenSSH ends one that does not log in after 120 s", { 0 } },
	/* RFC 8446 section 2 */
	{ { "tls" }, NULL, NULL, ENCRYPTED, NULL, { 0 } },
	{ { "https", "h2" }, "443", NULL, ENCRYPTED, NULL, { 0 } },
	{ { "wss" }, "443", NULL, ENCRYPTED, NULL, { 0 } },
	{ { "rediss" }, "6379", NULL, ENCRYPTED, NULL, { 0 } },
	{ { "smtps" }, "465", NULL, ENCRYPTED, NULL, { 0 } },
	{ { "imaps" }, "993", NULL, ENCRYPTED, NULL, { 0 } },
	{ { "mqtts" }, "8883", NULL, ENCRYPTED, NULL, { 0 } },
};
const size_t protocols_count = sizeof(protocols) / sizeof(*protocols);
