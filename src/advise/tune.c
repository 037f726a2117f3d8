// SPDX-License-Identifier: MIT
/*
 * A candidate held against the wish. Its oddity: nobody wrote down which deaths a way can
 * notice at all; those that the quickest of its candidates notices in time must be noticed
 * by the one that is chosen.
 */
#include "search.h"

#define HOUR (3600 * NS_PER_S)

static void judge(struct search *s, struct tuning *t, fault_set among)
{
	ways[s->way].write(t);
	if (trial_judge(s->trial, s->w, t->spec, ways[s->way].when, among, &t->found, s->e))
		s->failed = true;
}

/* What most often comes too late is asked first: it takes the others' time. */
static fault_set hardest(const struct search *s)
{
	return s->must & (trial_set(s->trial, "drop") | trial_set(s->trial, "zero-window"));
}

bool in_time(struct search *s, struct tuning *t)
{
	judge(s, t, hardest(s));
	if (s->failed || hardest(s) & ~t->found.noticed)
		return false;
	judge(s, t, s->must);
	return !s->failed && !(s->must & ~t->found.noticed);
}

bool is_calm(struct search *s, struct tuning *t)
{
	judge(s, t, ~s->trial->dead);
	return !s->failed && !(t->found.alarms & ~s->may_alarm);
}

bool fits(struct search *s, struct tuning *t)
{
	judge(s, t, s->trial->pause | hardest(s));
	if (s->failed || t->found.alarms & ~s->may_alarm || hardest(s) & ~t->found.noticed)
		return false;
	judge(s, t, EVERY_FAULT);
	return !s->failed && !(t->found.alarms & ~s->may_alarm) && !(s->must & ~t->found.noticed);
}

/* Values that were tried last stay in t, so the one that was found is tried once more. */
static nsec bisect(struct search *s, struct tuning *t, trying *will_do, nsec grain, nsec least, nsec most,
		   bool down)
{
	nsec low = (least + grain - 1) / grain, high = most / grain, found = 0;

	while (low <= high && !s->failed) {
		nsec middle = low + (high - low) / 2;
		bool does = will_do(s, t, middle * grain);

		if (does)
			found = middle * grain;
		if (does == down)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return found && !s->failed && will_do(s, t, found) ? found : 0;
}

nsec smallest(struct search *s, struct tuning *t, trying *will_do, nsec grain, nsec least, nsec most)
{
	return bisect(s, t, will_do, grain, least, most, true);
}

nsec largest(struct search *s, struct tuning *t, trying *will_do, nsec grain, nsec least, nsec most)
{
	return bisect(s, t, will_do, grain, least, most, false);
}

unsigned tune_when(enum way way)
{
	return ways[way].when;
}

/* Sets what has to be noticed; false where not even a cut path is. */
static bool set_aims(struct search *s, struct tuning *t)
{
	fault_set drop = trial_set(s->trial, "drop");
	struct wish patient = *s->w;
	struct search lenient;

	s->may_alarm = ways[s->way].fin_is_death ? trial_set(s->trial, "half-close") : 0;
	t->found.latest = NS_NEVER;
	if (!ways[s->way].quickest(s, t)) {
		t->found.latest = NS_NEVER;
		return false;
	}
	judge(s, t, EVERY_FAULT);
	s->must = t->found.noticed;
	if (s->must & drop)
		return true;
	patient.within = NS_NEVER - NS_PER_S;
	lenient = *s;
	lenient.w = &patient;
	judge(&lenient, t, drop);
	s->failed |= lenient.failed;
	t->found.latest = wish_least(t->found.latest - wish_slack(patient.within));
	return false;
}

int tune(const struct trial *trial, const struct wish *w, enum way way, struct tuning *t, struct error *e)
{
	struct search s = { .trial = trial, .w = w, .way = way, .e = e };
	struct tuning quickest = { .every = 0 };
	bool possible = set_aims(&s, &quickest);

	*t = quickest;
	if (s.failed)
		return -1;
	if (!possible)
		return 0;
	s.w = w;
	if (!ways[way].best(&s, t) && !s.failed)
		*t = quickest; /* a step between two values is missing: then the quickest has to do */
	if (!s.failed && !fits(&s, t))
		return s.failed ? -1 : 0;
	t->packets = ways[way].packets * HOUR / ways[way].gap(t);
	return s.failed ? -1 : 1;
}

int tune_again(const struct trial *trial, const struct wish *w, enum way way, struct tuning *t, struct error *e)
{
	struct search s = { .trial = trial, .w = w, .way = way, .e = e, .must = t->found.noticed };
	bool does;

	s.may_alarm = ways[way].fin_is_death ? trial_set(trial, "half-close") : 0;
	does = fits(&s, t);
	t->packets = ways[way].packets * HOUR / ways[way].gap(t);
	return s.failed ? -1 : does;
}
