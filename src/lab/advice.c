// SPDX-License-Identifier: MIT
/*
 * The smallest sets, by trying them all: with two dozen probes and three in a set
 * that is two thousand. What a set notices is the union of what its members did.
 */
#include "advice.h"

#include <stdio.h>
#include <string.h>

#include "faults/fault.h"

#define MEMBERS_MAX 4

static const struct cell *cell_of(const struct matrix *m, size_t fault, size_t group)
{
	return &m->cells[fault * m->ngroups + group];
}

static bool needs_answer(const struct group *g)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->chosen[i].probe->traits & NEEDS_ANSWER)
			return true;
	return false;
}

/* One that gave a false alarm at any fault, or cannot run here, is of no use. */
static bool usable(const struct matrix *m, size_t group, bool answer)
{
	if (!answer && needs_answer(&m->plan->groups[group]))
		return false;
	for (size_t f = 0; f < m->nfaults; f++)
		if (cell_of(m, f, group)->false_alarm || cell_of(m, f, group)->result == UNSUPPORTED)
			return false;
	return true;
}

static void count_deaths(const struct matrix *m, struct advice *a)
{
	a->deaths = a->deaths_of = 0;
	a->slowest = 0;
	for (size_t f = 0; f < m->nfaults; f++) {
		nsec first = NS_NEVER;

		if (!m->faults[f].fault->dead || m->faults[f].fault->forgets)
			continue; /* or who sends prevents it */
		a->deaths_of++;
		for (size_t i = 0; i < a->ngroups; i++) {
			const struct cell *c = cell_of(m, f, a->groups[i]);

			if (c->result == NOTICED && c->after < first)
				first = c->after;
		}
		if (first == NS_NEVER)
			continue;
		a->deaths++;
		if (first > a->slowest)
			a->slowest = first;
	}
}

static bool better(const struct advice *a, const struct advice *b)
{
	if (a->deaths != b->deaths)
		return a->deaths > b->deaths;
	if (a->ngroups != b->ngroups)
		return a->ngroups < b->ngroups;
	return a->slowest < b->slowest;
}

/* Keeps the list sorted, best first. */
static size_t insert(struct advice *list, size_t n, size_t max, const struct advice *a)
{
	size_t at = n;

	while (at > 0 && better(a, &list[at - 1]))
		at--;
	if (at == max)
		return n;
	if (n < max)
		n++;
	memmove(&list[at + 1], &list[at], (n - at - 1) * sizeof(*list));
	list[at] = *a;
	return n;
}

struct search {
	const struct matrix *m;
	bool answer;
	struct advice *list;
	size_t n, max, size;
};

static void try_sets(struct search *s, struct advice *so_far, size_t from)
{
	if (so_far->ngroups == s->size) {
		count_deaths(s->m, so_far);
		s->n = insert(s->list, s->n, s->max, so_far);
		return;
	}
	for (size_t g = from; g < s->m->ngroups; g++) {
		if (!usable(s->m, g, s->answer))
			continue;
		so_far->groups[so_far->ngroups++] = g;
		try_sets(s, so_far, g + 1);
		so_far->ngroups--;
	}
}

/* Where the peer is left in peace; else where it lives, as a dead one makes others retransmit, or stay silent. */
static const struct cell *calm_cell(const struct matrix *m, size_t group)
{
	const struct cell *calm = NULL;

	for (size_t f = 0; f < m->nfaults; f++) {
		if (m->faults[f].fault->control)
			return cell_of(m, f, group);
		if (!calm || !m->faults[f].fault->dead)
			calm = cell_of(m, f, group);
	}
	return calm;
}

/* As many as there would be in the time of the first. */
static void add_packets(struct packets *sum, const struct packets *p)
{
	double share = 1;

	if (p->count < 0 || sum->count < 0) {
		*sum = (struct packets){ .count = -1, .bytes = -1 };
		return;
	}
	if (sum->time <= 0)
		sum->time = p->time;
	else if (p->time > 0)
		share = (double)sum->time / (double)p->time;
	sum->count += (int64_t)((double)p->count * share + 0.5);
	sum->bytes += (int64_t)((double)p->bytes * share + 0.5);
}

static void add_cost(const struct matrix *m, struct advice *a)
{
	size_t used = 0;

	a->spec[0] = '\0';
	for (size_t i = 0; i < a->ngroups; i++) {
		const struct group *g = &m->plan->groups[a->groups[i]];
		const struct cell *calm = calm_cell(m, a->groups[i]);

		used += (size_t)snprintf(a->spec + used, sizeof(a->spec) - used, "%s%s", i ? "+" : "", g->spec);
		a->needs_answer |= needs_answer(g);
		if (calm)
			add_packets(&a->packets, &calm->packets);
	}
}

size_t advise(const struct matrix *m, bool answer, struct advice *list, size_t max)
{
	struct search s = { .m = m, .answer = answer, .list = list, .max = max };

	for (s.size = 1; s.size <= MEMBERS_MAX; s.size++) {
		struct advice empty = { .ngroups = 0 };

		try_sets(&s, &empty, 0);
		if (s.n && list[0].deaths == list[0].deaths_of)
			break;
	}
	if (s.n && !list[0].deaths)
		return 0;
	while (s.n > 1 && (list[s.n - 1].deaths != list[0].deaths || list[s.n - 1].ngroups != list[0].ngroups))
		s.n--;
	for (size_t i = 0; i < s.n; i++)
		add_cost(m, &list[i]);
	return s.n;
}
