// SPDX-License-Identifier: MIT
/* Packet sockets of one protocol each, which see what comes in and nothing of what goes out. */
#include "arrivals.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/wall.h"

#define FLAGS (PACKET_FIN | PACKET_SYN | PACKET_RST)
#define ROOM (8 << 20) /* bytes; a thousand that close at once are one of these */
#define BATCH 64 /* then others have their turn */

static const uint16_t protocols[] = { ETH_P_IP, ETH_P_IPV6 };

struct code {
	struct sock_filter at[ARRIVALS_PORTS + 16];
	unsigned short len;
};

static void add(struct code *c, struct sock_filter one)
{
	c->at[c->len++] = one;
}

/* Accepted where k is, or passed over so many statements; else on to the next. */
static void jump(struct code *c, unsigned short test, unsigned k, size_t if_true, size_t if_false)
{
	add(c, (struct sock_filter)BPF_JUMP(BPF_JMP | test | BPF_K, k, (uint8_t)if_true, (uint8_t)if_false));
}

/* To the TCP header, at X; whatever is no TCP is dropped. */
static void find_tcp(struct code *c, bool six)
{
	if (six) {
		add(c, (struct sock_filter)BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6));
		jump(c, BPF_JEQ, IPPROTO_TCP, 1, 0);
		add(c, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0));
		add(c, (struct sock_filter)BPF_STMT(BPF_LDX | BPF_W | BPF_IMM, PACKET_IPV6_HEADER));
		return;
	}
	add(c, (struct sock_filter)BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9));
	jump(c, BPF_JEQ, IPPROTO_TCP, 1, 0);
	add(c, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0));
	add(c, (struct sock_filter)BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6));
	jump(c, BPF_JSET, 0x1fff, 0, 1); /* a later fragment */
	add(c, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0));
	add(c, (struct sock_filter)BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0));
}

static struct code code_of(bool six, const uint16_t *ports, size_t n)
{
	struct code c = { .len = 0 };

	find_tcp(&c, six);
	add(&c, (struct sock_filter)BPF_STMT(BPF_LD | BPF_H | BPF_IND, 0));
	for (size_t i = 0; i < n; i++)
		jump(&c, BPF_JEQ, ports[i], n - i + 1, 0);
	add(&c, (struct sock_filter)BPF_STMT(BPF_LD | BPF_B | BPF_IND, 13));
	jump(&c, BPF_JSET, FLAGS, 0, 1);
	add(&c, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, UINT16_MAX));
	add(&c, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0));
	return c;
}

static int set_filter(int fd, struct code c)
{
	const struct sock_fprog program = { .len = c.len, .filter = c.at };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

/* The kernel's stamp is of the other clock. */
static nsec stamp_of(struct msghdr *m)
{
	const struct cmsghdr *c = CMSG_FIRSTHDR(m);
	struct timespec at;

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS)
		return clock_now();
	memcpy(&at, CMSG_DATA(c), sizeof(at));
	return at.tv_sec * NS_PER_S + at.tv_nsec - wall_ahead();
}

static bool take_one(struct arrivals *a, int fd)
{
	static uint8_t data[UINT16_MAX];
	char control[CMSG_SPACE(sizeof(struct timespec))];
	struct iovec room = { data, sizeof(data) };
	struct msghdr m = { .msg_iov = &room, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	const ssize_t n = recvmsg(fd, &m, 0);
	struct packet p;

	if (n > 0 && packet_parse(&p, data, (size_t)n) && p.tcp)
		a->arrived(a, &p, stamp_of(&m));
	return n > 0;
}

static void arrived(struct handler *h, uint32_t events, nsec woken)
{
	struct arrivals *a = container_of(h, struct arrivals_socket, socket)->arrivals;

	(void)events;
	(void)woken;
	for (int i = 0; i < BATCH && take_one(a, h->fd); i++)
		;
}

/* The filter first: what came before it would be anybody's. */
static int open_one(uint16_t protocol)
{
	struct sockaddr_ll all = { .sll_family = AF_PACKET, .sll_protocol = htons(protocol) };
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1, room = ROOM;

	if (fd >= 0) {
		setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof(one));
		setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	}
	if (fd < 0 || (!set_filter(fd, code_of(protocol == ETH_P_IPV6, NULL, 0)) &&
		       !bind(fd, (struct sockaddr *)&all, sizeof(all))))
		return fd;
	close(fd);
	return -1;
}

bool arrivals_open(struct arrivals *a, struct loop *l)
{
	a->loop = l;
	a->open = true;
	for (size_t i = 0; i < 2; i++) {
		a->sockets[i] = (struct arrivals_socket){ { open_one(protocols[i]), arrived }, a };
		if (a->sockets[i].socket.fd < 0 || loop_add(l, &a->sockets[i].socket, EPOLLIN))
			a->open = false;
	}
	if (!a->open)
		arrivals_close(a);
	return a->open;
}

void arrivals_close(struct arrivals *a)
{
	for (size_t i = 0; i < 2; i++) {
		struct handler *h = &a->sockets[i].socket;

		if (!a->loop || h->fd < 0)
			continue;
		loop_remove(a->loop, h);
		close(h->fd);
		h->fd = -1;
	}
	a->open = false;
}

void arrivals_list(struct arrivals *a, const uint16_t *ports, size_t n)
{
	for (size_t i = 0; a->open && i < 2; i++)
		set_filter(a->sockets[i].socket.fd, code_of(protocols[i] == ETH_P_IPV6, ports, n <= ARRIVALS_PORTS ? n : 0));
}

bool arrivals_lost(struct arrivals *a)
{
	struct tpacket_stats n;
	socklen_t len = sizeof(n);

	for (size_t i = 0; a->open && i < 2; i++)
		a->lost |= !getsockopt(a->sockets[i].socket.fd, SOL_PACKET, PACKET_STATISTICS, &n, &len) && n.tp_drops;
	return a->lost;
}
