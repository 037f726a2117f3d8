// SPDX-License-Identifier: MIT
/* The program under test: the steps of each fault's stage, and its result there. */
#include "programs.h"

#include <stdlib.h>
#include <string.h>

/* The last stage is that of a run without faults as columns. */
static size_t stage_index(const struct results *r, size_t column)
{
	return column < r->c->nfaults ? column : r->c->nfaults;
}

int programs_open(struct results *r)
{
	r->stages = calloc(r->c->nfaults + 1, sizeof(*r->stages));
	if (!r->stages)
		return -1;
	for (size_t i = 0; i <= r->c->nfaults; i++) {
		r->stages[i].began = r->stages[i].struck = TIME_NONE;
		for (size_t s = 0; s <= PROGRAM_EXITED; s++)
			r->stages[i].of[s].first = r->stages[i].of[s].last = TIME_NONE;
	}
	return 0;
}

void programs_struck(struct results *r, const struct event *e)
{
	r->stages[stage_index(r, e->column)].struck = e->t;
}

/* What ended before the fault says nothing of it. */
static bool counts(const struct program_stage *s, const struct event *e)
{
	return (e->step.step != PROGRAM_KERNEL && e->step.step != PROGRAM_CLOSED) || (s->struck != TIME_NONE && e->t >= s->struck);
}

static bool is_of_row(const struct results *r, const struct event *e)
{
	return r->c->programs && e->program && !strcmp(e->program, r->c->probes[0].spec);
}

static void add_moment(struct program_moment *m, nsec t)
{
	m->first = m->count++ ? m->first : t;
	m->last = t;
}

void programs_connected(struct results *r, const struct event *e)
{
	add_moment(&r->stages[stage_index(r, e->column)].of[PROGRAM_CONNECTED], e->t);
}

void programs_step(struct results *r, const struct event *e)
{
	struct program_stage *s = &r->stages[stage_index(r, e->column)];
	struct program_moment *m = &s->of[e->step.step];

	if (e->step.step == PROGRAM_STARTED) {
		s->began = s->began == TIME_NONE ? e->t : s->began;
		s->newest = e->program;
	}
	if (!is_of_row(r, e) || !counts(s, e))
		return;
	if (e->step.step == PROGRAM_KERNEL && !m->count) {
		s->cause = e->step.cause;
		s->err = e->step.err;
	}
	if (e->step.step == PROGRAM_EXITED)
		s->status = e->step.status;
	add_moment(m, e->t);
}

const struct program_stage *results_stage(const struct results *r, size_t column)
{
	return &r->stages[stage_index(r, column)];
}

const struct event *results_program(const struct results *r, size_t column)
{
	const struct result_cell *c;

	if (!results_have_program(r))
		return NULL;
	c = results_cell(r, r->probes[0], stage_index(r, column));
	return c->total ? &c->worst : NULL;
}
