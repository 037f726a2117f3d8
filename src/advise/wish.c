// SPDX-License-Identifier: MIT
/*
 * --advise. Its oddity: it has up to three answers, as nobody but the user knows whether the
 * peer's application answers, and whether a byte in its stream does harm.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "plan/spec.h"
#include "lab/run.h"
#include "faults/fault.h"
#include "predict-run.h"
#include "run.h"
#include "settings.h"

#define VERIFY_LONGER NS_PER_S /* than the wish: nobody may still be about to notice */

/* The answers, in the order in which they are told. */
static const struct {
	enum way way;
	bool asks;
	const char *title;
	const char *why;  /* what has to be known */
	const char *lack; /* where it cannot be had */
} answers[] = {
	{ BY_HEARTBEAT, true, "Where the peer's application answers",
	  "The question is your protocol's: heartbeat's send and want.",
	  "a question to the peer's application" },
	{ BY_OPTIONS, false, "Without an answer from the peer's application",
	  "Nothing is put into the stream, and so a FIN is taken for the end, though the peer may still read.",
	  "keepalive, which counts whole seconds" },
	{ BY_UNACKED, false, "Without an answer, where a byte in the stream does no harm",
	  "A FIN is not taken for the end while the peer takes data; the connection has to be idle now and then.",
	  "a byte that has to be acknowledged" },
};
#define ANSWERS (sizeof(answers) / sizeof(*answers))

struct counsel {
	const struct plan *plan;
	struct sysctls sys;
	struct wish wish;
	struct trial trial;
	struct tunings tuned;
	struct feed feed;
	struct setting settings[SETTINGS_MAX];
	int nsettings;
	char why[ANSWERS][640];
};

/* ---- the search ---- */

static nsec least_possible(const struct counsel *c)
{
	nsec least = NS_NEVER;

	for (size_t i = 0; i < ANSWERS; i++)
		if (c->tuned.by[answers[i].way].found.latest < least)
			least = c->tuned.by[answers[i].way].found.latest;
	return least;
}

static int impossible(const struct counsel *c, struct error *e)
{
	nsec least = least_possible(c);
	struct number_text pause = duration_text(c->wish.tolerate);

	if (least == NS_NEVER)
		return error_set(e, STATUS_USAGE, "--tolerate: '%s': nothing that can be set outlasts such a pause",
				 pause.text);
	return error_set(e, STATUS_USAGE,
			 "--advise: '%s': too short: what outlasts a pause of %s takes %s at the least (--tolerate %s)",
			 duration_text(c->wish.within).text, pause.text, duration_text(least).text, pause.text);
}

static int search(struct counsel *c, struct error *e)
{
	bool any = false;

	for (int w = 0; w < WAYS; w++) {
		int found = tune(&c->trial, &c->wish, (enum way)w, &c->tuned.by[w], e);

		if (found < 0)
			return -1;
		c->tuned.has[w] = found;
	}
	for (size_t i = 0; i < ANSWERS; i++)
		any |= c->tuned.has[answers[i].way];
	if (!any || c->wish.tolerate >= c->wish.within)
		return impossible(c, e);
	c->nsettings = settings_write(&c->tuned, c->settings, e);
	return c->nsettings < 0 ? -1 : 0;
}

/* ---- what is told ---- */

static unsigned count(fault_set s)
{
	return (unsigned)__builtin_popcountll(s);
}

static void tell_answer(struct counsel *c, size_t i)
{
	const struct tuning *t = &c->tuned.by[answers[i].way];
	fault_set missed = c->trial.dead & ~t->found.noticed;
	struct event *e = feed_event(&c->feed, EVENT_ADVICE, clock_now());
	char names[256];

	trial_names(&c->trial, missed, names, sizeof(names));
	snprintf(c->why[i], sizeof(c->why[i]), "%s%s%s%s", missed ? "Goes unnoticed: " : "", names, missed ? ". " : "",
		 answers[i].why);
	e->text = answers[i].title;
	e->group = t->spec;
	e->after = t->found.latest;
	e->deaths = count(t->found.noticed);
	e->deaths_of = count(c->trial.dead);
	e->needs_answer = answers[i].asks;
	e->packets = t->packets;
	e->why = c->why[i];
}

static void tell_lack(struct counsel *c, size_t i)
{
	nsec latest = c->tuned.by[answers[i].way].found.latest;
	struct event *e = feed_event(&c->feed, EVENT_NOTE, clock_now());

	if (latest == NS_NEVER)
		snprintf(e->note, sizeof(e->note), "Not with %s: nothing of it outlasts that pause.", answers[i].lack);
	else
		snprintf(e->note, sizeof(e->note), "Not with %s: to outlast that pause it takes %.20s.", answers[i].lack,
			 duration_text(latest).text);
}

static void tell_settings(struct counsel *c, bool asks)
{
	for (int i = 0; i < c->nsettings; i++) {
		const struct setting *s = &c->settings[i];
		struct event *e;

		if (s->asks != asks)
			continue;
		e = feed_event(&c->feed, EVENT_SETTING, clock_now());
		e->program = s->program;
		e->needs_answer = asks;
		e->text = *s->text ? s->text : NULL;
		e->after = s->latest == NS_NEVER ? TIME_NONE : s->latest;
		snprintf(e->how, sizeof(e->how), "%s", s->when && *s->text ? s->when : "");
		e->why = *s->note ? s->note : NULL;
	}
}

static void tell_wish(struct counsel *c)
{
	struct event *e = feed_event(&c->feed, EVENT_NOTE, clock_now());

	snprintf(e->note, sizeof(e->note),
		 "Every death noticed within %.20s, and nothing killed by a pause of the network of up to %.20s.",
		 duration_text(c->wish.within).text, duration_text(c->wish.tolerate).text);
}

static void tell_all(struct counsel *c)
{
	tell_wish(c);
	for (size_t i = 0; i < ANSWERS; i++) {
		bool has = c->tuned.has[answers[i].way];

		if (has)
			tell_answer(c, i);
		else
			tell_lack(c, i);
		if (has && (answers[i].way == BY_HEARTBEAT || answers[i].way == BY_OPTIONS))
			tell_settings(c, answers[i].asks);
	}
}

/* ---- the proof ---- */

static int add_answers(struct plan *own, const struct counsel *c, struct error *e)
{
	for (size_t i = 0; i < ANSWERS; i++)
		if (c->tuned.has[answers[i].way] && groups_parse(own, c->tuned.by[answers[i].way].spec, e))
			return -1;
	return 0;
}

/* The lab holds every cell against its forecast: a wish that it does not fulfil is one that is off. */
static int verify(const struct counsel *c, struct error *e)
{
	struct plan own = { .ngroups = 0 }, lab = *c->plan;
	int status = STATUS_SYSTEM;

	if (add_answers(&own, c, e))
		goto out;
	lab.mode = MODE_LAB;
	lab.groups = own.groups;
	lab.ngroups = own.ngroups;
	lab.lab.faults = c->trial.plan.lab.faults;
	lab.lab.nfaults = c->trial.plan.lab.nfaults;
	lab.judge.within = lab.advise.within;
	lab.judge.timeout = lab.advise.within + VERIFY_LONGER;
	status = run_lab(&lab, e);
out:
	plan_free(&own);
	return status;
}

/* Before a proof only to standard output: the files are the lab's. */
static int open_reports(struct counsel *c, struct plan *told, struct error *e)
{
	const struct output_plan *all = &c->plan->output;
	struct output_plan *used = &told->output;

	*told = *c->plan;
	used->noutputs = 0;
	used->outputs = calloc(all->noutputs + 1, sizeof(*used->outputs));
	if (!used->outputs)
		return error_set(e, STATUS_SYSTEM, "out of memory");
	for (size_t i = 0; i < all->noutputs; i++)
		if (!c->plan->advise.verify || (!all->outputs[i].path && all->outputs[i].predicts))
			used->outputs[used->noutputs++] = all->outputs[i];
	return predict_open(&c->feed, told, &c->sys, NULL, 0, e);
}

static int advise_all(struct counsel *c, struct error *e)
{
	struct plan told = { .ngroups = 0 };
	int failed = open_reports(c, &told, e) || trial_open(&c->trial, &c->wish, e) || search(c, e);

	if (!failed)
		tell_all(c);
	failed |= predict_close(&c->feed, e);
	free(told.output.outputs);
	return failed ? -1 : 0;
}

int run_advise(const struct plan *p, struct error *e)
{
	struct counsel *c = calloc(1, sizeof(*c));
	int status = STATUS_OK;

	if (!c)
		return error_set(e, STATUS_SYSTEM, "out of memory"), STATUS_SYSTEM;
	c->plan = p;
	c->wish = (struct wish){
		.within = p->advise.within, .tolerate = p->advise.tolerate, .interval = p->interval,
		.ipv6 = p->connect.family == AF_INET6, .sys = &c->sys,
	};
	c->tuned = (struct tunings){ .trial = &c->trial, .w = &c->wish };
	if (predict_sysctls(p, &c->sys, e) || advise_all(c, e))
		status = (int)e->status;
	else if (p->advise.verify)
		status = verify(c, e);
	trial_close(&c->trial);
	free(c);
	return status;
}
