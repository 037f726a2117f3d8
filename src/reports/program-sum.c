// SPDX-License-Identifier: MIT
/* A program under test over all faults: what it noticed, and which probe noticed what it missed. */
#include "program-phrases.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/utf8.h"
#include "base/words.h"
#include "results/score.h"

#define FAULTS_MOST 6 /* that a sentence names */

static bool is_result(const struct results *m, size_t fault, enum result result)
{
	const struct result_cell *c = results_cell(m, m->probes[0], fault);

	return c->total && cell_worst(c) == result;
}

/* "drop, freeze and 3 more": the faults at which it came to that. Returns how many. */
static unsigned list_faults(char *to, size_t room, const struct results *m, enum result result)
{
	char name[64];
	unsigned n = 0;
	size_t used = 0;

	*to = '\0';
	for (size_t f = 0; f < m->c->nfaults; f++) {
		if (!is_result(m, f, result))
			continue;
		utf8_visible(name, sizeof(name), m->c->faults[f].name, m->c->utf8);
		if (n++ < FAULTS_MOST && used < room)
			used += (size_t)snprintf(to + used, room - used, "%s%s", used ? ", " : "", name);
	}
	if (n > FAULTS_MOST && used < room)
		snprintf(to + used, room - used, " and %u more", n - FAULTS_MOST);
	return n;
}

static void sum_of_all(char to[PROGRAM_SUM], const struct results *m)
{
	static const struct {
		enum result result;
		const char *title;
	} kinds[] = {
		{ MISSED, "missed" }, { FALSE_ALARM, "false alarm at" }, { INCONCLUSIVE, "inconclusive at" },
		{ UNSUPPORTED, "unsupported at" },
	};
	struct results_score s;
	char time[DURATION_ROOM], list[512];
	size_t used;

	results_score(m, m->probes[0], &s);
	if (!s.deaths)
		used = (size_t)snprintf(to, PROGRAM_SUM, "The %s met no death", m->c->probes[0].spec);
	else
		used = (size_t)snprintf(to, PROGRAM_SUM, "The %s noticed %u of %u death%s", m->c->probes[0].spec, s.noticed,
					s.deaths, s.deaths == 1 ? "" : "s");
	if (s.noticed)
		used += (size_t)snprintf(to + used, PROGRAM_SUM - used, ",%s after %s", s.noticed > 1 ? " the slowest" : "",
					 duration_brief(time, s.slowest));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds) && used < PROGRAM_SUM; i++)
		if (list_faults(list, sizeof(list), m, kinds[i].result))
			used += (size_t)snprintf(to + used, PROGRAM_SUM - used, "; %s %s", kinds[i].title, list);
	if (used < PROGRAM_SUM - 1)
		snprintf(to + used, PROGRAM_SUM - used, ".");
}

void program_sum(char to[PROGRAM_SUM], const struct results *m)
{
	if (m->c->nfaults > 1)
		sum_of_all(to, m);
	else
		program_single(to, m);
}

/* What a row of probes did where the program missed. */
struct candidate {
	size_t row;
	unsigned seen;    /* of the deaths that the program missed */
	nsec slowest;
	struct results_score score;
};

static void weigh(struct candidate *c, const struct results *m, size_t row)
{
	*c = (struct candidate){ .row = row, .slowest = TIME_NONE };
	results_score(m, row, &c->score);
	for (size_t f = 0; f < m->c->nfaults; f++) {
		const struct result_cell *cell = results_cell(m, row, f);

		if (!is_result(m, f, MISSED) || !cell->total || cell_worst(cell) != NOTICED)
			continue;
		c->seen++;
		c->slowest = cell->slowest > c->slowest ? cell->slowest : c->slowest;
	}
}

/* Who notices more, then without a false alarm, then for the fewest packets, then sooner. */
static bool is_better(const struct candidate *a, const struct candidate *b)
{
	int64_t pa = a->score.packets < 0 ? INT64_MAX : a->score.packets, pb = b->score.packets < 0 ? INT64_MAX : b->score.packets;

	if (a->seen != b->seen)
		return a->seen > b->seen;
	if (!a->score.alarms != !b->score.alarms)
		return !a->score.alarms;
	return pa != pb ? pa < pb : a->slowest < b->slowest;
}

static struct candidate best_candidate(const struct results *m)
{
	struct candidate best = { .row = m->nrows }, c;

	for (size_t i = m->c->programs; i < m->ncomposites; i++) {
		weigh(&c, m, m->composites[i]);
		if (c.seen && (!best.seen || is_better(&c, &best)))
			best = c;
	}
	return best;
}

/* The parameters of each of its probes for which none was typed, so that they need not be looked up. */
static void add_defaults(char *to, size_t room, const struct report_probe *p)
{
	const char *before = " (";
	size_t used = strlen(to);

	for (size_t i = 0; i < p->members; i++) {
		const struct param *row = p[i].probe->params;

		for (; row && row->name && !strchr(p[i].spec, ':') && used < room; row++) {
			if (row->unit != UNIT_TIME && row->unit != UNIT_COUNT)
				continue;
			used += (size_t)snprintf(to + used, room - used, "%s%s=%s", before, row->name, row->def);
			before = ":";
		}
	}
	if (*before == ':' && used < room)
		snprintf(to + used, room - used, ")");
}

static bool needs_answer(const struct report_probe *p)
{
	for (size_t i = 0; i < p->members; i++)
		if (p[i].probe->traits & NEEDS_ANSWER)
			return true;
	return false;
}

static void advice_measured(char to[PROGRAM_SUM], const struct results *m, const char *missed, unsigned n)
{
	const struct candidate best = best_candidate(m);
	const char *program = m->c->probes[0].spec;
	char time[DURATION_ROOM], spec[RESULTS_SPEC + 160], cost[128] = "";

	if (!best.seen) {
		snprintf(to, PROGRAM_SUM, "No probe beside it noticed what the %s missed: %s.", program, missed);
		return;
	}
	snprintf(spec, sizeof(spec), "-p '%s'", m->rows[best.row].spec);
	add_defaults(spec, sizeof(spec), m->rows[best.row].probe);
	if (best.score.packets >= 0)
		snprintf(cost, sizeof(cost), ", for %" PRId64 " packets a minute", best.score.packets);
	if (needs_answer(m->rows[best.row].probe))
		words_append(cost, sizeof(cost), "; the peer's application answered it");
	if (best.seen == n)
		snprintf(to, PROGRAM_SUM, "%s noticed what the %s missed (%s), after %s%s%s.", spec, program, missed,
			 duration_brief(time, best.slowest), n > 1 ? " at the latest" : "", cost);
	else
		snprintf(to, PROGRAM_SUM, "%s noticed %u of the %u deaths that the %s missed (%s), and no probe beside it more%s.", spec,
			 best.seen, n, program, missed, cost);
}

void program_advice(char to[PROGRAM_SUM], const struct results *m)
{
	char missed[512];
	unsigned n = m->c->programs ? list_faults(missed, sizeof(missed), m, MISSED) : 0;

	*to = '\0';
	if (!n)
		return;
	if (results_shared(m))
		advice_measured(to, m, missed, n);
	else
		snprintf(to, PROGRAM_SUM, "With --all the lab measures beside it which probes notice %s.", missed);
}
