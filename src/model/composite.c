// SPDX-License-Identifier: MIT
/*
 * What probes do to their connection together. Its oddity: parameters are found by their
 * rows, as their structs are the probes' own.
 */
#include "composite.h"

#include <string.h>

#include "tcp/range.h"

#define IGNORE 1 /* of heartbeat's words */

static const void *value(const struct chosen *c, const char *name)
{
	for (const struct param *p = c->probe->params; p && p->name; p++)
		if (!strcmp(p->name, name))
			return (const char *)c->params + p->offset;
	return NULL;
}

int64_t chosen_number(const struct chosen *c, const char *name)
{
	const int64_t *number = value(c, name);

	return number ? *number : 0;
}

const struct bytes *chosen_bytes(const struct chosen *c, const char *name)
{
	static const struct bytes none;
	const struct bytes *bytes = value(c, name);

	return bytes ? bytes : &none;
}

bool chosen_is(const struct chosen *c, const char *name)
{
	return !strcmp(c->probe->name, name);
}

bool ignores_fin(const struct chosen *c)
{
	return chosen_number(c, "eof") == IGNORE;
}

/* unacked sees an ACK only when it looks. */
nsec chosen_period(const struct chosen *c, nsec interval)
{
	nsec every = chosen_number(c, "every");

	return chosen_is(c, "unacked") ? ns_max(every, interval) : every;
}

static void set_keepalive(struct composite *c, const struct chosen *m, const struct sysctls *sys)
{
	nsec idle = chosen_number(m, "idle"), intvl = chosen_number(m, "intvl");
	int64_t cnt = chosen_number(m, "cnt");

	if (!c->keepalive) {
		c->idle = sys->keepalive_time;
		c->intvl = sys->keepalive_intvl;
		c->cnt = sys->keepalive_probes;
	}
	c->keepalive = true;
	if (idle != PARAM_SYSTEM)
		c->idle = idle;
	if (intvl != PARAM_SYSTEM)
		c->intvl = intvl;
	if (chosen_is(m, "ack-age"))
		c->cnt = 127; /* the kernel's most, so that its own verdict comes late */
	else if (cnt != PARAM_SYSTEM)
		c->cnt = cnt;
}

static void set_options(struct composite *c, const struct chosen *m, const struct sysctls *sys)
{
	nsec after = chosen_number(m, "after");

	if (chosen_is(m, "keepalive") || chosen_is(m, "ack-age"))
		set_keepalive(c, m, sys);
	if (chosen_is(m, "user-timeout") && after != PARAM_SYSTEM)
		c->user_timeout = after;
	c->recverr |= chosen_is(m, "icmp");
}

/* Urgent data are taken out of the stream: the last byte of them stays with the peer's
 * kernel, and nobody echoes it. */
static void add_sender(struct composite *c, const struct chosen *m, const struct effect *e,
		       nsec interval)
{
	nsec every = chosen_period(m, interval);
	bool hangs_up = m->probe->traits & TAKES_DATA && !ignores_fin(m);

	c->tx_before = ns_min(c->tx_before, every);
	if (chosen_is(m, "oob")) {
		c->urgent = ns_min(c->urgent, every);
	} else {
		c->echo = ns_min(c->echo, every);
		c->echo_unread = ns_min(c->echo_unread, every);
	}
	if (e->fin && hangs_up)
		return;
	c->tx_period = ns_min(c->tx_period, every);
	c->senders++;
}

static nsec turn_of(enum traffic t)
{
	if (t == TRAFFIC_IDLE)
		return NS_NEVER;
	return t == TRAFFIC_STREAM ? TRAFFIC_STREAM_EVERY : TRAFFIC_REQUEST_EVERY;
}

/* ack-age is armed before keepalive, which therefore has the last word. */
struct composite composite_of(const struct group *g, const struct effect *e,
			  const struct circumstances *s)
{
	nsec turn = turn_of(s->traffic);
	struct composite c = { .app_period = turn, .tx_period = turn, .tx_before = turn, .echo = turn,
			     .echo_unread = NS_NEVER, .urgent = NS_NEVER };

	for (int late = 0; late < 2; late++)
		for (size_t i = 0; i < g->count; i++)
			if (chosen_is(&g->chosen[i], "keepalive") == (late == 1))
				set_options(&c, &g->chosen[i], s->path.sys);
	for (size_t i = 0; i < g->count; i++) {
		const struct chosen *m = &g->chosen[i];

		if (m->probe->traits & SENDS_DATA)
			add_sender(&c, m, e, s->interval);
		c.reads |= m->probe->traits & TAKES_DATA && !m->unsupported;
	}
	return c;
}
