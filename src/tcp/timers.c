// SPDX-License-Identifier: MIT
/*
 * The kernel's TCP timers. Each is computed three times over, so that a
 * bound holds for a kernel whose timers are late and a path that is slow.
 */
#include "timers.h"

#include "backoffs.h"
#include "range.h"

/* What a round trip may add on a machine whose processes wait for their turn: the
 * link worker and the peer are two of them. */
#define RTO_SLOW (50 * NS_PER_MS)

/* The shortest round trip. */
#define HAIR NS_PER_US

/* TCP_RTO_MIN, which tcp_rto_min_us does not move. */
#define MODEL_RTO (200 * NS_PER_MS)

/* Of an initial congestion window, until it is as large as a window that nobody reads. */
#define FILLING_TRIPS 5

/* TCP_TIMEWAIT_LEN */
#define TIMEWAIT (60 * NS_PER_S)

/* tcp_invalid_ratelimit's default. */
#define ACK_RATELIMIT (500 * NS_PER_MS)

/* TCP_TIMEOUT_MIN and the tick under way, at 250 Hz. */
#define PROBE_AFTER_LEAST (12 * NS_PER_MS)

nsec timer_fires(nsec delay, enum pace pace)
{
	return wheel_fires(delay, 0, wheel_tick(), pace);
}

/*
 * tcp_rtt_estimator, __tcp_set_rto: the round trip and what it varies, tcp_rto_min_us at least.
 * After the handshake that is taken for twice the round trip; it falls with each that is as long.
 */
nsec rto_least(const struct tcp_path *s)
{
	nsec tick = s->sys->tick;

	return wheel_ticks(s->rtt + HAIR + wheel_ticks(s->sys->rto_min, tick), tick);
}

static nsec rto_most(const struct tcp_path *s)
{
	return ns_max(rto_least(s), wheel_ticks(3 * s->rtt, s->sys->tick));
}

/* One that was read may have grown since, or fallen by as much as one more round trip makes of it. */
static nsec rto(const struct tcp_path *s, enum pace pace)
{
	nsec rto = s->rto ? s->rto : pace == LATEST ? rto_most(s) : 0;

	if (pace == SOONEST && !s->exact)
		rto -= rto / 8;
	if (pace == LATEST && !s->exact)
		rto += RTO_SLOW;
	return ns_min(ns_max(wheel_ticks(rto, s->sys->tick), rto_least(s)), s->sys->rto_max);
}

nsec rto_varies(const struct tcp_path *s)
{
	const struct tcp_path quick = { .sys = s->sys };

	return ns_max(0, ns_max(s->rto, rto_most(s)) - rto_least(&quick));
}

/* The peer's own round trip takes as long as our delayed ACK at least, and bounds its delay. */
nsec ack_delayed(const struct tcp_path *s)
{
	nsec trip = ns_max(rto_varies(s), timer_fires(ACK_DELAYED_LEAST, LATEST));

	return timer_fires(ns_min(trip, ACK_DELAYED), LATEST);
}

struct backoff retransmissions(const struct tcp_path *s, enum pace pace)
{
	const nsec tick = s->sys->tick;

	return (struct backoff){ .first = rto(s, pace), .most = wheel_ticks(s->sys->rto_max, tick),
				 .doublings = INT64_MAX, .tick = tick, .pace = pace };
}

/* tcp_schedule_loss_probe: after a few ms if more than one segment is in flight, else after
 * the time of a delayed ACK, but never later than the retransmission. */
static nsec loss_probe(const struct tcp_path *s, enum pace pace)
{
	return pace == SOONEST ? 0 : wheel_fires(rto(s, pace), 0, s->sys->tick, pace);
}

nsec retransmit_at(int64_t k, const struct tcp_path *s, enum pace pace)
{
	struct backoff b = retransmissions(s, pace);

	return ns_add(loss_probe(s, pace), backoff_sum(&b, 0, k));
}

/* The latest interval that follows those which took that long: each is as long as all before it, and
 * those at the start that are not among them. */
static nsec next_interval(nsec before, nsec start, const struct tcp_path *s)
{
	return wheel_fires(ns_add(before, start), 0, s->sys->tick, LATEST);
}

/* Which retransmission that is, hangs on the pace: the soonest is of those that may be it, and the
 * latest comes when the one before it just fell into the silence. */
nsec retransmit_after(nsec silence, const struct tcp_path *s, enum pace pace)
{
	static const enum pace counts[] = { [SOONEST] = LATEST, [ON_TIME] = ON_TIME, [LATEST] = SOONEST };
	struct backoff b = retransmissions(s, counts[pace]), late = retransmissions(s, LATEST);
	int64_t k = backoff_count(&b, 0, silence - loss_probe(s, counts[pace]));

	if (pace == LATEST && k > 0)
		return ns_min(retransmit_at(k, s, LATEST),
			      ns_add(silence, ns_min(backoff_interval(&late, k - 1), next_interval(silence, late.first, s))));
	return ns_max(retransmit_at(k, s, pace), silence);
}

/*
 * Each send of more data sets the timer anew for the loss probe, twice the round trip ahead: who
 * sends as often puts off every retransmission, until the congestion window is full.
 */
nsec retransmits_deferred(nsec period, const struct tcp_path *s)
{
	if (!s->rtt || !s->cwnd || period > 2 * s->rtt + PROBE_AFTER_LEAST)
		return 0;
	return timer_fires(s->cwnd * period, LATEST) + 2 * s->rtt + PROBE_AFTER_LEAST;
}

/* As if the first timeout were TCP_RTO_MIN to the hair. */
nsec model_timeout(const struct sysctls *sys, int64_t retries)
{
	struct backoff b = { .first = MODEL_RTO, .most = sys->rto_max, .doublings = INT64_MAX,
			     .tick = NS_PER_MS, .pace = ON_TIME };

	return backoff_sum(&b, 0, retries + 1);
}

/*
 * tcp_write_timeout's model is compared when the timer fires, a retransmission (the 0th) being
 * where its clock starts. A timeout that is a hair longer may be over the model at one firing,
 * and save the next: so the latest is with as many firings as the soonest, the last but one of
 * them within the model, and the other way round.
 */
static nsec model_over(const struct tcp_path *s, enum pace pace)
{
	nsec model = model_timeout(s->sys, s->sys->retries2);
	struct backoff soon = retransmissions(s, SOONEST), late = retransmissions(s, LATEST), b;
	int64_t n;

	switch (pace) {
	case SOONEST:
		return ns_max(model, backoff_sum(&soon, 1, backoff_count(&late, 1, model)));
	case LATEST:
		n = backoff_count(&soon, 1, model);
		return ns_min(backoff_sum(&late, 1, n),
			      ns_add(model, ns_min(backoff_interval(&late, n), next_interval(model, 2 * late.first, s))));
	default:
		b = retransmissions(s, pace);
		return backoff_sum(&b, 1, backoff_count(&b, 1, model));
	}
}

/*
 * With a user timeout the last timer is set for its very end (tcp_clamp_rto_to_user_timeout,
 * tcp_clamp_probe0_to_user_timeout), and late by the grain of what was left. They run from the i-th on.
 */
static nsec clamped(nsec user_timeout, struct backoff b, int64_t i)
{
	const enum pace pace = b.pace;
	int64_t before = backoff_count(&b, i, user_timeout) - 1;

	b.pace = SOONEST;
	if (pace != LATEST)
		return user_timeout;
	return user_timeout + wheel_grain(user_timeout - backoff_sum(&b, i, before), b.tick) + b.tick;
}

/* tcp_write_timeout. The clock starts with the first retransmission (retrans_stamp). */
nsec give_up_in_flight(nsec user_timeout, const struct tcp_path *s, enum pace pace)
{
	nsec start = retransmit_at(1, s, pace);

	return ns_add(start, user_timeout ? clamped(user_timeout, retransmissions(s, pace), 1)
					  : model_over(s, pace));
}

struct backoff window_probes(const struct tcp_path *s, enum pace pace)
{
	struct backoff b = retransmissions(s, pace);

	b.first = ns_max(b.first, wheel_ticks(MODEL_RTO, b.tick)); /* tcp_probe0_base */
	b.doublings = s->sys->retries2;
	return b;
}

/*
 * The congestion window doubles with each round trip. What is left may be less than a segment, and
 * is sent when the timer of the first window probe fires (tcp_write_wakeup).
 */
nsec window_filled(const struct tcp_path *s, enum pace pace)
{
	struct backoff b = window_probes(s, pace);

	return pace == SOONEST ? 0 : FILLING_TRIPS * s->rtt + backoff_interval(&b, 0);
}

nsec window_probe_after(nsec silence, const struct tcp_path *s, enum pace pace)
{
	struct backoff b = window_probes(s, pace);

	return backoff_sum(&b, 0, backoff_count(&b, 0, silence + 1) + 1);
}

/*
 * tcp_probe_timer counts the window probes that were not answered. All are answered up to a
 * time, but for those that come too soon after another answer: to what lies outside the window
 * there is one in half a second (tcp_invalid_ratelimit).
 */
static nsec count_probes(const struct closing *c, const struct tcp_path *s, enum pace pace)
{
	struct backoff b = window_probes(s, pace), on_time = window_probes(s, ON_TIME),
		       counts = window_probes(s, pace == SOONEST ? LATEST : ON_TIME);
	nsec at = backoff_interval(&b, 0), counted = backoff_interval(&counts, 0), since = NS_NEVER;
	int64_t out = c->unanswered;

	int64_t i = 1;

	if (pace == SOONEST && c->answered_before)
		since = counted;
	for (; out < s->sys->retries2 && counted <= c->answered; i++) {
		nsec next = backoff_interval(pace == LATEST ? &b : &on_time, i); /* the timeout may have grown since it was read */

		out = since >= ACK_RATELIMIT ? 0 : out + 1;
		if (!out)
			since = 0;
		if (c->answered == NS_NEVER && next >= ACK_RATELIMIT && out < s->sys->retries2)
			return NS_NEVER;
		since = ns_add(since, next);
		at = ns_add(at, backoff_interval(&b, i));
		counted = ns_add(counted, backoff_interval(&counts, i));
	}
	return out < s->sys->retries2 ? ns_add(at, backoff_sum(&b, i, s->sys->retries2 - out)) : at;
}

/* The clock of a user timeout starts when the timer fires first; but the count decides, if it
 * comes first. */
nsec give_up_queued(nsec user_timeout, const struct closing *c, const struct tcp_path *s,
		    enum pace pace)
{
	nsec counted = count_probes(c, s, pace);
	struct backoff b = window_probes(s, pace);

	if (!user_timeout)
		return counted;
	return ns_min(counted, ns_add(backoff_interval(&b, 0), clamped(user_timeout, b, 1)));
}

/*
 * tcp_fin_time: a peer that closed waits for our FIN as long, and three and a half of its
 * retransmission timeouts at least. What exceeds a minute (tcp_rcv_state_process, and again
 * tcp_keepalive_timer) counts twice, and the minute not at all.
 */
nsec closed_remembered(const struct tcp_path *s, enum pace pace)
{
	nsec t = rto(s, pace), time = ns_max(s->sys->fin_timeout, 4 * t - t / 2);

	if (time <= TIMEWAIT)
		return timer_fires(time, pace);
	time = timer_fires(time - TIMEWAIT, pace);
	return time + time;
}
