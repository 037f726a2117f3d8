// SPDX-License-Identifier: MIT
/*
 * Reads the headers of IP datagrams. An IPv6 extension header hides TCP from it, as Linux
 * sends none unless asked to.
 */
#include "packet.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static bool parse_ipv4(struct packet *p, const uint8_t *data, size_t len)
{
	size_t header, total;

	if (len < PACKET_IPV4_HEADER)
		return false;
	header = (size_t)(data[0] & 0x0f) * 4;
	total = get16(data + 2);
	if (header < PACKET_IPV4_HEADER || total < header || total > len)
		return false;
	p->family = AF_INET;
	p->len = total;
	p->header = header;
	p->protocol = data[9];
	p->src = data + 12;
	p->dst = data + 16;
	p->addr_len = 4;
	return p->dst[0] < 224;
}

static bool parse_ipv6(struct packet *p, const uint8_t *data, size_t len)
{
	size_t total;

	if (len < PACKET_IPV6_HEADER)
		return false;
	total = PACKET_IPV6_HEADER + (size_t)get16(data + 4);
	if (total > len)
		return false;
	p->family = AF_INET6;
	p->len = total;
	p->header = PACKET_IPV6_HEADER;
	p->protocol = data[6];
	p->src = data + 8;
	p->dst = data + 24;
	p->addr_len = 16;
	return p->dst[0] != 0xff;
}

/* Only the first fragment carries the ports. */
static bool later_fragment(const struct packet *p)
{
	return p->family == AF_INET && (get16(p->data + 6) & 0x1fff) != 0;
}

static void parse_tcp(struct packet *p)
{
	const uint8_t *tcp = p->data + p->header;
	size_t room = p->len - p->header, header;

	if (p->protocol != IPPROTO_TCP || room < PACKET_TCP_HEADER || later_fragment(p))
		return;
	header = (size_t)(tcp[12] >> 4) * 4;
	if (header < PACKET_TCP_HEADER || header > room)
		return;
	p->tcp = true;
	p->src_port = get16(tcp);
	p->dst_port = get16(tcp + 2);
	p->seq = get32(tcp + 4);
	p->ack = get32(tcp + 8);
	p->flags = tcp[13];
	p->payload = room - header;
}

bool packet_parse(struct packet *p, const uint8_t *data, size_t len)
{
	int version = len > 0 ? data[0] >> 4 : 0;

	memset(p, 0, sizeof(*p));
	p->data = data;
	if (version == 4 ? !parse_ipv4(p, data, len) :
	    version != 6 || !parse_ipv6(p, data, len))
		return false;
	parse_tcp(p);
	return true;
}

uint32_t checksum_add(uint32_t sum, const uint8_t *data, size_t len)
{
	for (; len > 1; data += 2, len -= 2)
		sum += get16(data);
	if (len > 0)
		sum += (uint32_t)data[0] << 8;
	return sum;
}

uint16_t checksum_end(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}
