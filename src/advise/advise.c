// SPDX-License-Identifier: MIT
/*
 * The advise verb: searches, reports what was found, and has the lab verify it. There are up
 * to three answers, as nobody but the user knows whether the peer's application answers, and
 * whether a byte in its stream does harm.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/number.h"
#include "base/words.h"
#include "faults/fault.h"
#include "lab/run.h"
#include "plan/spec.h"
#include "computed.h"
#include "run.h"
#include "settings.h"

#define VERIFY_LONGER NS_PER_S /* than the goal: no probe may still be about to notice */

/* The answers, in the order in which they are reported. */
static const struct {
	enum strategy strategy;
	bool with_settings; /* those of programs follow */
	const char *title;
	const char *why;  /* what has to be known */
	const char *lack; /* where there is none */
} answers[] = {
	{ BY_HEARTBEAT, true, "Where the peer's application answers",
	  "The request is your protocol's: set heartbeat's send and want.",
	  "a request to the peer's application" },
	{ BY_OPTIONS, true, "Without an answer from the peer's application",
	  "Nothing is sent in the stream, so a FIN counts as the end, though the peer may still read.",
	  "keepalive, which counts whole seconds" },
	{ BY_UNACKED, false, "Without an answer, where a byte in the stream does no harm",
	  "A FIN does not count as the end while the peer accepts data; the connection must be idle now and then.",
	  "a byte that has to be acknowledged" },
};
#define ANSWERS (sizeof(answers) / sizeof(*answers))

struct advice_run {
	const struct plan *plan;
	struct sysctls sys;
	struct goal goal;
	struct evaluator evaluator;
	struct candidates found;
	struct setting *settings;
	int nsettings;
	char why[ANSWERS][640];
};

static bool has_answer(const struct advice_run *a, size_t i)
{
	return a->found.has[answers[i].strategy];
}

static const struct candidate *answer_of(const struct advice_run *a, size_t i)
{
	return &a->found.best[answers[i].strategy];
}

/* ---- the search ---- */

static nsec shortest_possible(const struct advice_run *a)
{
	nsec shortest = NS_NEVER;

	for (size_t i = 0; i < ANSWERS; i++)
		if (answer_of(a, i)->evaluation.latest < shortest)
			shortest = answer_of(a, i)->evaluation.latest;
	return shortest;
}

static int impossible(const struct advice_run *a, struct error *e)
{
	nsec shortest = shortest_possible(a);
	struct duration_text pause = duration_text(a->goal.tolerate);

	for (size_t i = 0; i < ANSWERS; i++)
		if (a->found.forgets[answers[i].strategy])
			return error_set(e, STATUS_USAGE, "--path-limit: '%s': no setting surely sends so often, and notices every death by then",
					 duration_text(a->goal.path_limit).text);
	if (shortest == NS_NEVER && !a->plan->advise.tolerate)
		return error_set(e, STATUS_USAGE,
				 "advise: '%s': no setting notices every death by then and outlasts an outage of %s (--tolerate %s)",
				 duration_text(a->goal.within).text, pause.text, pause.text);
	if (shortest == NS_NEVER)
		return error_set(e, STATUS_USAGE, "--tolerate: '%s': no setting outlasts such an outage",
				 pause.text);
	return error_set(e, STATUS_USAGE,
			 "advise: '%s': too short: outlasting an outage of %s takes at least %s (--tolerate %s)",
			 duration_text(a->goal.within).text, pause.text, duration_text(shortest).text, pause.text);
}

static int find_answers(struct advice_run *a, struct error *e)
{
	bool any = false;

	if (search_candidates(&a->found, e))
		return -1;
	for (size_t i = 0; i < ANSWERS; i++)
		any |= has_answer(a, i);
	if (!any || a->goal.tolerate >= a->goal.within)
		return impossible(a, e);
	a->nsettings = settings_fill(&a->found, &a->settings, e);
	return a->nsettings < 0 ? -1 : 0;
}

/* ---- the report ---- */

static unsigned count(fault_set s)
{
	return (unsigned)__builtin_popcountll(s);
}

static void report_answer(struct advice_run *a, struct feed *feed, size_t i)
{
	const struct candidate *c = answer_of(a, i);
	fault_set missed = a->evaluator.dead & ~c->evaluation.noticed;
	struct event *e = feed_event(feed, EVENT_ADVICE, clock_now());
	char names[256];

	evaluator_names(&a->evaluator, missed, names, sizeof(names));
	snprintf(a->why[i], sizeof(a->why[i]), "%s%s%s%s", missed ? "Goes unnoticed: " : "", names, missed ? ". " : "",
		 answers[i].why);
	if (a->goal.path_limit != NS_NEVER)
		words_append(a->why[i], sizeof(a->why[i]), " No silence is longer than %s.", duration_text(c->gap).text);
	e->advice.title = answers[i].title;
	e->group = c->spec;
	e->after = c->evaluation.latest;
	e->advice.deaths = count(c->evaluation.noticed);
	e->advice.deaths_of = count(a->evaluator.dead);
	e->advice.needs_answer = strategy_needs_answer(answers[i].strategy);
	e->advice.an_hour = c->packets;
	e->advice.why = a->why[i];
}

static void report_lack(const struct advice_run *a, struct feed *feed, size_t i)
{
	nsec latest = answer_of(a, i)->evaluation.latest;
	struct event *e = feed_event(feed, EVENT_NOTE, clock_now());

	if (a->found.forgets[answers[i].strategy])
		snprintf(e->note, sizeof(e->note), "Not with %s: the path forgets sooner.", answers[i].lack);
	else if (latest == NS_NEVER)
		snprintf(e->note, sizeof(e->note), "Not with %s: no value outlasts that outage.", answers[i].lack);
	else
		snprintf(e->note, sizeof(e->note), "Not with %s: outlasting that outage takes at least %.20s.", answers[i].lack,
			 duration_text(latest).text);
}

static void report_settings(const struct advice_run *a, struct feed *feed, bool needs_answer)
{
	for (int i = 0; i < a->nsettings; i++) {
		const struct setting *s = &a->settings[i];
		struct event *e;

		if (s->needs_answer != needs_answer)
			continue;
		e = feed_event(feed, EVENT_SETTING, clock_now());
		e->setting.program = s->program;
		e->setting.needs_answer = needs_answer;
		e->setting.text = *s->text ? s->text : NULL;
		e->after = s->latest == NS_NEVER ? TIME_NONE : s->latest;
		e->setting.when = s->idle_only && *s->text ? "on idle connections" : NULL;
		e->setting.why = *s->note ? s->note : NULL;
	}
}

static void report_goal(const struct advice_run *a, struct feed *feed)
{
	struct event *e = feed_event(feed, EVENT_NOTE, clock_now());

	snprintf(e->note, sizeof(e->note),
		 "Every death is noticed within %.20s, and a network outage of up to %.20s kills no connection.",
		 duration_text(a->goal.within).text, duration_text(a->goal.tolerate).text);
	if (a->goal.path_limit == NS_NEVER)
		return;
	e = feed_event(feed, EVENT_NOTE, clock_now());
	snprintf(e->note, sizeof(e->note), "Something is sent more often than each %.20s, after which the path forgets an idle connection.",
		 duration_text(a->goal.path_limit).text);
}

static void report_answers(struct advice_run *a, struct feed *feed)
{
	report_goal(a, feed);
	for (size_t i = 0; i < ANSWERS; i++) {
		if (has_answer(a, i))
			report_answer(a, feed, i);
		else
			report_lack(a, feed, i);
		if (has_answer(a, i) && answers[i].with_settings)
			report_settings(a, feed, strategy_needs_answer(answers[i].strategy));
	}
}

static int find(struct advice_run *a, struct error *e)
{
	return evaluator_open(&a->evaluator, &a->goal, e) || find_answers(a, e) ? -1 : 0;
}

/* Nothing is measured, or there is nothing to be measured. */
static int report(struct advice_run *a, bool found, struct error *e)
{
	struct error none = { .status = STATUS_OK };
	struct feed feed = { .ring = NULL };
	int failed = computed_open(&feed, a->plan, &a->sys, found ? e : &none) || !found;

	if (!failed)
		report_answers(a, &feed);
	failed |= computed_close(&feed, e);
	return failed ? -1 : 0;
}

/* ---- --verify ---- */

/* The answers become the lab's groups, with what was promised of each. */
static int add_answers(struct plan *own, struct promise promises[ANSWERS], const struct advice_run *a, struct error *e)
{
	for (size_t i = 0; i < ANSWERS; i++) {
		const struct candidate *c = answer_of(a, i);

		if (!has_answer(a, i))
			continue;
		promises[own->ngroups] = candidate_promise(answers[i].strategy, c);
		own->lab.control_lasts = ns_max(own->lab.control_lasts, candidate_counted_in(c));
		if (groups_parse(own, c->spec, e))
			return -1;
	}
	return 0;
}

static void tell_answers(struct feed *feed, void *of)
{
	report_answers(of, feed);
	feed_drain(feed);
}

/* The lab tells the advice, measures it, and tells whether it holds. */
static int verify(struct advice_run *a, struct error *e)
{
	struct promise promises[ANSWERS];
	struct plan own = { .ngroups = 0 }, lab = *a->plan;
	int status = STATUS_SYSTEM;

	if (add_answers(&own, promises, a, e))
		goto out;
	lab.mode = MODE_LAB;
	lab.groups = own.groups;
	lab.ngroups = own.ngroups;
	lab.lab.faults = a->evaluator.plan.lab.faults;
	lab.lab.nfaults = a->evaluator.plan.lab.nfaults;
	lab.lab.promises = promises;
	lab.lab.preface = tell_answers;
	lab.lab.preface_of = a;
	lab.lab.control_lasts = own.lab.control_lasts;
	lab.judge.within = lab.advise.within;
	lab.judge.timeout = lab.advise.within + VERIFY_LONGER;
	status = run_lab(&lab, e);
out:
	plan_free(&own);
	return status;
}

static void set_tolerance(struct advice_run *a)
{
	const struct tcp_path path = { .sys = &a->sys, .rtt = a->goal.rtt };

	if (!a->goal.tolerate)
		a->goal.tolerate = goal_tolerates(a->goal.within, &path);
}

static int advise_and_verify(struct advice_run *a, struct error *e)
{
	bool found;

	if (computed_sysctls(a->plan, &a->sys, e))
		return (int)e->status;
	set_tolerance(a);
	found = !find(a, e);
	if (found && a->plan->advise.verify)
		return verify(a, e);
	return report(a, found, e) ? (int)e->status : STATUS_OK;
}

int run_advise(const struct plan *p, struct error *e)
{
	struct advice_run *a = calloc(1, sizeof(*a));
	int status;

	if (!a)
		return error_set(e, STATUS_SYSTEM, "out of memory"), STATUS_SYSTEM;
	a->plan = p;
	a->goal = (struct goal){
		.within = p->advise.within, .tolerate = p->advise.tolerate, .path_limit = p->advise.path_limit, .interval = p->interval,
		.rtt = p->lab.rtt, .ipv6 = p->connect.family == AF_INET6, .sys = &a->sys,
	};
	a->found.evaluator = &a->evaluator;
	status = advise_and_verify(a, e);
	evaluator_close(&a->evaluator);
	free(a->settings);
	free(a);
	return status;
}
