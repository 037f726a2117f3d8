// SPDX-License-Identifier: MIT
/*
 * The kernel's TCP timers. Each is computed three times over, so that a
 * bound holds for a kernel whose timers are late and a path that is slow.
 */
#include "timers.h"

#include "range.h"

/* What a round trip may add on a machine whose processes wait for their turn: the
 * link worker and the peer are two of them. */
#define RTO_SLOW (50 * NS_PER_MS)

/* tcp_invalid_ratelimit's default. */
#define ACK_RATELIMIT (500 * NS_PER_MS)

/* TCP_TIMEOUT_MIN and the tick under way, at 250 Hz. */
#define PROBE_AFTER_LEAST (12 * NS_PER_MS)

/* A tick, 1/HZ: what the coarse clock counts in. */
static nsec clock_tick(void)
{
	static nsec known;
	struct timespec ts;

	if (known)
		return known;
	known = 10 * NS_PER_MS;
	if (!clock_getres(CLOCK_MONOTONIC_COARSE, &ts) && !ts.tv_sec && ts.tv_nsec > 0)
		known = ts.tv_nsec;
	return known;
}

/* kernel/time/timer.c: 64 buckets a level, each level eight times coarser. */
nsec timer_fires(nsec delay, enum pace pace)
{
	nsec step = clock_tick(), reach = 63 * step;

	if (pace != LATEST || delay == NS_NEVER)
		return delay;
	for (int level = 0; level < 8 && delay >= reach; level++) {
		step *= 8;
		reach *= 8;
	}
	return ns_add(delay, step + clock_tick());
}

static nsec rto(const struct tcp_path *s, enum pace pace)
{
	nsec rto = ns_max(s->rto, RTO_LEAST);

	return pace == LATEST ? rto + RTO_SLOW : rto;
}

/* A retransmission timeout is the round trip's time and 200 ms at least for what it varies. The
 * peer's own round trip takes as long as our delayed ACK at least, and bounds its delay. */
nsec ack_delayed(const struct tcp_path *s)
{
	nsec trip = ns_max(s->rto - RTO_LEAST, timer_fires(ACK_DELAYED_LEAST, LATEST));

	return timer_fires(ns_min(trip, ACK_DELAYED), LATEST);
}

/* The i-th interval between two retransmissions, doubled each time. */
static nsec backoff_interval(unsigned i, const struct tcp_path *s, enum pace pace)
{
	nsec delay = i < 24 ? rto(s, pace) << i : NS_NEVER;

	return timer_fires(ns_min(delay, ns_max(s->sys->rto_max, RTO_LEAST)), pace);
}

/* tcp_schedule_loss_probe: after a few ms if more than one segment is in flight, else after
 * the time of a delayed ACK, but never later than the retransmission. */
static nsec loss_probe(const struct tcp_path *s, enum pace pace)
{
	return pace == SOONEST ? 0 : timer_fires(rto(s, pace), pace);
}

nsec retransmit_at(unsigned k, const struct tcp_path *s, enum pace pace)
{
	nsec at = loss_probe(s, pace);

	for (unsigned i = 0; i < k; i++)
		at = ns_add(at, backoff_interval(i, s, pace));
	return at;
}

/* Which retransmission that is, hangs on the pace: the soonest is of those that may be it, and the
 * latest comes when the one before it just fell into the silence. */
nsec retransmit_after(nsec silence, const struct tcp_path *s, enum pace pace)
{
	static const enum pace counts[] = { [SOONEST] = LATEST, [ON_TIME] = ON_TIME, [LATEST] = SOONEST };
	nsec at = loss_probe(s, counts[pace]);
	unsigned k = 0;

	while (at < silence)
		at = ns_add(at, backoff_interval(k++, s, counts[pace]));
	if (pace == LATEST && k > 0)
		return ns_min(retransmit_at(k, s, LATEST), ns_add(silence, backoff_interval(k - 1, s, LATEST)));
	return ns_max(retransmit_at(k, s, pace), silence);
}

/*
 * Each send of more data sets the timer anew for the loss probe, twice the round trip ahead: who
 * sends as often puts off every retransmission, until the congestion window is full.
 */
nsec retransmits_deferred(nsec period, const struct tcp_path *s)
{
	if (!s->rtt || period > 2 * s->rtt + PROBE_AFTER_LEAST)
		return 0;
	return timer_fires(s->cwnd * period, LATEST) + 2 * s->rtt + PROBE_AFTER_LEAST;
}

/* tcp_model_timeout: as if the first timeout were TCP_RTO_MIN to the hair. */
static nsec model_timeout(const struct sysctls *sys)
{
	nsec sum = 0, delay = 200 * NS_PER_MS;

	for (int64_t i = 0; i <= sys->retries2; i++) {
		sum = ns_add(sum, ns_min(delay, sys->rto_max));
		delay = ns_min(delay * 2, 3600 * NS_PER_S);
	}
	return sum;
}

/* tcp_write_timeout's model is compared when the timer fires. */
static unsigned firings(nsec model, const struct tcp_path *s, enum pace pace)
{
	nsec after = 0;
	unsigned n = 0;

	while (after < model)
		after = ns_add(after, backoff_interval(++n, s, pace));
	return n;
}

/*
 * A timeout that is a hair longer may be over the model at one firing, and save the next: so the
 * latest is with as many firings as the shortest timeout takes, the last but one of them within
 * the model.
 */
static nsec latest_firing(nsec model, const struct tcp_path *s)
{
	struct tcp_path quick = *s;
	unsigned n;
	nsec after = 0;

	quick.rto = RTO_LEAST;
	n = firings(model, &quick, ON_TIME);
	for (unsigned i = 1; i <= n; i++)
		after = ns_add(after, backoff_interval(i, s, LATEST));
	return n ? ns_min(after, ns_add(model, backoff_interval(n, s, LATEST))) : 0;
}

/*
 * tcp_write_timeout. The clock starts with the first retransmission (retrans_stamp),
 * and is looked at whenever the timer fires; with a user timeout the timer is set
 * for its very end (tcp_clamp_rto_to_user_timeout), without one it fires as it would.
 */
nsec give_up_in_flight(nsec user_timeout, const struct tcp_path *s, enum pace pace)
{
	nsec start = retransmit_at(1, s, pace), model = model_timeout(s->sys), after = 0;

	if (user_timeout)
		return ns_add(start, timer_fires(user_timeout, pace));
	if (pace == SOONEST)
		return ns_add(start, model);
	if (pace == LATEST)
		return ns_add(start, latest_firing(model, s));
	for (unsigned i = firings(model, s, pace); i > 0; i--)
		after = ns_add(after, backoff_interval(i, s, pace));
	return ns_add(start, after);
}

/* The i-th interval between two window probes: tcp_send_probe0 doubles no more often than
 * tcp_retries2 says, even if they are answered forever. */
static nsec probe_interval(unsigned i, const struct tcp_path *s, enum pace pace)
{
	return backoff_interval(i < s->sys->retries2 ? i : (unsigned)s->sys->retries2, s, pace);
}

nsec window_probe_after(nsec silence, const struct tcp_path *s, enum pace pace)
{
	unsigned i = 0;
	nsec at = backoff_interval(0, s, pace);

	while (at <= silence)
		at = ns_add(at, probe_interval(++i, s, pace));
	return ns_add(at, probe_interval(i + 1, s, pace));
}

/*
 * tcp_probe_timer counts the window probes that were not answered. All are answered up to a
 * time, but for those that come too soon after another answer: to what lies outside the window
 * there is one in half a second (tcp_invalid_ratelimit).
 */
static nsec count_probes(const struct closing *c, const struct tcp_path *s, enum pace pace)
{
	enum pace counts = pace == SOONEST ? LATEST : ON_TIME;
	nsec at = backoff_interval(0, s, pace), counted = backoff_interval(0, s, counts), since = NS_NEVER;
	int64_t out = c->unanswered;

	if (pace == SOONEST && c->answered_before)
		since = counted;
	for (unsigned i = 1; out < s->sys->retries2; i++) {
		nsec next = probe_interval(i, s, ON_TIME);

		out++;
		if (counted <= c->answered && since >= ACK_RATELIMIT)
			out = since = 0;
		if (pace == LATEST) /* the timeout may have grown since it was read */
			next = probe_interval(i, s, LATEST);
		if (c->answered == NS_NEVER && next >= ACK_RATELIMIT && out < s->sys->retries2)
			return NS_NEVER;
		since = ns_add(since, next);
		at = ns_add(at, probe_interval(i, s, pace));
		counted = ns_add(counted, probe_interval(i, s, counts));
	}
	return at;
}

/* The clock of a user timeout starts when the timer fires first, and is its end as above; but
 * the count decides, if it comes first. */
nsec give_up_queued(nsec user_timeout, const struct closing *c, const struct tcp_path *s,
		    enum pace pace)
{
	nsec counted = count_probes(c, s, pace);

	if (!user_timeout)
		return counted;
	return ns_min(counted, ns_add(backoff_interval(0, s, pace), timer_fires(user_timeout, pace)));
}
