// SPDX-License-Identifier: MIT
/* The end of a connection that is established, from its timers. */
#include "standing.h"

#include "faults/fault.h"
#include "path-memory.h"
#include "teardown.h"

#define PROBES_UNANSWERED 2

/* ---- keepalive ---- */

/*
 * tcp_keepalive_timer: it probes where nothing came for the idle time, and else sets itself for the rest of that. What it was set
 * for is not told: before the idle time or the interval was changed that may have been the longer one.
 */
static nsec first_probe(const struct standing *s, enum pace pace)
{
	const nsec due = s->timer == SOCKET_TIMER_KEEPALIVE ? s->expires : 0, rest = s->idle - s->heard, tick = wheel_tick();
	const nsec set_for = ns_max(due, s->unanswered ? s->intvl : s->idle), fires = pace == LATEST ? due + wheel_grain(set_for, tick) + tick : due;

	return rest > due ? ns_max(fires, timer_fires(rest, pace)) : fires;
}

/* How many intervals after that it gives up, if each takes so long: a user timeout replaces the count, but one must be unanswered. */
static int64_t intervals_left(const struct standing *s, nsec first, nsec intvl)
{
	const int64_t least = s->unanswered ? 0 : 1;
	nsec silent;

	if (!s->user_timeout)
		return ns_max(0, s->cnt - s->unanswered);
	silent = ns_add(s->heard, first);
	return silent >= s->user_timeout ? least : ns_max(least, (s->user_timeout - silent + intvl - 1) / intvl);
}

/* A timer that is late may save an interval, or, less late, cost one. */
static nsec keepalive_over(const struct standing *s, enum pace pace)
{
	const enum pace counts = pace == LATEST ? SOONEST : LATEST;
	const nsec first = first_probe(s, pace), intvl = timer_fires(s->intvl, pace), left = s->user_timeout - s->heard;
	const int64_t n = intervals_left(s, first_probe(s, counts), timer_fires(s->intvl, counts));
	const nsec counted = ns_add(first, ns_times(intvl, n));

	if (!s->user_timeout)
		return counted;
	if (pace != LATEST)
		return ns_max(counted, left);
	return ns_min(counted, ns_add(ns_max(first, left), intvl));
}

/* ---- data ---- */

static struct under_way under_way(const struct standing *s)
{
	return (struct under_way){ .expires = s->expires, .backoff = s->backoff, .unanswered = s->unanswered, .orphan = s->orphan };
}

static nsec retransmissions_over(const struct standing *s, const struct tcp_path *path, enum pace pace)
{
	const struct under_way u = under_way(s);

	return give_up_retransmitting(s->user_timeout, &u, path, pace);
}

/* Without its timer they are sent in a moment, and then in flight. */
static nsec queued_over(const struct standing *s, const struct tcp_path *path, enum pace pace)
{
	const struct under_way u = under_way(s);

	if (s->timer == SOCKET_TIMER_WINDOW_PROBE)
		return give_up_probing(s->user_timeout, &u, path, pace);
	return give_up_in_flight(s->user_timeout, path, pace);
}

static nsec connecting_over(const struct standing *s, const struct tcp_path *path, enum pace pace)
{
	const struct under_way u = under_way(s);

	return give_up_connecting(s->user_timeout, s->syn_retries, &u, path, pace);
}

/* ---- the fault ---- */

static nsec over(const struct standing *s, const struct tcp_path *path, enum pace pace)
{
	if (s->connecting)
		return connecting_over(s, path, pace);
	if (s->in_flight)
		return retransmissions_over(s, path, pace);
	return s->queued ? queued_over(s, path, pace) : keepalive_over(s, pace);
}

static const char *why_over(const struct standing *s)
{
	if (s->connecting)
		return s->user_timeout ? "the user timeout expires: nobody answers" : "the kernel gives up connecting: tcp_syn_retries";
	if (s->orphan && (s->in_flight || s->queued) && !s->user_timeout)
		return "its program has closed it: tcp_orphan_retries";
	if (s->in_flight || s->queued)
		return s->user_timeout ? "the user timeout expires: nothing was acknowledged" :
					 "the kernel gives up retransmitting: tcp_retries2";
	return s->user_timeout ? "the user timeout has expired when a keepalive timer fires" : "keepalive gives up: idle + cnt * intvl";
}

static bool sends(const struct standing *s)
{
	return s->connecting || s->in_flight || s->queued || (s->keepalive && !s->orphan);
}

static struct time_range in_silence(const struct standing *s, const struct tcp_path *path)
{
	const struct tcp_path exact = path_exact(path);

	if (!sends(s))
		return RANGE_NEVER("nothing is sent that could be missed");
	return (struct time_range){ over(s, path, SOONEST), over(s, &exact, LATEST), over(s, path, LATEST), why_over(s) };
}

/* What cannot even be sent may have been stamped when it was written. */
static struct time_range in_refusal(const struct standing *s, const struct tcp_path *path)
{
	struct time_range r = in_silence(s, path);

	if (s->in_flight || s->queued)
		r.from = 0;
	return r;
}

/* The first segment that leaves after that time. */
static nsec segment_after(const struct standing *s, const struct tcp_path *path, nsec silence, enum pace pace)
{
	const struct under_way u = under_way(s);
	nsec at = first_probe(s, pace);

	if (s->connecting || s->in_flight)
		return retransmitted_after(silence, &u, path, pace);
	if (s->queued)
		return s->timer == SOCKET_TIMER_WINDOW_PROBE ? probed_after(silence, &u, path, pace) : retransmit_after(silence, path, pace);
	return at >= silence ? at : ns_add(at, (silence - at + s->intvl - 1) / s->intvl * timer_fires(s->intvl, pace));
}

static struct time_range next_segment(const struct standing *s, const struct tcp_path *path, nsec silence, const char *why)
{
	const struct tcp_path exact = path_exact(path);

	if (!sends(s))
		return RANGE_NEVER("nothing is sent that could be answered");
	return (struct time_range){ segment_after(s, path, silence, SOONEST), segment_after(s, &exact, silence, LATEST),
				    segment_after(s, path, silence, LATEST), why };
}

static struct time_range in_healing_silence(const struct standing *s, const struct chosen_fault *f, const struct tcp_path *path)
{
	const nsec silence = f->fault->silence(f->params);
	struct time_range dies = in_silence(s, path), through = next_segment(s, path, silence,
		"the silence is over, and what is retransmitted is answered with an RST");

	if (dies.late < through.from)
		return dies;
	if (f->fault->effect.healed != REPLY_RST)
		return dies.from <= through.late ? range_maybe(dies.from, dies.why) : RANGE_NEVER("the silence is over before the kernel gives up");
	return dies.from <= through.late ? range_either(dies, through) : through;
}

/* Its window probes are answered, but for those that come within tcp_invalid_ratelimit after another: they are the first. */
static struct time_range in_probed_window(const struct standing *s, const struct tcp_path *path)
{
	const struct tcp_path exact = path_exact(path);
	struct under_way u = under_way(s);
	nsec counted = give_up_probing(0, &u, path, SOONEST);

	u.answered = true;
	if (s->orphan || (path->sys->retries2 <= PROBES_UNANSWERED && s->backoff < PROBES_UNANSWERED))
		return range_maybe(counted, "few window probes go unanswered");
	if (!s->user_timeout)
		return RANGE_NEVER("the peer's kernel answers the window probes");
	return (struct time_range){ give_up_probing(s->user_timeout, &u, path, SOONEST), give_up_probing(s->user_timeout, &u, &exact, LATEST),
				    give_up_probing(s->user_timeout, &u, path, LATEST), "the user timeout expires: the window stayed closed" };
}

/* What is in flight lies within the window that there was, and is acknowledged. */
static struct time_range in_closed_window(const struct standing *s, const struct chosen_fault *f, const struct tcp_path *path)
{
	const bool answers = f->fault->effect.data == REPLY_ACK;
	const nsec delay = f->fault->delay ? f->fault->delay(f->params) : 0;
	const struct closing k = { .answered = answers ? NS_NEVER : delay };
	struct time_range r;

	if (!s->queued)
		return RANGE_NEVER(s->in_flight ? "what is in flight fits into the window" : "nothing waits for the window");
	if (answers && s->timer == SOCKET_TIMER_WINDOW_PROBE)
		return in_probed_window(s, path);
	r = (struct time_range){ give_up_queued(s->user_timeout, &k, path, SOONEST), 0, give_up_queued(s->user_timeout, &k, path, LATEST), NULL };
	r.by = r.late;
	r.why = r.by == NS_NEVER ? "the peer's kernel answers the window probes" : "the user timeout expires: the window stayed closed";
	return r;
}

/* tcp_fin_timeout: nobody waits for its end, and no fault puts it off. */
static struct time_range in_oblivion(const struct standing *s)
{
	const nsec late = s->expires + wheel_grain(s->expires, wheel_tick()) + wheel_tick();

	return (struct time_range){ s->expires, late, late, "its program has closed it: tcp_fin_timeout" };
}

/* Only its keepalive speaks, and nothing waits for an answer. */
bool standing_remembered(const struct standing *s, const struct chosen_fault *f, const struct tcp_path *path)
{
	const nsec gap = ns_max(s->idle, s->intvl);

	return f->fault->forgets && s->keepalive && !s->in_flight && !s->queued && s->heard < f->fault->forgets(f->params) &&
	       path_memory_kept_by(gap, f->fault->forgets(f->params), path->rtt);
}

struct time_range standing_end(const struct standing *s, const struct chosen_fault *f, const struct tcp_path *path)
{
	const struct effect *e = fault_effect(f->fault, f->params);
	const enum reply reply = s->in_flight || s->connecting ? e->data : e->empty;

	if (s->fin && !s->orphan)
		return range_at(0, "the peer's FIN has come already");
	if (s->orphan && !s->in_flight && !s->queued)
		return in_oblivion(s);
	if (standing_remembered(s, f, path))
		return RANGE_NEVER("its keepalive keeps the connection in the path's memory");
	if (e->rst || e->fin)
		return range_at(0, e->rst ? "the RST comes at once" : "the FIN comes at once");
	if (e->full)
		return in_closed_window(s, f, path);
	if (e->heals)
		return in_healing_silence(s, f, path);
	if (reply == REPLY_RST)
		return next_segment(s, path, 0, "the next segment is answered with an RST");
	if (reply == REPLY_ICMP && s->recverr && s->in_flight)
		return next_segment(s, path, 0, "what is retransmitted is answered with an ICMP error");
	if (reply == REPLY_REFUSED)
		return in_refusal(s, path);
	return reply == REPLY_ACK ? RANGE_NEVER("the peer's kernel answers for its process") : in_silence(s, path);
}
