// SPDX-License-Identifier: MIT
/*
 * The ends that TCP knows: reset, given up, and given up with a user timeout. Whichever is
 * first decides, and data in flight keep keepalive from being it.
 */
#include "teardown.h"

#include "tcp/timers.h"

static struct time_range range_add(nsec at, struct time_range delay, const char *why)
{
	return (struct time_range){ ns_add(at, delay.from), ns_add(at, delay.by), ns_add(at, delay.late), why };
}

struct time_range paces(nsec (*f)(nsec, const struct tcp_path *, enum pace), nsec value, const struct tcp_path *path)
{
	const struct tcp_path exact = path_exact(path);

	return (struct time_range){ f(value, path, SOONEST), f(value, &exact, LATEST), f(value, path, LATEST), NULL };
}

/* ---- keepalive ---- */

/* How many intervals after the first unanswered segment tcp_keepalive_timer gives up. A
 * user timeout replaces the count, but at least one segment must be unanswered. */
static int64_t intervals(const struct composite *c, nsec silent, nsec intvl)
{
	int64_t n;

	if (!c->user_timeout)
		return c->cnt;
	n = (c->user_timeout - silent + intvl - 1) / intvl;
	return n > 1 ? n : 1;
}

static nsec keepalive_gives_up(const struct composite *c, const struct phase *p, enum pace pace)
{
	nsec first = p->keepalive_at - p->heard, intvl = timer_fires(c->intvl, pace);
	nsec late = timer_fires(first, pace) - first;
	int64_t n;

	if (pace == SOONEST && c->user_timeout) { /* what is late may save an interval */
		n = intervals(c, timer_fires(first, LATEST), timer_fires(c->intvl, LATEST));
		return ns_max(p->keepalive_at + n * c->intvl, p->heard + c->user_timeout);
	}
	n = intervals(c, first, c->intvl);
	return ns_add(p->keepalive_at + late, ns_times(intvl, n));
}

static struct time_range keepalive_end(const struct composite *c, const struct phase *p)
{
	if (p->keepalive_at == NS_NEVER)
		return RANGE_NEVER("nothing is sent that could be missed");
	return (struct time_range){
		keepalive_gives_up(c, p, SOONEST), keepalive_gives_up(c, p, ON_TIME),
		keepalive_gives_up(c, p, LATEST),
		c->user_timeout ? "the user timeout has expired when a keepalive timer fires"
				: "keepalive gives up: idle + cnt * intvl",
	};
}

/* ---- silence ---- */

/* Data that cannot be sent are queued. Those in flight cannot be retransmitted, and then the
 * clock starts with what they were stamped with when they were sent. */
struct time_range range_refused(const struct model *m)
{
	struct time_range s = range_either(m->queued, m->in_flight);

	if (m->c->user_timeout)
		s.from = ns_min(s.from, m->c->user_timeout);
	return s;
}

/* Keepalive has sent in vain before the data are queued, and the count goes on. */
static nsec soonest_refused(const struct model *m, const struct phase *p)
{
	struct closing k = { .unanswered = 1 };

	if (p->tx_at <= p->keepalive_at)
		return m->refused.from;
	k.unanswered += (p->tx_at - p->keepalive_at) / m->c->intvl;
	return ns_min(m->refused.from, give_up_queued(m->c->user_timeout, &k, &m->s->path, SOONEST));
}

/* Data in flight or queued keep keepalive silent, and another timer decides. */
static struct time_range silent_end(const struct model *m, const struct phase *p)
{
	struct time_range by_keepalive = keepalive_end(m->c, p), by_data = RANGE_NEVER(by_keepalive.why);
	struct time_range given_up = m->in_flight;

	if (m->e->data == REPLY_REFUSED) {
		given_up = m->refused;
		given_up.from = soonest_refused(m, p);
	}
	if (p->tx_at != NS_NEVER)
		by_data = range_add(p->tx_at, given_up,
				m->c->user_timeout ? "the user timeout expires: nothing was acknowledged"
						   : "the kernel gives up retransmitting: tcp_retries2");
	if (p->tx_at > by_keepalive.late)
		return by_keepalive;
	return p->tx_at < by_keepalive.from ? by_data : range_either(by_data, by_keepalive);
}

struct time_range data_through(const struct model *m, nsec tx_at)
{
	if (tx_at == NS_NEVER)
		return RANGE_NEVER(NULL);
	if (tx_at >= m->silence)
		return range_at(tx_at, NULL);
	return range_add(tx_at, paces(retransmit_after, m->silence - tx_at, &m->s->path), NULL);
}

/* The first segment that gets through when the silence is over. */
static struct time_range through(const struct model *m, const struct phase *p)
{
	nsec at = p->keepalive_at, intvl = m->c->intvl, late, n;

	if (p->tx_at != NS_NEVER && p->tx_at <= at)
		return m->through[p->tx];
	if (at == NS_NEVER)
		return RANGE_NEVER(NULL);
	n = at < m->silence ? (m->silence - at - 1) / intvl + 1 : 0;
	late = timer_fires(at - p->heard, LATEST) - (at - p->heard) + n * (timer_fires(intvl, LATEST) - intvl);
	at += n * intvl;
	return (struct time_range){ ns_max(m->silence, at - intvl), at, at + late, NULL };
}

/* The silence ends: does the kernel give up before a segment gets through? */
static struct time_range healed_end(const struct model *m, const struct phase *p)
{
	const char *const reset = "the silence is over, and what is retransmitted is answered with an RST";
	struct time_range dies = silent_end(m, p), arrives = through(m, p);
	bool rst = m->e->healed == REPLY_RST;

	if (dies.late < arrives.from)
		return dies;
	arrives.why = reset;
	if (dies.from <= arrives.late)
		return rst ? range_either(dies, arrives) : range_maybe(dies.from, dies.why);
	return rst ? arrives : RANGE_NEVER("the silence is over before the kernel gives up");
}

/* ---- answers ---- */

/* The first of the keepalive segments that is not acknowledged, as the connection is forgotten. */
static nsec first_forgotten(const struct model *m, nsec at, enum pace pace)
{
	nsec remembered = closed_remembered(&m->s->path, pace), period = ns_max(m->c->idle, m->c->intvl);

	if (pace == SOONEST)
		return ns_max(at, remembered);
	if (at >= remembered)
		return at;
	period = timer_fires(period, pace);
	return ns_add(at, ((remembered - at - 1) / period + 1) * period);
}

/* The next data are answered with an RST; the next empty segment too, or not yet. */
static struct time_range reset_end(const struct model *m, const struct phase *p)
{
	nsec at = p->keepalive_at, late = timer_fires(ns_max(m->c->idle, m->c->intvl), LATEST) -
					  ns_max(m->c->idle, m->c->intvl);
	struct time_range by_data = range_at(p->tx_at, "the next data are answered with an RST");
	struct time_range by_keepalive = range_at(at, "the keepalive segment is answered with an RST");

	if (p->tx_at == NS_NEVER)
		by_data.why = "nothing is sent that could be answered with an RST";
	if (at == NS_NEVER)
		return by_data;
	if (m->e->empty == REPLY_ACK)
		by_keepalive = (struct time_range){ first_forgotten(m, at, SOONEST), first_forgotten(m, at, LATEST),
						    first_forgotten(m, at, LATEST),
						    "the peer's kernel has dropped the connection" };
	by_keepalive.late = ns_add(by_keepalive.late, late);
	return range_first(by_data, by_keepalive);
}

/* The window is closed: window probes instead of keepalive, and a clock of their own. */
struct time_range closed_end(const struct model *m, struct time_range closed)
{
	struct time_range end;

	if (m->queued.from == NS_NEVER)
		return RANGE_NEVER("the peer's kernel answers the window probes");
	end = (struct time_range){ ns_add(closed.from, m->queued.from), ns_add(closed.by, m->queued.by),
			     ns_add(closed.late, m->queued.late), NULL };
	end.why = m->queued.by > m->c->user_timeout && m->c->user_timeout ?
				       "the user timeout expires: the window stayed closed"
				     : "the kernel gives up probing the window: tcp_retries2";
	return end;
}

struct time_range phase_end(const struct model *m, const struct phase *p)
{
	if (m->e->heals)
		return healed_end(m, p);
	switch (m->e->data) {
	case REPLY_ACK:
		return RANGE_NEVER("the peer's kernel acknowledges whatever is sent");
	case REPLY_RST:
		return reset_end(m, p);
	default:
		return silent_end(m, p);
	}
}
