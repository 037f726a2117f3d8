// SPDX-License-Identifier: MIT
/*
 * As much of sock_diag(7) as this needs: requests, and what answers them. The kernel falls back to a listener where it finds no
 * connection: none is taken for the other here.
 */
#include "diag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "diag-socket.h"

enum {
	DUMPS = 3, /* of a table that changes while it is walked; then what was found must do */
	HEARD_ROOM = 16 << 20, /* bytes for news: some 2 KiB each (net/core/sock_diag.c) */
};

struct request {
	struct nlmsghdr header;
	struct inet_diag_req_v2 diag;
};

/* What comes at once; a message of it is all there. */
union reply {
	struct nlmsghdr header;
	char bytes[16 << 10];
};

static struct request request_of(uint16_t type, uint16_t flags, int family)
{
	static uint32_t sequence;

	return (struct request){
		.header = { .nlmsg_len = sizeof(struct request), .nlmsg_type = type,
			    .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags), .nlmsg_seq = ++sequence },
		.diag = { .sdiag_family = (uint8_t)family, .sdiag_protocol = IPPROTO_TCP,
			  .idiag_ext = 1 << (INET_DIAG_INFO - 1),
			  .id.idiag_cookie = { INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE } },
	};
}

static int request_send(int fd, const struct request *r)
{
	ssize_t n;

	do
		n = send(fd, r, sizeof(*r), 0);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/* How many bytes came, or -errno. */
static int reply_recv(int fd, union reply *reply, int flags)
{
	ssize_t n;

	do
		n = recv(fd, reply, sizeof(*reply), MSG_TRUNC | flags);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return (size_t)n > sizeof(*reply) ? -EMSGSIZE : (int)n;
}

/* What an NLMSG_ERROR says: 0 is an acknowledgment. */
static int error_of(const struct nlmsghdr *h)
{
	const struct nlmsgerr *e = NLMSG_DATA(h);

	return h->nlmsg_len < NLMSG_LENGTH(sizeof(e->error)) ? -EPROTO : e->error;
}

/* The one message that answers r: 1 with the socket, if it asked for one; 0, or -errno. What answers an earlier
 * request that was given up is passed over. */
static int request_talk(int fd, const struct request *r, struct diag_socket *s)
{
	union reply reply;
	int err = request_send(fd, r);

	while (err == 0) {
		int len = reply_recv(fd, &reply, 0);

		if (len < 0)
			return len;
		if (!NLMSG_OK(&reply.header, (unsigned)len))
			return -EPROTO;
		if (reply.header.nlmsg_seq != r->header.nlmsg_seq)
			continue;
		if (reply.header.nlmsg_type == NLMSG_ERROR)
			return error_of(&reply.header);
		return diag_socket_read(&reply.header, s);
	}
	return err;
}

/* A walk for no state: it finds nothing, and fails where the kernel knows of no such walk. */
static int nobody(const struct diag_socket *s, void *of)
{
	(void)s;
	(void)of;
	return 0;
}

int diag_open(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG), err;

	if (fd < 0)
		return -errno;
	err = diag_each(fd, 0, nobody, NULL);
	if (err == 0)
		return fd;
	close(fd);
	return err == -ENOENT ? -EPROTONOSUPPORT : err;
}

int diag_find(int fd, const struct diag_ends *ends, struct diag_socket *s)
{
	struct request r = request_of(SOCK_DIAG_BY_FAMILY, 0, ends->local.ss_family);
	int found;

	*s = (struct diag_socket){ .state = STATE_CLOSE };
	diag_socket_id(ends, &r.diag.id);
	found = request_talk(fd, &r, s);
	if (found == -ENOENT)
		return 0;
	return found == 1 && s->state == STATE_LISTEN ? 0 : found;
}

int diag_destroy(int fd, const struct diag_ends *ends)
{
	struct request r = request_of(SOCK_DESTROY, NLM_F_ACK, ends->local.ss_family);
	struct diag_socket s;
	int found;

	found = diag_find(fd, ends, &s);
	if (found <= 0)
		return found < 0 ? found : -ENOENT;
	diag_socket_id(ends, &r.diag.id);
	r.diag.id.idiag_cookie[0] = (uint32_t)s.cookie; /* this one, and not the listener if it ends now */
	r.diag.id.idiag_cookie[1] = (uint32_t)(s.cookie >> 32);
	return request_talk(fd, &r, &s);
}

int diag_destroy_listener(int fd, const struct diag_ends *ends)
{
	struct request r = request_of(SOCK_DESTROY, NLM_F_ACK, ends->local.ss_family);
	struct diag_socket s;

	diag_socket_id(ends, &r.diag.id);
	return request_talk(fd, &r, &s);
}

/* A walk through one family's sockets. */
struct walk {
	uint32_t sequence;
	int (*each)(const struct diag_socket *s, void *of);
	void *of;
	int stop;         /* what each returned */
	bool interrupted; /* the table changed meanwhile */
};

/* 1: that was the last message; 0, or -errno. */
static int walk_one(struct walk *w, const struct nlmsghdr *h)
{
	struct diag_socket s;
	int found;

	if (h->nlmsg_seq != w->sequence)
		return 0;
	w->interrupted |= (h->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
	if (h->nlmsg_type == NLMSG_DONE)
		return 1;
	if (h->nlmsg_type == NLMSG_ERROR)
		return error_of(h) < 0 ? error_of(h) : -EPROTO;
	found = diag_socket_read(h, &s);
	if (found == 1 && !w->stop) /* the rest is taken in: else the next request meets it */
		w->stop = w->each(&s, w->of);
	return found < 0 ? found : 0;
}

static int walk_through(int fd, struct walk *w)
{
	union reply reply;
	int done = 0;

	while (!done) {
		const struct nlmsghdr *h = &reply.header;
		int len = reply_recv(fd, &reply, 0);

		if (len < 0)
			return len;
		for (unsigned left = (unsigned)len; !done && NLMSG_OK(h, left); h = NLMSG_NEXT(h, left))
			done = walk_one(w, h);
	}
	return done < 0 ? done : 0;
}

static int each_of_family(int fd, int family, unsigned states, struct walk *w)
{
	int err = 0;

	for (int tries = 0; tries < DUMPS; tries++) {
		struct request r = request_of(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, family);

		r.diag.idiag_states = states;
		w->sequence = r.header.nlmsg_seq;
		w->interrupted = false;
		err = request_send(fd, &r);
		if (err == 0)
			err = walk_through(fd, w);
		if (err < 0 || w->stop || !w->interrupted)
			break;
	}
	return err;
}

int diag_each(int fd, unsigned states, int (*each)(const struct diag_socket *s, void *of), void *of)
{
	struct walk w = { .each = each, .of = of };
	int err = each_of_family(fd, AF_INET, states, &w);

	if (err < 0 || w.stop)
		return err < 0 ? err : w.stop;
	err = each_of_family(fd, AF_INET6, states, &w);
	return err < 0 && err != -ENOENT ? err : w.stop; /* ENOENT: a kernel without IPv6 */
}

int diag_listen(void)
{
	const struct sockaddr_nl groups = {
		.nl_family = AF_NETLINK, .nl_groups = 1 << (SKNLGRP_INET_TCP_DESTROY - 1) | 1 << (SKNLGRP_INET6_TCP_DESTROY - 1),
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG), room = HEARD_ROOM, err;

	if (fd < 0)
		return -errno;
	/* Only for root of the machine; what is lost else is told. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	/* Not NETLINK_ADD_MEMBERSHIP: a socket without an address of its own is left out (net/netlink/af_netlink.c, do_one_broadcast). */
	if (bind(fd, (const struct sockaddr *)&groups, sizeof(groups)) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

int diag_read(int fd, struct diag_socket *s)
{
	union reply reply;
	int len = reply_recv(fd, &reply, MSG_DONTWAIT);

	if (len < 0)
		return len == -EAGAIN ? 0 : len;
	if (!NLMSG_OK(&reply.header, (unsigned)len))
		return -EPROTO;
	return diag_socket_read(&reply.header, s);
}
