// SPDX-License-Identifier: MIT
/* A connection under watch. On each wake-up the monitor looks first, then the probes, the least disturbing first. */
#include "conn.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "adopted.h"
#include "drain.h"
#include "instance.h"
#include "run.h"
#include "tcp/tcpinfo.h"
#include "watch.h"
#include "monitor.h"

#define CONN_EVENTS (EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLET)
#define LOOKS_MOST 64
#define LOOKS_AGAIN 4 /* where a call fails */
#define FAILURES_MOST 100 /* a second of them */

const struct kernel_event *conn_first(const struct conn *c)
{
	return c->kernel.count ? &c->kernel.events[0] : NULL;
}

const struct kernel_event *conn_end(const struct conn *c)
{
	for (size_t i = 0; i < c->kernel.count; i++)
		if (c->kernel.events[i].what != KERNEL_UNREACHABLE)
			return &c->kernel.events[i];
	return NULL;
}

const struct kernel_event *conn_kernel_event(const struct conn *c, enum kernel_cause what)
{
	for (size_t i = 0; i < c->kernel.count; i++)
		if (c->kernel.events[i].what == what)
			return &c->kernel.events[i];
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

	if (!k || c->drain.freed_end || c->watch->at.over == TIME_NONE || k->at <= c->watch->at.over)
		return false;
	return k->what == KERNEL_FIN || (k->what == KERNEL_RST && !k->answer && !c->liveness.heard.in_flight);
}

bool instance_application_silent(const struct instance *in)
{
	const struct conn *c = in->conn;
	struct tcp_info ti;

	if (!instance_fell_silent(in))
		return false;
	tcpinfo_read(c->socket.fd, &ti);
	/* A FIN has a place in the stream, too. */
	return ti.tcpi_bytes_received - in->then.heard.bytes_in <= conn_saw(c, KERNEL_FIN);
}

/* The kernel is done with this connection: a probe that waits for the socket waits in vain. */
static void end_waiting(struct conn *c)
{
	for (size_t i = 0; i < c->ninstances; i++) {
		struct instance *in = &c->instances[i];

		if (in->decided || in->context.probe->traits & POLLED)
			continue;
		if (timer_is_set(&in->timer) && !(in->context.probe->traits & ONLY_SETS_OPTION))
			continue;
		if (in->also.fd >= 0) /* its ring is about to wake it */
			continue;
		timer_unset(&c->run->loop, &in->timer);
		in->decided = true;
		watch_decided(c->watch, c, in);
	}
}

static void conn_ready(struct handler *h, uint32_t events, nsec at)
{
	struct conn *c = container_of(h, struct conn, socket);
	bool was_closed;

	monitor_check(c, events, at);
	was_closed = c->kernel.closed; /* if it ends only now, while they look, the socket wakes once more */
	for (size_t i = 0; i < c->ninstances; i++) {
		struct instance *in = &c->instances[i];

		if (in->decided || !in->context.probe->event || watch_is_over(c->watch) || c->let_go)
			continue;
		instance_verdict(in, in->context.probe->event(&in->context, events));
	}
	if (was_closed && !watch_is_over(c->watch))
		end_waiting(c);
	drain_ready(c);
}

/* What it would do next, as far as it is due. A stream that never ends keeps a reader busy: so often. */
static void catch_up(struct instance *in, uint32_t events)
{
	const struct probe *p = in->context.probe;

	if (events && !in->decided && p->event)
		instance_verdict(in, p->event(&in->context, events));
	if (in->also.fd >= 0 && !in->decided)
		instance_verdict(in, p->event(&in->context, EPOLLIN));
	if (p->traits & POLLED)
		instance_look(in);
	for (int i = 0; i < LOOKS_MOST && timer_is_set(&in->timer) && in->timer.due <= clock_now(); i++) {
		timer_unset(&in->conn->run->loop, &in->timer);
		instance_look(in);
	}
}

static void look_once(struct conn *c)
{
	struct pollfd p = { .fd = c->socket.fd, .events = POLLIN | POLLPRI | POLLRDHUP };

	monitor_check(c, 0, clock_now());
	if (c->let_go)
		return;
	if (poll(&p, 1, 0) < 0)
		p.revents = POLLIN; /* whatever it is: they look for themselves */
	for (size_t i = 0; i < c->ninstances; i++)
		if (!c->instances[i].decided)
			catch_up(&c->instances[i], (uint32_t)p.revents);
}

void conn_look(struct conn *c)
{
	unsigned failures;

	for (int i = 0; c->established && i < LOOKS_AGAIN; i++) {
		failures = c->failures;
		look_once(c);
		if (c->failures == failures)
			return;
	}
}

bool conn_look_again(struct conn *c, const char *call, int err)
{
	struct error e;

	if (c->failures++ < FAILURES_MOST) {
		if (c->in_loop)
			loop_modify(&c->run->loop, &c->socket, CONN_EVENTS);
		return true;
	}
	error_set(&e, STATUS_SYSTEM, "connection %u: %s: %s", c->id, call, error_reason(err));
	run_fail(c->run, &e);
	return false;
}

static void arm_instance(struct conn *c, struct instance *in)
{
	const struct probe *p = in->context.probe;

	if (in->chosen->unsupported) {
		in->decided = in->unable = true;
		in->verdict = verdict_nothing();
		strncpy(in->verdict.how, in->chosen->unsupported, sizeof(in->verdict.how) - 1);
		watch_decided(c->watch, c, in);
		return;
	}
	in->context.fd = c->socket.fd;
	in->context.borrowed = c->adopted;
	memset(in->context.state, 0, p->state_size);
	if (p->arm)
		instance_verdict(in, p->arm(&in->context));
	if (p->traits & POLLED && !in->decided)
		instance_next_tick(in, clock_now());
}

static void read_baseline(struct conn *c)
{
	struct tcp_info ti;
	int len = tcpinfo_read(c->socket.fd, &ti);

	if (len > 0)
		run_path_known(c->run, c->group, c->row, &ti);

	c->kernel.segs_in = ti.tcpi_segs_in;
	c->accept = (struct conn_accept){ .since = clock_now(), .segs_in = ti.tcpi_segs_in, .bytes_acked = ti.tcpi_bytes_acked };
	c->cost.segs_before = tcpinfo_has(len, tcpi_segs_out) ? ti.tcpi_segs_out : 0;
	c->cost.bytes_before = tcpinfo_has(len, tcpi_bytes_sent) ? ti.tcpi_bytes_sent : 0;
}

struct event *conn_event(const struct conn *c, enum event_kind kind, nsec t)
{
	struct event *e = watch_event(c->watch, kind, t);

	e->conn = c->id;
	e->group = c->group->spec;
	e->row = c->row;
	e->name = c->watch->to ? c->watch->to->name : NULL;
	e->place = c->watch->place;
	if (c->run->feed.context.targets > 1)
		e->target = c->target;
	return e;
}

struct event *conn_probe_event(const struct instance *in, enum event_kind kind, nsec t)
{
	struct event *e = conn_event(in->conn, kind, t);

	e->probe = in->context.probe;
	e->row = in->row;
	return e;
}

static void tell_connected(struct conn *c, nsec at)
{
	struct event *e = conn_event(c, EVENT_CONNECTED, at);

	e->connection.target = c->target;
	e->connection.down = c->watch->lost == TIME_NONE ? TIME_NONE : at - c->watch->lost;
	e->connection.attempts = c->watch->attempts;
	e->connection.text = c->watch->to ? c->watch->to->text : c->target;
	if (c->adopted) {
		e->connection.pid = c->adopted->pid;
		e->connection.fd = c->adopted->fd;
		memcpy(e->connection.command, c->adopted->command, sizeof(e->connection.command));
	}
	memcpy(e->connection.local, c->local, sizeof(c->local));
	memcpy(e->connection.remote, c->remote, sizeof(c->remote));
}

int conn_established(struct conn *c, int fd, nsec at)
{
	int rc;

	c->socket.fd = fd;
	c->socket.ready = conn_ready;
	c->id = ++c->run->ids;
	c->established = true;
	service_begun(&c->run->service);
	address_local(c->local, fd);
	if (!c->remote[0])
		address_remote(c->remote, fd);
	read_baseline(c);
	tell_connected(c, at);
	watch_established(c->watch, c, at);
	for (size_t i = 0; i < c->ninstances; i++)
		arm_instance(c, &c->instances[i]);
	rc = loop_add(&c->run->loop, &c->socket, CONN_EVENTS);
	c->in_loop = !rc;
	if (rc)
		conn_close(c);
	return rc;
}

static void reset_instance(struct conn *c, struct instance *in)
{
	timer_unset(&c->run->loop, &in->timer);
	if (in->also.fd >= 0)
		loop_remove(&c->run->loop, &in->also);
	in->also.fd = -1;
	if (c->established && in->context.probe->disarm && !in->chosen->unsupported)
		in->context.probe->disarm(&in->context);
	in->decided = in->unable = in->answered = false;
	in->blind = NULL;
	in->dead_at = TIME_NONE;
	in->late = 0;
	answers_add(&c->answers, &in->polls.answers);
	in->polls = (struct instance_polls){ .sent_at = TIME_NONE };
	in->verdict = verdict_nothing();
}

void conn_close(struct conn *c)
{
	timer_unset(&c->run->loop, &c->dial.timeout);
	timer_unset(&c->run->loop, &c->liveness.timer);
	timer_unset(&c->run->loop, &c->drain.timer);
	for (size_t i = 0; i < c->ninstances; i++)
		reset_instance(c, &c->instances[i]);
	if (c->socket.fd >= 0) {
		if (c->established || c->dial.active)
			loop_remove(&c->run->loop, &c->socket);
		close(c->socket.fd);
	}
	c->socket.fd = -1;
	c->established = c->dial.active = false;
	c->failures = 0;
	c->spare = 0;
	c->in_loop = false;
	c->kernel.count = 0;
	c->kernel.unended = c->kernel.closed = false;
	c->leaving = c->let_go = false;
	c->adopted = NULL;
	c->taken = (struct conn_taken){ .err = 0 };
	c->own = (struct conn_own){ .first_at = TIME_NONE, .sent_at = TIME_NONE, .after_end = TIME_NONE, .before_end = TIME_NONE };
	c->fin = (struct conn_fin){ .took_until = TIME_NONE };
	c->cost.counted = false;
	c->liveness = (struct conn_liveness){ .answered_at = TIME_NONE, .silent_since = TIME_NONE };
	c->drain = (struct conn_drain){ .active = false };
	c->truth = (struct conn_truth){ .since = TIME_NONE };
	c->remote[0] = c->local[0] = '\0';
}
