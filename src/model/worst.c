// SPDX-License-Identifier: MIT
/* The worst case of a probe that shares its connection. */
#include "worst.h"

#include "composite.h"
#include "faults/fault.h"
#include "predict.h"

/* What the kernel's own timers have to notice, since nothing comes from the peer: a path or a host that falls
 * silent, and a peer that takes no more data. */
static const struct fault silence = {
	.name = "silence", .dead = true,
	.effect = { .data = REPLY_NOTHING, .empty = REPLY_NOTHING },
};
static const struct fault closed_window = {
	.name = "closed window", .dead = true,
	.effect = { .full = true, .data = REPLY_ACK },
};

/* Data in flight are given up by a user timeout: one that is in force, or what the member leaves to the system. */
static bool has_user_timeout(const struct chosen *c, const struct composite *all, nsec interval)
{
	return all->user_timeout || chosen_use(c, interval).user_timeout == PARAM_SYSTEM;
}

/* Until then a verdict may be the probes' work; later, it is that of tcp_retries2. */
static nsec counts_until(const struct chosen *c, const struct composite *all, const struct circumstances *s)
{
	if (has_user_timeout(c, all, s->interval) || (all->keepalive && all->tx_period == NS_NEVER))
		return NS_NEVER;
	return give_up_in_flight(0, &s->path, SOONEST);
}

/* When the member notices that fault under those circumstances; NS_NEVER if it does not, or by tcp_retries2 alone. */
static nsec noticed(const struct group *g, size_t member, const struct fault *f, struct circumstances s)
{
	const struct chosen *c = &g->chosen[member];
	const struct chosen_fault fault = { .fault = f };
	const struct composite all = composite_of(g, &f->effect, &s);
	struct prediction p;

	if (f->effect.full && !all.user_timeout)
		return NS_NEVER; /* what it then takes is the member's own limit */
	if (s.traffic != TRAFFIC_IDLE && has_user_timeout(c, &all, s.interval))
		s.path = path_or_slow(&s.path);
	p = predict_lasting(g, member, &fault, &s);
	return p.result == NOTICED && p.by < counts_until(c, &all, &s) ? p.by : NS_NEVER;
}

static nsec longer(nsec a, nsec b)
{
	return a == NS_NEVER || b == NS_NEVER ? ns_min(a, b) : ns_max(a, b);
}

/* The later of all that is noticed: on a connection that is old or new, as the first keepalive segment may come
 * sooner than the others, and amid traffic. */
static nsec silence_worst(const struct group *g, size_t member, nsec interval, const struct tcp_path *path)
{
	struct circumstances s = { .interval = interval, .path = *path, .age = NS_NEVER, .lasts = NS_NEVER };
	nsec worst = longer(noticed(g, member, &silence, s), noticed(g, member, &closed_window, s));

	s.traffic = TRAFFIC_REQUEST;
	worst = longer(worst, noticed(g, member, &silence, s));
	s.traffic = TRAFFIC_IDLE;
	s.age = 0;
	return longer(worst, noticed(g, member, &silence, s));
}

nsec predict_worst_case(const struct group *g, size_t member, nsec interval, const struct tcp_path *path)
{
	const struct chosen *c = &g->chosen[member];
	const unsigned traits = c->probe->traits;
	const nsec own = c->probe->worst_case(c->params, interval, path);
	nsec silent;

	if (g->count == 1 || c->unsupported)
		return own;
	silent = silence_worst(g, member, interval, path);
	if (!(traits & ONLY_SETS_OPTION))
		return silent == NS_NEVER ? own : ns_max(own, silent);
	/* Another may have set its option, or another's option may decide before it. */
	return silent == NS_NEVER && !(traits & SENDS_SEGMENTS) ? own : silent;
}
