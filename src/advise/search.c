// SPDX-License-Identifier: MIT
/*
 * Evaluates candidates and bisects between them. Which deaths a strategy can notice at all
 * is written down nowhere: those that the quickest of its candidates notices in time must be
 * noticed by the one that is chosen.
 */
#include "candidates.h"

#define HOUR (3600 * NS_PER_S)

/* Goals that are tried where a goal is too short, and by what share the next is longer at least. */
#define GUESSES 12
#define GUESS_SHARE 40

unsigned strategy_when(enum strategy strategy)
{
	return strategies[strategy].when;
}

bool strategy_needs_answer(enum strategy strategy)
{
	return strategies[strategy].needs_answer;
}

void candidate_values(const struct candidate *c, struct template_value values[CANDIDATE_VALUES])
{
	const struct template_value all[] = {
		{ "every", c->every, false }, { "limit", c->limit, false }, { "idle", c->idle, false },
		{ "intvl", c->intvl, false }, { "after", c->after, false }, { "number", c->number, false },
		{ "cnt", c->cnt, true },
	};

	for (int i = 0; i < CANDIDATE_VALUES; i++)
		values[i] = all[i];
}

static void write_spec(struct search *s, struct candidate *c)
{
	const struct strategy_row *row = &strategies[s->strategy];
	struct template_value values[CANDIDATE_VALUES + 1] = { { .name = NULL } };

	if (row->derive)
		row->derive(c);
	candidate_values(c, values);
	*c->spec = '\0';
	s->failed |= template_fill(c->spec, sizeof(c->spec), row->spec, values, s->e) != 0;
}

static void evaluate_candidate(struct search *s, struct candidate *c, fault_set among)
{
	write_spec(s, c);
	if (!s->failed && evaluate(s->evaluator, c->spec, strategy_when(s->strategy), among, &c->evaluation, s->e))
		s->failed = true;
}

/* What most often comes too late is evaluated first: it saves the time for the others. */
static fault_set hardest(const struct search *s)
{
	return s->must & (evaluator_fault(s->evaluator, FAULT_CUT) | evaluator_fault(s->evaluator, FAULT_FULL));
}

static bool has_alarm(const struct search *s, const struct candidate *c)
{
	return c->evaluation.false_alarms & ~s->may_alarm;
}

bool search_in_time(struct search *s, struct candidate *c)
{
	evaluate_candidate(s, c, hardest(s));
	if (s->failed || hardest(s) & ~c->evaluation.noticed)
		return false;
	evaluate_candidate(s, c, s->must);
	return !s->failed && !(s->must & ~c->evaluation.noticed);
}

bool search_no_alarm(struct search *s, struct candidate *c)
{
	evaluate_candidate(s, c, ~s->evaluator->dead);
	return !s->failed && !has_alarm(s, c);
}

bool search_fits(struct search *s, struct candidate *c)
{
	evaluate_candidate(s, c, s->evaluator->pause | hardest(s));
	if (s->failed || has_alarm(s, c) || hardest(s) & ~c->evaluation.noticed)
		return false;
	evaluate_candidate(s, c, EVERY_FAULT);
	return !s->failed && !has_alarm(s, c) && !(s->must & ~c->evaluation.noticed);
}

/* Values that were tried last stay in c, so the one that was found is tried once more. */
static nsec bisect(struct search *s, struct candidate *c, search_test *will_do, nsec grain, nsec least, nsec most,
		   bool down)
{
	nsec low = (least + grain - 1) / grain, high = most / grain, found = 0;

	while (low <= high && !s->failed) {
		nsec middle = low + (high - low) / 2;
		bool does = will_do(s, c, middle * grain);

		if (does)
			found = middle * grain;
		if (does == down)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return found && !s->failed && will_do(s, c, found) ? found : 0;
}

nsec search_smallest(struct search *s, struct candidate *c, search_test *will_do, nsec grain, nsec least, nsec most)
{
	return bisect(s, c, will_do, grain, least, most, true);
}

nsec search_largest(struct search *s, struct candidate *c, search_test *will_do, nsec grain, nsec least, nsec most)
{
	return bisect(s, c, will_do, grain, least, most, false);
}

static struct search search_of(const struct evaluator *ev, enum strategy strategy, struct error *e)
{
	struct search s = { .evaluator = ev, .strategy = strategy, .e = e };

	if (strategies[strategy].fin_is_death)
		s.may_alarm = evaluator_fault(ev, FAULT_HALF_CLOSE);
	return s;
}

/* Sets what has to be noticed; false where not even a cut path is. */
static bool set_aims(struct search *s, struct candidate *quickest)
{
	nsec latest;

	if (!strategies[s->strategy].quickest(s, quickest)) {
		quickest->evaluation.latest = NS_NEVER;
		return false;
	}
	evaluate_candidate(s, quickest, EVERY_FAULT);
	s->must = quickest->evaluation.noticed;
	if (s->failed || s->must & evaluator_fault(s->evaluator, FAULT_CUT))
		return !s->failed;
	s->failed = evaluate_latest(s->evaluator, quickest->spec, strategy_when(s->strategy), FAULT_CUT, &latest, s->e);
	quickest->evaluation.latest = latest == NS_NEVER ? NS_NEVER : goal_shortest(latest);
	return false;
}

struct promise candidate_promise(enum strategy strategy, const struct candidate *c)
{
	const struct strategy_row *row = &strategies[strategy];

	return (struct promise){
		.by = c->evaluation.latest, .noticed = c->evaluation.noticed, .alarms = c->evaluation.false_alarms,
		.packets = row->packets, .echoed = row->echoed, .gap = c->gap,
	};
}

/* The timer of keepalive counts from the handshake. */
nsec candidate_counted_in(const struct candidate *c)
{
	return c->every ? 2 * c->gap + NS_PER_S : c->gap + NS_PER_S;
}

/* A program's own clock does not wait for an answer; keepalive's timer counts from it. */
static void count_packets(const struct evaluator *ev, struct candidate *c, const struct strategy_row *row)
{
	c->gap = row->gap(c) + (c->every ? 0 : ev->goal->rtt);
	c->packets = row->packets * HOUR / c->gap;
}

/* 1 with the best in *c; 0: there is none; -1 with the reason in *e. */
static int search_best(const struct evaluator *ev, enum strategy strategy, struct candidate *c, struct error *e)
{
	struct search s = search_of(ev, strategy, e);
	struct candidate quickest = { .every = 0 };
	bool possible = set_aims(&s, &quickest);

	*c = quickest;
	if (s.failed)
		return -1;
	if (!possible)
		return 0;
	if (!strategies[strategy].best(&s, c) && !s.failed)
		*c = quickest; /* a step between two values is missing: then the quickest has to do */
	if (!s.failed && !search_fits(&s, c))
		return s.failed ? -1 : 0;
	count_packets(ev, c, &strategies[strategy]);
	return s.failed ? -1 : 1;
}

/*
 * A longer goal for a strategy that does not reach this one: what is proposed, and in what steps, depends
 * on the goal, so the first guess is searched for in turn. -1 with the reason in *e.
 */
static int find_shortest(const struct evaluator *ev, enum strategy strategy, nsec *shortest, struct error *e)
{
	struct goal goal = *ev->goal;
	struct evaluator longer = *ev;
	int found = 0;

	longer.goal = &goal;
	for (int i = 0; !found && i < GUESSES && *shortest != NS_NEVER; i++) {
		struct candidate c;

		if (*shortest <= goal.within)
			*shortest = goal.within + goal.within / GUESS_SHARE;
		goal.within = *shortest;
		found = search_best(&longer, strategy, &c, e);
		if (!found)
			*shortest = c.evaluation.latest;
	}
	if (!found)
		*shortest = NS_NEVER;
	return found < 0 ? -1 : 0;
}

/* The same, or this very goal, if the path forgot nothing. -1 with the reason in *e. */
static int find_remembered(const struct evaluator *ev, enum strategy strategy, nsec *shortest, struct error *e)
{
	struct goal goal = *ev->goal;
	struct evaluator remembers = *ev;
	struct candidate c;
	int found;

	goal.path_limit = NS_NEVER;
	remembers.goal = &goal;
	found = search_best(&remembers, strategy, &c, e);
	*shortest = found ? goal.within : c.evaluation.latest;
	return found ? found : find_shortest(&remembers, strategy, shortest, e);
}

/* Where there is no candidate: a longer goal for which there is, or that the path is why. */
static int explain_lack(struct candidates *c, enum strategy strategy, struct error *e)
{
	nsec *shortest = &c->best[strategy].evaluation.latest, remembered;

	if (find_shortest(c->evaluator, strategy, shortest, e))
		return -1;
	if (*shortest != NS_NEVER || c->evaluator->goal->path_limit == NS_NEVER)
		return 0;
	if (find_remembered(c->evaluator, strategy, &remembered, e) < 0)
		return -1;
	c->forgets[strategy] = remembered != NS_NEVER;
	return 0;
}

int search_candidates(struct candidates *c, struct error *e)
{
	for (int i = 0; i < STRATEGIES; i++) {
		int found = search_best(c->evaluator, (enum strategy)i, &c->best[i], e);

		if (found < 0)
			return -1;
		c->has[i] = found;
		if (!found && explain_lack(c, (enum strategy)i, e))
			return -1;
	}
	return 0;
}

int search_check(const struct evaluator *ev, enum strategy strategy, struct candidate *c, struct error *e)
{
	struct search s = search_of(ev, strategy, e);
	bool fits;

	s.must = c->evaluation.noticed;
	fits = search_fits(&s, c);
	count_packets(ev, c, &strategies[strategy]);
	return s.failed ? -1 : fits;
}
