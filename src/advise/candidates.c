// SPDX-License-Identifier: MIT
/*
 * The strategies: which values are proposed, in which order. What a limit has to outlast does
 * not depend on how often something is sent, so the limit is found first, as short as the goal
 * allows; the rest of the time is left to the gaps between two packets, which are made as long
 * as can be.
 */
#include "candidates.h"

#include "model/path-memory.h"
#include "probes/option.h"
#include "probes/stream.h"

#define INTERVALS 4   /* between two keepalive segments, that are tried from the least on */
#define SSH_COUNTS 6

static nsec least_of(nsec a, nsec b)
{
	return a < b ? a : b;
}

static nsec within(const struct search *s)
{
	return s->evaluator->goal->within;
}

/* ---- every, limit: a request, or a byte ---- */

static nsec gap_every(const struct candidate *c)
{
	return c->every;
}

/* The longest gap between two segments for which the path surely remembers the connection. */
static nsec longest_gap(const struct search *s, nsec grain)
{
	const struct goal *g = s->evaluator->goal;

	return g->path_limit == NS_NEVER ? NS_NEVER : path_memory_longest(grain, g->path_limit, g->rtt);
}

/* In what steps times are proposed: no finer than a two-hundredth or so. */
static nsec grain_for(nsec goal)
{
	if (goal < 2 * NS_PER_S)
		return 10 * NS_PER_MS;
	return goal < 100 * NS_PER_S ? 100 * NS_PER_MS : NS_PER_S;
}

static nsec grain_of(const struct search *s)
{
	return grain_for(least_of(within(s), s->evaluator->goal->path_limit));
}

static bool try_limit(struct search *s, struct candidate *c, nsec limit)
{
	c->limit = limit;
	return search_no_alarm(s, c);
}

static bool try_every(struct search *s, struct candidate *c, nsec every)
{
	c->every = every;
	return search_fits(s, c);
}

static bool quickest_every(struct search *s, struct candidate *c)
{
	c->every = grain_of(s);
	return search_smallest(s, c, try_limit, grain_of(s), EVERY_MIN, EVERY_MAX);
}

static bool best_every(struct search *s, struct candidate *c)
{
	const nsec grain = grain_of(s), most = least_of(within(s), longest_gap(s, grain));

	return search_largest(s, c, try_every, grain, EVERY_MIN, least_of(most, EVERY_MAX));
}

/*
 * ---- number, cnt: OpenSSH ----
 * It sends a request after `every` of silence, and gives up one more `every` after the cnt'th.
 */

static void derive_limit(struct candidate *c, nsec every)
{
	c->every = every;
	c->limit = least_of(every * c->cnt, EVERY_MAX);
}

static void derive_ssh(struct candidate *c)
{
	derive_limit(c, c->number);
}

/*
 * serverloop.c since 9.2 waits until more than the interval is over, by a clock of whole
 * seconds that it looks at once an interval: that takes two. Older ones take one, so what
 * is set must raise no false alarm with one, and be in time with two.
 */
static void derive_sshd(struct candidate *c)
{
	derive_limit(c, 2 * c->number);
}

static bool no_alarm_of_old_sshd(struct search *s, const struct candidate *c)
{
	struct candidate old = *c;
	bool fine;

	s->strategy = BY_SSH;
	fine = search_no_alarm(s, &old);
	s->strategy = BY_SSHD;
	return fine;
}

static bool try_count(struct search *s, struct candidate *c, nsec cnt)
{
	c->cnt = cnt;
	return search_no_alarm(s, c);
}

static bool try_number_in_time(struct search *s, struct candidate *c, nsec number)
{
	c->number = number;
	return search_in_time(s, c);
}

static bool quickest_ssh(struct search *s, struct candidate *c)
{
	c->number = NS_PER_S;
	return search_smallest(s, c, try_count, 1, 1, EVERY_MAX / NS_PER_S);
}

static bool quickest_sshd(struct search *s, struct candidate *c)
{
	s->strategy = BY_SSH;
	quickest_ssh(s, c);
	s->strategy = BY_SSHD;
	return c->cnt && no_alarm_of_old_sshd(s, c);
}

/* So many seconds at most, where the gap is that many times as long. */
static nsec most_seconds(const struct search *s, nsec most, int gaps)
{
	return least_of(least_of(within(s), most), longest_gap(s, NS_PER_S)) / gaps;
}

/* The fewer there are, the longer each gap, and the likelier a false alarm. */
static bool best_ssh(struct search *s, struct candidate *c)
{
	for (c->cnt = 1; c->cnt <= SSH_COUNTS && !s->failed; c->cnt++)
		if (search_largest(s, c, try_number_in_time, NS_PER_S, NS_PER_S, most_seconds(s, EVERY_MAX, 1)) &&
		    search_fits(s, c))
			return true;
	return false;
}

static bool best_sshd(struct search *s, struct candidate *c)
{
	for (c->cnt = 1; c->cnt <= SSH_COUNTS && !s->failed; c->cnt++)
		if (search_largest(s, c, try_number_in_time, NS_PER_S, NS_PER_S, most_seconds(s, EVERY_MAX, 2)) &&
		    no_alarm_of_old_sshd(s, c) && search_fits(s, c))
			return true;
	return false;
}

/* ---- idle, intvl, cnt: keepalive, with or without a user timeout (after) ---- */

/* An answered segment is followed by the next after intvl, if that is longer than idle. */
static nsec gap_idle(const struct candidate *c)
{
	return c->idle > c->intvl ? c->idle : c->intvl;
}

static nsec end_of(const struct candidate *c)
{
	return c->idle + c->cnt * c->intvl;
}

static void set_count(struct candidate *c, nsec end, nsec cnt)
{
	c->cnt = cnt;
	c->idle = end - cnt * c->intvl;
}

static bool try_count_to_end(struct search *s, struct candidate *c, nsec cnt)
{
	set_count(c, end_of(c), cnt);
	return search_no_alarm(s, c);
}

/*
 * The user timeout replaces the count, so it is set for the same moment, or for a little
 * before it, which the same segment outlasts: with data in flight the kernel counts from
 * the first retransmission on, and so takes longer.
 */
static bool set_after(struct search *s, struct candidate *c)
{
	nsec grain = c->intvl < 10 * NS_PER_S ? 100 * NS_PER_MS : NS_PER_S;

	for (c->after = end_of(c); c->after > end_of(c) - c->intvl && !s->failed; c->after -= grain)
		if (search_in_time(s, c))
			return true;
	return false;
}

/* All values of which idle + cnt * intvl is that end: the fewer segments outlast the pause,
 * the longer can idle be. */
static bool try_end(struct search *s, struct candidate *c, nsec end)
{
	nsec most = least_of((end - KEEPALIVE_MIN) / c->intvl, KEEPALIVE_CNT_MAX);

	if (most < 1)
		return false;
	set_count(c, end, most);
	return set_after(s, c) && search_smallest(s, c, try_count_to_end, 1, 1, most) && c->idle <= KEEPALIVE_MAX &&
	       search_fits(s, c);
}

static bool try_least_count(struct search *s, struct candidate *c, nsec cnt)
{
	set_count(c, KEEPALIVE_MIN + cnt * c->intvl, cnt);
	c->after = end_of(c);
	return search_no_alarm(s, c);
}

/* At least one segment must be sent after the pause, and there are at most 127. */
static nsec first_interval(const struct search *s)
{
	return (s->evaluator->goal->tolerate / (KEEPALIVE_CNT_MAX - 1) / NS_PER_S + 1) * NS_PER_S;
}

static bool quickest_keepalive(struct search *s, struct candidate *c)
{
	nsec first = first_interval(s);

	for (c->intvl = first; c->intvl < first + INTERVALS * NS_PER_S && !s->failed; c->intvl += NS_PER_S)
		if (search_smallest(s, c, try_least_count, 1, 1, KEEPALIVE_CNT_MAX))
			return true;
	return false;
}

static bool sends_less(const struct candidate *a, const struct candidate *b)
{
	return gap_idle(a) != gap_idle(b) ? gap_idle(a) > gap_idle(b) : a->cnt < b->cnt;
}

static bool best_keepalive(struct search *s, struct candidate *c)
{
	bool found = false;

	for (int i = 0; i < INTERVALS && !s->failed; i++) {
		struct candidate one = { .intvl = first_interval(s) + i * NS_PER_S };

		if (!search_smallest(s, &one, try_least_count, 1, 1, KEEPALIVE_CNT_MAX) ||
		    !search_largest(s, &one, try_end, NS_PER_S, end_of(&one), within(s)) ||
		    (found && !sends_less(&one, c)))
			continue;
		*c = one;
		found = true;
	}
	return found;
}

/* ---- number: Redis ---- */

/* anetKeepAlive() makes of N: idle N, intvl a third of it but at least 1, cnt 3. */
static void derive_redis(struct candidate *c)
{
	c->idle = c->number;
	c->intvl = c->number / 3 / NS_PER_S * NS_PER_S;
	if (!c->intvl)
		c->intvl = NS_PER_S;
	c->cnt = 3;
}

static bool try_number_no_alarm(struct search *s, struct candidate *c, nsec number)
{
	c->number = number;
	return search_no_alarm(s, c);
}

static bool quickest_redis(struct search *s, struct candidate *c)
{
	return search_smallest(s, c, try_number_no_alarm, NS_PER_S, NS_PER_S,
			       least_of(KEEPALIVE_MAX, longest_gap(s, NS_PER_S)));
}

static bool best_redis(struct search *s, struct candidate *c)
{
	return search_largest(s, c, try_number_in_time, NS_PER_S, NS_PER_S, most_seconds(s, KEEPALIVE_MAX, 1));
}

/*
 * packets: an answered keepalive segment is two, an acknowledged byte too; a request, its
 * answer and the acknowledgement of that are three, and so is a byte with its echo. fin_is_death: a FIN is the end for those
 * that read; a probe that sends finds out whether the peer still accepts data.
 */
#define KEEPALIVE_SPEC "rdhup+keepalive:idle={idle}:intvl={intvl}:cnt={cnt}"
#define SSH_SPEC "heartbeat:every={every}:limit={limit}"

const struct strategy_row strategies[STRATEGIES] = {
	[BY_HEARTBEAT] = {
		.spec = "hup+heartbeat:every={every}:limit={limit}:eof=ignore",
		.when = WHEN_ANY, .needs_answer = true, .packets = 3, .echoed = 3, .gap = gap_every,
		.quickest = quickest_every, .best = best_every,
	},
	[BY_OPTIONS] = {
		.spec = KEEPALIVE_SPEC "+user-timeout:after={after}",
		.when = WHEN_ANY, .fin_is_death = true, .packets = 2, .echoed = 2, .gap = gap_idle,
		.quickest = quickest_keepalive, .best = best_keepalive,
	},
	[BY_UNACKED] = {
		.spec = "hup+unacked:every={every}:limit={limit}",
		.when = WHEN_IDLE | WHEN_REQUEST, .packets = 2, .echoed = 3, .gap = gap_every,
		.quickest = quickest_every, .best = best_every,
	},
	[BY_KEEPALIVE] = {
		.spec = KEEPALIVE_SPEC,
		.when = WHEN_IDLE, .fin_is_death = true, .packets = 2, .echoed = 2, .gap = gap_idle,
		.quickest = quickest_keepalive, .best = best_keepalive,
	},
	[BY_REDIS] = {
		.spec = KEEPALIVE_SPEC, .derive = derive_redis,
		.when = WHEN_IDLE, .fin_is_death = true, .packets = 2, .echoed = 2, .gap = gap_idle,
		.quickest = quickest_redis, .best = best_redis,
	},
	[BY_SSH] = {
		.spec = SSH_SPEC, .derive = derive_ssh,
		.when = WHEN_ANY, .needs_answer = true, .fin_is_death = true, .packets = 3, .echoed = 3, .gap = gap_every,
		.quickest = quickest_ssh, .best = best_ssh,
	},
	[BY_SSHD] = {
		.spec = SSH_SPEC, .derive = derive_sshd,
		.when = WHEN_ANY, .needs_answer = true, .fin_is_death = true, .packets = 3, .echoed = 3, .gap = gap_every,
		.quickest = quickest_sshd, .best = best_sshd,
	},
};
