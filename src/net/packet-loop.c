// SPDX-License-Identifier: MIT
/*
 * The packet loop. Captures are written only in turns in which no packet came, however
 * full they are.
 */
#include "packet-loop.h"

#include "base/process.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
	TURN = 16,       /* packets of one direction of one link, before the next one's turn */
	QUIET_MS = 5,    /* without a packet, before a capture is written */
	EVENTS = 64,
	SOURCES = 3,     /* of events, for each link: enum link_dir, and its timer */
	TIMER = LINK_DIRS,
	OWN = 4,         /* descriptors of the loop, ... */
	OF_LINK = 4,     /* ... and of each link */
};

#define BELL UINT64_MAX

static int watch_fd(struct packet_loop *p, int fd, uint64_t key)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = key };

	return epoll_ctl(p->epoll, EPOLL_CTL_ADD, fd, &ev) < 0 ? -errno : 0;
}

static int watch_link(struct packet_loop *p, size_t i)
{
	int err = watch_fd(p, p->link[i].tun[LINK_IN], i * SOURCES + LINK_IN);

	if (err == 0)
		err = watch_fd(p, p->link[i].tun[LINK_OUT], i * SOURCES + LINK_OUT);
	if (err == 0)
		err = watch_fd(p, p->link[i].timer, i * SOURCES + TIMER);
	return err;
}

static int open_links(struct packet_loop *p, const struct lab_net *net, nsec rtt)
{
	int err = 0;

	p->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (p->epoll < 0)
		return -errno;
	for (size_t i = 0; err == 0 && i < p->links; i++) {
		err = packet_link_open(&p->link[i], &net->link[i], rtt, &p->shared->link[i], p->bell.wire);
		if (err == 0)
			err = watch_link(p, i);
	}
	return err < 0 ? err : watch_fd(p, p->bell.quit, BELL);
}

struct packet_loop *packet_loop_new(const struct lab_net *net, nsec rtt, struct shared_memory *shared,
			    struct packet_bells bell, const char *pcap_dir, const char *const *pcap_names, struct error *e)
{
	struct packet_loop *p = calloc(1, sizeof(*p) + net->links * sizeof(*p->link));
	int *ours = calloc(OWN + net->links * OF_LINK, sizeof(*ours)), err;

	if (!p || !ours) {
		free(p);
		free(ours);
		error_set(e, STATUS_SYSTEM, "the link worker: out of memory");
		return NULL;
	}
	p->ours = ours;
	p->shared = shared;
	p->bell = bell;
	p->links = net->links;
	err = open_links(p, net, rtt);
	if (err < 0) {
		error_set(e, STATUS_SYSTEM, "the link worker: %s", error_reason(-err));
		goto fail;
	}
	for (size_t i = 0; pcap_dir && i < p->links; i++)
		if (pcap_open(&p->link[i].pcap, pcap_dir, pcap_names[i], e) < 0)
			goto fail;
	return p;
fail:
	packet_loop_free(p);
	return NULL;
}

void packet_loop_free(struct packet_loop *p)
{
	for (size_t i = 0; i < p->links; i++)
		packet_link_close(&p->link[i]);
	if (p->epoll >= 0)
		close(p->epoll);
	free(p->ours);
	free(p);
}

static size_t list_ours(const struct packet_loop *p, int *fds)
{
	const int own[OWN] = { STDERR_FILENO, p->epoll, p->bell.quit, p->bell.wire };
	size_t n = OWN;

	memcpy(fds, own, sizeof(own));
	for (size_t i = 0; i < p->links; i++) {
		const struct packet_link *k = &p->link[i];
		const int its[OF_LINK] = { k->tun[0], k->tun[1], k->timer, k->pcap.fd };

		memcpy(fds + n, its, sizeof(its));
		n += OF_LINK;
	}
	return n;
}

static void serve(struct packet_loop *p, uint64_t key)
{
	struct packet_link *k;
	uint64_t rung;

	if (key == BELL) {
		ssize_t n = read(p->bell.quit, &rung, sizeof(rung));

		(void)n; /* run looks why it rang */
		return;
	}
	k = &p->link[key / SOURCES];
	if (key % SOURCES == TIMER)
		packet_link_release(k);
	else
		packet_link_carry(k, (enum link_dir)(key % SOURCES), TURN);
}

/* How long to wait for a packet before there is time to write. */
static int quiet_for(const struct packet_loop *p)
{
	int ms = -1;

	for (size_t i = 0; i < p->links; i++) {
		if (pcap_pressed(&p->link[i].pcap))
			return 0;
		if (pcap_pending(&p->link[i].pcap))
			ms = p->idle ? 0 : QUIET_MS;
	}
	return ms;
}

static bool record_one(struct packet_loop *p)
{
	for (size_t i = 0; i < p->links; i++)
		if (packet_link_record(&p->link[i]))
			return true;
	return false;
}

void packet_loop_run(struct packet_loop *p)
{
	struct epoll_event ev[EVENTS];

	process_keep_only(p->ours, list_ours(p, p->ours));
	while (!atomic_load_explicit(&p->shared->quit, memory_order_acquire)) {
		int n = epoll_wait(p->epoll, ev, EVENTS, quiet_for(p));

		p->idle = n == 0;
		if (n == 0)
			record_one(p);
		for (int i = 0; i < n; i++)
			serve(p, ev[i].data.u64);
	}
	while (record_one(p))
		;
}
