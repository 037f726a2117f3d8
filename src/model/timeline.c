// SPDX-License-Identifier: MIT
/*
 * What the kernel comes to know. Nobody knows how long before the fault
 * the last segment came, nor how soon after it the next byte goes, so the timeline is
 * computed for many such phases, and the earliest and the latest of them count.
 */
#include "timeline.h"

#include "faults/fault.h"
#include "teardown.h"
#include "tcp/late.h"
#include "tcp/timers.h"

/* What a peer's kernel takes for a process that has stopped reading a stream, until
 * its window is closed. */
#define FILLED_LEAST (32 * 1024)
#define FILLED_MOST (256 * 1024)
#define STREAM_BYTES 1024

/* What keepalive sends lies outside the window, and so does what signals again that something is urgent. */
static struct time_range queued(const struct composite *c, const struct effect *e, nsec after,
			  const struct circumstances *s)
{
	struct closing k = { .answered = e->data == REPLY_ACK ? NS_NEVER : after,
			     .answered_before = c->keepalive || c->urgent != NS_NEVER };
	nsec user_timeout = c->user_timeout;
	const struct tcp_path exact = path_exact(&s->path);

	return (struct time_range){ give_up_queued(user_timeout, &k, &s->path, SOONEST),
			      give_up_queued(user_timeout, &k, &exact, LATEST),
			      give_up_queued(user_timeout, &k, &s->path, LATEST), NULL };
}

/* ---- phases ---- */

/* i of STEPS between two times. */
static nsec step(nsec from, nsec to, int i)
{
	return i == STEPS ? to : from + (to - from) / STEPS * i;
}

/*
 * The application fills the window in its own time, and one that does so late has fewer window
 * probes answered before the silence: the first is then unanswered, and the backoff has not begun.
 */
static nsec soonest_filled_late(const struct composite *c, nsec silence, const struct circumstances *s)
{
	nsec soonest = NS_NEVER;

	for (int i = 0; i <= STEPS; i++) {
		nsec late = step(0, ACK_DELAYED + PROCESSES_LATE, i);
		struct closing k = { .answered = ns_max(0, silence - late),
				     .answered_before = c->keepalive || c->urgent != NS_NEVER };

		soonest = ns_min(soonest, ns_add(late, give_up_queued(c->user_timeout, &k, &s->path, SOONEST)));
	}
	return soonest;
}

static nsec transmit_step(const struct model *m, int i)
{
	return m->c->tx_period == NS_NEVER ? NS_NEVER : step(0, m->c->tx_period, i);
}

static void try_transmits(const struct model *m, struct phase *p, struct time_range *sum, bool *any)
{
	for (int i = 0; i <= (m->c->tx_period == NS_NEVER ? 0 : STEPS); i++) {
		struct time_range end;

		p->tx = i;
		p->tx_at = transmit_step(m, i);
		end = phase_end(m, p);
		*sum = *any ? range_either(*sum, end) : end;
		*any = true;
	}
}

/* The last segment came between these two times, and keepalive asks so long after it,
 * or a little later: but not before the fault, else it would have heard again. */
static void try_heard(const struct model *m, nsec from, nsec to, nsec gap, struct time_range *sum,
		      bool *any)
{
	nsec late = timer_fires(gap, LATEST);

	for (int i = 0; i <= STEPS; i++) {
		struct phase p = { .heard = step(from, to, i) };

		p.keepalive_at = ns_add(p.heard, gap);
		if (ns_add(p.heard, late) < 0)
			continue;
		p.keepalive_at = ns_max(p.keepalive_at, 0);
		try_transmits(m, &p, sum, any);
	}
}

/*
 * Before the first keepalive segment the last that was heard is the handshake. After
 * it, it is an answer, and the timer was set for intvl when its segment went. With data,
 * it may be either.
 */
static struct time_range end_by_phases(const struct model *m)
{
	const struct composite *c = m->c;
	nsec oldest = ns_add(m->s->age, m->s->dialing), gap = ns_max(c->idle, c->intvl);
	nsec earliest = -ns_min(oldest, ns_min(timer_fires(gap, LATEST), ns_add(c->tx_before, ACK_DELAYED)));
	struct time_range sum = RANGE_NEVER(NULL);
	bool any = false;

	if (!c->keepalive) {
		try_heard(m, 0, 0, NS_NEVER, &sum, &any);
		return sum;
	}
	if (c->tx_before == NS_NEVER) {
		try_heard(m, -oldest, -m->s->age, c->idle, &sum, &any);
		if (oldest >= c->idle)
			try_heard(m, ns_max(earliest, c->idle - oldest), 0, gap, &sum, &any);
		return sum;
	}
	try_heard(m, earliest, 0, c->idle, &sum, &any);
	if (gap != c->idle)
		try_heard(m, earliest, 0, gap, &sum, &any);
	return sum;
}

/* ---- the timeline ---- */

/* What it echoes may be in flight at the strike. */
static bool peer_gives_up(const struct model *m)
{
	return m->e->heals && m->e->echoes && m->c->echo != NS_NEVER &&
	       give_up_in_flight(0, &m->s->path, SOONEST) < m->silence;
}

static nsec fault_time(const struct chosen_fault *f, nsec (*time)(const void *params))
{
	return time ? time(f->params) : 0;
}

/* Only a stream fills a window within any watch; the frozen peer's kernel takes it for a while. */
static struct time_range window_closes(const struct model *m)
{
	const struct tcp_path exact = path_exact(&m->s->path);
	nsec least, most;

	if (m->e->full)
		return (struct time_range){ 0, window_filled(&exact, LATEST),
					    window_filled(&m->s->path, LATEST) + ACK_DELAYED,
					    "the application fills the window" };
	if (m->e->data != REPLY_ACK || m->e->echoes || m->e->fin || m->s->traffic != TRAFFIC_STREAM)
		return RANGE_NEVER("the peer's kernel takes what is sent");
	least = FILLED_LEAST / STREAM_BYTES * m->c->app_period;
	most = FILLED_MOST / STREAM_BYTES * m->c->app_period;
	return (struct time_range){ least, most, most / 4 * 5, "the stream fills the window" };
}

/*
 * Where a datagram protocol would have failed, TCP keeps a note (sk_err_soft): of an ICMP
 * error, and of a route that is gone. IPv4 makes the latter when it retransmits something
 * (inet_sk_rebuild_header), IPv6 also when it sends.
 */
static struct time_range soft_comes(const struct model *m)
{
	struct time_range s = { 0, m->c->tx_period, m->c->tx_period, "a soft error is recorded, which SO_ERROR returns" };

	if (m->e->data == REPLY_REFUSED && m->c->keepalive && m->s->ipv6)
		s.by = s.late = ns_min(s.by, ns_max(m->c->idle, m->c->intvl));
	if (m->e->data == REPLY_ICMP && m->c->recverr)
		return RANGE_NEVER("an ICMP error is fatal, and not soft");
	if (s.by == NS_NEVER || (m->e->data != REPLY_ICMP && m->e->data != REPLY_REFUSED))
		return RANGE_NEVER("no soft error is recorded");
	return m->e->data == REPLY_ICMP || m->s->ipv6 ? s : range_maybe(0, s.why);
}

static struct time_range icmp_comes(const struct model *m)
{
	if (m->e->data != REPLY_ICMP || !m->c->recverr)
		return RANGE_NEVER("an ICMP error is not fatal, or none comes");
	if (m->c->tx_period == NS_NEVER)
		return RANGE_NEVER("an ICMP error about an empty segment is not believed");
	return (struct time_range){ 0, m->c->tx_period, m->c->tx_period, "the next data are answered with an ICMP error" };
}

/* What comes at the strike carries an ACK, unless it is an RST alone; so does what is
 * sent to somebody who fills a window. */
static struct time_range last_heard(const struct model *m, nsec after)
{
	nsec oldest = ns_add(m->s->age, m->s->dialing), gap = ns_max(m->c->idle, m->c->intvl);
	nsec sent = ns_add(m->c->tx_before, ACK_DELAYED);
	struct time_range h = { -ns_min(oldest, ns_min(timer_fires(gap, LATEST), sent)), 0, 0, NULL };

	if (m->e->fin || m->e->final_data || m->e->full)
		return (struct time_range){ 0, after, after, NULL };
	/* The ACK of what was spoken may be a delayed one, and then the strike comes before it. */
	if (m->c->tx_before == NS_NEVER && oldest < m->c->idle && !m->e->written)
		h.by = h.late = -m->s->age;
	return h;
}

struct timeline timeline_of(const struct composite *c, const struct chosen_fault *f,
			const struct effect *e, const struct circumstances *s)
{
	struct model m = { .c = c, .e = e, .s = s };
	struct timeline k = { .silence = NS_NEVER };
	const struct tcp_path exact = path_exact(&s->path);
	nsec after = fault_time(f, f->fault->delay);

	m.in_flight = paces(give_up_in_flight, c->user_timeout, &s->path);
	m.queued = queued(c, e, after, s);
	if (e->full && after)
		m.queued.from = ns_min(m.queued.from, soonest_filled_late(c, after, s));
	m.refused = range_refused(&m);
	if (m.e->heals) {
		m.silence = k.silence = fault_time(f, f->fault->silence);
		k.repair = paces(retransmit_after, m.silence, &s->path);
		for (int i = 0; i < PHASES; i++)
			m.through[i] = data_through(&m, transmit_step(&m, i));
	}
	m.in_flight.late = ns_add(m.in_flight.late, retransmits_deferred(c->tx_period, &s->path));
	k.repair.late = ns_add(k.repair.late, retransmits_deferred(c->tx_period, &s->path));
	k.closed = window_closes(&m);
	k.fin = m.e->fin ? range_at(0, "the FIN comes at once") : RANGE_NEVER("no FIN comes");
	if (m.e->rst)
		k.end = range_at(0, "the RST comes at once");
	else
		k.end = k.closed.by != NS_NEVER ? closed_end(&m, k.closed) : end_by_phases(&m);
	/* Who hangs up at the FIN may just have sent something. */
	if (m.e->fin && m.e->data == REPLY_RST && c->tx_before != NS_NEVER && c->tx_period == NS_NEVER)
		k.end = range_either(k.end, range_maybe(0, "what was sent as the FIN came is answered with an RST"));
	if (peer_gives_up(&m))
		k.end = range_either(k.end, range_maybe(m.silence, "the peer too retransmitted something, and gave up"));
	k.soft = soft_comes(&m);
	k.icmp = icmp_comes(&m);
	k.again = range_then(k.icmp, 0, retransmit_at(1, &exact, LATEST),
			    "a retransmission is answered with an ICMP error too");
	k.again.late = ns_add(k.icmp.late, retransmit_at(2, &s->path, LATEST));
	k.heard = last_heard(&m, after);
	return k;
}
