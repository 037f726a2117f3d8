// SPDX-License-Identifier: MIT
/* What software does out of the box: data. profiles.h says how to add one. */
#include "profiles.h"

#include <stdio.h>
#include <string.h>

/* SO_KEEPALIVE alone: the times are the system's. */
#define SYSTEM_KEEPALIVE "keepalive:idle=system:intvl=system:cnt=system"

const struct profile profiles[] = {
	{ .name = "@linux", .also = "@kernel @keepalive @so_keepalive", .program = "Linux",
	  .spec = "read+" SYSTEM_KEEPALIVE,
	  .what = "SO_KEEPALIVE and nothing else: the system's times",
	  .source = "tcp(7): tcp_keepalive_time, tcp_keepalive_intvl, tcp_keepalive_probes" },

	/* ---- languages ---- */

	{ .name = "@go", .also = "@golang @net", .program = "Go 1.19", .measured = true,
	  .spec = "read+keepalive:idle=15s:intvl=15s:cnt=system",
	  .what = "net.Dial, net.Listen: keepalive 15s, 15s",
	  .source = "net/dial.go: Dialer.KeepAlive, ListenConfig.KeepAlive, defaultTCPKeepAlive",
	  .differs = "Since Go 1.23 the count is 9 whatever the system's is (net.KeepAliveConfig)." },
	{ .name = "@go-http", .also = "@net/http @gohttp", .program = "Go 1.19", .measured = true,
	  .spec = "read+keepalive:idle=30s:intvl=30s:cnt=system",
	  .what = "http.DefaultTransport: keepalive 30s, 30s",
	  .source = "net/http/transport.go: DefaultTransport",
	  .differs = "A connection that has waited in the pool for 90 s is closed (IdleConnTimeout). Since Go 1.23 the interval "
		     "is 15 s and the count 9, dead after 2 min 45 s (net/tcpsock.go: newTCPConn())." },
	{ .name = "@node", .also = "@nodejs @node.js", .program = "Node.js 20", .measured = true, .spec = "read",
	  .what = "net.Socket: sets nothing",
	  .source = "net.md: socket.setKeepAlive(), off by default" },
	{ .name = "@node-http", .also = "@nodehttp", .program = "Node.js 20", .measured = true,
	  .spec = "read+keepalive:idle=1s:intvl=1s:cnt=10",
	  .what = "http.get: keepalive 1s, 1s, 10",
	  .source = "lib/_http_agent.js: keepAliveMsecs; deps/uv/src/unix/tcp.c: uv__tcp_keepalive()",
	  .differs = "A connection that has waited in the pool for 5 s is closed (the global agent's timeout)." },
	{ .name = "@node-fetch", .also = "@fetch @undici", .program = "Node.js 20", .measured = true,
	  .spec = "read+keepalive:idle=60s:intvl=1s:cnt=10",
	  .what = "fetch: keepalive 60s, 1s, 10",
	  .source = "undici lib/core/connect.js: keepAliveInitialDelay; deps/uv/src/unix/tcp.c: uv__tcp_keepalive()",
	  .differs = "A connection that has waited in the pool for 4 s is closed (keepAliveTimeout)." },
	{ .name = "@java", .also = "@jdk @jvm @openjdk @netty", .program = "OpenJDK 17", .measured = true, .spec = "read",
	  .what = "Socket and HttpClient: set nothing",
	  .source = "java.net.Socket: setKeepAlive(), off by default; setSoTimeout(), 0 by default" },
	{ .name = "@python", .also = "@urllib3 @requests @asyncio", .program = "Python 3.11", .measured = true,
	  .spec = "read", .what = "socket and urllib3: set nothing",
	  .source = "socket.create_connection(); urllib3 1.26 connection.py: default_socket_options",
	  .differs = "urllib3 polls a pooled connection before it uses it again." },
	{ .name = "@php", .program = "PHP 8.2", .measured = true, .spec = "read",
	  .what = "stream_socket_client: sets nothing",
	  .source = "main/streams/xp_socket.c",
	  .differs = "A read returns without data after 60 s (default_socket_timeout), and says nothing of the peer." },
	{ .name = "@ruby", .program = "Ruby 3.1", .measured = true, .spec = "read", .what = "TCPSocket and Net::HTTP: set nothing",
	  .source = "net/protocol.rb, net/http.rb: connect()",
	  .differs = "Net::HTTP gives up on an answer after 60 s without data (read_timeout)." },
	{ .name = "@rust", .also = "@rust-std @tokio @rust-tokio @hyper", .program = "Rust 1.63", .measured = true, .spec = "read",
	  .what = "std::net::TcpStream: sets nothing",
	  .source = "library/std/src/net/tcp.rs" },
	{ .name = "@boost-asio", .also = "@asio @boost", .program = "Boost 1.74", .measured = true, .spec = "read",
	  .what = "a pending async_read_some: sets nothing",
	  .source = "boost/asio/socket_base.hpp: keep_alive, off by default" },

	/* ---- servers ---- */

	{ .name = "@redis", .also = "@redis-server @valkey", .program = "Redis 7.0.15", .measured = true,
	  .spec = "read+keepalive:idle=300s:intvl=100s:cnt=3",
	  .what = "keepalive 300s, 100s, 3",
	  .source = "redis.conf: tcp-keepalive 300; src/anet.c: anetKeepAlive()" },
	{ .name = "@memcached", .program = "memcached 1.6.18", .measured = true, .spec = "read+" SYSTEM_KEEPALIVE,
	  .what = "SO_KEEPALIVE, the system's times", .source = "memcached.c: server_socket()" },
	{ .name = "@postgres", .also = "@postgresql @pg", .program = "PostgreSQL 15.18", .measured = true,
	  .spec = "read+" SYSTEM_KEEPALIVE,
	  .what = "SO_KEEPALIVE, the system's times",
	  .source = "src/backend/libpq/pqcomm.c: StreamConnection(); tcp_keepalives_idle, 0 by default",
	  .differs = "While a query runs it neither reads nor polls (client_connection_check_interval, 0 by default)." },
	{ .name = "@mysql", .also = "@mariadb @mysqld", .program = "MariaDB 10.11", .measured = true,
	  .spec = "idle:limit=8h+" SYSTEM_KEEPALIVE,
	  .what = "closes after 8 h idle, SO_KEEPALIVE",
	  .source = "wait_timeout, 28800; vio/viosocket.c: vio_keepalive()",
	  .differs = "While a query runs it does not read." },
	{ .name = "@nginx", .program = "nginx 1.22.1", .measured = true, .spec = "idle:limit=75s",
	  .what = "closes a client after 75 s idle, dead or not",
	  .source = "ngx_http_core_module: keepalive_timeout 75s; so_keepalive, off by default",
	  .differs = "The first request has 60 s (client_header_timeout). While it waits for an upstream it sees a client's FIN." },
	{ .name = "@haproxy", .program = "HAProxy 2.6.12", .measured = true, .spec = "idle:limit=50s",
	  .what = "closes a client after 50 s idle, dead or not",
	  .source = "Debian's haproxy.cfg: timeout client 50000; option clitcpka, off by default",
	  .differs = "Without a configuration it has no timeouts at all." },
	{ .name = "@varnish", .program = "Varnish 7.1.1", .measured = true, .spec = "idle:limit=5s+" SYSTEM_KEEPALIVE,
	  .what = "closes a client after 5 s idle, SO_KEEPALIVE",
	  .source = "varnishd(1): timeout_idle; SO_KEEPALIVE" },
	{ .name = "@envoy", .program = "Envoy 1.30", .spec = "idle:limit=1h",
	  .what = "closes a client after 1 h idle, dead or not",
	  .source = "Envoy's FAQ, How do I configure timeouts: idle_timeout; tcp_keepalive, unset by default",
	  .differs = "The hour runs while no request is under way." },
	{ .name = "@openssh", .also = "@ssh @sshd", .program = "OpenSSH 9.2p1", .measured = true, .spec = "read+" SYSTEM_KEEPALIVE,
	  .what = "ssh, sshd: SO_KEEPALIVE, the system's times",
	  .source = "ssh_config(5), sshd_config(5): TCPKeepAlive yes, ServerAliveInterval 0, ClientAliveInterval 0",
	  .differs = "Debian's ssh asks the server after 300 s without data where BatchMode is set (ServerAliveInterval)." },
	{ .name = "@grpc-server", .also = "@grpcserver", .program = "gRPC 1.51", .measured = true,
	  .spec = "read+user-timeout:after=20s",
	  .what = "TCP_USER_TIMEOUT 20s, no keepalive of TCP's",
	  .source = "C core, iomgr/socket_utils_common_posix.cc: grpc_set_socket_tcp_user_timeout()",
	  .differs = "After 2 h without data it sends a PING, which must be answered within 20 s." },
	{ .name = "@puma", .program = "Puma 5.6.5", .measured = true, .spec = "idle:limit=20s",
	  .what = "closes a client after 20 s idle, dead or not",
	  .source = "lib/puma/const.rb: PERSISTENT_TIMEOUT",
	  .differs = "The first request has 30 s (FIRST_DATA_TIMEOUT). Before it answers, it looks whether TCP_INFO's state is still open." },
	{ .name = "@samba", .also = "@smbd @smb", .program = "Samba 4.17.12", .measured = true, .spec = "read+" SYSTEM_KEEPALIVE,
	  .what = "smbd: SO_KEEPALIVE, the system's times",
	  .source = "source3/smbd: smbd_add_connection(); smb.conf(5): socket options",
	  .differs = "A client that says nothing at first is closed after 60 s." },

	/* ---- clients ---- */

	{ .name = "@grpc", .also = "@grpc-core @grpc-client @grpcio", .program = "gRPC 1.51", .measured = true, .spec = "read",
	  .what = "a client: no keepalive of TCP's, no PING",
	  .source = "C core, iomgr/tcp_client_posix.cc; GRPC_ARG_KEEPALIVE_TIME_MS, INT_MAX by default" },
	{ .name = "@curl", .also = "@libcurl", .program = "curl 7.88.1", .measured = true,
	  .spec = "read+keepalive:idle=60s:intvl=60s:cnt=system",
	  .what = "the tool: keepalive 60s, 60s",
	  .source = "curl(1): --keepalive-time; lib/connect.c: tcpkeepalive()",
	  .differs = "The library turns it on only with CURLOPT_TCP_KEEPALIVE. Before a connection is used again it is polled." },
	{ .name = "@libpq", .also = "@psql @psycopg @psycopg2", .program = "libpq 15.18", .measured = true,
	  .spec = "read+" SYSTEM_KEEPALIVE,
	  .what = "SO_KEEPALIVE, the system's times",
	  .source = "src/interfaces/libpq/fe-connect.c: useKeepalives()",
	  .differs = "It reads only while a query is under way; between two queries it learns nothing until the next." },
	{ .name = "@redis-cli", .also = "@rediscli", .program = "Redis 7.0.15", .measured = true,
	  .spec = "read+keepalive:idle=15s:intvl=5s:cnt=3",
	  .what = "keepalive 15s, 5s, 3",
	  .source = "src/redis-cli.c: REDIS_CLI_KEEPALIVE_INTERVAL; src/anet.c: anetKeepAlive()",
	  .differs = "It reads only while a command is under way; at the prompt it learns nothing until the next." },
	{ .name = "@redis-py", .also = "@redispy", .program = "redis-py 4.3.4", .measured = true, .spec = "read",
	  .what = "sets nothing", .source = "redis/connection.py: socket_keepalive, False by default",
	  .differs = "It reads only while a command is under way. Before a pooled connection is used again it is read once." },
	{ .name = "@jedis", .program = "Jedis 4", .spec = "read+" SYSTEM_KEEPALIVE,
	  .what = "SO_KEEPALIVE, the system's times",
	  .source = "redis/clients/jedis/DefaultJedisSocketFactory.java: connectToFirstSuccessfulHost()",
	  .differs = "It reads only while a command is under way, and gives up after 2 s without an answer (socketTimeoutMillis)." },
	{ .name = "@pymongo", .also = "@mongodb @mongo", .program = "PyMongo 3.11.0", .measured = true,
	  .spec = "read+keepalive:idle=120s:intvl=10s:cnt=9",
	  .what = "keepalive of at most 120s, 10s, 9",
	  .source = "pymongo/pool.py: _set_keepalive_times()",
	  .differs = "It reads only while a command is under way. A connection of its own asks each server for its state (heartbeatFrequencyMS)." },
	{ .name = "@mysql-client", .also = "@mysql-cli @libmariadb", .program = "MariaDB 10.11", .measured = true,
	  .spec = "read+" SYSTEM_KEEPALIVE,
	  .what = "libmariadb: SO_KEEPALIVE, the system's times",
	  .source = "plugins/pvio/pvio_socket.c: pvio_socket_keepalive()",
	  .differs = "It reads only while a query is under way." },
	{ .name = "@kafka", .also = "@kafka-client", .program = "Kafka 3", .spec = "idle:limit=9m+" SYSTEM_KEEPALIVE,
	  .what = "a Java client: closes after 9 min idle, SO_KEEPALIVE",
	  .source = "clients/.../network/Selector.java: configureSocketChannel(); connections.max.idle.ms",
	  .differs = "A request without an answer is given up after 30 s (request.timeout.ms)." },
	{ .name = "@librdkafka", .also = "@rdkafka @kcat", .program = "librdkafka 2.0.2", .measured = true, .spec = "read",
	  .what = "sets nothing", .source = "CONFIGURATION.md: socket.keepalive.enable, false by default",
	  .differs = "A request without an answer is given up after 60 s (socket.timeout.ms)." },
};
const size_t profiles_count = sizeof(profiles) / sizeof(*profiles);

void profile_of_options(char to[PROFILE_SPEC], const struct connection_use *u)
{
	char *end = to + sprintf(to, "read");

	if (u->keepalive)
		end += sprintf(end, "+keepalive:idle=%lld:intvl=%lld:cnt=%lld", (long long)(u->idle / NS_PER_S),
			       (long long)(u->intvl / NS_PER_S), (long long)u->cnt);
	if (u->user_timeout)
		end += sprintf(end, "+user-timeout:after=%lldms", (long long)(u->user_timeout / NS_PER_MS));
	if (u->recverr)
		sprintf(end, "+icmp");
}

const struct profile *profile_find(const char *name, size_t len)
{
	for (size_t i = 0; i < profiles_count; i++)
		if (!strncmp(profiles[i].name, name, len) && !profiles[i].name[len])
			return &profiles[i];
	return NULL;
}

const char *profile_word(const void *list, size_t i)
{
	(void)list;
	return i < profiles_count ? profiles[i].name : NULL;
}

/* Is it one of the words? */
static bool is_among(const char *words, const char *name)
{
	const size_t len = strlen(name);

	for (const char *at = words; at && (at = strstr(at, name)); at += len)
		if ((at == words || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
	return false;
}

/* All that these do is to ask the peer, which no row says. */
static const char asking[] = "@hikaricp @hikari @websocket @websockets @rabbitmq @amqp @nats @stomp";

struct hint profile_hint(const char *name)
{
	struct hint h;

	if (is_among(asking, name))
		return (struct hint){ " (it asks the peer in their own protocol: give a URL as the target, or -p heartbeat)" };

	for (size_t i = 0; i < profiles_count; i++)
		if (is_among(profiles[i].also, name)) {
			snprintf(h.text, sizeof(h.text), " (did you mean '%s'?)", profiles[i].name);
			return h;
		}
	return hint(name, profile_word, NULL, "see tcpalive list");
}
