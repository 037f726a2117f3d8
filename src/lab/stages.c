// SPDX-License-Identifier: MIT
/* When the faults of the lab take their turn: all at once; with programs under test so many as the machine can start side by side. */
#include <stdio.h>
#include <unistd.h>

#include "lab.h"
#include "prepare.h"

#define JOBS_LEAST 4
#define JOBS_EACH 4 /* a processor: programs mostly wait, but for their start */

static size_t jobs_of(const struct plan *p, size_t all)
{
	const long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t jobs = p->lab.programs.jobs;

	if (!plan_has_programs(p))
		return all;
	if (!jobs)
		jobs = processors > 1 ? (size_t)processors * JOBS_EACH : JOBS_LEAST;
	return jobs;
}

nsec stage_limit(const struct plan *p)
{
	return p->judge.within != NS_NEVER ? p->judge.within : p->judge.timeout;
}

/* Why that fault is none where programs are under test; NULL. */
static const char *why_not(const struct stage *s)
{
	const struct program_plan *p = &s->watch.run->plan->lab.programs;
	const enum program_role other = p->dies == PROGRAM_CLIENT ? PROGRAM_SERVER : PROGRAM_CLIENT;

	return fault_not_with(s->fault->fault, p->command[p->dies] != NULL, p->command[other] != NULL);
}

/* Each row has its result all the same. */
static void stage_skip(struct stage *s, const char *why)
{
	const struct report_context *c = &s->watch.run->feed.context;

	for (size_t i = 0; i < c->nprobes; i++) {
		struct event *e = watch_event(&s->watch, EVENT_RESULT, clock_now());

		e->probe = c->probes[i].probe;
		e->group = c->probes[i].group;
		e->row = i;
		e->program = c->probes[i].program ? e->probe->name : NULL;
		e->result.result = UNSUPPORTED;
		snprintf(e->verdict.how, sizeof(e->verdict.how), "%s", why);
		if (e->program)
			expect_program(s->watch.run->plan, s->watch.run->end.outcomes, e);
		else
			expect_result(s->watch.run->plan, s->watch.run->end.outcomes, e);
	}
	stage_gone(s);
}

bool stage_accepts(const struct plan *p)
{
	return plan_has_programs(p) && p->lab.programs.dies == PROGRAM_CLIENT;
}

static void stage_begin(struct stage *s)
{
	const char *why = s->subject ? why_not(s) : NULL;

	if (why)
		stage_skip(s, why);
	else if (s->subject)
		prepare_begin(s->subject);
	else
		s->open = true;
}

void stages_begin(struct lab *l)
{
	if (!l->jobs)
		l->jobs = jobs_of(l->run.plan, l->n);
	while (!run_is_ending(&l->run) && l->nbegun < l->n && l->nbegun < l->nover + l->jobs)
		stage_begin(&l->stages[l->nbegun++]);
}

/* Without a probe there is nobody to wait for. */
void stage_ready(struct stage *s)
{
	struct lab *l = lab_of(s->watch.run);

	struct error e;

	s->open = true;
	if (!s->watch.nconns)
		watch_begin(&s->watch, clock_now());
	else if (!stage_accepts(l->run.plan))
		dial_more(&l->dialer);
	else if (s->subject->ends[PROGRAM_CLIENT].program && supervisor_connect(l->world.supervisor, index_of(l, s), &e))
		run_fail(&l->run, &e);
}

static bool is_told(const struct stage *s)
{
	return !s->subject || s->subject->phase >= SUBJECT_TOLD;
}

static void stage_over(struct stage *s)
{
	if (s->watch.phase != OVER || !is_told(s))
		return;
	if (s->subject)
		subject_end(s->subject);
	else
		stage_gone(s);
}

void stage_told(struct stage *s)
{
	stage_over(s);
}

/* Where no program is measured its part is over with the watch. */
void stage_watched(struct stage *s)
{
	if (s->subject && !s->subject->measured && s->subject->phase == SUBJECT_STRUCK)
		subject_tell(s->subject);
	else
		stage_over(s);
}

void stage_gone(struct stage *s)
{
	struct lab *l = lab_of(s->watch.run);

	if (++l->nover < l->n) {
		stages_begin(l);
		return;
	}
	l->run.end.any_failed |= !expect_measured(l->run.plan, l->run.end.outcomes);
	if (!l->run.end.signo) {
		verify_tell(l);
		score_advise(l);
	}
	loop_stop(&l->run.loop);
}

void stages_stop(struct lab *l)
{
	for (size_t i = 0; i < l->nbegun; i++) {
		struct stage *s = &l->stages[i];

		if (s->subject && s->subject->phase == SUBJECT_STRUCK)
			subject_tell(s->subject);
		if (s->watch.phase != OVER)
			watch_end(&s->watch);
	}
}
