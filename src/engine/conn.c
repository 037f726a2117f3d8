// SPDX-License-Identifier: MIT
/* A connection under watch. On each wake-up the monitor looks first, then the probes, the least disturbing first. */
#include "conn.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "instance.h"
#include "run.h"
#include "tcp/tcpinfo.h"
#include "watch.h"
#include "monitor.h"

#define CONN_EVENTS (EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLET)

const struct kernel_event *conn_first(const struct conn *c)
{
	return c->nkernel ? &c->kernel[0] : NULL;
}

const struct kernel_event *conn_end(const struct conn *c)
{
	for (size_t i = 0; i < c->nkernel; i++)
		if (c->kernel[i].what != KERNEL_UNREACHABLE)
			return &c->kernel[i];
	return NULL;
}

const struct kernel_event *conn_kernel_event(const struct conn *c, enum kernel_cause what)
{
	for (size_t i = 0; i < c->nkernel; i++)
		if (c->kernel[i].what == what)
			return &c->kernel[i];
	return NULL;
}

bool conn_saw(const struct conn *c, enum kernel_cause what)
{
	return conn_kernel_event(c, what) != NULL;
}

bool conn_same_peer(const struct conn *a, const struct conn *b)
{
	const char *port = strrchr(a->remote, ':');
	size_t host = port ? (size_t)(port - a->remote) + 1 : 0;

	return a->target == b->target && !strncmp(a->remote, b->remote, host);
}

bool conn_end_too_late(const struct conn *c)
{
	const struct kernel_event *k = conn_end(c);

	if (!k || c->answer == NOT_ASKED || k->at <= c->asked_at)
		return false;
	return k->what == KERNEL_FIN || (k->what == KERNEL_RST && !k->answer && !c->heard_asked.in_flight);
}

/* The kernel is done with this connection: who waits for the socket waits in vain. */
static void give_up(struct conn *c)
{
	for (size_t i = 0; i < c->ninstances; i++) {
		struct instance *l = &c->instances[i];

		if (l->decided || l->context.probe->traits & POLLED)
			continue;
		if (timer_is_set(&l->timer) && !(l->context.probe->traits & ONLY_SETS_OPTION))
			continue;
		if (l->also.fd >= 0) /* its ring is about to say it */
			continue;
		timer_unset(&c->run->loop, &l->timer);
		l->decided = true;
		watch_decided(c->watch, c, l);
	}
}

static void woken(struct handler *h, uint32_t events, nsec at)
{
	struct conn *c = container_of(h, struct conn, socket);
	bool over;

	monitor_check(c, events, at);
	over = c->closed; /* if it ends only now, while they look, the socket wakes once more */
	for (size_t i = 0; i < c->ninstances; i++) {
		struct instance *l = &c->instances[i];

		if (l->decided || !l->context.probe->event || watch_is_over(c->watch))
			continue;
		instance_verdict(l, l->context.probe->event(&l->context, events));
	}
	if (over && !watch_is_over(c->watch))
		give_up(c);
}

static void arm(struct conn *c, struct instance *l)
{
	const struct probe *p = l->context.probe;

	if (l->chosen->unsupported) {
		l->decided = l->unable = true;
		l->verdict = verdict_nothing();
		strncpy(l->verdict.how, l->chosen->unsupported, sizeof(l->verdict.how) - 1);
		watch_decided(c->watch, c, l);
		return;
	}
	l->context.fd = c->socket.fd;
	memset(l->context.state, 0, p->state_size);
	if (p->arm)
		instance_verdict(l, p->arm(&l->context));
	if (p->traits & POLLED && !l->decided)
		instance_next_tick(l, clock_now());
}

static void baseline(struct conn *c)
{
	struct tcp_info ti;
	int len = tcpinfo_read(c->socket.fd, &ti);

	c->segs_in_seen = ti.tcpi_segs_in;
	c->segs_out_base = tcpinfo_has(len, tcpi_segs_out) ? ti.tcpi_segs_out : 0;
	c->bytes_out_base = tcpinfo_has(len, tcpi_bytes_sent) ? ti.tcpi_bytes_sent : 0;
}

static void addresses(struct conn *c)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);

	if (!getsockname(c->socket.fd, (struct sockaddr *)&ss, &len))
		address_text(c->local, (struct sockaddr *)&ss, len);
	len = sizeof(ss);
	if (!c->remote[0] && !getpeername(c->socket.fd, (struct sockaddr *)&ss, &len))
		address_text(c->remote, (struct sockaddr *)&ss, len);
}

static void tell_connected(struct conn *c, nsec at)
{
	struct event *e = feed_event(&c->run->feed, EVENT_CONNECTED, at);

	e->conn = c->id;
	e->fault = c->watch->label;
	e->target = c->target;
	e->group = c->group->spec;
	memcpy(e->local, c->local, sizeof(e->local));
	memcpy(e->remote, c->remote, sizeof(e->remote));
}

int conn_established(struct conn *c, int fd, nsec at)
{
	int rc;

	c->socket.fd = fd;
	c->socket.ready = woken;
	c->id = ++c->run->ids;
	c->established = true;
	addresses(c);
	baseline(c);
	tell_connected(c, at);
	watch_established(c->watch, c, at);
	for (size_t i = 0; i < c->ninstances; i++)
		arm(c, &c->instances[i]);
	rc = loop_add(&c->run->loop, &c->socket, CONN_EVENTS);
	if (rc)
		conn_close(c);
	return rc;
}

static void instance_reset(struct conn *c, struct instance *l)
{
	timer_unset(&c->run->loop, &l->timer);
	if (l->also.fd >= 0)
		loop_remove(&c->run->loop, &l->also);
	l->also.fd = -1;
	if (c->established && l->context.probe->disarm && !l->chosen->unsupported)
		l->context.probe->disarm(&l->context);
	l->decided = l->unable = l->answered = false;
	l->dead_at = TIME_NONE;
	l->verdict = verdict_nothing();
}

void conn_close(struct conn *c)
{
	timer_unset(&c->run->loop, &c->patience);
	for (size_t i = 0; i < c->ninstances; i++)
		instance_reset(c, &c->instances[i]);
	if (c->socket.fd >= 0) {
		if (c->established || c->dialing)
			loop_remove(&c->run->loop, &c->socket);
		close(c->socket.fd);
	}
	c->socket.fd = -1;
	c->established = c->dialing = c->unended = c->closed = c->provoked = false;
	c->half_closed = c->fin_judged = false;
	c->nkernel = 0;
	c->taken = 0;
	c->taker = c->sender = c->culprit = NULL;
	c->sent_at = c->wrote_after_end = c->own_byte_ago = c->took_until = TIME_NONE;
	c->answer = NOT_ASKED;
	c->remote[0] = c->local[0] = '\0';
}
