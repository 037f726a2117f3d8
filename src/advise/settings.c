// SPDX-License-Identifier: MIT
/* Fills the programs' templates with the values that were found. */
#include "settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "programs.h"

#define CHECK_STEP (100 * NS_PER_MS)
#define CHECK_MOST NS_PER_S

/* What a template may name. */
struct values {
	struct candidate candidate;
	nsec check, in_flight, system;
};

/* The same time, to whole seconds. */
static nsec roughly(nsec t)
{
	return (t + NS_PER_S / 2) / NS_PER_S * NS_PER_S;
}

static bool holds_when_idle(const struct program *p)
{
	return p->busy || strategy_when(p->strategy) == WHEN_IDLE;
}

/* How long TCP retransmits data in flight, without a user timeout, while keepalive is silent. */
static int find_in_flight(const struct candidates *c, const struct program *p, struct values *v, struct error *e)
{
	const char *spec = p->busy ? p->busy : v->candidate.spec;
	nsec latest;

	if (!holds_when_idle(p))
		return 0;
	if (evaluate_latest(c->evaluator, spec, WHEN_REQUEST, FAULT_CUT, &latest, e))
		return -1;
	v->in_flight = latest == NS_NEVER ? NS_NEVER : roughly(latest + goal_slack(NS_NEVER));
	return 0;
}

/*
 * Saves time for the program's own check: what the goal leaves, or one second of idle more
 * where that is too little.
 */
static int find_check(const struct candidates *c, const struct program *p, struct values *v, struct error *e)
{
	struct candidate *own = &v->candidate;
	nsec room = 0;

	for (int i = 0; p->check_text && i < 2 && room < CHECK_STEP && own->idle > NS_PER_S; i++) {
		struct candidate less = *own;
		int fits;

		less.idle -= i * NS_PER_S;
		less.after -= i * NS_PER_S;
		fits = search_check(c->evaluator, p->strategy, &less, e);
		if (fits < 0)
			return -1;
		room = fits ? c->evaluator->goal->within - less.evaluation.latest : 0;
		if (room >= CHECK_STEP)
			*own = less;
	}
	v->check = room < CHECK_MOST ? room / CHECK_STEP * CHECK_STEP : CHECK_MOST;
	return 0;
}

static int find_values(const struct candidates *c, const struct program *p, struct values *v, struct error *e)
{
	const struct sysctls *sys = c->evaluator->goal->sys;

	*v = (struct values){
		.candidate = c->best[p->strategy],
		.system = ns_add(sys->keepalive_time, ns_times(sys->keepalive_intvl, sys->keepalive_probes)),
	};
	return find_in_flight(c, p, v, e) || find_check(c, p, v, e) ? -1 : 0;
}

static int fill(char *to, size_t room, const char *template, const struct values *v, struct error *e)
{
	struct template_value all[CANDIDATE_VALUES + 4] = {
		{ "check", v->check, false }, { "in_flight", v->in_flight, false }, { "system", v->system, false },
	};

	candidate_values(&v->candidate, all + 3);
	return template ? template_fill(to, room, template, all, e) : 0;
}

static int fill_setting(struct setting *s, const struct program *p, const struct values *v, struct error *e)
{
	s->latest = ns_add(v->candidate.evaluation.latest, v->check);
	if (fill(s->text, sizeof(s->text), p->text, v, e) ||
	    fill(s->text, sizeof(s->text), v->check ? p->check_text : NULL, v, e) ||
	    fill(s->note, sizeof(s->note), v->check ? NULL : p->no_check_note, v, e) ||
	    fill(s->note, sizeof(s->note), p->note, v, e))
		return -1;
	return 0;
}

static void explain_lack(struct setting *s, const struct candidate *quickest, bool forgets)
{
	nsec latest = quickest->evaluation.latest;

	s->latest = NS_NEVER;
	if (forgets)
		snprintf(s->note, sizeof(s->note), "None of its values sends before the path forgets the connection.");
	else if (latest == NS_NEVER)
		snprintf(s->note, sizeof(s->note), "None of its values outlasts that outage.");
	else
		snprintf(s->note, sizeof(s->note), "The goal is too short: outlasting that outage takes at least %s.",
			 duration_text(latest).text);
}

/* How long it is silent, where that counts. */
static int add_gap(const struct candidates *c, struct setting *s, const struct candidate *own)
{
	const struct goal *g = c->evaluator->goal;
	const size_t used = strlen(s->note);

	if (g->path_limit != NS_NEVER)
		snprintf(s->note + used, sizeof(s->note) - used, "%sSends at the latest after %s of silence; the path forgets after %s.",
			 used ? " " : "", duration_text(own->gap).text, duration_text(g->path_limit).text);
	return 0;
}

static int add_program(const struct candidates *c, const struct program *p, struct setting *s, struct error *e)
{
	struct values v;

	s->program = p->name;
	s->needs_answer = strategy_needs_answer(p->strategy);
	s->idle_only = holds_when_idle(p);
	if (c->has[p->strategy])
		return find_values(c, p, &v, e) || fill_setting(s, p, &v, e) || add_gap(c, s, &v.candidate) ? -1 : 0;
	explain_lack(s, &c->best[p->strategy], c->forgets[p->strategy]);
	return 0;
}

int settings_fill(const struct candidates *c, struct setting **list, struct error *e)
{
	*list = calloc(programs_count, sizeof(**list));
	if (!*list)
		return error_set(e, STATUS_SYSTEM, "out of memory");
	for (size_t i = 0; i < programs_count; i++)
		if (add_program(c, &programs[i], &(*list)[i], e))
			return -1;
	return (int)programs_count;
}
