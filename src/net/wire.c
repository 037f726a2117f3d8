// SPDX-License-Identifier: MIT
/* Wire events: which packets are told of, and the ring that takes them to their reader. */
#include "wire.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>

enum { ICMP_HEADER = 8, TCP_QUOTED = 8 /* at least, RFC 792: the ports, and the sequence number */ };

/* By the code of destination unreachable: icmp_err_convert of net/ipv4/icmp.c, tab_unreach of net/ipv6/icmp.c. */
static const uint8_t unreachable[] = {
	ENETUNREACH, EHOSTUNREACH, ENOPROTOOPT, ECONNREFUSED, EMSGSIZE, EOPNOTSUPP, ENETUNREACH, EHOSTDOWN, ENONET,
	ENETUNREACH, EHOSTUNREACH, ENETUNREACH, EHOSTUNREACH, EHOSTUNREACH, EHOSTUNREACH, EHOSTUNREACH,
};
static const uint8_t unreachable6[] = { ENETUNREACH, EACCES, EHOSTUNREACH, EHOSTUNREACH, ECONNREFUSED, EACCES, EACCES };

static uint8_t flags_of(const struct packet *p)
{
	const unsigned ends = p->flags & (PACKET_SYN | PACKET_FIN | PACKET_RST);

	if (!ends)
		return 0;
	return (uint8_t)((ends & PACKET_SYN ? WIRE_SYN : 0) | (ends & PACKET_FIN ? WIRE_FIN : 0) |
			 (ends & PACKET_RST ? WIRE_RST : 0) | (p->flags & PACKET_ACK ? WIRE_ACK : 0));
}

/* That a packet was too big ends nothing. */
static bool is_icmp_error(const struct packet *p, const uint8_t *icmp)
{
	if (p->protocol == IPPROTO_ICMPV6)
		return icmp[0] == ICMP6_DST_UNREACH || icmp[0] == ICMP6_TIME_EXCEEDED || icmp[0] == ICMP6_PARAM_PROB;
	return icmp[0] == ICMP_TIME_EXCEEDED || icmp[0] == ICMP_PARAMETERPROB ||
	       (icmp[0] == ICMP_DEST_UNREACH && icmp[1] != ICMP_FRAG_NEEDED);
}

static uint8_t errno_of(const struct packet *p, const uint8_t *icmp)
{
	if (p->family == AF_INET && icmp[0] == ICMP_DEST_UNREACH)
		return icmp[1] < sizeof(unreachable) ? unreachable[icmp[1]] : EHOSTUNREACH;
	if (p->family == AF_INET6 && icmp[0] == ICMP6_DST_UNREACH)
		return icmp[1] < sizeof(unreachable6) ? unreachable6[icmp[1]] : EPROTO;
	return icmp[0] == ICMP_TIME_EXCEEDED || icmp[0] == ICMP6_TIME_EXCEEDED ? EHOSTUNREACH : EPROTO;
}

/* The TCP header that an ICMP error quotes, of which only the beginning need be there; NULL if that was not TCP. */
static const uint8_t *quoted_tcp(const struct packet *p)
{
	const bool v4 = p->family == AF_INET;
	const uint8_t *quoted = p->data + p->header + ICMP_HEADER;
	const size_t least = (v4 ? PACKET_IPV4_HEADER : PACKET_IPV6_HEADER) + TCP_QUOTED;
	size_t header = PACKET_IPV6_HEADER;

	if (p->len < p->header + ICMP_HEADER + least || quoted[v4 ? 9 : 6] != IPPROTO_TCP)
		return NULL;
	if (v4)
		header = (size_t)(quoted[0] & 0x0f) * 4;
	return p->len < p->header + ICMP_HEADER + header + TCP_QUOTED ? NULL : quoted + header;
}

static const uint8_t *quoted_by(const struct packet *p)
{
	if (p->protocol != (p->family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6) ||
	    p->len < p->header + ICMP_HEADER || !is_icmp_error(p, p->data + p->header))
		return NULL;
	return quoted_tcp(p);
}

bool wire_quotes(const struct packet *p, enum link_dir dir, uint16_t *port, uint32_t *seq)
{
	const uint8_t *tcp = p->tcp ? NULL : quoted_by(p);

	if (!tcp)
		return false;
	*port = get16(dir == LINK_IN ? tcp : tcp + 2);
	*seq = get32(tcp + 4);
	return true;
}

static bool read_icmp(const struct packet *p, enum link_dir dir, struct wire_event *ev)
{
	const uint8_t *ports = quoted_by(p);

	if (!ports)
		return false;
	/* What is quoted went the other way. */
	ev->port = get16(dir == LINK_IN ? ports : ports + 2);
	ev->peer_port = get16(dir == LINK_IN ? ports + 2 : ports);
	ev->flags = WIRE_ICMP;
	ev->err = errno_of(p, p->data + p->header);
	return true;
}

static bool read_segment(const struct packet *p, enum link_dir dir, struct wire_event *ev)
{
	ev->flags = flags_of(p);
	ev->port = dir == LINK_OUT ? p->src_port : p->dst_port;
	ev->peer_port = dir == LINK_OUT ? p->dst_port : p->src_port;
	return ev->flags != 0;
}

bool wire_put(struct shared_wire *w, enum link_dir dir, const struct packet *p, nsec at)
{
	struct wire_event ev = { .at = (uint64_t)at, .dir = (uint8_t)dir };
	uint64_t put;

	if (!(p->tcp ? read_segment(p, dir, &ev) : read_icmp(p, dir, &ev)))
		return false;
	ev.flags |= p->family == AF_INET6 ? WIRE_IPV6 : 0;
	put = atomic_load_explicit(&w->put, memory_order_relaxed);
	if (put - atomic_load_explicit(&w->taken, memory_order_acquire) == WIRE_EVENTS) {
		atomic_fetch_add_explicit(&w->lost, 1, memory_order_relaxed);
		return true;
	}
	words_store(w->event[put % WIRE_EVENTS], &ev, WORDS(ev));
	atomic_store_explicit(&w->put, put + 1, memory_order_release);
	return true;
}

int wire_take(struct shared_wire *w, struct wire_event *ev)
{
	const uint64_t taken = atomic_load_explicit(&w->taken, memory_order_relaxed);
	const uint64_t lost = atomic_load_explicit(&w->lost, memory_order_relaxed);

	if (lost != atomic_load_explicit(&w->told, memory_order_relaxed)) {
		atomic_store_explicit(&w->told, lost, memory_order_relaxed);
		return -1;
	}
	if (taken == atomic_load_explicit(&w->put, memory_order_acquire))
		return 0;
	words_load(ev, w->event[taken % WIRE_EVENTS], WORDS(*ev));
	atomic_store_explicit(&w->taken, taken + 1, memory_order_release);
	return 1;
}
