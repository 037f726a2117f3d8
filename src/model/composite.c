// SPDX-License-Identifier: MIT
/* What probes do to their connection together, from what each says of itself. */
#include "composite.h"

static void set_keepalive(struct composite *c, const struct connection_use *u, const struct sysctls *sys)
{
	if (!c->keepalive) {
		c->idle = sys->keepalive_time;
		c->intvl = sys->keepalive_intvl;
		c->cnt = sys->keepalive_probes;
	}
	c->keepalive = true;
	if (u->idle != PARAM_SYSTEM)
		c->idle = u->idle;
	if (u->intvl != PARAM_SYSTEM)
		c->intvl = u->intvl;
	if (u->cnt != PARAM_SYSTEM)
		c->cnt = u->cnt;
}

static void set_options(struct composite *c, const struct connection_use *u, const struct sysctls *sys)
{
	if (u->keepalive)
		set_keepalive(c, u, sys);
	if (u->user_timeout && u->user_timeout != PARAM_SYSTEM)
		c->user_timeout = u->user_timeout;
	c->recverr |= u->recverr;
}

/* Urgent data are taken out of the stream: the last byte of them stays with the peer's
 * kernel, and nobody echoes it. */
static void add_sender(struct composite *c, const struct probe *p, const struct connection_use *u,
		       const struct effect *e)
{
	bool hangs_up = p->traits & TAKES_DATA && !u->outlives_fin;

	c->tx_before = ns_min(c->tx_before, u->tx_period);
	if (u->urgent) {
		c->urgent = ns_min(c->urgent, u->tx_period);
	} else {
		c->echo = ns_min(c->echo, u->tx_period);
		c->echo_unread = ns_min(c->echo_unread, u->tx_period);
	}
	if (e->fin && hangs_up)
		return;
	c->tx_period = ns_min(c->tx_period, u->tx_period);
	c->senders++;
}

static nsec turn_of(enum traffic t)
{
	if (t == TRAFFIC_IDLE)
		return NS_NEVER;
	return t == TRAFFIC_STREAM ? TRAFFIC_STREAM_EVERY : TRAFFIC_REQUEST_EVERY;
}

static void add_probe(struct composite *c, const struct chosen *m, const struct effect *e,
		      const struct circumstances *s)
{
	struct connection_use use = chosen_use(m, s->interval);
	unsigned traits = m->probe->traits;

	set_options(c, &use, s->path.sys);
	if (traits & SENDS_DATA)
		add_sender(c, m->probe, &use, e);
	c->reads |= traits & TAKES_DATA && !(traits & POLLED) && !m->unsupported;
}

struct composite composite_of(const struct group *g, const struct effect *e, const struct circumstances *s)
{
	nsec turn = turn_of(s->traffic);
	struct composite c = { .app_period = turn, .tx_period = turn, .tx_before = turn, .echo = turn,
			       .echo_unread = NS_NEVER, .urgent = NS_NEVER };

	for (unsigned level = 0; level <= PROBE_DISTURBANCE_MAX; level++)
		for (size_t i = 0; i < g->count; i++)
			if (probe_disturbance(g->chosen[i].probe) == level)
				add_probe(&c, &g->chosen[i], e, s);
	return c;
}
