// SPDX-License-Identifier: MIT
/*
 * The kernel's TCP timers. Its oddity: each is computed three times over, so that a
 * bound holds for a kernel whose timers are late and a path that is slow.
 */
#include "timers.h"

#include "span.h"

/* What a round trip may add on a machine whose processes wait for their turn: the
 * wire and the peer are two of them. */
#define RTO_SLOW (50 * NS_PER_MS)

/* A tick, 1/HZ: what the coarse clock counts in. */
static nsec tick(void)
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
	nsec step = tick(), reach = 63 * step;

	if (pace != LATEST || delay == NS_NEVER)
		return delay;
	for (int level = 0; level < 8 && delay >= reach; level++) {
		step *= 8;
		reach *= 8;
	}
	return ns_add(delay, step + tick());
}

static nsec rto(const struct circumstances *s, enum pace pace)
{
	nsec rto = ns_max(s->rto, RTO_LEAST);

	return pace == LATEST ? rto + RTO_SLOW : rto;
}

/* A retransmission timeout is the round trip's time and 200 ms at least for what it varies. */
nsec ack_delayed(const struct circumstances *s)
{
	nsec trip = ns_max(s->rto - RTO_LEAST, ACK_DELAYED_LEAST);

	return timer_fires(ns_min(trip, ACK_DELAYED), LATEST);
}

/* The i-th pause between two repetitions, doubled each time. */
static nsec pause(unsigned i, const struct circumstances *s, enum pace pace)
{
	nsec delay = i < 24 ? rto(s, pace) << i : NS_NEVER;

	return timer_fires(ns_min(delay, ns_max(s->sys->rto_max, RTO_LEAST)), pace);
}

/* tcp_schedule_loss_probe: after a few ms if more than one segment is in flight, else after
 * the time of a delayed ACK, but never later than the retransmission. */
static nsec loss_probe(const struct circumstances *s, enum pace pace)
{
	return pace == SOONEST ? 0 : timer_fires(rto(s, pace), pace);
}

nsec repeat_at(unsigned k, const struct circumstances *s, enum pace pace)
{
	nsec at = loss_probe(s, pace);

	for (unsigned i = 0; i < k; i++)
		at = ns_add(at, pause(i, s, pace));
	return at;
}

/* Which repetition that is, hangs on the pace; the soonest is of those that may be it. */
nsec repeat_after(nsec silence, const struct circumstances *s, enum pace pace)
{
	enum pace counts = pace == SOONEST ? LATEST : ON_TIME;
	unsigned k = 0;

	while (repeat_at(k, s, counts) < silence)
		k++;
	return ns_max(repeat_at(k, s, pace), silence);
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

/*
 * tcp_write_timeout. The clock starts with the first retransmission (retrans_stamp),
 * and is looked at whenever the timer fires; with a user timeout the timer is set
 * for its very end (tcp_clamp_rto_to_user_timeout), without one it fires as it would.
 */
nsec give_up_in_flight(nsec user_timeout, const struct circumstances *s, enum pace pace)
{
	nsec start = repeat_at(1, s, pace), model = model_timeout(s->sys), after = 0;

	if (user_timeout)
		return ns_add(start, timer_fires(user_timeout, pace));
	if (pace == SOONEST)
		return ns_add(start, model);
	for (unsigned i = 1; after < model; i++)
		after = ns_add(after, pause(i, s, pace));
	return ns_add(start, after);
}

nsec window_probe_after(nsec silence, const struct circumstances *s, enum pace pace)
{
	unsigned i = 0;
	nsec at = pause(0, s, pace);

	while (at <= silence)
		at = ns_add(at, pause(++i, s, pace));
	return ns_add(at, pause(i + 1, s, pace));
}

/* tcp_probe_timer: the clock starts when the timer fires first, and the user timeout
 * is its end as above; without one it is the count of unanswered probes. */
nsec give_up_queued(nsec user_timeout, nsec answered, const struct circumstances *s,
		    enum pace pace)
{
	enum pace counts = pace == SOONEST ? LATEST : ON_TIME;
	nsec at = pause(0, s, pace), counted = pause(0, s, counts);
	int64_t left = s->sys->retries2;

	if (user_timeout)
		return ns_add(at, timer_fires(user_timeout, pace));
	for (unsigned i = 1; left > 0; i++) {
		left -= counted > answered;
		at = ns_add(at, pause(i, s, pace));
		counted = ns_add(counted, pause(i, s, counts));
	}
	return at;
}
