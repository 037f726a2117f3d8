// SPDX-License-Identifier: MIT
/* A watch: from the connections that stand, over the death, to the judgement. */
#include "watch.h"

#include <stdio.h>
#include <string.h>

#include "fin.h"
#include "judge.h"
#include "instance.h"
#include "run.h"

/* Connections that end within that time of each other ended for the same reason. */
#define TOGETHER (100 * NS_PER_MS)

static void end_of_time(struct timer *t, nsec now);
static void strike(struct timer *t, nsec now);

void watch_reset(struct watch *w)
{
	w->strike.fire = strike;
	w->deadline.fire = end_of_time;
	for (size_t i = 0; w->conns && i < w->nconns; i++)
		conn_close(&w->conns[i]);
	timer_unset(&w->run->loop, &w->strike);
	timer_unset(&w->run->loop, &w->deadline);
	if (w->open)
		memset(w->open, 0, w->run->feed.context.nprobes * sizeof(*w->open));
	w->phase = FORMING;
	w->truth = TRUTH_UNKNOWN;
	w->latest = NS_NEVER;
	w->silent_application = w->failed = false;
	w->nestablished = w->undecided = w->unended = w->asked = 0;
	w->established_at = w->struck_at = w->known_at = w->first_at = w->died_at = TIME_NONE;
	memset(&w->tally, 0, sizeof(w->tally));
}

/* How long the undecided may still take: their worst case, and what timers run
 * late. A probe that can never say anything gets two looks to prove it. */
static nsec patience(const struct watch *w)
{
	const struct report_context *c = &w->run->feed.context;
	nsec longest = 0;

	if (w->run->plan->judge.within != NS_NEVER)
		return w->run->plan->judge.within;
	for (size_t i = 0; i < c->nprobes; i++) {
		nsec worst = c->probes[i].worst_case;

		if (worst == NS_NEVER)
			worst = 2 * w->run->plan->interval;
		if (w->open[i] && worst > longest)
			longest = worst;
	}
	return run_late(longest);
}

static nsec deadline(const struct watch *w)
{
	nsec wait = 0, due;

	/* What is to strike must, or an earlier death would pass for its work. */
	if (w->struck_at == TIME_NONE && (w->do_strike || w->truth_comes))
		return NS_NEVER;
	/* Once every probe has spoken there is nothing to wait for. */
	if (w->phase == WATCHING)
		return w->undecided || w->asked ? NS_NEVER : clock_now();
	if (w->undecided)
		wait = patience(w);
	if (w->run->within > wait && (w->silent_application || (w->asked && !w->undecided)))
		wait = w->run->within;
	due = ns_add(w->died_at, wait);
	return due < w->latest ? due : w->latest;
}

static void set_deadline(struct watch *w)
{
	if (w->phase == WATCHING || w->phase == DYING)
		timer_set(&w->run->loop, &w->deadline, deadline(w));
}

static void died(struct watch *w, nsec at)
{
	if (w->phase != WATCHING && w->phase != FORMING)
		return;
	w->died_at = at;
	if (w->phase == FORMING)
		return; /* the deadline counts from when all stand */
	w->phase = DYING;
	set_deadline(w);
}

static void end_of_time(struct timer *t, nsec now)
{
	watch_end(container_of(t, struct watch, deadline), now);
}

static void strike(struct timer *t, nsec now)
{
	struct watch *w = container_of(t, struct watch, strike);
	struct error e;

	(void)now;
	if (w->do_strike(w, &e))
		run_fail(w->run, &e);
}

void watch_established(struct watch *w, struct conn *c, nsec at)
{
	w->nestablished++;
	w->unended++;
	c->unended = true;
	w->undecided += c->ninstances;
	for (size_t i = 0; i < c->ninstances; i++)
		w->open[run_row(w->run, c->instances[i].chosen)]++;
	if (w->nestablished < w->nconns || w->established_at != TIME_NONE)
		return;
	w->established_at = at;
	w->phase = WATCHING;
	if (w->died_at != TIME_NONE)
		died(w, at);
	if (w->established)
		w->established(w);
	if (w->do_strike)
		timer_set(&w->run->loop, &w->strike, at + w->run->plan->fault.at);
}

/* Whatever was noticed of these, it was not the fault. */
static void tell_dead_before(const struct watch *w, nsec at)
{
	size_t before = w->nestablished - w->unended;
	struct event *e;

	if (!before)
		return;
	e = feed_event(&w->run->feed, EVENT_NOTE, at);
	e->fault = w->label;
	snprintf(e->how, sizeof(e->how), "before the fault %zu of %zu connection%s had ended", before,
		 w->nestablished, w->nestablished == 1 ? "" : "s");
}

void watch_struck(struct watch *w, const char *fault, nsec at, enum truth truth)
{
	struct event *e = feed_event(&w->run->feed, EVENT_FAULT, at);

	e->fault = fault;
	w->struck_at = at;
	w->truth = truth;
	tell_dead_before(w, at);
	if (w->phase == DYING)
		w->phase = WATCHING; /* something ended before: the clock is the fault's now */
	died(w, at);
}

void watch_ask_struck(struct watch *w)
{
	if (w->struck_at == TIME_NONE && w->ask_struck)
		w->ask_struck(w);
}

nsec watch_after(const struct watch *w, nsec at)
{
	if (w->struck_at != TIME_NONE)
		return at - w->struck_at;
	if (w->known_at != TIME_NONE)
		return at - w->known_at;
	return w->first_at != TIME_NONE ? at - w->first_at : TIME_NONE;
}

/* The earliest end that nobody provoked, or that came together with such a one. */
static nsec first_end(struct watch *w, nsec unprovoked)
{
	nsec first = unprovoked;

	for (size_t i = 0; i < w->nconns; i++) {
		struct conn *c = &w->conns[i];
		const struct kernel_event *k = conn_end(c);

		if (!k || !c->provoked || unprovoked - k->at > TOGETHER)
			continue;
		c->provoked = false;
		if (k->at < first)
			first = k->at;
	}
	return first;
}

bool after_own_byte(const struct conn *c)
{
	return c->own_byte_ago != TIME_NONE && c->own_byte_ago <= PROVOKED_WITHIN + 2 * conn_end(c)->rtt;
}

static bool another_lives(const struct watch *w, const struct conn *c)
{
	for (size_t i = 0; i < w->nconns; i++)
		if (w->conns[i].unended && conn_same_peer(&w->conns[i], c))
			return true;
	return false;
}

void watch_kernel(struct watch *w, struct conn *c, const struct kernel_event *k)
{
	if (w->first_at == TIME_NONE && c->answer == NOT_ASKED && w->phase < JUDGING)
		w->first_at = k->at;
	if (k->what == KERNEL_UNREACHABLE || !c->unended)
		return;
	c->unended = false;
	w->unended--;
	/* No byte provokes a timeout: that is this kernel's own doing. */
	c->own_byte_ago = c->sender && k->what != KERNEL_TIMEOUT ? k->at - c->sent_at : TIME_NONE;
	c->culprit = c->sender;
	if (c->answer != NOT_ASKED || w->phase == JUDGING || w->phase == OVER)
		return;
	c->provoked = w->struck_at == TIME_NONE && w->known_at == TIME_NONE && after_own_byte(c) &&
		      another_lives(w, c);
	if (c->provoked || w->known_at != TIME_NONE)
		return;
	w->known_at = first_end(w, k->at);
	if (w->struck_at == TIME_NONE)
		died(w, w->known_at);
}

void watch_decided(struct watch *w, struct conn *c, struct instance *l)
{
	bool all = true;

	w->undecided--;
	w->open[run_row(w->run, l->chosen)]--;
	for (size_t i = 0; i < c->ninstances; i++)
		all &= c->instances[i].decided;
	/* A verdict that the kernel knows nothing of: ask the peer's kernel at once,
	 * before anything else can happen to it, as nobody here looks any more. */
	if (all && !conn_end(c) && w->truth == TRUTH_UNKNOWN && !w->truth_comes && l->dead_at != TIME_NONE)
		judge_ask(c);
	set_deadline(w);
}

/* The application answered before, and then no more, while its kernel does. */
static nsec fell_silent(const struct conn *c)
{
	for (size_t i = 0; i < c->ninstances; i++)
		if (instance_fell_silent(&c->instances[i]))
			return c->instances[i].dead_at;
	return TIME_NONE;
}

static void finish(struct watch *w)
{
	for (size_t i = 0; i < w->nconns; i++)
		judge_provoked(&w->conns[i]);
	fin_judge(w);
	for (size_t i = 0; i < w->nconns; i++)
		if (w->conns[i].established)
			judge_conn(&w->conns[i]);
	w->phase = OVER;
	w->asked = 0;
	run_account(w->run, w);
	w->over(w);
}

/* Judges, once there is nothing to wait for. */
static void conclude(struct watch *w)
{
	nsec settled;

	if (w->asked)
		return;
	settled = fin_settled(w);
	if (settled > clock_now())
		timer_set(&w->run->loop, &w->deadline, settled);
	else
		finish(w);
}

void watch_answered(struct watch *w, struct conn *c)
{
	w->asked--;
	if (w->phase == JUDGING) {
		conclude(w);
		return;
	}
	if (c->answer == UNANSWERED) {
		died(w, clock_now());
	} else if (fell_silent(c) != TIME_NONE) {
		/* Was it only a pause? A late answer would tell. */
		w->silent_application = true;
		died(w, fell_silent(c));
	}
	set_deadline(w);
}

void watch_end(struct watch *w, nsec now)
{
	(void)now;
	timer_unset(&w->run->loop, &w->strike);
	timer_unset(&w->run->loop, &w->deadline);
	if (w->phase == JUDGING) {
		if (w->run->signo) /* who cannot wait has it judged by what is known */
			finish(w);
		else
			conclude(w);
		return;
	}
	w->phase = JUDGING;
	for (size_t i = 0; i < w->nconns; i++)
		if (w->conns[i].established)
			judge_ask(&w->conns[i]);
	conclude(w);
}
