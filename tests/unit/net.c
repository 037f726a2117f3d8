// SPDX-License-Identifier: MIT
/* Packets, checksums, forged answers, the queue of delayed packets, counters and capture files: on bytes in memory. */
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/addresses.h"
#include "net/counters.h"
#include "net/delay.h"
#include "net/forge.h"
#include "net/memory.h"
#include "net/packet.h"
#include "net/pcap.h"

/* 192.0.2.1:4660 to 192.0.2.2:80, PSH and ACK, "hello". */
static const uint8_t ipv4[] = {
	0x45, 0x00, 0x00, 0x2d, 0x00, 0x00, 0x40, 0x00, 0x40, 0x06, 0x00, 0x00, 192, 0, 2, 1, 192, 0, 2, 2,
	0x12, 0x34, 0x00, 0x50, 0x01, 0x02, 0x03, 0x04, 0xa0, 0xb0, 0xc0, 0xd0, 0x50, 0x18, 0x01, 0x00,
	0, 0, 0, 0, 'h', 'e', 'l', 'l', 'o',
};

/* The same in IPv6, without data, SYN. */
static const uint8_t ipv6[] = {
	0x60, 0, 0, 0, 0x00, 0x14, 0x06, 0x40,
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
	0x12, 0x34, 0x00, 0x50, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0x50, 0x02, 0x01, 0x00, 0, 0, 0, 0,
};

/* The copy of a packet, with one byte changed. */
static bool parses_with(const uint8_t *data, size_t len, size_t at, uint8_t value, struct packet *p)
{
	static uint8_t copy[256];

	memcpy(copy, data, len);
	copy[at] = value;
	return packet_parse(p, copy, len);
}

static void checksum_of_rfc_1071(void)
{
	static const uint8_t words[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };
	static const uint8_t odd[] = { 0x12, 0x34, 0x56 };

	CHECK_INT(checksum_end(checksum_add(0, words, sizeof(words))), 0x220d);
	CHECK_INT(checksum_end(checksum_add(checksum_add(0, words, 4), words + 4, 4)), 0x220d);
	CHECK_INT(checksum_end(checksum_add(0, odd, sizeof(odd))), 0xffff - (0x1234 + 0x5600));
	CHECK_INT(checksum_end(0), 0xffff);
	CHECK_INT(checksum_end(0xffff), 0);
	CHECK_INT(checksum_end(0xffffffff), 0);
	CHECK_INT(checksum_end(0x1ffff), 0xfffe); /* the carry of the carry */
}

static void numbers_are_big_endian(void)
{
	uint8_t b[4] = { 0xfe, 0xdc, 0xba, 0x98 };

	CHECK_INT(get16(b), 0xfedc);
	CHECK_INT(get32(b), 0xfedcba98);
	put16(b, 0x1234);
	CHECK_INT(get32(b), 0x1234ba98);
	put32(b, 0x89abcdef);
	CHECK(b[0] == 0x89 && b[1] == 0xab && b[2] == 0xcd && b[3] == 0xef);
}

static void ipv4_packet(void)
{
	struct packet p;

	CHECK(packet_parse(&p, ipv4, sizeof(ipv4)));
	CHECK_INT(p.family, AF_INET);
	CHECK_INT(p.len, sizeof(ipv4));
	CHECK_INT(p.header, 20);
	CHECK_INT(p.protocol, IPPROTO_TCP);
	CHECK_INT(p.addr_len, 4);
	CHECK(p.src == ipv4 + 12 && p.dst == ipv4 + 16);
	CHECK(p.tcp);
	CHECK_INT(p.src_port, 0x1234);
	CHECK_INT(p.dst_port, 80);
	CHECK_INT(p.seq, 0x01020304);
	CHECK_INT(p.ack, 0xa0b0c0d0);
	CHECK_INT(p.flags, 0x18);
	CHECK_INT(p.payload, 5);
}

static void ipv6_packet(void)
{
	struct packet p;

	CHECK(packet_parse(&p, ipv6, sizeof(ipv6)));
	CHECK_INT(p.family, AF_INET6);
	CHECK_INT(p.len, 60);
	CHECK_INT(p.header, 40);
	CHECK_INT(p.addr_len, 16);
	CHECK(p.src == ipv6 + 8 && p.dst == ipv6 + 24);
	CHECK(p.tcp);
	CHECK_INT(p.flags, PACKET_SYN);
	CHECK_INT(p.payload, 0);
}

static void padding_is_no_payload(void)
{
	uint8_t padded[64] = { 0 };
	struct packet p;

	memcpy(padded, ipv4, sizeof(ipv4));
	CHECK(packet_parse(&p, padded, sizeof(padded)));
	CHECK_INT(p.len, sizeof(ipv4));
	CHECK_INT(p.payload, 5);
}

static void options_are_no_payload(void)
{
	struct packet p;

	CHECK(parses_with(ipv4, sizeof(ipv4), 32, 0x60, &p)); /* a TCP header of 24 bytes */
	CHECK(p.tcp);
	CHECK_INT(p.payload, 1);
	CHECK(parses_with(ipv4, sizeof(ipv4), 32, 0x70, &p)); /* of 28: longer than the packet */
	CHECK(!p.tcp);
	CHECK(parses_with(ipv4, sizeof(ipv4), 32, 0x40, &p)); /* of 16: there is none such */
	CHECK(!p.tcp);
	CHECK(parses_with(ipv4, sizeof(ipv4), 0, 0x46, &p)); /* an IP header of 24 bytes */
	CHECK_INT(p.header, 24);
}

static void what_is_cut_short_is_nothing(void)
{
	struct packet p;

	for (size_t len = 0; len < sizeof(ipv4); len++)
		CHECK(!packet_parse(&p, ipv4, len));
	for (size_t len = 0; len < sizeof(ipv6); len++)
		CHECK(!packet_parse(&p, ipv6, len));
	CHECK(!parses_with(ipv4, sizeof(ipv4), 3, 19, &p)); /* shorter than its own header */
	CHECK(parses_with(ipv4, sizeof(ipv4), 3, 20, &p));
	CHECK(!p.tcp);
	CHECK(parses_with(ipv4, sizeof(ipv4), 3, 39, &p)); /* a TCP header less one byte */
	CHECK(!p.tcp && !p.src_port && !p.payload);
	CHECK(parses_with(ipv4, sizeof(ipv4), 3, 40, &p));
	CHECK(p.tcp);
	CHECK(!parses_with(ipv4, sizeof(ipv4), 0, 0x44, &p));
	CHECK(!parses_with(ipv4, sizeof(ipv4), 0, 0x55, &p)); /* no version of IP */
	CHECK(!parses_with(ipv6, sizeof(ipv6), 0, 0x70, &p));
}

static void multicast_goes_nowhere(void)
{
	struct packet p;

	CHECK(parses_with(ipv4, sizeof(ipv4), 16, 223, &p));
	CHECK(!parses_with(ipv4, sizeof(ipv4), 16, 224, &p));
	CHECK(!parses_with(ipv4, sizeof(ipv4), 16, 255, &p));
	CHECK(!parses_with(ipv6, sizeof(ipv6), 24, 0xff, &p));
	CHECK(parses_with(ipv6, sizeof(ipv6), 24, 0xfe, &p));
}

static void ports_of_first_fragments_and_of_tcp_only(void)
{
	struct packet p;

	CHECK(parses_with(ipv4, sizeof(ipv4), 6, 0x20, &p)); /* more fragments follow */
	CHECK(p.tcp);
	CHECK(parses_with(ipv4, sizeof(ipv4), 7, 1, &p));
	CHECK(!p.tcp);
	CHECK(parses_with(ipv4, sizeof(ipv4), 6, 0x10, &p));
	CHECK(!p.tcp);
	CHECK(parses_with(ipv4, sizeof(ipv4), 9, IPPROTO_UDP, &p));
	CHECK(!p.tcp);
	CHECK_INT(p.protocol, IPPROTO_UDP);
}

/* The checksum of a whole IP packet's body over its pseudo-header is right when this is 0. */
static uint16_t body_checksum(const struct packet *p, uint32_t pseudo_protocol)
{
	uint8_t pseudo[40] = { 0 };
	uint32_t sum, body = (uint32_t)(p->len - p->header);

	if (!pseudo_protocol) /* ICMP of IPv4 has none */
		return checksum_end(checksum_add(0, p->data + p->header, body));
	memcpy(pseudo, p->src, p->addr_len);
	memcpy(pseudo + p->addr_len, p->dst, p->addr_len);
	put32(pseudo + 2 * p->addr_len, body);
	sum = checksum_add(0, pseudo, sizeof(pseudo));
	sum += pseudo_protocol;
	return checksum_end(checksum_add(sum, p->data + p->header, body));
}

static bool goes_back(const struct packet *answer, const struct packet *to)
{
	return answer->addr_len == to->addr_len && !memcmp(answer->dst, to->src, to->addr_len);
}

static void forged_reset(void)
{
	uint8_t out[FORGE_MAX];
	struct packet p, rst;

	/* To a segment with an ACK: its number, and no ACK of one's own. */
	CHECK(packet_parse(&p, ipv4, sizeof(ipv4)));
	CHECK_INT(forge(ANSWER_RST, &p, out), 40);
	CHECK(packet_parse(&rst, out, 40));
	CHECK(goes_back(&rst, &p) && !memcmp(rst.src, p.dst, 4));
	CHECK(rst.src_port == p.dst_port && rst.dst_port == p.src_port);
	CHECK_INT(rst.flags, PACKET_RST);
	CHECK_INT(rst.seq, 0xa0b0c0d0);
	CHECK_INT(rst.ack, 0);
	CHECK_INT(checksum_end(checksum_add(0, out, 20)), 0);
	CHECK_INT(body_checksum(&rst, IPPROTO_TCP), 0);

	/* To one without, such as a SYN: 0, and an ACK of all that came. */
	CHECK(packet_parse(&p, ipv6, sizeof(ipv6)));
	CHECK_INT(forge(ANSWER_RST, &p, out), 60);
	CHECK(packet_parse(&rst, out, 60));
	CHECK(goes_back(&rst, &p));
	CHECK_INT(rst.flags, PACKET_RST | PACKET_ACK);
	CHECK_INT(rst.seq, 0);
	CHECK_INT(rst.ack, 0); /* 0xffffffff and the SYN */
	CHECK_INT(body_checksum(&rst, IPPROTO_TCP), 0);

	CHECK(parses_with(ipv4, sizeof(ipv4), 33, PACKET_FIN, &p));
	forge(ANSWER_RST, &p, out);
	CHECK(packet_parse(&rst, out, 40));
	CHECK_INT(rst.ack, 0x01020304 + 5 + 1);
}

static void no_answer(void)
{
	uint8_t out[FORGE_MAX];
	struct packet p;

	CHECK(packet_parse(&p, ipv4, sizeof(ipv4)));
	CHECK_INT(forge(ANSWER_NONE, &p, out), 0);
	CHECK(parses_with(ipv4, sizeof(ipv4), 33, PACKET_RST | PACKET_ACK, &p));
	CHECK_INT(forge(ANSWER_RST, &p, out), 0); /* a reset is not answered with one */
	CHECK(parses_with(ipv4, sizeof(ipv4), 9, IPPROTO_UDP, &p));
	CHECK_INT(forge(ANSWER_RST, &p, out), 0);
	CHECK(forge(ANSWER_ICMP_PORT, &p, out) > 0);
	CHECK(parses_with(ipv4, sizeof(ipv4), 9, IPPROTO_ICMP, &p));
	CHECK_INT(forge(ANSWER_ICMP_HOST, &p, out), 0);
	CHECK(parses_with(ipv6, sizeof(ipv6), 6, IPPROTO_ICMPV6, &p));
	CHECK_INT(forge(ANSWER_ICMP_HOST, &p, out), 0);
}

/* CODE, and who sends it: the router, or the host that was addressed. */
static void check_icmp(enum link_answer kind, const uint8_t *data, size_t len, int type, int code, const char *from)
{
	uint8_t out[FORGE_MAX], address[16];
	struct packet p, icmp;
	size_t size;

	CHECK(packet_parse(&p, data, len));
	size = forge(kind, &p, out);
	CHECK_INT(size, p.header + 8 + len);
	CHECK(packet_parse(&icmp, out, size));
	CHECK(goes_back(&icmp, &p));
	CHECK_INT(inet_pton(p.family, from, address), 1);
	CHECK(!memcmp(icmp.src, address, p.addr_len));
	CHECK_INT(icmp.protocol, p.addr_len == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
	CHECK_INT(out[icmp.header], type);
	CHECK_INT(out[icmp.header + 1], code);
	CHECK_INT(get32(out + icmp.header + 4), 0);
	CHECK(!memcmp(out + icmp.header + 8, data, len));
	CHECK_INT(body_checksum(&icmp, p.addr_len == 4 ? 0 : IPPROTO_ICMPV6), 0);
}

static void forged_icmp(void)
{
	check_icmp(ANSWER_ICMP_HOST, ipv4, sizeof(ipv4), 3, 1, LAB_IPV4_ROUTER);
	check_icmp(ANSWER_ICMP_PORT, ipv4, sizeof(ipv4), 3, 3, "192.0.2.2");
	check_icmp(ANSWER_ICMP_ADMIN, ipv4, sizeof(ipv4), 3, 13, LAB_IPV4_ROUTER);
	check_icmp(ANSWER_ICMP_HOST, ipv6, sizeof(ipv6), 1, 3, LAB_IPV6_ROUTER);
	check_icmp(ANSWER_ICMP_PORT, ipv6, sizeof(ipv6), 1, 4, "2001:db8::2");
	check_icmp(ANSWER_ICMP_ADMIN, ipv6, sizeof(ipv6), 1, 1, LAB_IPV6_ROUTER);
}

static void icmp_quotes_no_more_than_fits(void)
{
	uint8_t big[1500] = { 0 }, out[FORGE_MAX];
	struct packet p;

	memcpy(big, ipv4, sizeof(ipv4));
	put16(big + 2, sizeof(big));
	CHECK(packet_parse(&p, big, sizeof(big)));
	CHECK_INT(forge(ANSWER_ICMP_HOST, &p, out), 576); /* RFC 1812 */
	memcpy(big, ipv6, sizeof(ipv6));
	put16(big + 4, sizeof(big) - 40);
	CHECK(packet_parse(&p, big, sizeof(big)));
	CHECK_INT(forge(ANSWER_ICMP_HOST, &p, out), 1280); /* IPv6's smallest MTU */
}

static void delayed_packets_keep_their_order(void)
{
	static uint8_t data[LAB_MTU + 1];
	struct delay d = { 0 };

	CHECK_INT(delay_open(&d, LINK_QUEUE), 0);
	CHECK(!delay_first(&d));
	data[0] = 'a';
	CHECK(delay_push(&d, 100, data, 1));
	data[0] = 'b';
	CHECK(delay_push(&d, 50, data, LAB_MTU)); /* a shorter delay overtakes nobody */
	CHECK(!delay_push(&d, 200, data, LAB_MTU + 1));
	CHECK_INT(delay_first(&d)->due, 100);
	CHECK_INT(delay_first(&d)->data[0], 'a');
	CHECK_INT(delay_first(&d)->len, 1);
	delay_pop(&d);
	CHECK_INT(delay_first(&d)->due, 100);
	CHECK_INT(delay_first(&d)->data[0], 'b');
	CHECK_INT(delay_first(&d)->len, LAB_MTU);
	delay_pop(&d);
	CHECK(!delay_first(&d));
	delay_close(&d);
}

static void delayed_packets_that_are_too_many_are_refused(void)
{
	struct delay d = { 0 };
	uint8_t n = 0;

	CHECK_INT(delay_open(&d, LINK_QUEUE), 0);
	for (int round = 0; round < 3; round++) { /* around the ring */
		for (int i = 0; i < LINK_QUEUE; i++, n++)
			CHECK(delay_push(&d, i, &n, 1));
		CHECK(!delay_push(&d, 0, &n, 1));
		for (int i = 0; i < LINK_QUEUE - 100 * !round; i++) {
			CHECK_INT(delay_first(&d)->data[0], (uint8_t)(n - d.used));
			delay_pop(&d);
		}
		while (delay_first(&d))
			delay_pop(&d);
	}
	delay_close(&d);
}

static struct counters_table table;
static struct shared_link shared;

/* What a reader of the shared memory finds of the connection from that port of the watcher's. */
static struct conn_packets counted(uint16_t port)
{
	struct conn_packets c = { 0 };

	for (size_t i = 0; i < LINK_CONNS; i++)
		if (atomic_load(&shared.conn[i].port) == port)
			words_load(&c, shared.conn[i].count, WORDS(struct conn_packets));
	return c;
}

static void counted_by_connection_and_direction(void)
{
	struct conn_packets c;
	struct packet p;

	CHECK(packet_parse(&p, ipv4, sizeof(ipv4)));
	counters_add(&table, LINK_OUT, &p, 0, &shared);
	CHECK(parses_with(ipv4, sizeof(ipv4), 3, 40, &p)); /* without data: a bare ACK */
	counters_add(&table, LINK_OUT, &p, 0, &shared);
	CHECK(packet_parse(&p, ipv6, sizeof(ipv6))); /* a SYN, the other way */
	counters_add(&table, LINK_IN, &p, 0, &shared);
	c = counted(0x1234);
	CHECK_INT(c.dir[LINK_OUT].packets, 2);
	CHECK_INT(c.dir[LINK_OUT].bytes, sizeof(ipv4) + 40);
	CHECK_INT(c.dir[LINK_OUT].acks, 1);
	CHECK_INT(c.dir[LINK_IN].packets, 0);
	c = counted(80); /* of what comes in the watcher's port is that of the destination */
	CHECK(c.dir[LINK_IN].packets == 1 && c.dir[LINK_IN].bytes == 60 && c.dir[LINK_IN].acks == 0);
}

static void only_bare_acks_are_acks(void)
{
	static const uint8_t others[] = { PACKET_SYN | PACKET_ACK, PACKET_FIN | PACKET_ACK, PACKET_RST | PACKET_ACK, PACKET_RST };
	struct packet p;

	for (size_t i = 0; i < sizeof(others); i++) {
		CHECK(parses_with(ipv6, sizeof(ipv6), 53, others[i], &p));
		p.src_port = 7;
		counters_add(&table, LINK_OUT, &p, 0, &shared);
	}
	CHECK(parses_with(ipv4, sizeof(ipv4), 9, IPPROTO_UDP, &p));
	counters_add(&table, LINK_OUT, &p, 0, &shared);
	CHECK_INT(counted(7).dir[LINK_OUT].packets, 4);
	CHECK_INT(counted(7).dir[LINK_OUT].acks, 0);
	CHECK_INT(counted(0x1234).dir[LINK_OUT].packets, 2); /* what is not TCP is not counted */
}

static void add_segment(enum link_dir dir, uint32_t seq, size_t payload, nsec at)
{
	struct packet p;

	CHECK(packet_parse(&p, ipv4, sizeof(ipv4)));
	p.src_port = dir == LINK_OUT ? 9 : 80;
	p.dst_port = dir == LINK_OUT ? 80 : 9;
	p.flags = PACKET_ACK;
	p.seq = seq;
	p.payload = payload;
	p.len = 40 + payload;
	counters_add(&table, dir, &p, at, &shared);
}

/* Data, or what keepalive sends, begins one; an ACK does not, and neither does what the peer sends. */
static void exchanges_begin_with_the_watcher(void)
{
	struct exchanges x;

	add_segment(LINK_OUT, 100, 0, 1); /* the handshake's */
	CHECK_INT(counted(9).exchanges.begun, 0);
	add_segment(LINK_OUT, 99, 0, 10); /* keepalive, and its answer */
	add_segment(LINK_IN, 500, 0, 11);
	add_segment(LINK_OUT, 100, 5, 20); /* data, an echo, and its ACK */
	add_segment(LINK_IN, 500, 5, 21);
	add_segment(LINK_OUT, 105, 0, 22);
	add_segment(LINK_OUT, 105, 5, 30);
	x = counted(9).exchanges;
	CHECK(x.begun == 3 && x.data == 2 && x.retransmitted == 0);
	CHECK(x.first.at == 10 && x.first.packets == 1 && x.first.bytes == 40);
	CHECK(x.second.at == 20 && x.second.packets == 3);
	CHECK(x.last.at == 30 && x.last.packets == 6 && x.last.bytes == 4 * 40 + 2 * 45);
	add_segment(LINK_OUT, 105, 5, 40);
	add_segment(LINK_IN, 500, 5, 41);
	CHECK_INT(counted(9).exchanges.retransmitted, 2);
}

/* Below all that was sent before, without data. */
static void probes_are_known_by_their_number(void)
{
	CHECK(counters_is_probe(&table, 9, 99)); /* the last one until now */
	add_segment(LINK_OUT, 109, 0, 50);
	CHECK(counters_is_probe(&table, 9, 109));
	CHECK(!counters_is_probe(&table, 9, 99) && !counters_is_probe(&table, 10, 109));
	add_segment(LINK_OUT, 110, 0, 51); /* an ACK */
	CHECK(counters_is_probe(&table, 9, 109) && !counters_is_probe(&table, 9, 110));
}

static void a_connection_too_many_is_not_counted(void)
{
	struct packet p;
	int known = 0;

	memset(&table, 0, sizeof(table));
	memset(&shared, 0, sizeof(shared));
	CHECK(packet_parse(&p, ipv4, sizeof(ipv4)));
	for (uint16_t i = 0; i < LINK_CONNS + 5; i++)
		for (int n = 0; n < 2; n++) {
			p.src_port = (uint16_t)(40000 + 7 * i);
			counters_add(&table, LINK_OUT, &p, 0, &shared);
		}
	for (uint16_t i = 0; i < LINK_CONNS + 5; i++)
		known += counted((uint16_t)(40000 + 7 * i)).dir[LINK_OUT].packets == 2;
	CHECK_INT(known, LINK_CONNS);
}

/* Is a segment between those two ports let through? */
static bool passes(const struct link_rule *rule, uint16_t src, uint16_t dst, uint8_t flags, nsec at)
{
	const struct packet p = { .tcp = true, .src_port = src, .dst_port = dst, .flags = flags };

	return memory_knows(&shared, rule, &p, at);
}

static void a_link_forgets_who_is_silent(void)
{
	static const struct link_rule forgets = { .forgets = 10 };

	CHECK(passes(&LINK_PASS, 1000, 80, PACKET_SYN, 100) && passes(&LINK_PASS, 1001, 80, PACKET_SYN, 100));
	CHECK(passes(&forgets, 80, 1000, PACKET_ACK, 109) && passes(&forgets, 1000, 80, PACKET_ACK, 118));
	CHECK(!passes(&forgets, 80, 1001, PACKET_ACK, 110)); /* since before the rule */
	CHECK(!passes(&forgets, 1001, 80, PACKET_ACK, 111)); /* for good */
	CHECK(passes(&forgets, 1001, 81, PACKET_ACK, 111));  /* another connection, of which it knows nothing */
	CHECK_INT(memory_forgotten(&shared, memory_key(80, 1001), 10, 105), 110);
	CHECK_INT(memory_forgotten(&shared, memory_key(1001, 80), 10, 120), 120);
	CHECK_INT(memory_forgotten(&shared, memory_key(1000, 80), 10, 105), 128); /* nobody tried again */
	CHECK_INT(memory_forgotten(&shared, memory_key(1000, 80), NS_NEVER - 200, 105), TIME_NONE);
	CHECK_INT(memory_forgotten(&shared, memory_key(1002, 80), 10, 105), TIME_NONE);
	CHECK(passes(&forgets, 1001, 80, PACKET_SYN, 200) && passes(&forgets, 80, 1001, PACKET_SYN | PACKET_ACK, 201));
	CHECK_INT(memory_forgotten(&shared, memory_key(80, 1001), 10, 105), 211);
}

static void words_survive_the_shared_memory(void)
{
	struct packet_counters in = { .packets = 1, .acks = UINT64_MAX - 6 }, out = { 0 };
	word words[WORDS(struct packet_counters)];

	words_store(words, &in, WORDS(struct packet_counters));
	words_load(&out, words, WORDS(struct packet_counters));
	CHECK(!memcmp(&in, &out, sizeof(in)));
}

static uint32_t host32(const uint8_t *at)
{
	uint32_t n;

	memcpy(&n, at, sizeof(n));
	return n;
}

static void capture_file(void)
{
	char dir[] = "/tmp/unit-net-XXXXXX", path[64];
	uint8_t file[256];
	struct pcap p;
	struct error e;
	ssize_t len;
	int fd;

	CHECK(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/link.pcap", dir);
	CHECK_INT(pcap_open(&p, dir, "link", &e), 0);
	p.epoch = 1000 * NS_PER_S;
	CHECK(pcap_pending(&p) && !pcap_pressed(&p));
	pcap_add(&p, 2 * NS_PER_S + 3, ipv4, sizeof(ipv4));
	pcap_flush(&p);
	CHECK(!pcap_pending(&p));
	pcap_close(&p);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = read(fd, file, sizeof(file));
	close(fd);
	CHECK_INT(len, 24 + 16 + sizeof(ipv4));
	CHECK_INT(host32(file), 0xa1b23c4d); /* nanoseconds */
	CHECK_INT(file[4] | file[5], 2);
	CHECK_INT(file[6] | file[7], 4);
	CHECK_INT(host32(file + 16), 65535);
	CHECK_INT(host32(file + 20), 101); /* LINKTYPE_RAW */
	CHECK_INT(host32(file + 24), 1002);
	CHECK_INT(host32(file + 28), 3);
	CHECK_INT(host32(file + 32), sizeof(ipv4));
	CHECK_INT(host32(file + 36), sizeof(ipv4));
	CHECK(!memcmp(file + 40, ipv4, sizeof(ipv4)));
	unlink(path);
	rmdir(dir);
}

static void a_full_capture_buffer_takes_no_more(void)
{
	static uint8_t packet[60000];
	char dir[] = "/tmp/unit-net-XXXXXX", path[64];
	struct pcap p;
	struct error e;
	size_t before = 0;
	int added = 0;

	CHECK(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/link.pcap", dir);
	CHECK_INT(pcap_open(&p, dir, "link", &e), 0);
	for (; p.used != before && added < 100; added++) {
		before = p.used;
		pcap_add(&p, added, packet, sizeof(packet));
	}
	CHECK_INT(added, 18); /* 17 in a MiB */
	CHECK_INT(p.used, 24 + 17 * (16 + sizeof(packet)));
	CHECK(pcap_pressed(&p));
	while (pcap_pending(&p))
		pcap_flush(&p);
	pcap_add(&p, 1, packet, sizeof(packet));
	CHECK(pcap_pending(&p));
	pcap_close(&p);
	unlink(path);
	rmdir(dir);
}

static void a_capture_ends_where_the_disk_is_full(void)
{
	char dir[] = "/tmp/unit-net-XXXXXX", path[64];
	struct pcap p;
	struct error e;

	CHECK(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/link.pcap", dir);
	CHECK_INT(symlink("/dev/full", path), 0);
	CHECK_INT(pcap_open(&p, dir, "link", &e), 0);
	pcap_add(&p, 1, ipv4, sizeof(ipv4));
	pcap_flush(&p);
	CHECK_INT(p.error, ENOSPC);
	CHECK_INT(p.fd, -1);
	CHECK(!pcap_pending(&p));
	pcap_add(&p, 1, ipv4, sizeof(ipv4));
	CHECK(!pcap_pending(&p));
	pcap_close(&p);
	unlink(path);
	rmdir(dir);
}

static void captures_that_cannot_be(void)
{
	struct pcap p = PCAP_NONE;
	struct error e;

	pcap_add(&p, 1, ipv4, sizeof(ipv4)); /* recorded nowhere */
	pcap_flush(&p);
	CHECK(!pcap_pending(&p));
	pcap_close(&p);
	CHECK_INT(pcap_open(&p, "/proc/nowhere", "x", &e), -1);
	CHECK_INT(e.status, STATUS_SYSTEM);
	CHECK_INT(p.fd, -1);
	CHECK_INT(pcap_open(&p, "/dev/full", "x", &e), -1);
	CHECK_INT(e.status, STATUS_SYSTEM);
}

int main(void)
{
	UNIT_CASE(checksum_of_rfc_1071);
	UNIT_CASE(numbers_are_big_endian);
	UNIT_CASE(ipv4_packet);
	UNIT_CASE(ipv6_packet);
	UNIT_CASE(padding_is_no_payload);
	UNIT_CASE(options_are_no_payload);
	UNIT_CASE(what_is_cut_short_is_nothing);
	UNIT_CASE(multicast_goes_nowhere);
	UNIT_CASE(ports_of_first_fragments_and_of_tcp_only);
	UNIT_CASE(forged_reset);
	UNIT_CASE(no_answer);
	UNIT_CASE(forged_icmp);
	UNIT_CASE(icmp_quotes_no_more_than_fits);
	UNIT_CASE(delayed_packets_keep_their_order);
	UNIT_CASE(delayed_packets_that_are_too_many_are_refused);
	UNIT_CASE(counted_by_connection_and_direction);
	UNIT_CASE(only_bare_acks_are_acks);
	UNIT_CASE(exchanges_begin_with_the_watcher);
	UNIT_CASE(probes_are_known_by_their_number);
	UNIT_CASE(a_connection_too_many_is_not_counted);
	UNIT_CASE(a_link_forgets_who_is_silent);
	UNIT_CASE(words_survive_the_shared_memory);
	UNIT_CASE(capture_file);
	UNIT_CASE(a_full_capture_buffer_takes_no_more);
	UNIT_CASE(a_capture_ends_where_the_disk_is_full);
	UNIT_CASE(captures_that_cannot_be);
	return unit_end();
}
