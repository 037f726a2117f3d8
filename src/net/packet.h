/* SPDX-License-Identifier: MIT */
/*
 * One IP datagram, looked at where it lies: IPv4 (RFC 791), IPv6 (RFC 8200),
 * TCP (RFC 9293), and the Internet checksum (RFC 1071). Nothing is copied and
 * nothing is allocated; a struct packet is good as long as its bytes are.
 */
#ifndef NET_PACKET_H
#define NET_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PACKET_IPV4_HEADER = 20,
	PACKET_IPV6_HEADER = 40,
	PACKET_TCP_HEADER = 20,
};

enum packet_flag {
	PACKET_FIN = 0x01,
	PACKET_SYN = 0x02,
	PACKET_RST = 0x04,
	PACKET_ACK = 0x10,
};

struct packet {
	const uint8_t *data;   /* from the IP header's first byte */
	size_t len;            /* the IP length: headers and payload */
	int family;            /* AF_INET or AF_INET6 */
	uint8_t protocol;      /* IPPROTO_TCP, ... */
	size_t header;         /* length of the IP header */
	const uint8_t *src, *dst;
	size_t addr_len;       /* 4 or 16 */

	bool tcp;              /* a whole TCP header is there; else the rest is 0 */
	uint16_t src_port, dst_port;
	uint32_t seq, ack;
	uint8_t flags;         /* of enum packet_flag */
	size_t payload;
};

/*
 * Reads the headers of the len bytes at data. False when this is nothing that
 * goes from one host to one other: multicast, broadcast, not IP, cut short.
 */
bool packet_parse(struct packet *p, const uint8_t *data, size_t len);

/*
 * Sum of big-endian 16-bit words, to be started with 0, continued over several
 * pieces (all but the last of even length), and ended with checksum_end.
 */
uint32_t checksum_add(uint32_t sum, const uint8_t *data, size_t len);
uint16_t checksum_end(uint32_t sum);

static inline uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t get32(const uint8_t *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

static inline void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value);
}

#endif
