// SPDX-License-Identifier: MIT
/* What sock_diag(7) says: of messages in memory, and of sockets on the loopback device. */
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/diag-socket.h"
#include "net/proc-tcp.h"

static struct sockaddr_storage address(int family, const char *text, in_port_t port)
{
	struct sockaddr_storage a = { .ss_family = (sa_family_t)family };
	struct sockaddr_in *v4 = (struct sockaddr_in *)&a;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&a;

	*(family == AF_INET ? &v4->sin_port : &v6->sin6_port) = htons(port);
	CHECK_INT(inet_pton(family, text, family == AF_INET ? (void *)&v4->sin_addr : (void *)&v6->sin6_addr), 1);
	return a;
}

static in_port_t port_of(const struct sockaddr_storage *a)
{
	return ntohs(a->ss_family == AF_INET ? ((const struct sockaddr_in *)a)->sin_port : ((const struct sockaddr_in6 *)a)->sin6_port);
}

static bool same(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/* A message as the kernel writes it; with so many bytes of TCP_INFO behind another attribute, or none. */
struct message {
	struct nlmsghdr header;
	struct inet_diag_msg diag;
	char attributes[1024];
};

static struct message message(int family, const char *local, const char *remote, int info)
{
	struct message m = { .header = { .nlmsg_type = SOCK_DIAG_BY_FAMILY } };
	struct nlattr a = { .nla_len = sizeof(a) + 1, .nla_type = INET_DIAG_SHUTDOWN };

	m.diag = (struct inet_diag_msg){ .idiag_family = (uint8_t)family, .idiag_state = STATE_ESTABLISHED, .idiag_timer = 2,
					 .idiag_retrans = 1, .idiag_expires = 500, .idiag_rqueue = 3, .idiag_wqueue = 4,
					 .idiag_uid = 5, .idiag_inode = 6 };
	m.diag.id = (struct inet_diag_sockid){ .idiag_sport = htons(1), .idiag_dport = htons(2), .idiag_if = 9 };
	CHECK_INT(inet_pton(family, local, m.diag.id.idiag_src), 1);
	CHECK_INT(inet_pton(family, remote, m.diag.id.idiag_dst), 1);
	memcpy(m.attributes, &a, sizeof(a));
	m.header.nlmsg_len = (uint32_t)(NLMSG_LENGTH(sizeof(m.diag)) + 8);
	if (info < 0)
		return m;
	a = (struct nlattr){ .nla_len = (uint16_t)(sizeof(a) + (size_t)info), .nla_type = INET_DIAG_INFO };
	memcpy(m.attributes + 8, &a, sizeof(a));
	memset(m.attributes + 12, 0x11, (size_t)info);
	m.header.nlmsg_len += (uint32_t)NLA_ALIGN(a.nla_len);
	return m;
}

static void a_message_is_a_socket(void)
{
	struct message m = message(AF_INET, "192.0.2.1", "192.0.2.2", -1);
	struct sockaddr_storage local = address(AF_INET, "192.0.2.1", 1), remote = address(AF_INET, "192.0.2.2", 2);
	struct diag_socket s;

	CHECK_INT(diag_socket_read(&m.header, &s), 1);
	CHECK(same(&s.ends.local, &local) && same(&s.ends.remote, &remote) && s.ends.device == 9);
	CHECK(s.state == STATE_ESTABLISHED && s.timer == 2 && s.retransmits == 1 && s.expires == 500);
	CHECK(s.unread == 3 && s.unsent == 4 && s.uid == 5 && s.inode == 6 && !s.has_info);
	m = message(AF_INET6, "2001:db8::1", "2001:db8::2", -1);
	local = address(AF_INET6, "2001:db8::1", 1);
	CHECK_INT(diag_socket_read(&m.header, &s), 1);
	CHECK(same(&s.ends.local, &local) && s.ends.remote.ss_family == AF_INET6);
	m = message(AF_INET6, "::ffff:192.0.2.1", "::ffff:192.0.2.2", -1);
	local = address(AF_INET, "192.0.2.1", 1);
	CHECK_INT(diag_socket_read(&m.header, &s), 1);
	CHECK(same(&s.ends.local, &local) && same(&s.ends.remote, &remote));
	m = message(AF_INET6, "::", "::", -1); /* a listener */
	CHECK_INT(diag_socket_read(&m.header, &s), 1);
	CHECK(s.ends.local.ss_family == AF_INET6 && port_of(&s.ends.local) == 1);
}

/* Kernels differ in how much of it they know. */
static void tcp_info_may_be_shorter_or_longer(void)
{
	const int lengths[] = { 0, 104, (int)sizeof(struct tcp_info), (int)sizeof(struct tcp_info) + 64 };
	struct diag_socket s;

	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		struct message m = message(AF_INET, "192.0.2.1", "192.0.2.2", lengths[i]);
		const uint8_t *bytes = (const uint8_t *)&s.info;

		CHECK_INT(diag_socket_read(&m.header, &s), 1);
		CHECK(s.has_info);
		for (size_t at = 0; at < sizeof(s.info); at++)
			CHECK_INT(bytes[at], at < (size_t)lengths[i] ? 0x11 : 0);
	}
}

static void what_is_no_socket_is_refused(void)
{
	struct message m = message(AF_INET, "192.0.2.1", "192.0.2.2", -1);
	struct diag_socket s;

	m.header.nlmsg_len = NLMSG_LENGTH(sizeof(m.diag)) - 1;
	CHECK_INT(diag_socket_read(&m.header, &s), -EPROTO);
	m.header.nlmsg_len = NLMSG_LENGTH(sizeof(m.diag)) + 3; /* an attribute's beginning */
	CHECK_INT(diag_socket_read(&m.header, &s), 1);
	m.header.nlmsg_type = NLMSG_NOOP;
	CHECK_INT(diag_socket_read(&m.header, &s), -EPROTO);
	m.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
	m.diag.idiag_family = AF_UNIX;
	CHECK_INT(diag_socket_read(&m.header, &s), -EPROTO);
}

/* --- real sockets */

struct pair {
	int listener, client, server;
	struct diag_ends ends; /* the client's first */
};

/* A connection of that family's sockets to that address; mapped where it is of IPv4 and they are of IPv6. */
static bool pair_open(struct pair *p, int family, const char *to)
{
	struct sockaddr_storage a = address(family, to, 0);
	socklen_t len = sizeof(a);

	*p = (struct pair){ socket(family, SOCK_STREAM, 0), socket(family, SOCK_STREAM, 0), -1, { .device = 0 } };
	if (bind(p->listener, (void *)&a, len) || listen(p->listener, 1) || getsockname(p->listener, (void *)&a, &len) ||
	    connect(p->client, (void *)&a, len))
		return false;
	p->server = accept(p->listener, NULL, NULL);
	p->ends.remote = family == AF_INET6 && strchr(to, '.') ? address(AF_INET, strrchr(to, ':') + 1, port_of(&a)) : a;
	len = sizeof(a);
	CHECK_INT(getsockname(p->client, (void *)&a, &len), 0);
	p->ends.local = p->ends.remote.ss_family == AF_INET ? address(AF_INET, "127.0.0.1", port_of(&a)) : a;
	return true;
}

static void pair_close(struct pair *p)
{
	close(p->listener);
	close(p->client);
	close(p->server);
}

static uint64_t inode_of(int fd)
{
	char path[32], name[64] = "";

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	CHECK(readlink(path, name, sizeof(name) - 1) > 0);
	return strtoull(name + strcspn(name, "0123456789"), NULL, 10);
}

static void check_pair(int fd, int family, const char *to)
{
	struct diag_socket s;
	struct pair p;

	if (!pair_open(&p, family, to)) { /* no IPv6 here */
		CHECK(family == AF_INET6);
		pair_close(&p);
		return;
	}
	CHECK_INT(send(p.server, "hello", 5, 0), 5);
	CHECK_INT(diag_find(fd, &p.ends, &s), 1);
	CHECK(same(&s.ends.local, &p.ends.local) && same(&s.ends.remote, &p.ends.remote));
	CHECK_INT(s.state, STATE_ESTABLISHED);
	CHECK_INT(s.inode, inode_of(p.client));
	CHECK_INT(s.unread, 5);
	CHECK_INT(s.uid, geteuid());
	CHECK(s.has_info && s.info.tcpi_state == STATE_ESTABLISHED && s.info.tcpi_rcv_mss > 0);
	close(p.client); /* with unread data: an RST, and nothing remains */
	CHECK_INT(diag_find(fd, &p.ends, &s), 0);
	p.client = dup(p.server);
	pair_close(&p);
}

static void a_connection_is_found_by_its_ends(void)
{
	int fd = diag_open();

	CHECK(fd >= 0);
	check_pair(fd, AF_INET, "127.0.0.1");
	check_pair(fd, AF_INET6, "::1");
	check_pair(fd, AF_INET6, "::ffff:127.0.0.1");
	close(fd);
}

/* The kernel would give the listener for it. */
static void a_listener_is_no_connection(void)
{
	struct diag_socket s;
	struct diag_ends ends;
	struct pair p;
	int fd = diag_open(), more = socket(AF_INET, SOCK_STREAM, 0);

	CHECK(pair_open(&p, AF_INET, "127.0.0.1"));
	ends = (struct diag_ends){ .local = p.ends.remote, .remote = address(AF_INET, "127.0.0.9", 9) };
	CHECK_INT(diag_find(fd, &ends, &s), 0);
	CHECK_INT(diag_destroy(fd, &ends), -ENOENT);
	CHECK_INT(connect(more, (void *)&p.ends.remote, sizeof(struct sockaddr_in)), 0); /* it still listens */
	close(more);
	pair_close(&p);
	close(fd);
}

struct search {
	in_port_t port;
	int found, listeners, stop_at;
};

static int count(const struct diag_socket *s, void *of)
{
	struct search *search = of;

	if (port_of(&s->ends.local) != search->port)
		return 0;
	search->found++;
	search->listeners += s->state == STATE_LISTEN;
	return search->found == search->stop_at ? 7 : 0;
}

enum { MANY = 300 }; /* more than one message of the kernel's holds */

static void every_socket_in_a_state(void)
{
	struct search all = { .port = 0 }, listeners, first;
	struct pair p;
	int fd = diag_open(), more[MANY];

	CHECK(pair_open(&p, AF_INET, "127.0.0.1"));
	CHECK_INT(listen(p.listener, MANY), 0);
	for (int i = 0; i < MANY; i++) {
		more[i] = socket(AF_INET, SOCK_STREAM, 0);
		CHECK_INT(connect(more[i], (void *)&p.ends.remote, sizeof(struct sockaddr_in)), 0);
	}
	all.port = port_of(&p.ends.remote);
	listeners = first = all;
	CHECK_INT(diag_each(fd, 1 << STATE_ESTABLISHED | 1 << STATE_LISTEN, count, &all), 0);
	CHECK(all.found == MANY + 2 && all.listeners == 1);
	CHECK_INT(diag_each(fd, 1 << STATE_LISTEN, count, &listeners), 0);
	CHECK(listeners.found == 1 && listeners.listeners == 1);
	first.stop_at = 2;
	CHECK_INT(diag_each(fd, 1 << STATE_ESTABLISHED, count, &first), 7);
	CHECK_INT(first.found, 2);
	listeners = (struct search){ .port = all.port }; /* the walk that was left has left nothing behind */
	CHECK_INT(diag_each(fd, 1 << STATE_LISTEN, count, &listeners), 0);
	CHECK_INT(listeners.found, 1);
	for (int i = 0; i < MANY; i++)
		close(more[i]);
	pair_close(&p);
	close(fd);
}

/* Accepted or not: that is what an inode says. */
static void what_waits_for_accept_has_no_inode(void)
{
	struct diag_socket s;
	struct diag_ends ends;
	struct pair p;
	int fd = diag_open(), more = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_storage a;
	socklen_t len = sizeof(a);

	CHECK(pair_open(&p, AF_INET, "127.0.0.1"));
	CHECK_INT(connect(more, (void *)&p.ends.remote, sizeof(struct sockaddr_in)), 0);
	CHECK_INT(getsockname(more, (void *)&a, &len), 0);
	ends = (struct diag_ends){ .local = p.ends.remote, .remote = address(AF_INET, "127.0.0.1", port_of(&a)) };
	CHECK_INT(diag_find(fd, &ends, &s), 1);
	CHECK(s.state == STATE_ESTABLISHED && s.inode == 0);
	close(p.server);
	p.server = accept(p.listener, NULL, NULL);
	CHECK_INT(diag_find(fd, &ends, &s), 1);
	CHECK_INT(s.inode, inode_of(p.server));
	close(more);
	pair_close(&p);
	close(fd);
}

/* Lines as this machine would write them: an address is a number. */
static void a_line_of_proc_is_a_socket(void)
{
	const uint32_t v4 = htonl(0x7f000001), other = htonl(0x0a000002), mapped = htonl(0xffff);
	struct sockaddr_storage local = address(AF_INET, "127.0.0.1", 8080), remote = address(AF_INET, "10.0.0.2", 443);
	struct diag_socket s;
	char line[256];

	snprintf(line, sizeof(line), "   0: %08X:1F90 %08X:01BB 01 0000000A:0000004D 02:000000C8 00000000  1000        3 67890 2 ffff 20 4 30 10 -1\n",
		 v4, other);
	CHECK_INT(proc_tcp_read(line, AF_INET, &s), 1);
	CHECK(same(&s.ends.local, &local) && same(&s.ends.remote, &remote));
	CHECK(s.state == STATE_ESTABLISHED && s.inode == 67890 && s.uid == 1000 && s.unsent == 10 && s.unread == 77);
	CHECK(s.timer == 2 && s.expires == 2000 && s.retransmits == 3 && !s.has_info && !s.cookie);

	snprintf(line, sizeof(line), "  12: 0000000000000000%08X%08X:1F90 0000000000000000%08X%08X:01BB 08 00000000:00000001 01:00000014 00000005     0        0 5 1 ffff",
		 mapped, v4, mapped, other);
	CHECK_INT(proc_tcp_read(line, AF_INET6, &s), 1);
	CHECK(same(&s.ends.local, &local) && same(&s.ends.remote, &remote));
	CHECK(s.state == STATE_CLOSE_WAIT && s.timer == 1 && s.expires == 200 && s.retransmits == 5);

	CHECK_INT(proc_tcp_read("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n", AF_INET, &s), 0);
	CHECK_INT(proc_tcp_read("", AF_INET, &s), 0);
	CHECK_INT(proc_tcp_read("   0: 0100007F:1F90 0A000002:01BB 01 0000000A", AF_INET, &s), 0);
	CHECK_INT(proc_tcp_read(line, AF_INET6, &s), 1);
	line[20] = '\0';
	CHECK_INT(proc_tcp_read(line, AF_INET6, &s), 0);
}

static int count_inode(const struct diag_socket *s, void *of)
{
	uint32_t *inode = of;

	return s->inode == *inode && s->state == STATE_ESTABLISHED;
}

/* As sock_diag does, without asking it. */
static void a_connection_is_in_proc(void)
{
	uint32_t inode, none = 0xffffffff;
	struct pair p;

	CHECK(pair_open(&p, AF_INET, "127.0.0.1"));
	inode = (uint32_t)inode_of(p.client);
	CHECK_INT(proc_tcp_each(getpid(), count_inode, &inode), 1);
	CHECK_INT(proc_tcp_each(getpid(), count_inode, &none), 0);
	CHECK_INT(proc_tcp_each(0x7fffffff, count_inode, &none), -ENOENT);
	CHECK(proc_tcp_inode(getpid()) && !proc_tcp_inode(0x7fffffff));
	pair_close(&p);
}

int main(void)
{
	UNIT_CASE(a_message_is_a_socket);
	UNIT_CASE(tcp_info_may_be_shorter_or_longer);
	UNIT_CASE(what_is_no_socket_is_refused);
	UNIT_CASE(a_connection_is_found_by_its_ends);
	UNIT_CASE(a_listener_is_no_connection);
	UNIT_CASE(every_socket_in_a_state);
	UNIT_CASE(what_waits_for_accept_has_no_inode);
	UNIT_CASE(a_line_of_proc_is_a_socket);
	UNIT_CASE(a_connection_is_in_proc);
	return unit_end();
}
