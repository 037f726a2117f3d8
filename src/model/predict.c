// SPDX-License-Identifier: MIT
/*
 * Predictions. Its oddity: a verdict that may come or not is a forecast too, and both
 * results hold it.
 */
#include "predict.h"

#include <string.h>

#include "faults/fault.h"
#include "says.h"
#include "tcp/range.h"

/* What a clock in jiffies may be ahead, and the stamp of the strike behind. */
#define EARLY (20 * NS_PER_MS)

/* Long enough for everything to have happened before. */
#define AGES (365 * 24 * 3600 * NS_PER_S)

/* Woken with the socket, or told of any error. */
static bool takes_at_once(const struct chosen *c, const struct effect *e)
{
	unsigned t = c->probe->traits;

	if (c->unsupported || !(t & TAKES_ERROR))
		return false;
	if (t & TAKES_DATA) /* at a FIN it is done, or listens no more; with a limit it may be done too */
		return !e->fin && (e->rst || !chosen_number(c, "limit"));
	return t & ONLY_SETS_OPTION;
}

static void look_around(struct view *v)
{
	const struct group *g = v->group;

	v->others_tx_period = v->composite->app_period;
	for (size_t i = 0; i < g->count; i++) {
		const struct chosen *c = &g->chosen[i];

		if (i == v->member || c->unsupported)
			continue;
		if (c->probe->traits & SENDS_DATA)
			v->others_tx_period = ns_min(v->others_tx_period, chosen_period(c, v->around->interval));
		v->asks_error |= chosen_is(c, "so-error");
		v->others_read |= (c->probe->traits & TAKES_DATA) != 0;
		v->taken |= takes_at_once(c, v->effect);
		v->contested |= (c->probe->traits & TAKES_ERROR) != 0;
	}
}

/*
 * On a slow path what is under way is as old as its round trip. Who sends may be late
 * too, and then what came back last is older than its period.
 */
static struct prediction of_range(struct time_range s, const struct composite *c,
			       const struct circumstances *around, bool dead)
{
	nsec lasts = around->lasts;
	struct prediction f = { .slack = PROCESSES_LATE + ns_max(around->lag, around->path.rto - RTO_LEAST),
			      .from = s.from, .late = s.late, .lasts = lasts, .dead = dead,
			      .by = NS_NEVER, .why = s.why };

	if (s.by == NS_NEVER || s.by > lasts)
		f.result = dead ? MISSED : STAYED_ALIVE;
	else
		f.result = dead && s.by >= 0 ? NOTICED : FALSE_ALARM;
	if (f.result == NOTICED)
		f.by = s.by;
	if (c->tx_before != NS_NEVER && f.from > 0 && f.from != NS_NEVER)
		f.from = ns_max(0, f.from - f.slack);
	return f;
}

/* Who says dead of a peer that goes on answering asks it no more. */
static bool falls_silent(const struct view *v)
{
	if (!chosen_is(v->me, "idle") || !v->effect->echoes || v->composite->app_period != NS_NEVER)
		return false;
	for (size_t i = 0; i < v->group->count; i++) {
		struct view other = { .group = v->group, .member = i, .me = &v->group->chosen[i],
				      .composite = v->composite, .timeline = v->timeline, .effect = v->effect,
				      .around = v->around };
		nsec from;

		if (i == v->member || !(other.me->probe->traits & SENDS_DATA) || other.me->unsupported)
			continue;
		look_around(&other);
		from = says_dead_when(&other).from;
		if (from != NS_NEVER && from <= v->around->lasts)
			return true;
	}
	return false;
}

static struct time_range range_of(const struct group *g, size_t member, const struct chosen_fault *f,
			   const struct effect *e, const struct circumstances *s)
{
	struct composite composite = composite_of(g, e, s);
	struct timeline timeline = timeline_of(&composite, f, e, s);
	struct view v = { .group = g, .member = member, .me = &g->chosen[member], .composite = &composite, .timeline = &timeline,
			  .effect = e, .around = s };

	look_around(&v);
	v.falls_silent = falls_silent(&v);
	return says_dead_when(&v);
}

struct prediction predict(const struct group *g, size_t member, const struct chosen_fault *f,
			const struct circumstances *s)
{
	const struct effect *effect = &f->fault->effect;
	struct circumstances around = *s;
	struct composite composite;
	struct time_range span;

	if (g->chosen[member].unsupported)
		return (struct prediction){ .result = UNSUPPORTED, .by = NS_NEVER,
					  .why = g->chosen[member].unsupported };
	if (around.age > AGES)
		around.age = AGES;
	composite = composite_of(g, effect, &around);
	if (effect->hasty && composite.urgent < around.age && composite.echo == NS_NEVER)
		effect = &fault_rst.effect;
	span = range_of(g, member, f, effect, &around);
	if (effect->hasty && composite.urgent != NS_NEVER)
		span = range_either(span, range_of(g, member, f, &fault_rst.effect, &around));
	return of_range(span, &composite, &around, f->fault->dead);
}

bool prediction_holds(const struct prediction *f, enum result r, nsec after)
{
	nsec late = ns_add(f->late, f->slack);

	if (r == UNSUPPORTED || f->result == UNSUPPORTED)
		return r == f->result;
	if (r == MISSED || r == STAYED_ALIVE)
		return (r == MISSED) == f->dead && late > f->lasts;
	if (f->from == NS_NEVER)
		return false;
	if (after == TIME_NONE || after < 0)
		return r == FALSE_ALARM && f->from < 0;
	return (r == NOTICED) == f->dead && after >= f->from - EARLY && after <= late;
}
