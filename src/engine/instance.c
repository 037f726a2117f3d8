// SPDX-License-Identifier: MIT
/* What the engine does for a probe (probes/probe.h), and what it does with a verdict. */
#include "instance.h"

#include <string.h>

#include "liveness.h"
#include "run.h"
#include "tcp/tcpinfo.h"
#include "tcp/late.h"
#include "monitor.h"

#define AGAIN_AFTER (10 * NS_PER_MS)
#define GRAIN (10 * NS_PER_MS) /* of an age in TCP_INFO: a jiffy, which is 10 ms at the most */

static struct instance *instance_of(const struct probe_context *p)
{
	return container_of(p, struct instance, context);
}

void instance_look(struct instance *in)
{
	struct conn *c = in->conn;

	if (in->decided || !in->context.probe->tick || watch_is_over(c->watch))
		return;
	if (c->kernel.sends)
		monitor_refresh(c);
	if (c->let_go)
		return;
	instance_verdict(in, in->context.probe->tick(&in->context));
}

static void instance_ticked(struct timer *t, nsec now)
{
	struct instance *in = container_of(t, struct instance, timer);

	instance_look(in);
	if (in->context.probe->traits & POLLED && !in->decided && !watch_is_over(in->conn->watch))
		instance_next_tick(in, now);
}

static void also_ready(struct handler *h, uint32_t events, nsec woken)
{
	struct instance *in = container_of(h, struct instance, also);

	(void)woken;
	if (!in->decided && in->context.probe->event)
		instance_verdict(in, in->context.probe->event(&in->context, events));
}

void instance_next_tick(struct instance *in, nsec now)
{
	const struct run *r = in->conn->run;
	/* A nanosecond apart, the probes of one connection look in their order. */
	nsec base = r->pace.start + r->pace.phase + (in - in->conn->instances), step = in->context.interval;

	probe_wake_at(&in->context, base + ((now - base) / step + 1) * step);
}

/* Since when has the peer said nothing? A FIN or a reset is the last that it says, and its time is the monitor's. */
static nsec silence(const struct conn *c, nsec at)
{
	const struct kernel_event *k = conn_end(c);

	if (c->watch->strikes || c->watch->truth_comes || c->watch->at.struck != TIME_NONE)
		return TIME_NONE;
	return at - (k && k->what != KERNEL_TIMEOUT ? k->at : heard_before(c->socket.fd, at));
}

/* Remembers what the peer had sent by then: more of it later proves it alive. */
static void remember_heard(struct instance *in)
{
	const struct conn *c = in->conn;
	const struct kernel_event *k = conn_first(c);

	in->then.heard = heard_now(in->context.fd);
	in->then.kernel = k ? k->what : KERNEL_NOTHING;
	in->then.silent = silence(c, clock_now());
}

static struct event *tell_verdict(const struct instance *in, enum event_kind kind, nsec at, const struct verdict *v)
{
	struct event *e = conn_probe_event(in, kind, at);

	e->verdict.call = v->call;
	e->verdict.err = v->err;
	memcpy(e->verdict.how, v->how, sizeof(e->verdict.how));
	return e;
}

/* By how much the look was late that found it: not for longer than the kernel knew. */
static nsec lateness(const struct conn *c, nsec at)
{
	const struct kernel_event *k = conn_first(c);
	nsec late = run_late(c->run);

	if (k && !k->late && at - k->at < late)
		late = at - k->at;
	return late >= LATE_LEAST ? late : 0;
}

static void said_dead(struct instance *in, const struct verdict *v, nsec at)
{
	struct conn *c = in->conn;
	struct event *e;

	if (!c->kernel.count)
		monitor_check(c, 0, at);
	watch_check_struck(c->watch);
	e = tell_verdict(in, EVENT_DEAD, at, v);
	e->after = watch_after(c->watch, at);
	e->verdict.lag = c->kernel.count ? at - conn_first(c)->at : TIME_NONE;
	e->late = in->late = lateness(c, at);
	in->dead_at = at;
	in->decided = true;
	remember_heard(in);
	e->verdict.silent = in->then.silent;
	watch_decided(c->watch, c, in);
}

/* What failed is done again: by the socket, which wakes once more, or by the probe's own timer. */
static void look_again(struct instance *in, const struct verdict *v)
{
	if (conn_look_again(in->conn, v->call, v->err) && in->context.probe->tick &&
	    !(in->context.probe->traits & POLLED))
		probe_wake_at(&in->context, clock_now() + AGAIN_AFTER);
}

void instance_verdict(struct instance *in, struct verdict v)
{
	nsec at = clock_now();

	if (v.kind == VERDICT_NOTHING || in->decided || watch_is_over(in->conn->watch))
		return;
	if (v.kind == VERDICT_AGAIN) {
		look_again(in, &v);
		return;
	}
	if (v.kind == VERDICT_SUSPECT) {
		tell_verdict(in, EVENT_SUSPECT, at, &v);
		return;
	}
	in->verdict = v;
	timer_unset(&in->conn->run->loop, &in->timer);
	if (v.kind == VERDICT_DEAD) {
		said_dead(in, &v, at);
		return;
	}
	in->decided = in->unable = true;
	watch_decided(in->conn->watch, in->conn, in);
}

static void wake_at(struct probe_context *p, nsec when)
{
	struct instance *k = instance_of(p);

	k->timer.fire = instance_ticked;
	timer_set(&k->conn->run->loop, &k->timer, when);
}

static nsec first_at(const struct probe_context *p, nsec every)
{
	return ns_add(clock_now(), (nsec)((double)every * instance_of(p)->conn->run->pace.fraction));
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

	if (c->taken.err)
		return;
	if (!c->kernel.count)
		monitor_check(c, 0, clock_now());
	c->taken.err = err;
	c->taken.by = instance_of(p);
	monitor_errno(c, err);
	for (size_t i = 0; i < c->ninstances; i++) {
		struct instance *other = &c->instances[i];

		if (other != c->taken.by && !other->decided && other->context.probe->traits & ONLY_SETS_OPTION)
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
	return instance_of(p)->conn->taken.err;
}

/* Did the peer send something after the first of our own bytes, as one does that takes them? */
static bool answered_before(const struct conn *c)
{
	struct tcp_info ti;

	if (c->own.first_at == TIME_NONE)
		return false;
	tcpinfo_read(c->socket.fd, &ti);
	return ti.tcpi_bytes_received &&
	       clock_now() - ti.tcpi_last_data_recv * NS_PER_MS > c->own.first_at - GRAIN;
}

static void sent(struct probe_context *p, nsec at)
{
	struct conn *c = instance_of(p)->conn;

	c->own.answered = answered_before(c);
	c->own.gap = c->own.sent_at == TIME_NONE ? 0 : at - c->own.sent_at;
	c->own.sent_at = at;
	if (c->own.first_at == TIME_NONE)
		c->own.first_at = c->own.sent_at;
	c->own.sender = instance_of(p);
	if (c->kernel.count && c->own.after_end == TIME_NONE)
		c->own.after_end = c->own.sent_at;
}

static void polls(struct probe_context *p)
{
	struct instance_polls *k = &instance_of(p)->polls;

	k->answers.of++;
	k->sent_at = clock_now();
}

/* Of an answer that this process looked for too late nobody knows when it came. */
static void answered(struct probe_context *p)
{
	struct instance *in = instance_of(p);
	struct instance_polls *k = &in->polls;
	nsec now = clock_now();

	in->answered = true;
	if (k->sent_at == TIME_NONE)
		return;
	k->answers.n++;
	if (!run_late(in->conn->run))
		answers_time(&k->answers, now - k->sent_at);
	k->sent_at = TIME_NONE;
}

static void leaving(struct probe_context *p)
{
	instance_of(p)->conn->leaving = true;
}

static void blinded(struct probe_context *p, const char *why)
{
	instance_of(p)->blind = why;
}

const struct probe_host instance_host = {
	.wake_at = wake_at, .first_at = first_at, .watch_fd = watch_fd, .took_error = took_error,
	.took_data = took_data, .error_taken = error_taken, .sent = sent, .polls = polls, .answered = answered,
	.leaving = leaving, .blinded = blinded,
};
