// SPDX-License-Identifier: MIT
/* Wire events: of which packets, with which ports, and the ring between their writer and their reader. */
#include "unit.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/forge.h"
#include "net/packet.h"
#include "net/wire.h"

static struct shared_wire ring;

/* 192.0.2.1:4660 to 192.0.2.2:80, ACK, nothing else. */
static const uint8_t ipv4[] = {
	0x45, 0x00, 0x00, 0x28, 0x00, 0x00, 0x40, 0x00, 0x40, 0x06, 0x00, 0x00, 192, 0, 2, 1, 192, 0, 2, 2,
	0x12, 0x34, 0x00, 0x50, 0x01, 0x02, 0x03, 0x04, 0xa0, 0xb0, 0xc0, 0xd0, 0x50, 0x10, 0x01, 0x00, 0, 0, 0, 0,
};

/* The same in IPv6. */
static const uint8_t ipv6[] = {
	0x60, 0, 0, 0, 0x00, 0x14, 0x06, 0x40,
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
	0x12, 0x34, 0x00, 0x50, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0x50, 0x10, 0x01, 0x00, 0, 0, 0, 0,
};

static struct packet parsed(const uint8_t *data, size_t len)
{
	struct packet p;

	CHECK(packet_parse(&p, data, len));
	return p;
}

/* What the reader is told of that segment, flags 0: nothing. */
static struct wire_event told(const uint8_t *data, size_t len, enum link_dir dir, unsigned flags)
{
	struct packet p = parsed(data, len);
	struct wire_event ev = { 0 };
	bool put;

	p.flags = (uint8_t)flags;
	put = wire_put(&ring, dir, &p, 77);
	CHECK_INT(wire_take(&ring, &ev), put);
	return ev;
}

static void segments_that_begin_or_end_a_connection(void)
{
	struct wire_event ev = told(ipv4, sizeof(ipv4), LINK_OUT, PACKET_SYN);

	CHECK(ev.at == 77 && ev.dir == LINK_OUT && ev.port == 0x1234 && ev.peer_port == 80);
	CHECK_INT(ev.flags, WIRE_SYN);
	ev = told(ipv6, sizeof(ipv6), LINK_IN, PACKET_SYN | PACKET_ACK);
	CHECK(ev.dir == LINK_IN && ev.port == 80 && ev.peer_port == 0x1234);
	CHECK_INT(ev.flags, WIRE_SYN | WIRE_ACK | WIRE_IPV6);
	CHECK_INT(told(ipv4, sizeof(ipv4), LINK_IN, PACKET_FIN | PACKET_ACK).flags, WIRE_FIN | WIRE_ACK);
	CHECK_INT(told(ipv6, sizeof(ipv6), LINK_OUT, PACKET_RST).flags, WIRE_RST | WIRE_IPV6);
}

static void other_packets_are_not_told_of(void)
{
	struct packet p = parsed(ipv4, sizeof(ipv4));

	CHECK_INT(told(ipv4, sizeof(ipv4), LINK_OUT, PACKET_ACK).flags, 0);
	CHECK_INT(told(ipv4, sizeof(ipv4), LINK_IN, PACKET_ACK | 0x08).flags, 0);
	CHECK_INT(told(ipv4, sizeof(ipv4), LINK_IN, 0).flags, 0);
	p.tcp = false;
	p.protocol = IPPROTO_UDP;
	CHECK(!wire_put(&ring, LINK_OUT, &p, 1));
}

/* What is told of the answer to p, with one byte of the ICMP message changed. */
static struct wire_event told_icmp(const uint8_t *data, size_t len, enum link_dir dir, size_t at, uint8_t value, size_t cut)
{
	const struct packet p = parsed(data, len);
	uint8_t out[FORGE_MAX];
	size_t size = forge(ANSWER_ICMP_HOST, &p, out);
	struct wire_event ev = { 0 };
	struct packet icmp;
	bool put;

	out[p.header + at] = value;
	put16(out + (p.family == AF_INET ? 2 : 4), (uint32_t)(size - cut - (p.family == AF_INET ? 0 : PACKET_IPV6_HEADER)));
	CHECK(packet_parse(&icmp, out, size));
	put = wire_put(&ring, dir, &icmp, 1);
	CHECK_INT(wire_take(&ring, &ev), put);
	return ev;
}

static void icmp_errors_have_the_ports_of_what_they_quote(void)
{
	struct wire_event ev = told_icmp(ipv4, sizeof(ipv4), LINK_IN, 0, 3, 0);

	CHECK(ev.flags == WIRE_ICMP && ev.port == 0x1234 && ev.peer_port == 80);
	CHECK_INT(ev.err, EHOSTUNREACH);
	ev = told_icmp(ipv6, sizeof(ipv6), LINK_IN, 0, 1, 0);
	CHECK(ev.flags == (WIRE_ICMP | WIRE_IPV6) && ev.port == 0x1234 && ev.peer_port == 80);
	ev = told_icmp(ipv6, sizeof(ipv6), LINK_OUT, 0, 1, 0); /* what the watcher's host refuses came in */
	CHECK(ev.flags == (WIRE_ICMP | WIRE_IPV6) && ev.port == 80 && ev.peer_port == 0x1234);
	ev = told_icmp(ipv4, sizeof(ipv4), LINK_IN, 0, 11, 40 - 28); /* 8 bytes behind the IP header are enough, RFC 792 */
	CHECK(ev.flags == WIRE_ICMP && ev.port == 0x1234 && ev.peer_port == 80);
}

static void icmp_errors_are_what_linux_takes_them_for(void)
{
	CHECK_INT(told_icmp(ipv4, sizeof(ipv4), LINK_IN, 1, 3, 0).err, ECONNREFUSED);
	CHECK_INT(told_icmp(ipv4, sizeof(ipv4), LINK_IN, 1, 13, 0).err, EHOSTUNREACH);
	CHECK_INT(told_icmp(ipv6, sizeof(ipv6), LINK_IN, 1, 1, 0).err, EACCES);
	CHECK_INT(told_icmp(ipv6, sizeof(ipv6), LINK_IN, 1, 4, 0).err, ECONNREFUSED);
	CHECK_INT(told_icmp(ipv4, sizeof(ipv4), LINK_IN, 0, 11, 0).err, EHOSTUNREACH);
	CHECK_INT(told_icmp(ipv4, sizeof(ipv4), LINK_IN, 0, 12, 0).err, EPROTO);
}

static void other_icmp_is_not_told_of(void)
{
	CHECK_INT(told_icmp(ipv4, sizeof(ipv4), LINK_IN, 0, 8, 0).flags, 0);    /* a ping */
	CHECK_INT(told_icmp(ipv6, sizeof(ipv6), LINK_IN, 0, 128, 0).flags, 0);
	CHECK_INT(told_icmp(ipv4, sizeof(ipv4), LINK_IN, 1, 4, 0).flags, 0);    /* it was too big */
	CHECK_INT(told_icmp(ipv6, sizeof(ipv6), LINK_IN, 0, 2, 0).flags, 0);
	CHECK_INT(told_icmp(ipv4, sizeof(ipv4), LINK_IN, 8 + 9, IPPROTO_UDP, 0).flags, 0);
	CHECK_INT(told_icmp(ipv6, sizeof(ipv6), LINK_IN, 8 + 6, IPPROTO_UDP, 0).flags, 0);
	CHECK_INT(told_icmp(ipv4, sizeof(ipv4), LINK_IN, 0, 3, 40 - 23).flags, 0); /* cut within the ports */
	CHECK_INT(told_icmp(ipv4, sizeof(ipv4), LINK_IN, 8, 0x4f, 0).flags, 0); /* options that are not there */
	CHECK_INT(told_icmp(ipv4, sizeof(ipv4), LINK_IN, 0, 3, 40 + 8).flags, 0); /* nothing but the IP header */
}

static void events_come_in_their_order_and_the_lost_ones_are_told(void)
{
	struct packet p = parsed(ipv4, sizeof(ipv4));
	struct wire_event ev;

	p.flags = PACKET_SYN;
	for (int round = 0; round < 3; round++) { /* around the ring */
		for (nsec i = 0; i < WIRE_EVENTS + 5; i++)
			CHECK(wire_put(&ring, LINK_OUT, &p, i));
		CHECK_INT(wire_take(&ring, &ev), -1);
		for (uint64_t i = 0; i < WIRE_EVENTS; i++) {
			CHECK_INT(wire_take(&ring, &ev), 1);
			CHECK_INT(ev.at, i);
		}
		CHECK_INT(wire_take(&ring, &ev), 0);
		CHECK(wire_put(&ring, LINK_OUT, &p, 7)); /* moves on by one */
		CHECK_INT(wire_take(&ring, &ev), 1);
	}
}

int main(void)
{
	UNIT_CASE(segments_that_begin_or_end_a_connection);
	UNIT_CASE(other_packets_are_not_told_of);
	UNIT_CASE(icmp_errors_have_the_ports_of_what_they_quote);
	UNIT_CASE(icmp_errors_are_what_linux_takes_them_for);
	UNIT_CASE(other_icmp_is_not_told_of);
	UNIT_CASE(events_come_in_their_order_and_the_lost_ones_are_told);
	return unit_end();
}
