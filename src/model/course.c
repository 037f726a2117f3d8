// SPDX-License-Identifier: MIT
/*
 * What the kernel comes to know. Its oddity: nobody knows how long before the fault
 * the last segment came, nor how soon after it the next byte goes, so the course is
 * computed for many such phases, and the earliest and the latest of them count.
 */
#include "course.h"

#include <string.h>

#include "faults/fault.h"
#include "ending.h"
#include "tcp/timers.h"

#define STEPS 24 /* phases tried between two extremes */

/* What a peer's kernel takes for a process that has stopped reading a stream, until
 * its window is closed. */
#define FILLED_LEAST (32 * 1024)
#define FILLED_MOST (256 * 1024)
#define STREAM_BYTES 1024

static struct span paces(nsec (*f)(nsec, const struct circumstances *, enum pace), nsec value,
			 const struct circumstances *s)
{
	return (struct span){ f(value, s, SOONEST), f(value, s, ON_TIME), f(value, s, LATEST), NULL };
}

/* What keepalive asks lies outside the window, and so does what repeats that something is urgent. */
static struct span queued(const struct company *c, const struct effect *e, nsec after,
			  const struct circumstances *s)
{
	struct closing k = { .answered = e->data == REPLY_ACK ? NS_NEVER : after,
			     .answered_before = c->keepalive || c->urgent != NS_NEVER };
	nsec user_timeout = c->user_timeout;

	return (struct span){ give_up_queued(user_timeout, &k, s, SOONEST),
			      give_up_queued(user_timeout, &k, s, ON_TIME),
			      give_up_queued(user_timeout, &k, s, LATEST), NULL };
}

/* ---- phases ---- */

/* i of STEPS between two times. */
static nsec step(nsec from, nsec to, int i)
{
	return i == STEPS ? to : from + (to - from) / STEPS * i;
}

static void try_says(const struct model *m, struct phase *p, struct span *sum, bool *any)
{
	nsec most = m->c->says;

	for (int i = 0; i <= (most == NS_NEVER ? 0 : STEPS); i++) {
		struct span end;

		p->says = most == NS_NEVER ? NS_NEVER : step(0, most, i);
		end = phase_end(m, p);
		*sum = *any ? span_either(*sum, end) : end;
		*any = true;
	}
}

/* The last segment came between these two times, and keepalive asks so long after it,
 * or a little later: but not before the fault, else it would have heard again. */
static void try_heard(const struct model *m, nsec from, nsec to, nsec gap, struct span *sum,
		      bool *any)
{
	nsec late = timer_fires(gap, LATEST);

	for (int i = 0; i <= STEPS; i++) {
		struct phase p = { .heard = step(from, to, i) };

		p.asks = ns_add(p.heard, gap);
		if (ns_add(p.heard, late) < 0)
			continue;
		p.asks = ns_max(p.asks, 0);
		try_says(m, &p, sum, any);
	}
}

/*
 * Before the first keepalive segment the last that was heard is the handshake. After
 * it, it is an answer, and the timer was set for intvl when its question went. With data,
 * it may be either.
 */
static struct span end_by_phases(const struct model *m)
{
	const struct company *c = m->c;
	nsec stood = ns_add(m->s->stood, m->s->dialing), gap = ns_max(c->idle, c->intvl);
	nsec earliest = -ns_min(stood, ns_min(timer_fires(gap, LATEST), ns_add(c->said, ACK_DELAYED)));
	struct span sum = SPAN_NEVER(NULL);
	bool any = false;

	if (!c->keepalive) {
		try_heard(m, 0, 0, NS_NEVER, &sum, &any);
		return sum;
	}
	if (c->said == NS_NEVER) {
		try_heard(m, -stood, -m->s->stood, c->idle, &sum, &any);
		if (stood >= c->idle)
			try_heard(m, ns_max(earliest, c->idle - stood), 0, gap, &sum, &any);
		return sum;
	}
	try_heard(m, earliest, 0, c->idle, &sum, &any);
	if (gap != c->idle)
		try_heard(m, earliest, 0, gap, &sum, &any);
	return sum;
}

/* ---- the course ---- */

/* What it echoes may be in flight at the strike. */
static bool peer_gives_up(const struct model *m)
{
	return m->e->heals && m->e->echoes && m->c->echo != NS_NEVER &&
	       give_up_in_flight(0, m->s, SOONEST) < m->silence;
}

static nsec fault_time(const struct chosen_fault *f, const char *name)
{
	for (const struct param *p = f->fault->params; p && p->name; p++)
		if (!strcmp(p->name, name))
			return *(const nsec *)(const void *)((const char *)f->params + p->offset);
	return 0;
}

/* Only a stream fills a window within any watch; the frozen peer's kernel takes it for a while. */
static struct span window_closes(const struct model *m)
{
	nsec least, most;

	if (m->e->full)
		return (struct span){ 0, 0, ACK_DELAYED, "the application fills the window" };
	if (m->e->data != REPLY_ACK || m->e->echoes || m->e->fin || m->s->traffic != TRAFFIC_STREAM)
		return SPAN_NEVER("the peer's kernel takes what is sent");
	least = FILLED_LEAST / STREAM_BYTES * m->c->turn;
	most = FILLED_MOST / STREAM_BYTES * m->c->turn;
	return (struct span){ least, most, most / 4 * 5, "the stream fills the window" };
}

/*
 * Where a datagram protocol would have failed, TCP keeps a note (sk_err_soft): of an ICMP
 * error, and of a route that is gone. IPv4 makes the latter when it repeats something
 * (inet_sk_rebuild_header), IPv6 also when it sends.
 */
static struct span soft_comes(const struct model *m)
{
	struct span s = { 0, m->c->says, m->c->says, "a soft error is noted, which SO_ERROR tells" };

	if (m->e->data == REPLY_REFUSED && m->c->keepalive && m->s->ipv6)
		s.by = s.late = ns_min(s.by, ns_max(m->c->idle, m->c->intvl));
	if (m->e->data == REPLY_ICMP && m->c->recverr)
		return SPAN_NEVER("an ICMP error is fatal, and not soft");
	if (s.by == NS_NEVER || (m->e->data != REPLY_ICMP && m->e->data != REPLY_REFUSED))
		return SPAN_NEVER("no soft error is noted");
	return m->e->data == REPLY_ICMP || m->s->ipv6 ? s : span_perhaps(0, s.why);
}

static struct span icmp_comes(const struct model *m)
{
	if (m->e->data != REPLY_ICMP || !m->c->recverr)
		return SPAN_NEVER("an ICMP error is not fatal, or none comes");
	if (m->c->says == NS_NEVER)
		return SPAN_NEVER("an ICMP error about an empty segment is not believed");
	return (struct span){ 0, m->c->says, m->c->says, "the next data are answered with an ICMP error" };
}

/* What comes at the strike carries an ACK, unless it is an RST alone; so does what is
 * said to somebody who fills a window. */
static struct span last_heard(const struct model *m, nsec after)
{
	nsec stood = ns_add(m->s->stood, m->s->dialing), gap = ns_max(m->c->idle, m->c->intvl);
	nsec said = ns_add(m->c->said, ACK_DELAYED);
	struct span h = { -ns_min(stood, ns_min(timer_fires(gap, LATEST), said)), 0, 0, NULL };

	if (m->e->fin || m->e->words || m->e->full)
		return (struct span){ 0, after, after, NULL };
	/* The ACK of what was spoken may be a delayed one, and then the strike comes before it. */
	if (m->c->said == NS_NEVER && stood < m->c->idle && !m->e->spoken)
		h.by = h.late = -m->s->stood;
	return h;
}

struct course course_of(const struct company *c, const struct chosen_fault *f,
			const struct effect *e, const struct circumstances *s)
{
	struct model m = { .c = c, .e = e, .s = s };
	struct course k = { .silence = NS_NEVER };
	nsec after = fault_time(f, "after");

	m.in_flight = paces(give_up_in_flight, c->user_timeout, s);
	m.queued = queued(c, e, after, s);
	m.refused = span_refused(&m);
	if (m.e->heals) {
		m.silence = k.silence = fault_time(f, "for");
		k.repair = paces(repeat_after, m.silence, s);
	}
	m.in_flight.late = ns_add(m.in_flight.late, repeats_put_off(c->says, s));
	k.repair.late = ns_add(k.repair.late, repeats_put_off(c->says, s));
	k.closed = window_closes(&m);
	k.fin = m.e->fin ? span_at(0, "the FIN comes at once") : SPAN_NEVER("no FIN comes");
	if (m.e->rst)
		k.end = span_at(0, "the RST comes at once");
	else
		k.end = k.closed.by != NS_NEVER ? closed_end(&m, k.closed) : end_by_phases(&m);
	/* Who hangs up at the FIN may just have sent something. */
	if (m.e->fin && m.e->data == REPLY_RST && c->said != NS_NEVER && c->says == NS_NEVER)
		k.end = span_either(k.end, span_perhaps(0, "what was sent as the FIN came is answered with an RST"));
	if (peer_gives_up(&m))
		k.end = span_either(k.end, span_perhaps(m.silence, "the peer too repeated something, and gave up"));
	k.soft = soft_comes(&m);
	k.icmp = icmp_comes(&m);
	k.again = span_then(k.icmp, 0, repeat_at(1, s, ON_TIME),
			    "a repetition is answered with an ICMP error too");
	k.again.late = ns_add(k.icmp.late, repeat_at(2, s, LATEST));
	k.heard = last_heard(&m, after);
	return k;
}
