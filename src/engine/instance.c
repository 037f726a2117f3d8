// SPDX-License-Identifier: MIT
/* What the engine does for a probe (probes/probe.h), and what it does with a verdict. */
#include "instance.h"

#include <string.h>

#include "liveness.h"
#include "run.h"
#include "tcp/tcpinfo.h"
#include "monitor.h"

static struct instance *instance_of(const struct probe_context *p)
{
	return container_of(p, struct instance, context);
}

static void tick(struct timer *t, nsec now)
{
	struct instance *l = container_of(t, struct instance, timer);
	struct conn *c = l->conn;

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
	const struct run *r = l->conn->run;
	/* A nanosecond apart, the probes of one connection look in their order. */
	nsec base = r->start + r->phase + (l - l->conn->instances), step = l->context.interval;

	probe_wake_at(&l->context, base + ((now - base) / step + 1) * step);
}

/* Remembers what the peer had sent by then: more of it later proves it alive. */
static void remember(struct instance *l)
{
	const struct conn *c = l->conn;
	const struct kernel_event *k = conn_first(c);
	struct tcp_info ti;

	tcpinfo_read(l->context.fd, &ti);
	l->heard_then = heard_now(l->context.fd);
	l->bytes_in_then = ti.tcpi_bytes_received;
	l->kernel_then = k ? k->what : KERNEL_NOTHING;
}

static struct event *tell(const struct instance *l, enum event_kind kind, nsec at, const struct verdict *v)
{
	const struct conn *c = l->conn;
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
	struct conn *c = l->conn;
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

	if (v.kind == VERDICT_NOTHING || l->decided || watch_is_over(l->conn->watch))
		return;
	if (v.kind == VERDICT_SUSPECT) {
		tell(l, EVENT_SUSPECT, at, &v);
		return;
	}
	l->verdict = v;
	timer_unset(&l->conn->run->loop, &l->timer);
	if (v.kind == VERDICT_DEAD) {
		dead(l, &v, at);
		return;
	}
	l->decided = l->unable = true;
	watch_decided(l->conn->watch, l->conn, l);
}

static void wake_at(struct probe_context *p, nsec when)
{
	struct instance *k = instance_of(p);

	k->timer.fire = tick;
	timer_set(&k->conn->run->loop, &k->timer, when);
}

static nsec first_at(const struct probe_context *p, nsec every)
{
	return ns_add(clock_now(), (nsec)((double)every * instance_of(p)->conn->run->fraction));
}

static int watch_fd(struct probe_context *p, int fd)
{
	struct instance *k = instance_of(p);

	k->also = (struct handler){ .fd = fd, .ready = also_ready };
	return loop_add(&k->conn->run->loop, &k->also, EPOLLIN);
}

static void took_error(struct probe_context *p, int err)
{
	struct conn *c = instance_of(p)->conn;

	if (c->taken)
		return;
	if (!c->nkernel)
		monitor_check(c, 0, clock_now());
	c->taken = err;
	c->taker = instance_of(p);
	monitor_errno(c, err);
	for (size_t i = 0; i < c->ninstances; i++) {
		struct instance *other = &c->instances[i];

		if (other != c->taker && !other->decided && other->context.probe->traits & ONLY_SETS_OPTION)
			instance_verdict(other, other->context.probe->event(&other->context, EPOLLERR));
	}
}

static void took_data(struct probe_context *p)
{
	struct conn *c = instance_of(p)->conn;

	for (size_t i = 0; i < c->ninstances; i++) {
		struct instance *other = &c->instances[i];

		if (&other->context != p && !other->decided && other->context.probe->traits & TAKES_DATA &&
		    other->context.probe->event)
			instance_verdict(other, other->context.probe->event(&other->context, EPOLLIN));
	}
}

static int error_taken(const struct probe_context *p)
{
	return instance_of(p)->conn->taken;
}

static void sent(struct probe_context *p)
{
	struct conn *c = instance_of(p)->conn;

	c->sent_at = clock_now();
	c->sender = instance_of(p);
	if (c->nkernel && c->wrote_after_end == TIME_NONE)
		c->wrote_after_end = c->sent_at;
}

static void answered(struct probe_context *p)
{
	instance_of(p)->answered = true;
}

const struct probe_host instance_host = {
	.wake_at = wake_at, .first_at = first_at, .watch_fd = watch_fd, .took_error = took_error,
	.took_data = took_data, .error_taken = error_taken, .sent = sent, .answered = answered,
};
