// SPDX-License-Identifier: MIT
/*
 * The wire's loop. Its oddity: captures are written only in turns in which no packet
 * came, however full they are.
 */
#include "packet-loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

enum {
	TURN = 16,       /* packets of one direction of one cable, before the next one's turn */
	QUIET_MS = 5,    /* without a packet, before a capture is written */
	EVENTS = 64,
	SOURCES = 3,     /* of events, for each cable: enum link_dir, and its timer */
	TIMER = LINK_DIRS,
};

#define BELL UINT64_MAX

static int watch(struct packet_loop *c, int fd, uint64_t key)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = key };

	return epoll_ctl(c->epoll, EPOLL_CTL_ADD, fd, &ev) < 0 ? -errno : 0;
}

static int watch_cable(struct packet_loop *c, size_t i)
{
	int err = watch(c, c->cable[i].tun[LINK_IN], i * SOURCES + LINK_IN);

	if (err == 0)
		err = watch(c, c->cable[i].tun[LINK_OUT], i * SOURCES + LINK_OUT);
	if (err == 0)
		err = watch(c, c->cable[i].timer, i * SOURCES + TIMER);
	return err;
}

static int lay(struct packet_loop *c, const struct lab_net *net)
{
	int err = 0;

	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (c->epoll < 0)
		return -errno;
	for (size_t i = 0; err == 0 && i < c->links; i++) {
		err = packet_link_open(&c->cable[i], &net->link[i], &c->region->link[i]);
		if (err == 0)
			err = watch_cable(c, i);
	}
	return err < 0 ? err : watch(c, c->bell, BELL);
}

struct packet_loop *packet_loop_new(const struct lab_net *net, struct shared_memory *region, int bell,
			    const char *pcap_dir, const char *const *pcap_names,
			    struct error *e)
{
	struct packet_loop *c = calloc(1, sizeof(*c) + net->links * sizeof(*c->cable));
	int err;

	if (!c) {
		error_set(e, STATUS_SYSTEM, "the lab's wire: out of memory");
		return NULL;
	}
	c->region = region;
	c->bell = bell;
	c->links = net->links;
	err = lay(c, net);
	if (err < 0) {
		error_set(e, STATUS_SYSTEM, "the lab's wire: %s", strerror(-err));
		goto fail;
	}
	for (size_t i = 0; pcap_dir && i < c->links; i++)
		if (pcap_open(&c->cable[i].pcap, pcap_dir, pcap_names[i], e) < 0)
			goto fail;
	return c;
fail:
	packet_loop_free(c);
	return NULL;
}

void packet_loop_free(struct packet_loop *c)
{
	for (size_t i = 0; i < c->links; i++)
		packet_link_close(&c->cable[i]);
	if (c->epoll >= 0)
		close(c->epoll);
	free(c);
}

static void close_between(unsigned int from, unsigned int to)
{
	if (from > to || syscall(SYS_close_range, from, to, 0) == 0)
		return;
	if (to == ~0U)
		to = (unsigned int)sysconf(_SC_OPEN_MAX);
	for (unsigned int fd = from; fd <= to; fd++)
		close((int)fd);
}

static bool is_ours(const struct packet_loop *c, int fd)
{
	if (fd == STDERR_FILENO || fd == c->epoll || fd == c->bell)
		return true;
	for (size_t i = 0; i < c->links; i++) {
		const struct packet_link *k = &c->cable[i];

		if (fd == k->tun[0] || fd == k->tun[1] || fd == k->timer || fd == k->pcap.fd)
			return true;
	}
	return false;
}

static int highest(const struct packet_loop *c)
{
	int max = c->epoll > c->bell ? c->epoll : c->bell;

	for (size_t i = 0; i < c->links; i++) {
		const struct packet_link *k = &c->cable[i];
		int fds[] = { k->tun[0], k->tun[1], k->timer, k->pcap.fd };

		for (size_t j = 0; j < sizeof(fds) / sizeof(*fds); j++)
			if (fds[j] > max)
				max = fds[j];
	}
	return max;
}

/* An inherited pipe or port, held open here, would outlive its owner's close. */
static void close_others(const struct packet_loop *c)
{
	int max = highest(c);

	for (int fd = 0; fd <= max; fd++)
		if (!is_ours(c, fd))
			close(fd);
	close_between((unsigned int)max + 1, ~0U);
}

static void serve(struct packet_loop *c, uint64_t key)
{
	struct packet_link *k;
	uint64_t rung;

	if (key == BELL) {
		if (read(c->bell, &rung, sizeof(rung)) < 0)
			return;
		for (size_t i = 0; i < c->links; i++)
			packet_link_settle(&c->cable[i]);
		return;
	}
	k = &c->cable[key / SOURCES];
	if (key % SOURCES == TIMER)
		packet_link_release(k);
	else
		packet_link_carry(k, (enum link_dir)(key % SOURCES), TURN);
}

/* How long to wait for a packet before there is time to write. */
static int patience(const struct packet_loop *c)
{
	int ms = -1;

	for (size_t i = 0; i < c->links; i++) {
		if (pcap_pressed(&c->cable[i].pcap))
			return 0;
		if (pcap_pending(&c->cable[i].pcap))
			ms = c->idle ? 0 : QUIET_MS;
	}
	return ms;
}

static bool record_one(struct packet_loop *c)
{
	for (size_t i = 0; i < c->links; i++)
		if (packet_link_record(&c->cable[i]))
			return true;
	return false;
}

void packet_loop_run(struct packet_loop *c)
{
	struct epoll_event ev[EVENTS];

	close_others(c);
	while (!atomic_load_explicit(&c->region->quit, memory_order_acquire)) {
		int n = epoll_wait(c->epoll, ev, EVENTS, patience(c));

		c->idle = n == 0;
		if (n == 0)
			record_one(c);
		for (int i = 0; i < n; i++)
			serve(c, ev[i].data.u64);
	}
	while (record_one(c))
		;
}
