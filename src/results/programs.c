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
		r->stages[i].began = TIME_NONE;
		for (size_t s = 0; s <= PROGRAM_EXITED; s++)
			r->stages[i].of[s].first = r->stages[i].of[s].last = TIME_NONE;
	}
	return 0;
}

nsec results_struck(const struct results *r, size_t column)
{
	return column < r->c->nfaults ? r->columns[column].at : r->fault;
}

/* What ended before the fault says nothing of it. */
static bool counts(const struct results *r, const struct event *e)
{
	nsec at = results_struck(r, e->column);

	return (e->step.step != PROGRAM_KERNEL && e->step.step != PROGRAM_CLOSED) || (at != TIME_NONE && e->t >= at);
}

static bool is_of_row(const struct results *r, const struct event *e)
{
	return r->c->programs && e->program && !strcmp(e->program, r->c->probes[0].spec);
}

void programs_step(struct results *r, const struct event *e)
{
	struct program_stage *s = &r->stages[stage_index(r, e->column)];
	struct program_moment *m = &s->of[e->step.step];

	if (e->step.step == PROGRAM_STARTED) {
		s->began = s->began == TIME_NONE ? e->t : s->began;
		s->newest = e->program;
	}
	if (!is_of_row(r, e) || !counts(r, e))
		return;
	if (e->step.step == PROGRAM_KERNEL && !m->count) {
		s->cause = e->step.cause;
		s->err = e->step.err;
	}
	if (e->step.step == PROGRAM_EXITED)
		s->status = e->step.status;
	m->first = m->count++ ? m->first : e->t;
	m->last = e->t;
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
