// SPDX-License-Identifier: MIT
/*
 * The kernel's TCP timers, from the middle of a backoff on. How long they have run is not told, but follows from how often they
 * have fired: at the soonest all were as late as may be, and less is left.
 */
#include "backoffs.h"
#include "range.h"

/* tcp_orphan_retries: of a timeout that can still grow */
#define ORPHAN_RETRIES 8

/* tcp_timeout_init */
#define SYN_TIMEOUT NS_PER_S

/* When the timer that runs fires: the end of its bucket, which hangs on how long it was set for. */
static nsec fires(const struct under_way *u, nsec set_for, nsec tick, enum pace pace)
{
	return pace == LATEST ? ns_add(u->expires, wheel_grain(ns_max(u->expires, set_for), tick) + tick) : u->expires;
}

/* From its next firing, whose backoff is the i-th, until a user timeout is over whose clock started with the 0th: the last timer is
 * set for its very end. */
static nsec user_timeout_left(nsec user_timeout, int64_t i, const struct backoff *soon, const struct backoff *late, enum pace pace)
{
	nsec left;

	if (pace != LATEST)
		return ns_max(0, user_timeout - (i > 0 ? backoff_sum(late, 1, i) : 0));
	left = user_timeout - (i > 0 ? backoff_sum(soon, 1, i) : 0);
	return left > 0 ? left + wheel_grain(left, soon->tick) + soon->tick : 0;
}

/* ---- data in flight ---- */

struct retransmitting {
	struct backoff soon, late;
	nsec model;
	int64_t most; /* firings after the first retransmission that an orphan may have */
};

/* With tcp_orphan_retries of 0 an orphan whose timeout cannot grow any more is given up at once. */
static struct retransmitting retransmitting(const struct under_way *u, const struct tcp_path *exact)
{
	const struct sysctls *sys = exact->sys;
	struct retransmitting r = {
		.soon = retransmissions(exact, SOONEST), .late = retransmissions(exact, LATEST), .most = INT64_MAX,
	};

	r.model = model_timeout(sys, !u->orphan ? sys->retries2 : sys->orphan_retries ? sys->orphan_retries : ORPHAN_RETRIES);
	if (!u->orphan || sys->orphan_retries)
		return r;
	r.most = 0;
	for (nsec rto = r.soon.first; rto < r.soon.most; rto *= 2)
		r.most++;
	return r;
}

/* How many firings come after the next one, which is the i-th since the first retransmission. */
static int64_t firings_left(const struct retransmitting *r, const struct backoff *counts, int64_t i)
{
	const int64_t all = backoff_count(counts, 1, r->model), least = all < r->most ? all : r->most;

	return least > i ? least - i : 0;
}

static nsec model_left(const struct retransmitting *r, int64_t i, enum pace pace)
{
	nsec least;

	if (pace == LATEST)
		return backoff_sum(&r->late, i + 1, firings_left(r, &r->soon, i));
	least = r->most == INT64_MAX ? r->model - (i > 0 ? backoff_sum(&r->late, 1, i) : 0) : 0;
	return ns_max(backoff_sum(&r->soon, i + 1, firings_left(r, &r->late, i)), least);
}

/* The clock starts with the first retransmission. Before it the timer may be that of the loss probe, and one more is to come. */
nsec give_up_retransmitting(nsec user_timeout, const struct under_way *u, const struct tcp_path *s, enum pace pace)
{
	const struct tcp_path exact = path_exact(s);
	const struct retransmitting r = retransmitting(u, &exact);
	const int64_t i = u->unanswered;
	nsec next = fires(u, backoff_interval(&r.soon, i), r.soon.tick, pace);

	if (!i && pace == LATEST)
		next = ns_add(next, backoff_interval(&r.late, 0));
	return ns_add(next, user_timeout ? user_timeout_left(user_timeout, i, &r.soon, &r.late, pace) : model_left(&r, i, pace));
}

/* The first firing after that silence, of those that are counted from the i-th on. Which one it is, hangs on the pace: the latest comes
 * when the one before it just fell into the silence. */
static nsec fires_after(nsec silence, nsec next, int64_t i, const struct backoff *soon, const struct backoff *late, enum pace pace)
{
	int64_t n;

	if (next >= silence)
		return next;
	n = backoff_count(pace == LATEST ? soon : late, i, silence - next);
	if (pace != LATEST)
		return ns_max(silence, ns_add(next, backoff_sum(soon, i, n)));
	return ns_min(ns_add(next, backoff_sum(late, i, n)), ns_add(silence, backoff_interval(late, i + n - 1)));
}

nsec retransmitted_after(nsec silence, const struct under_way *u, const struct tcp_path *s, enum pace pace)
{
	const struct tcp_path exact = path_exact(s);
	const struct backoff soon = retransmissions(&exact, SOONEST), late = retransmissions(&exact, LATEST);
	const int64_t i = !u->unanswered && pace == LATEST ? 0 : u->unanswered + 1;

	return fires_after(silence, fires(u, backoff_interval(&soon, u->unanswered), soon.tick, pace), i, &soon, &late, pace);
}

/* ---- window probes ---- */

nsec probed_after(nsec silence, const struct under_way *u, const struct tcp_path *s, enum pace pace)
{
	const struct tcp_path exact = path_exact(s);
	const struct backoff soon = window_probes(&exact, SOONEST), late = window_probes(&exact, LATEST);

	return fires_after(silence, fires(u, backoff_interval(&soon, u->backoff), soon.tick, pace), u->backoff + 1, &soon, &late, pace);
}

/* The clock of a user timeout starts when the timer fires first; how often it doubles is bounded. */
nsec give_up_probing(nsec user_timeout, const struct under_way *u, const struct tcp_path *s, enum pace pace)
{
	const struct tcp_path exact = path_exact(s);
	const struct backoff soon = window_probes(&exact, SOONEST), late = window_probes(&exact, LATEST);
	const int64_t most = !u->orphan ? s->sys->retries2 : s->sys->orphan_retries ? s->sys->orphan_retries : ORPHAN_RETRIES;
	const nsec next = fires(u, backoff_interval(&soon, u->backoff), soon.tick, pace);
	nsec counted = NS_NEVER;

	if (!u->answered)
		counted = ns_add(next, backoff_sum(pace == LATEST ? &late : &soon, u->backoff + 1, ns_max(0, most - u->unanswered)));
	if (!user_timeout)
		return counted;
	if (pace == SOONEST && u->backoff >= s->sys->retries2)
		return ns_min(counted, next);
	return ns_min(counted, ns_add(next, user_timeout_left(user_timeout, u->backoff, &soon, &late, pace)));
}

/* ---- a SYN ---- */

/* tcp_write_timeout: by the count, or by the time since the first one, which the firings add up to. */
nsec give_up_connecting(nsec user_timeout, int64_t retries, const struct under_way *u, const struct tcp_path *s, enum pace pace)
{
	const int64_t linear = s->sys->syn_linear_timeouts;
	const struct backoff model = { .first = SYN_TIMEOUT, .most = s->sys->rto_max, .doublings = INT64_MAX, .tick = s->sys->tick,
				       .pace = ON_TIME };
	const nsec limit = user_timeout ? user_timeout : backoff_sum(&model, 0, retries + 1);
	nsec since = 0, at = fires(u, SYN_TIMEOUT << ns_min(ns_max(0, u->unanswered - linear), 8), s->sys->tick, pace);

	for (int64_t i = 0; i <= u->unanswered; i++)
		since += backoff_interval(&model, ns_max(0, i - linear));
	for (int64_t i = u->unanswered; i < retries + linear && (!i || since < limit); i++) {
		nsec interval = backoff_interval(&model, ns_max(0, i + 1 - linear));

		if (user_timeout)
			interval = ns_min(interval, limit - since);
		since += interval;
		at = ns_add(at, timer_fires(interval, pace));
	}
	return at;
}
