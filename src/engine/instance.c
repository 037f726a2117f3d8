// SPDX-License-Identifier: MIT
/* What the engine does for a probe (probes/probe.h), and what it does with a verdict. */
#include "instance.h"

#include <string.h>

#include "liveness.h"
#include "run.h"
#include "tcp/tcpinfo.h"
#include "monitor.h"

static struct instance *instance_of(struct probe_context *l)
{
	return container_of(l, struct instance, context);
}

static void tick(struct timer *t, nsec now)
{
	struct instance *l = container_of(t, struct instance, timer);
	struct conn *c = l->context.conn;

	if (l->decided || !l->context.probe->tick || watch_is_over(c->watch))
		return;
	if (c->segments)
		monitor_refresh(c);
	instance_verdict(l, l->context.probe->tick(&l->context));
	if (l->context.probe->traits & POLLED && !l->decided)
		instance_next_tick(l, now);
}

static void also_ready(struct handler *h, uint32_t events, nsec woken)
{
	struct instance *l = container_of(h, struct instance, also);

	(void)woken;
	if (!l->decided && l->context.probe->event)
		instance_verdict(l, l->context.probe->event(&l->context, events));
}

void instance_next_tick(struct instance *l, nsec now)
{
	const struct run *r = l->context.conn->run;
	/* A nanosecond apart, the probes of one connection look in their order. */
	nsec base = r->start + r->phase + (l - l->context.conn->instances), step = l->context.interval;

	probe_wake_at(&l->context, base + ((now - base) / step + 1) * step);
}

/* Remembers what the peer had sent by then: more of it later proves it alive. */
static void remember(struct instance *l)
{
	const struct conn *c = l->context.conn;
	const struct kernel_event *k = conn_first(c);
	struct tcp_info ti;

	tcpinfo_read(l->context.fd, &ti);
	l->heard_then = heard_now(l->context.fd);
	l->bytes_in_then = ti.tcpi_bytes_received;
	l->kernel_then = k ? k->what : KERNEL_NOTHING;
}

static struct event *tell(const struct instance *l, enum event_kind kind, nsec at, const struct verdict *v)
{
	const struct conn *c = l->context.conn;
	struct event *e = feed_event(&c->run->feed, kind, at);

	e->conn = c->id;
	e->fault = c->watch->label;
	e->probe = l->context.probe;
	e->group = c->group->spec;
	e->call = v->call;
	e->err = v->err;
	memcpy(e->how, v->how, sizeof(e->how));
	return e;
}

static void dead(struct instance *l, const struct verdict *v, nsec at)
{
	struct conn *c = l->context.conn;
	struct event *e;

	if (!c->nkernel)
		monitor_check(c, 0, at);
	watch_ask_struck(c->watch);
	e = tell(l, EVENT_DEAD, at, v);
	e->after = watch_after(c->watch, at);
	e->lag = c->nkernel ? at - conn_first(c)->at : TIME_NONE;
	l->dead_at = at;
	l->decided = true;
	remember(l);
	watch_decided(c->watch, c, l);
}

void instance_verdict(struct instance *l, struct verdict v)
{
	nsec at = clock_now();

	if (v.kind == VERDICT_NOTHING || l->decided || watch_is_over(l->context.conn->watch))
		return;
	if (v.kind == VERDICT_SUSPECT) {
		tell(l, EVENT_SUSPECT, at, &v);
		return;
	}
	l->verdict = v;
	timer_unset(&l->context.conn->run->loop, &l->timer);
	if (v.kind == VERDICT_DEAD) {
		dead(l, &v, at);
		return;
	}
	l->decided = l->unable = true;
	watch_decided(l->context.conn->watch, l->context.conn, l);
}

void probe_wake_at(struct probe_context *l, nsec when)
{
	struct instance *k = instance_of(l);

	k->timer.fire = tick;
	timer_set(&l->conn->run->loop, &k->timer, when);
}

nsec probe_first_at(const struct probe_context *l, nsec every)
{
	return ns_add(clock_now(), (nsec)((double)every * l->conn->run->fraction));
}

int probe_watch_fd(struct probe_context *l, int fd)
{
	struct instance *k = instance_of(l);

	k->also = (struct handler){ .fd = fd, .ready = also_ready };
	return loop_add(&l->conn->run->loop, &k->also, EPOLLIN);
}

void probe_took_error(struct probe_context *l, int err)
{
	struct conn *c = l->conn;

	if (c->taken)
		return;
	if (!c->nkernel)
		monitor_check(c, 0, clock_now());
	c->taken = err;
	c->taker = instance_of(l);
	monitor_errno(c, err);
	for (size_t i = 0; i < c->ninstances; i++) {
		struct instance *other = &c->instances[i];

		if (other != c->taker && !other->decided && other->context.probe->traits & ONLY_SETS_OPTION)
			instance_verdict(other, other->context.probe->event(&other->context, EPOLLERR));
	}
}

void probe_took_data(struct probe_context *l)
{
	struct conn *c = l->conn;

	for (size_t i = 0; i < c->ninstances; i++) {
		struct instance *other = &c->instances[i];

		if (&other->context != l && !other->decided && other->context.probe->traits & TAKES_DATA &&
		    other->context.probe->event)
			instance_verdict(other, other->context.probe->event(&other->context, EPOLLIN));
	}
}

int probe_error_taken(const struct probe_context *l)
{
	return l->conn->taken;
}

void probe_sent(struct probe_context *l)
{
	struct conn *c = l->conn;

	c->sent_at = clock_now();
	c->sender = instance_of(l);
	if (c->nkernel && c->wrote_after_end == TIME_NONE)
		c->wrote_after_end = c->sent_at;
}

void probe_answered(struct probe_context *l)
{
	instance_of(l)->answered = true;
}
