// SPDX-License-Identifier: MIT
/* Sockets in the messages of sock_diag(7). */
#include "diag-socket.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>

/* Of linux/inet_diag.h, which older systems have without it: INET_DIAG_SOCKOPT, and the first bit of its struct,
 * which is the lowest on a machine of little endian. */
enum { DIAG_SOCKOPT = 22, SOCKOPT_RECVERR = __BYTE_ORDER == __LITTLE_ENDIAN ? 0x01 : 0x80 };

in_port_t diag_port(const struct sockaddr_storage *end)
{
	return ntohs(end->ss_family == AF_INET ? ((const struct sockaddr_in *)end)->sin_port : ((const struct sockaddr_in6 *)end)->sin6_port);
}

static uint16_t write_end(const struct sockaddr_storage *from, __be32 to[4])
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;

	if (from->ss_family == AF_INET) {
		to[0] = v4->sin_addr.s_addr;
		return v4->sin_port;
	}
	memcpy(to, &v6->sin6_addr, sizeof(v6->sin6_addr));
	return v6->sin6_port;
}

void diag_socket_id(const struct diag_ends *ends, struct inet_diag_sockid *id)
{
	id->idiag_sport = write_end(&ends->local, id->idiag_src);
	id->idiag_dport = write_end(&ends->remote, id->idiag_dst);
	id->idiag_if = ends->device;
}

static void read_end(int family, uint16_t port, const __be32 from[4], struct sockaddr_storage *to)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)to;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;

	memset(to, 0, sizeof(*to));
	if (family == AF_INET) {
		*v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = port, .sin_addr.s_addr = from[0] };
		return;
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = port;
	memcpy(&v6->sin6_addr, from, sizeof(v6->sin6_addr));
}

static bool is_mapped(const __be32 address[4])
{
	return IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)(const void *)address);
}

/* A socket of IPv6 that holds a connection of IPv4 has both its addresses mapped; a listener's other address is zero. */
void diag_ends_read(int of, const struct inet_diag_sockid *id, struct diag_ends *ends)
{
	const bool mapped = of == AF_INET6 && is_mapped(id->idiag_src);
	const int family = mapped ? AF_INET : of;

	read_end(family, id->idiag_sport, id->idiag_src + (mapped ? 3 : 0), &ends->local);
	read_end(family, id->idiag_dport, id->idiag_dst + (mapped ? 3 : 0), &ends->remote);
	ends->device = id->idiag_if;
}

static void read_attribute(const struct rtattr *a, struct diag_socket *s)
{
	const size_t len = RTA_PAYLOAD(a);

	if (a->rta_type == INET_DIAG_INFO) {
		memcpy(&s->info, RTA_DATA(a), len < sizeof(s->info) ? len : sizeof(s->info));
		s->has_info = true;
	} else if (a->rta_type == DIAG_SOCKOPT && len > 0) {
		s->recverr = *(const uint8_t *)RTA_DATA(a) & SOCKOPT_RECVERR;
	}
}

static void read_attributes(const struct nlmsghdr *h, struct diag_socket *s)
{
	unsigned left = h->nlmsg_len - (unsigned)NLMSG_LENGTH(NLMSG_ALIGN(sizeof(struct inet_diag_msg)));
	const struct rtattr *a = (const void *)((const char *)NLMSG_DATA(h) + NLMSG_ALIGN(sizeof(struct inet_diag_msg)));

	for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
		read_attribute(a, s);
}

int diag_socket_read(const struct nlmsghdr *h, struct diag_socket *s)
{
	const struct inet_diag_msg *m = NLMSG_DATA(h);

	if (h->nlmsg_type != SOCK_DIAG_BY_FAMILY || h->nlmsg_len < NLMSG_LENGTH(sizeof(*m)) ||
	    (m->idiag_family != AF_INET && m->idiag_family != AF_INET6))
		return -EPROTO;
	*s = (struct diag_socket){
		.state = m->idiag_state, .inode = m->idiag_inode, .uid = m->idiag_uid,
		.unread = m->idiag_rqueue, .unsent = m->idiag_wqueue,
		.timer = m->idiag_timer, .retransmits = m->idiag_retrans, .expires = m->idiag_expires,
	};
	diag_ends_read(m->idiag_family, &m->id, &s->ends);
	s->cookie = (uint64_t)m->id.idiag_cookie[1] << 32 | m->id.idiag_cookie[0];
	read_attributes(h, s);
	return 1;
}
