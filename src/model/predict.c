// SPDX-License-Identifier: MIT
/*
 * Predictions of single probes and of composites. A verdict that may come or not is a
 * prediction too, and both results hold it.
 */
#include "predict.h"

#include <string.h>

#include "composite.h"
#include "faults/fault.h"
#include "path-memory.h"
#include "probes/predict.h"
#include "timeline.h"
#include "tcp/late.h"

/* What a clock in jiffies may be ahead, and the stamp of the strike behind. */
#define EARLY (20 * NS_PER_MS)

/* Long enough for everything to have happened before. */
#define AGES (365 * 24 * 3600 * NS_PER_S)

/*
 * On a slow path what is under way is as old as its round trip. Who sends may be late
 * too, and then what came back last is older than its period.
 */
static struct prediction of_range(struct time_range s, const struct composite *c,
				  const struct circumstances *around, bool dead)
{
	const nsec lasts = around->lasts, rtt = around->path.rtt;
	struct prediction p = { .slack = PROCESSES_LATE + ns_max(around->lag, rto_varies(&around->path)),
				.from = s.from, .late = s.late, .lasts = lasts, .dead = dead,
				.by = NS_NEVER, .why = s.why };

	if (s.by >= 0) { /* what comes from the peer takes half of it, and what it answers all */
		s.by = ns_add(s.by, rtt);
		p.late = ns_add(s.late, rtt);
	}
	if (s.by == NS_NEVER || s.by > lasts)
		p.result = dead ? MISSED : STAYED_ALIVE;
	else
		p.result = dead && s.by >= 0 ? NOTICED : FALSE_ALARM;
	if (p.result == NOTICED)
		p.by = s.by;
	if (c->tx_before != NS_NEVER && p.from > 0 && p.from != NS_NEVER)
		p.from = ns_max(0, p.from - p.slack);
	return p;
}

static struct time_range range_of(const struct group *g, size_t member, const struct chosen_fault *f,
				  const struct effect *e, const struct circumstances *s)
{
	struct composite composite = composite_of(g, e, s);
	struct timeline timeline = timeline_of(&composite, f, e, s);
	struct prediction_view v = { .group = g, .composite = &composite, .timeline = &timeline,
				     .effect = e, .around = s };

	v = prediction_view_open(v, member);
	/* cppcheck-suppress returnDanglingLifetime ; a range has no pointer into the view */
	return v.me->probe->predict(&v);
}

/* Of an effect that strikes at once. */
static struct time_range range_of_effect(const struct group *g, size_t member, const struct chosen_fault *f,
					 const struct effect *e, const struct circumstances *s)
{
	static const struct effect reset = EFFECT_RESET;
	const struct composite composite = composite_of(g, e, s);
	struct time_range range;

	/* A peer in recv skips the urgent byte; one that polls is not woken for it, and leaves it unread. */
	if (e->hasty && s->polls && composite.urgent < s->age && composite.echo == NS_NEVER)
		return range_of(g, member, f, &reset, s);
	range = range_of(g, member, f, e, s);
	if (e->hasty && composite.urgent != NS_NEVER)
		range = range_either(range, range_of(g, member, f, &reset, s));
	return range;
}

/* Of a connection that the path has forgotten: what says dead before is mistaken. */
static struct prediction of_forgotten(struct time_range range, const struct path_memory *m, const struct composite *c,
				      const struct circumstances *s)
{
	struct prediction p;

	range.by = ns_add(range.by, m->extra);
	range.late = ns_add(range.late, m->extra);
	p = of_range(range, c, s, range.late >= m->from);
	p.unsure = m->from && range.from < m->from + EARLY && p.dead;
	return p;
}

static struct prediction either(const struct prediction *kept, const struct prediction *lost)
{
	struct prediction p = *lost;

	p.unsure = true;
	p.from = ns_min(kept->from, lost->from);
	p.late = ns_max(kept->late, lost->late);
	p.slack = ns_max(kept->slack, lost->slack);
	p.result = kept->result == FALSE_ALARM && lost->by != NS_NEVER ? FALSE_ALARM : MISSED;
	p.by = NS_NEVER;
	p.why = "the path may forget the connection: something is sent hardly more often, or by chance";
	return p;
}

static struct prediction predict_forgetting(const struct group *g, size_t member, const struct chosen_fault *f,
					    const struct circumstances *s)
{
	const struct chosen_fault none = { .fault = fault_control() };
	const struct effect *lives = &none.fault->effect;
	const struct composite c = composite_of(g, lives, s);
	const struct path_memory m = path_memory_of(&c, f->fault->forgets(f->params), s);
	struct prediction kept = of_range(range_of_effect(g, member, &none, lives, s), &c, s, false), lost;

	if (kept.result == STAYED_ALIVE && !prediction_perhaps(&kept))
		kept.why = "something is sent often enough: the path does not forget the connection";
	if (m.keeping == MEMORY_KEEPS)
		return kept;
	lost = of_forgotten(range_of_effect(g, member, f, fault_effect(f->fault, f->params), s), &m, &c, s);
	return m.keeping == MEMORY_FORGETS ? lost : either(&kept, &lost);
}

struct prediction predict_member(const struct group *g, size_t member, const struct chosen_fault *f,
				 const struct circumstances *s)
{
	const struct effect *effect = fault_effect(f->fault, f->params);
	struct circumstances around = *s;
	struct composite composite;

	if (g->chosen[member].unsupported)
		return (struct prediction){ .result = UNSUPPORTED, .by = NS_NEVER, .from = NS_NEVER,
					    .why = g->chosen[member].unsupported };
	if (around.age > AGES)
		around.age = AGES;
	if (f->fault->forgets)
		return predict_forgetting(g, member, f, &around);
	composite = composite_of(g, effect, &around);
	return of_range(range_of_effect(g, member, f, effect, &around), &composite, &around, f->fault->dead);
}

bool prediction_perhaps(const struct prediction *p)
{
	return (p->result == MISSED || p->result == STAYED_ALIVE) && p->from != NS_NEVER;
}

bool prediction_holds(const struct prediction *p, enum result r, nsec after)
{
	nsec late = ns_add(p->late, p->slack);

	if (r == INCONCLUSIVE)
		return false;
	if (r == UNSUPPORTED || p->result == UNSUPPORTED)
		return r == p->result;
	if (r == MISSED || r == STAYED_ALIVE)
		return (p->unsure || (r == MISSED) == p->dead) && late > p->lasts;
	if (p->from == NS_NEVER)
		return false;
	if (after == TIME_NONE || after < 0)
		return r == FALSE_ALARM && p->from < 0;
	return (p->unsure || (r == NOTICED) == p->dead) && after >= p->from - EARLY && after <= late;
}

/* ---- composites ---- */

struct prediction predict_lasting(const struct group *g, size_t member, const struct chosen_fault *f,
				  const struct circumstances *s)
{
	struct prediction first, then = predict_member(g, member, f, s);
	struct circumstances young = *s;

	if (then.result != FALSE_ALARM || s->age != NS_NEVER)
		return then;
	young.age = NS_PER_S;
	first = predict_member(g, member, f, &young);
	young.age = 0;
	return first.result == FALSE_ALARM ? first : predict_member(g, member, f, &young);
}

/* Less than 0: a decides before b. */
static int compare(const struct prediction *a, const struct prediction *b)
{
	if (a->result != b->result)
		return result_rank(a->result) - result_rank(b->result);
	if (a->result == NOTICED && a->by != b->by)
		return a->by < b->by ? -1 : 1;
	return prediction_perhaps(b) - prediction_perhaps(a);
}

/* Only a verdict is somebody's. */
static uint64_t member_bit(size_t member, const struct prediction *p)
{
	if (member >= 64 || (p->result != NOTICED && p->result != FALSE_ALARM))
		return 0;
	return UINT64_C(1) << member;
}

static void add_member(struct composite_prediction *c, size_t member, const struct prediction *next)
{
	int order = member ? compare(next, &c->first) : -1;

	if (order < 0) {
		c->first = *next;
		c->member = member;
		c->alike = 0;
	}
	if (order < 0 || (order == 0 && !strcmp(next->why, c->first.why)))
		c->alike |= member_bit(member, next);
	if (next->result == NOTICED)
		c->surely = ns_min(c->surely, next->late);
	c->may_alarm |= next->result == FALSE_ALARM || (next->result == STAYED_ALIVE && prediction_perhaps(next));
}

struct composite_prediction predict_composite(const struct group *g, const struct chosen_fault *f,
					      const struct circumstances *s)
{
	struct composite_prediction c = { .surely = NS_NEVER };

	for (size_t i = 0; i < g->count; i++) {
		struct prediction next = predict_lasting(g, i, f, s);

		add_member(&c, i, &next);
	}
	return c;
}

struct circumstances predict_circumstances(const struct plan *p, const struct sysctls *sys)
{
	return (struct circumstances){
		.traffic = p->lab.traffic, .interval = p->interval, .path = { .sys = sys, .rtt = p->lab.rtt },
		.age = NS_NEVER, .lasts = NS_NEVER,
	};
}
