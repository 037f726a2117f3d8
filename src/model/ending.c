// SPDX-License-Identifier: MIT
/*
 * The ends that TCP knows: reset, given up, and given up with a user timeout. Its
 * oddity: whoever is first decides, and data in flight keep keepalive from being it.
 */
#include "ending.h"

#include "tcp/timers.h"

/* A kernel that has closed its end still acknowledges what is empty, for as long as it
 * remembers the connection: TCP_TIMEWAIT_LEN, tcp_fin_timeout. */
#define REMEMBERED (60 * NS_PER_S)

static struct span span_add(nsec at, struct span delay, const char *why)
{
	return (struct span){ ns_add(at, delay.from), ns_add(at, delay.by), ns_add(at, delay.late), why };
}

/* ---- keepalive ---- */

/* How many pauses after the first unanswered segment tcp_keepalive_timer gives up. A
 * user timeout replaces the count, but at least one segment must be unanswered. */
static int64_t pauses(const struct company *c, nsec silent, nsec intvl)
{
	int64_t n;

	if (!c->user_timeout)
		return c->cnt;
	n = (c->user_timeout - silent + intvl - 1) / intvl;
	return n > 1 ? n : 1;
}

static nsec keepalive_gives_up(const struct company *c, const struct phase *p, enum pace pace)
{
	nsec first = p->asks - p->heard, intvl = timer_fires(c->intvl, pace);
	nsec late = timer_fires(first, pace) - first, sum;
	int64_t n;

	if (pace == SOONEST && c->user_timeout) { /* what is late may save a pause */
		n = pauses(c, timer_fires(first, LATEST), timer_fires(c->intvl, LATEST));
		return ns_max(p->asks + n * c->intvl, p->heard + c->user_timeout);
	}
	n = pauses(c, first, c->intvl);
	return __builtin_mul_overflow(n, intvl, &sum) ? NS_NEVER : ns_add(p->asks + late, sum);
}

static struct span keepalive_end(const struct company *c, const struct phase *p)
{
	if (p->asks == NS_NEVER)
		return SPAN_NEVER("nothing is sent that could be missed");
	return (struct span){
		keepalive_gives_up(c, p, SOONEST), keepalive_gives_up(c, p, ON_TIME),
		keepalive_gives_up(c, p, LATEST),
		c->user_timeout ? "the user timeout is over when a keepalive timer fires"
				: "keepalive gives up: idle + cnt * intvl",
	};
}

/* ---- silence ---- */

/* Data that cannot be sent are queued. Those in flight cannot be repeated, and then the
 * clock starts with what they were stamped with when they were sent. */
struct span span_refused(const struct model *m)
{
	struct span s = span_either(m->queued, m->in_flight);

	if (m->c->user_timeout)
		s.from = ns_min(s.from, m->c->user_timeout);
	return s;
}

/* Keepalive has asked in vain before the data are queued, and the count goes on. */
static nsec soonest_refused(const struct model *m, const struct phase *p)
{
	struct closing k = { .unanswered = 1 };

	if (p->says <= p->asks)
		return m->refused.from;
	k.unanswered += (p->says - p->asks) / m->c->intvl;
	return ns_min(m->refused.from, give_up_queued(m->c->user_timeout, &k, m->s, SOONEST));
}

/* Data in flight or queued keep keepalive silent, and another timer decides. */
static struct span silent_end(const struct model *m, const struct phase *p)
{
	struct span asked = keepalive_end(m->c, p), said = SPAN_NEVER(asked.why);
	struct span given_up = m->in_flight;

	if (m->e->data == REPLY_REFUSED) {
		given_up = m->refused;
		given_up.from = soonest_refused(m, p);
	}
	if (p->says != NS_NEVER)
		said = span_add(p->says, given_up,
				m->c->user_timeout ? "the user timeout is over: nothing was acknowledged"
						   : "the kernel gives up repeating: tcp_retries2");
	if (p->says > asked.late)
		return asked;
	return p->says < asked.from ? said : span_either(said, asked);
}

/* The first segment that gets through when the silence is over. */
static struct span through(const struct model *m, const struct phase *p)
{
	nsec wait = m->silence - p->says, at = p->asks, late;
	struct span r;

	if (p->says != NS_NEVER && p->says <= p->asks) {
		if (wait <= 0)
			return span_at(p->says, NULL);
		r = (struct span){ repeat_after(wait, m->s, SOONEST), repeat_after(wait, m->s, ON_TIME),
				   repeat_after(wait, m->s, LATEST), NULL };
		return span_add(p->says, r, NULL);
	}
	if (at == NS_NEVER)
		return SPAN_NEVER(NULL);
	late = timer_fires(at - p->heard, LATEST) - (at - p->heard);
	for (; at < m->silence; at += m->c->intvl)
		late += timer_fires(m->c->intvl, LATEST) - m->c->intvl;
	return (struct span){ ns_max(m->silence, at - m->c->intvl), at, at + late, NULL };
}

/* The silence ends: who is first, the kernel that gives up or the segment that gets through? */
static struct span healed_end(const struct model *m, const struct phase *p)
{
	const char *const reset = "the silence is over, and what is repeated is answered with an RST";
	struct span dies = silent_end(m, p), arrives = through(m, p);
	bool rst = m->e->healed == REPLY_RST;

	if (dies.late < arrives.from)
		return dies;
	arrives.why = reset;
	if (dies.from <= arrives.late)
		return rst ? span_either(dies, arrives) : span_perhaps(dies.from, dies.why);
	return rst ? arrives : SPAN_NEVER("the silence is over before the kernel gives up");
}

/* ---- answers ---- */

/* The next data are answered with an RST; the next empty segment too, or not yet. */
static struct span reset_end(const struct model *m, const struct phase *p)
{
	nsec at = p->asks, period = ns_max(m->c->idle, m->c->intvl);
	struct span said = span_at(p->says, "the next data are answered with an RST");
	struct span asked;

	if (p->says == NS_NEVER)
		said.why = "nothing is sent that could be answered with an RST";
	if (at == NS_NEVER)
		return said;
	while (m->e->empty == REPLY_ACK && at < REMEMBERED)
		at += period;
	asked = span_at(at, m->e->empty == REPLY_ACK ? "the peer's kernel has forgotten the connection"
						      : "the keepalive segment is answered with an RST");
	asked.late = ns_add(at, timer_fires(period, LATEST) - period);
	return span_first(said, asked);
}

/* The window is closed: window probes instead of keepalive, and a clock of their own. */
struct span closed_end(const struct model *m, struct span closed)
{
	struct span end;

	if (m->queued.from == NS_NEVER)
		return SPAN_NEVER("the peer's kernel answers every window probe");
	end = (struct span){ ns_add(closed.from, m->queued.from), ns_add(closed.by, m->queued.by),
			     ns_add(closed.late, m->queued.late), NULL };
	end.why = m->queued.by > m->c->user_timeout && m->c->user_timeout ?
				       "the user timeout is over: the window stayed closed"
				     : "the kernel gives up probing the window: tcp_retries2";
	return end;
}

struct span phase_end(const struct model *m, const struct phase *p)
{
	if (m->e->heals)
		return healed_end(m, p);
	switch (m->e->data) {
	case REPLY_ACK:
		return SPAN_NEVER("the peer's kernel acknowledges whatever is sent");
	case REPLY_RST:
		return reset_end(m, p);
	default:
		return silent_end(m, p);
	}
}
