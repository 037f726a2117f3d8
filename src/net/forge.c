// SPDX-License-Identifier: MIT
/*
 * Answers that nobody sent. Headers are written byte by byte, so neither alignment nor
 * byte order matters.
 */
#include "forge.h"

#include "addresses.h"

#include <arpa/inet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <string.h>

enum {
	TTL = 64,
	ICMP_HEADER = 8,
	ICMP_CHECKSUM = 2,  /* offsets of the checksum in the header */
	TCP_CHECKSUM = 16,
	IPV4_ERROR_MAX = 576, /* RFC 1812, section 4.3.2.3 */
};

struct icmp_error {
	uint8_t code, code6; /* of destination unreachable, in both families */
	bool router;         /* sent by the router, else by the host addressed */
};

static const struct icmp_error icmp_errors[] = {
	[ANSWER_ICMP_HOST] = { ICMP_HOST_UNREACH, ICMP6_DST_UNREACH_ADDR, true },
	[ANSWER_ICMP_PORT] = { ICMP_PORT_UNREACH, ICMP6_DST_UNREACH_NOPORT, false },
	[ANSWER_ICMP_ADMIN] = { ICMP_PKT_FILTERED, ICMP6_DST_UNREACH_ADMIN, true },
};

static size_t ip_header_len(int family)
{
	return family == AF_INET ? PACKET_IPV4_HEADER : PACKET_IPV6_HEADER;
}

static void write_ipv4(uint8_t *out, uint8_t protocol, const uint8_t *src, const uint8_t *dst,
		       size_t body)
{
	memset(out, 0, PACKET_IPV4_HEADER);
	out[0] = 0x45;
	put16(out + 2, (uint32_t)(PACKET_IPV4_HEADER + body));
	put16(out + 6, 0x4000); /* do not fragment, so the zero id is lawful: RFC 6864 */
	out[8] = TTL;
	out[9] = protocol;
	memcpy(out + 12, src, 4);
	memcpy(out + 16, dst, 4);
	put16(out + 10, checksum_end(checksum_add(0, out, PACKET_IPV4_HEADER)));
}

static void write_ipv6(uint8_t *out, uint8_t protocol, const uint8_t *src, const uint8_t *dst,
		       size_t body)
{
	memset(out, 0, PACKET_IPV6_HEADER);
	out[0] = 0x60;
	put16(out + 4, (uint32_t)body);
	out[6] = protocol;
	out[7] = TTL;
	memcpy(out + 8, src, 16);
	memcpy(out + 24, dst, 16);
}

/*
 * Puts the IP header in front of a body that is already there, back to the
 * sender of p, and the body's checksum into it. Returns the whole length.
 */
static size_t seal(uint8_t *out, const struct packet *p, const uint8_t *from, uint8_t protocol,
		   size_t body, size_t checksum_at)
{
	size_t header = ip_header_len(p->family);
	uint32_t sum = 0;

	if (p->family == AF_INET)
		write_ipv4(out, protocol, from, p->src, body);
	else
		write_ipv6(out, protocol, from, p->src, body);
	if (protocol != IPPROTO_ICMP) { /* all the others sum a pseudo-header too */
		sum = checksum_add(sum, from, p->addr_len);
		sum = checksum_add(sum, p->src, p->addr_len);
		sum += protocol + (uint32_t)body;
	}
	put16(out + header + checksum_at, 0);
	sum = checksum_add(sum, out + header, body);
	put16(out + header + checksum_at, checksum_end(sum));
	return header + body;
}

static size_t forge_icmp(const struct icmp_error *e, const struct packet *p, uint8_t *out)
{
	bool v4 = p->family == AF_INET;
	uint8_t router[16], *icmp = out + ip_header_len(p->family);
	size_t room = (v4 ? (size_t)IPV4_ERROR_MAX : FORGE_MAX) -
		ip_header_len(p->family) - ICMP_HEADER;
	size_t quoted = p->len < room ? p->len : room;

	if (p->protocol == IPPROTO_ICMP || p->protocol == IPPROTO_ICMPV6)
		return 0;
	inet_pton(p->family, v4 ? LAB_IPV4_ROUTER : LAB_IPV6_ROUTER, router);
	memset(icmp, 0, ICMP_HEADER);
	icmp[0] = v4 ? ICMP_DEST_UNREACH : ICMP6_DST_UNREACH;
	icmp[1] = v4 ? e->code : e->code6;
	memcpy(icmp + ICMP_HEADER, p->data, quoted);
	return seal(out, p, e->router ? router : p->dst, v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6,
		    ICMP_HEADER + quoted, ICMP_CHECKSUM);
}

/* A SYN and a FIN each take one sequence number. */
static uint32_t segment_len(const struct packet *p)
{
	return (uint32_t)p->payload + !!(p->flags & PACKET_SYN) + !!(p->flags & PACKET_FIN);
}

static size_t forge_rst(const struct packet *p, uint8_t *out)
{
	uint8_t *tcp = out + ip_header_len(p->family);

	if (!p->tcp || (p->flags & PACKET_RST))
		return 0;
	memset(tcp, 0, PACKET_TCP_HEADER);
	put16(tcp, p->dst_port);
	put16(tcp + 2, p->src_port);
	tcp[12] = PACKET_TCP_HEADER / 4 << 4;
	tcp[13] = PACKET_RST;
	if (p->flags & PACKET_ACK) {
		put32(tcp + 4, p->ack);
	} else {
		put32(tcp + 8, p->seq + segment_len(p));
		tcp[13] |= PACKET_ACK;
	}
	return seal(out, p, p->dst, IPPROTO_TCP, PACKET_TCP_HEADER, TCP_CHECKSUM);
}

size_t forge(enum link_answer kind, const struct packet *p, uint8_t out[FORGE_MAX])
{
	switch (kind) {
	case ANSWER_NONE:
		return 0;
	case ANSWER_RST:
		return forge_rst(p, out);
	default:
		return forge_icmp(&icmp_errors[kind], p, out);
	}
}
