// SPDX-License-Identifier: MIT
/* What the engine does for a probe (probes/probe.h), and what it does with a verdict. */
#include "look.h"

#include <string.h>

#include "question.h"
#include "run.h"
#include "tcp/tcpinfo.h"
#include "witness.h"

static struct looker *looker_of(struct look *l)
{
	return container_of(l, struct looker, look);
}

static void tick(struct timer *t, nsec now)
{
	struct looker *l = container_of(t, struct looker, timer);
	struct conn *c = l->look.conn;

	if (l->decided || !l->look.probe->tick || watch_is_over(c->watch))
		return;
	if (c->segments)
		witness_refresh(c);
	looker_verdict(l, l->look.probe->tick(&l->look));
	if (l->look.probe->traits & POLLED && !l->decided)
		looker_next_tick(l, now);
}

static void also_ready(struct handler *h, uint32_t events, nsec woken)
{
	struct looker *l = container_of(h, struct looker, also);

	(void)woken;
	if (!l->decided && l->look.probe->event)
		looker_verdict(l, l->look.probe->event(&l->look, events));
}

void looker_next_tick(struct looker *l, nsec now)
{
	const struct run *r = l->look.conn->run;
	/* A nanosecond apart, the probes of one connection look in their order. */
	nsec base = r->start + r->phase + (l - l->look.conn->lookers), step = l->look.interval;

	look_again(&l->look, base + ((now - base) / step + 1) * step);
}

/* Remembers what the peer had sent by then: more of it later proves it alive. */
static void remember(struct looker *l)
{
	const struct conn *c = l->look.conn;
	const struct knowledge *k = conn_first(c);
	struct tcp_info ti;

	tcpinfo_read(l->look.fd, &ti);
	l->heard_then = heard_now(l->look.fd);
	l->bytes_in_then = ti.tcpi_bytes_received;
	l->knew_then = k ? k->what : KNOWS_NOTHING;
}

static struct event *tell(const struct looker *l, enum event_kind kind, nsec at, const struct verdict *v)
{
	const struct conn *c = l->look.conn;
	struct event *e = feed_event(&c->run->feed, kind, at);

	e->conn = c->id;
	e->fault = c->watch->label;
	e->probe = l->look.probe;
	e->group = c->group->spec;
	e->call = v->call;
	e->err = v->err;
	memcpy(e->how, v->how, sizeof(e->how));
	return e;
}

static void dead(struct looker *l, const struct verdict *v, nsec at)
{
	struct conn *c = l->look.conn;
	struct event *e;

	if (!c->nknows)
		witness_look(c, 0, at);
	watch_ask_struck(c->watch);
	e = tell(l, EVENT_DEAD, at, v);
	e->after = watch_after(c->watch, at);
	e->lag = c->nknows ? at - conn_first(c)->at : TIME_NONE;
	l->said_at = at;
	l->decided = true;
	remember(l);
	watch_decided(c->watch, c, l);
}

void looker_verdict(struct looker *l, struct verdict v)
{
	nsec at = clock_now();

	if (v.says == SAYS_NOTHING || l->decided || watch_is_over(l->look.conn->watch))
		return;
	if (v.says == SAYS_SUSPECT) {
		tell(l, EVENT_SUSPECT, at, &v);
		return;
	}
	l->verdict = v;
	timer_unset(&l->look.conn->run->loop, &l->timer);
	if (v.says == SAYS_DEAD) {
		dead(l, &v, at);
		return;
	}
	l->decided = l->unable = true;
	watch_decided(l->look.conn->watch, l->look.conn, l);
}

void look_again(struct look *l, nsec when)
{
	struct looker *k = looker_of(l);

	k->timer.fire = tick;
	timer_set(&l->conn->run->loop, &k->timer, when);
}

nsec look_first(const struct look *l, nsec every)
{
	return ns_add(clock_now(), (nsec)((double)every * l->conn->run->fraction));
}

int look_also(struct look *l, int fd)
{
	struct looker *k = looker_of(l);

	k->also = (struct handler){ .fd = fd, .ready = also_ready };
	return loop_add(&l->conn->run->loop, &k->also, EPOLLIN);
}

void look_took_error(struct look *l, int err)
{
	struct conn *c = l->conn;

	if (c->taken)
		return;
	if (!c->nknows)
		witness_look(c, 0, clock_now());
	c->taken = err;
	c->taker = looker_of(l);
	witness_errno(c, err);
	for (size_t i = 0; i < c->nlookers; i++) {
		struct looker *other = &c->lookers[i];

		if (other != c->taker && !other->decided && other->look.probe->traits & ONLY_SETS_OPTION)
			looker_verdict(other, other->look.probe->event(&other->look, EPOLLERR));
	}
}

void look_took_data(struct look *l)
{
	struct conn *c = l->conn;

	for (size_t i = 0; i < c->nlookers; i++) {
		struct looker *other = &c->lookers[i];

		if (&other->look != l && !other->decided && other->look.probe->traits & TAKES_DATA &&
		    other->look.probe->event)
			looker_verdict(other, other->look.probe->event(&other->look, EPOLLIN));
	}
}

int look_error_taken(const struct look *l)
{
	return l->conn->taken;
}

void look_sent(struct look *l)
{
	struct conn *c = l->conn;

	c->sent_at = clock_now();
	c->sender = looker_of(l);
	if (c->nknows && c->wrote_after_end == TIME_NONE)
		c->wrote_after_end = c->sent_at;
}

void look_answered(struct look *l)
{
	looker_of(l)->answered = true;
}
