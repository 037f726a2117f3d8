// SPDX-License-Identifier: MIT
/*
 * The candidates. Their oddity: what a limit has to outlast does not depend on how often
 * something is sent, so the limit is found first, as short as the wish allows; the rest of
 * the time is left to the gaps between two packets, which are made as long as can be.
 */
#include "search.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "probes/option.h"
#include "probes/stream.h"

#define INTERVALS 4   /* between two keepalive segments, that are tried from the least on */
#define SSH_COUNTS 6

static nsec least_of(nsec a, nsec b)
{
	return a < b ? a : b;
}

static nsec gap_every(const struct tuning *t)
{
	return t->every;
}

/* An answered segment is followed by the next after intvl, if that is longer than idle. */
static nsec gap_idle(const struct tuning *t)
{
	return t->idle > t->intvl ? t->idle : t->intvl;
}

/* ---- a question, or a byte, and a limit ---- */

static void write_pair(struct tuning *t, const char *probe, const char *more)
{
	snprintf(t->spec, sizeof(t->spec), "%s:every=%s:limit=%s%s", probe, duration_text(t->every).text,
		 duration_text(t->limit).text, more);
}

static void write_heartbeat(struct tuning *t)
{
	write_pair(t, "hup+heartbeat", ":eof=ignore");
}

static void write_unacked(struct tuning *t)
{
	write_pair(t, "hup+unacked", "");
}

/* In what steps they are told: no finer than a two-hundredth or so. */
static nsec grain_of(const struct wish *w)
{
	if (w->within < 2 * NS_PER_S)
		return 10 * NS_PER_MS;
	return w->within < 100 * NS_PER_S ? 100 * NS_PER_MS : NS_PER_S;
}

static bool try_limit(struct search *s, struct tuning *t, nsec limit)
{
	t->limit = limit;
	return is_calm(s, t);
}

static bool try_every(struct search *s, struct tuning *t, nsec every)
{
	t->every = every;
	return fits(s, t);
}

static bool quickest_pair(struct search *s, struct tuning *t)
{
	nsec grain = grain_of(s->w);

	t->every = grain;
	return smallest(s, t, try_limit, grain, EVERY_MIN, EVERY_MAX);
}

static bool best_pair(struct search *s, struct tuning *t)
{
	return largest(s, t, try_every, grain_of(s->w), EVERY_MIN, least_of(s->w->within, EVERY_MAX));
}

/* ---- OpenSSH: a question after each `every` of silence, and one more `every` after the cnt'th ---- */

static void write_ssh(struct tuning *t)
{
	t->limit = least_of(t->every * t->cnt, EVERY_MAX);
	write_pair(t, "heartbeat", "");
}

static bool try_ssh_count(struct search *s, struct tuning *t, nsec cnt)
{
	t->cnt = cnt;
	return is_calm(s, t);
}

static bool try_ssh_every(struct search *s, struct tuning *t, nsec every)
{
	t->every = every;
	return in_time(s, t);
}

/*
 * serverloop.c since 9.2 waits until more than the interval is over, by a clock of whole
 * seconds that it looks at once an interval: that takes two. Older ones take one, so what
 * is set has to be calm with one, and in time with two.
 */
static void write_sshd(struct tuning *t)
{
	struct tuning twice = { .every = 2 * t->every, .cnt = t->cnt };

	write_ssh(&twice);
	memcpy(t->spec, twice.spec, sizeof(t->spec));
	t->limit = twice.limit;
}

static bool is_calm_once(struct search *s, const struct tuning *t)
{
	struct tuning once = *t;
	bool calm;

	s->way = BY_SSH;
	calm = is_calm(s, &once);
	s->way = BY_SSHD;
	return calm;
}

static bool best_sshd(struct search *s, struct tuning *t)
{
	for (t->cnt = 1; t->cnt <= SSH_COUNTS && !s->failed; t->cnt++)
		if (largest(s, t, try_ssh_every, NS_PER_S, NS_PER_S, least_of(s->w->within, EVERY_MAX) / 2) &&
		    is_calm_once(s, t) && fits(s, t))
			return true;
	return false;
}

static bool quickest_ssh(struct search *s, struct tuning *t)
{
	t->every = NS_PER_S;
	return smallest(s, t, try_ssh_count, 1, 1, EVERY_MAX / NS_PER_S);
}

static bool quickest_sshd(struct search *s, struct tuning *t)
{
	s->way = BY_SSH;
	quickest_ssh(s, t);
	s->way = BY_SSHD;
	return t->cnt && is_calm_once(s, t);
}

/* The fewer there are, the longer each gap, and the less calm. */
static bool best_ssh(struct search *s, struct tuning *t)
{
	for (t->cnt = 1; t->cnt <= SSH_COUNTS && !s->failed; t->cnt++)
		if (largest(s, t, try_ssh_every, NS_PER_S, NS_PER_S, least_of(s->w->within, EVERY_MAX)) &&
		    fits(s, t))
			return true;
	return false;
}

/* ---- keepalive, with or without a user timeout ---- */

static void write_keepalive(struct tuning *t)
{
	snprintf(t->spec, sizeof(t->spec), "rdhup+keepalive:idle=%s:intvl=%s:cnt=%d", duration_text(t->idle).text,
		 duration_text(t->intvl).text, (int)t->cnt);
}

static void write_options(struct tuning *t)
{
	size_t used;

	write_keepalive(t);
	used = strlen(t->spec);
	snprintf(t->spec + used, sizeof(t->spec) - used, "+user-timeout:after=%s", duration_text(t->after).text);
}

static nsec end_of(const struct tuning *t)
{
	return t->idle + t->cnt * t->intvl;
}

static void set_count(struct tuning *t, nsec end, nsec cnt)
{
	t->cnt = cnt;
	t->idle = end - cnt * t->intvl;
}

static bool try_count(struct search *s, struct tuning *t, nsec cnt)
{
	set_count(t, end_of(t), cnt);
	return is_calm(s, t);
}

/*
 * The user timeout replaces the count, so it is set for the same moment, or for a little
 * before it, which the same segment outlasts: with data in flight the kernel counts from
 * the first repetition on, and so takes longer.
 */
static bool set_after(struct search *s, struct tuning *t)
{
	nsec grain = t->intvl < 10 * NS_PER_S ? 100 * NS_PER_MS : NS_PER_S;

	for (t->after = end_of(t); t->after > end_of(t) - t->intvl && !s->failed; t->after -= grain)
		if (in_time(s, t))
			return true;
	return false;
}

/* All values of which idle + cnt * intvl is that end: the fewer segments outlast the pause,
 * the longer can idle be. */
static bool try_end(struct search *s, struct tuning *t, nsec end)
{
	nsec most = least_of((end - KEEPALIVE_MIN) / t->intvl, KEEPALIVE_CNT_MAX);

	if (most < 1)
		return false;
	set_count(t, end, most);
	return set_after(s, t) && smallest(s, t, try_count, 1, 1, most) && t->idle <= KEEPALIVE_MAX && fits(s, t);
}

static bool try_least_count(struct search *s, struct tuning *t, nsec cnt)
{
	set_count(t, KEEPALIVE_MIN + cnt * t->intvl, cnt);
	t->after = end_of(t);
	return is_calm(s, t);
}

/* At least one segment must be sent after the pause, and there are at most 127. */
static nsec first_interval(const struct wish *w)
{
	return (w->tolerate / (KEEPALIVE_CNT_MAX - 1) / NS_PER_S + 1) * NS_PER_S;
}

static bool quickest_keepalive(struct search *s, struct tuning *t)
{
	nsec first = first_interval(s->w);

	for (t->intvl = first; t->intvl < first + INTERVALS * NS_PER_S && !s->failed; t->intvl += NS_PER_S)
		if (smallest(s, t, try_least_count, 1, 1, KEEPALIVE_CNT_MAX))
			return true;
	return false;
}

static bool sends_less(const struct tuning *a, const struct tuning *b)
{
	return gap_idle(a) != gap_idle(b) ? gap_idle(a) > gap_idle(b) : a->cnt < b->cnt;
}

static bool best_keepalive(struct search *s, struct tuning *t)
{
	nsec first = first_interval(s->w);
	bool found = false;

	for (int i = 0; i < INTERVALS && !s->failed; i++) {
		struct tuning one = { .intvl = first + i * NS_PER_S };

		if (!largest(s, &one, try_end, NS_PER_S, NS_PER_S, s->w->within) ||
		    (found && !sends_less(&one, t)))
			continue;
		*t = one;
		found = true;
	}
	return found;
}

/* ---- Redis: anetKeepAlive() makes of N: idle N, intvl a third of it but at least 1, cnt 3 ---- */

static void set_redis(struct tuning *t, nsec n)
{
	t->idle = n;
	t->intvl = n / 3 / NS_PER_S * NS_PER_S;
	if (!t->intvl)
		t->intvl = NS_PER_S;
	t->cnt = 3;
}

static bool try_redis_calm(struct search *s, struct tuning *t, nsec n)
{
	set_redis(t, n);
	return is_calm(s, t);
}

static bool try_redis_in_time(struct search *s, struct tuning *t, nsec n)
{
	set_redis(t, n);
	return in_time(s, t);
}

static bool quickest_redis(struct search *s, struct tuning *t)
{
	return smallest(s, t, try_redis_calm, NS_PER_S, NS_PER_S, KEEPALIVE_MAX);
}

static bool best_redis(struct search *s, struct tuning *t)
{
	return largest(s, t, try_redis_in_time, NS_PER_S, NS_PER_S, least_of(s->w->within, KEEPALIVE_MAX));
}

/*
 * What it costs: an answered keepalive segment is two packets, an acknowledged byte too; a
 * question, its answer and the acknowledgement of that are three. A FIN is the end for
 * those who read; who sends finds out whether the peer still takes data.
 */
const struct way_to_tune ways[WAYS] = {
	[BY_HEARTBEAT] = { WHENEVER, false, 3, write_heartbeat, gap_every,
			   quickest_pair, best_pair },
	[BY_OPTIONS] = { WHENEVER, true, 2, write_options, gap_idle,
			 quickest_keepalive, best_keepalive },
	[BY_UNACKED] = { WHEN_IDLE | WHEN_ASKING, false, 2, write_unacked, gap_every,
			 quickest_pair, best_pair },
	[BY_KEEPALIVE] = { WHEN_IDLE, true, 2, write_keepalive, gap_idle,
			   quickest_keepalive, best_keepalive },
	[BY_REDIS] = { WHEN_IDLE, true, 2, write_keepalive, gap_idle,
		       quickest_redis, best_redis },
	[BY_SSH] = { WHENEVER, true, 3, write_ssh, gap_every, quickest_ssh, best_ssh },
	[BY_SSHD] = { WHENEVER, true, 3, write_sshd, gap_every, quickest_sshd, best_sshd },
};
