// SPDX-License-Identifier: MIT
/* A watch: from the established connections, over the death, to the judgement. */
#include "watch.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "deadline.h"
#include "drain.h"
#include "accepted.h"
#include "fin.h"
#include "judge.h"
#include "instance.h"
#include "liveness.h"
#include "peer-truth.h"
#include "provoked.h"
#include "run.h"
#include "spare.h"
#include "base/utf8.h"

static void deadline_passed(struct timer *t, nsec now);
static void strike_due(struct timer *t, nsec now);

void watch_reset(struct watch *w)
{
	w->timers.strike.fire = strike_due;
	w->timers.deadline.fire = deadline_passed;
	for (size_t i = 0; w->conns && i < w->nconns; i++)
		conn_close(&w->conns[i]);
	timer_unset(&w->run->loop, &w->timers.strike);
	timer_unset(&w->run->loop, &w->timers.deadline);
	if (w->pending.by_probe)
		memset(w->pending.by_probe, 0, w->nrows * sizeof(*w->pending.by_probe));
	w->phase = FORMING;
	w->truth = TRUTH_UNKNOWN;
	w->timers.latest = NS_NEVER;
	w->timers.least = 0;
	w->timers.lost = w->timers.later = 0;
	w->silent_application = w->spared = w->failed = false;
	w->nestablished = w->pending.undecided = w->pending.spare = w->pending.unended = 0;
	w->pending.polls = w->pending.silent = w->pending.drains = 0;
	w->at = (struct watch_times){ TIME_NONE, TIME_NONE, TIME_NONE, TIME_NONE, TIME_NONE, TIME_NONE, TIME_NONE };
	if (w->command.over.fd >= 0) {
		loop_remove(&w->run->loop, &w->command.over);
		close(w->command.over.fd);
		w->command.over.fd = -1;
	}
	memset(&w->counts, 0, sizeof(w->counts));
}

static void set_deadline(struct watch *w)
{
	if (w->phase == WATCHING || w->phase == DYING)
		timer_set(&w->run->loop, &w->timers.deadline, deadline_of(w));
}

static void set_died(struct watch *w, nsec at)
{
	if (w->phase != WATCHING && w->phase != FORMING)
		return;
	w->at.died = at;
	if (w->phase == FORMING)
		return; /* the deadline counts from when all are established */
	w->phase = DYING;
	set_deadline(w);
}

/* What this process lost before the deadline the probes get once more: some have to look, or
 * to send, before they can notice. */
static bool gives_back(struct watch *w, nsec due)
{
	const struct loop *l = &w->run->loop;

	if (w->phase != DYING || w->timers.lost || !run_late(w->run) || due <= l->since)
		return false;
	w->timers.lost = l->woken - l->since;
	set_deadline(w);
	return true;
}

static void deadline_passed(struct timer *t, nsec now)
{
	struct watch *w = container_of(t, struct watch, timers.deadline);

	(void)now;
	if (gives_back(w, t->due))
		return;
	w->spared = !deadline_is_open(w);
	watch_end(w);
}

static void strike_due(struct timer *t, nsec now)
{
	struct watch *w = container_of(t, struct watch, timers.strike);
	struct error e;

	(void)now;
	if (w->hooks.strike(w, &e))
		run_fail(w->run, &e);
}

void watch_begin(struct watch *w, nsec at)
{
	w->at.established = at;
	w->phase = WATCHING;
	w->run->watching++;
	if (w->at.died != TIME_NONE)
		set_died(w, at);
	if (w->hooks.established)
		w->hooks.established(w);
	if (w->hooks.strike)
		timer_set(&w->run->loop, &w->timers.strike, at + w->run->plan->fault.at);
}

void watch_established(struct watch *w, struct conn *c, nsec at)
{
	w->nestablished++;
	w->pending.unended++;
	c->kernel.unended = true;
	w->pending.undecided += c->ninstances;
	for (size_t i = 0; i < c->ninstances; i++)
		w->pending.by_probe[c->instances[i].row - w->rows]++;
	if (w->nestablished == w->nconns && w->at.established == TIME_NONE)
		watch_begin(w, at);
}

struct event *watch_event(const struct watch *w, enum event_kind kind, nsec t)
{
	struct event *e = feed_event(&w->run->feed, kind, t);

	e->fault = w->label;
	e->column = w->column;
	return e;
}

/* Whatever was noticed of these, it was not the fault. */
static void tell_dead_before(const struct watch *w, nsec at)
{
	size_t before = w->nestablished - w->pending.unended;
	struct event *e;

	if (!before)
		return;
	e = watch_event(w, EVENT_NOTE, at);
	snprintf(e->note, sizeof(e->note), "%zu of %zu connection%s%s%.80s had ended before the fault", before,
		 w->nestablished, w->nestablished == 1 ? "" : "s", w->target ? " to " : "",
		 w->target ? utf8_cut(w->target, 80).text : "");
}

void watch_struck(struct watch *w, const char *fault, nsec at, enum truth truth)
{
	watch_event(w, EVENT_FAULT, at)->fault = fault;
	watch_struck_too(w, at, truth);
}

void watch_struck_too(struct watch *w, nsec at, enum truth truth)
{
	w->at.struck = at;
	w->truth = truth;
	tell_dead_before(w, at);
	if (w->phase == DYING)
		w->phase = WATCHING; /* something ended before: the clock is the fault's now */
	set_died(w, at);
}

void watch_command_over(struct watch *w, nsec at)
{
	w->at.done = at;
	set_deadline(w);
}

void watch_check_struck(struct watch *w)
{
	if (w->at.struck == TIME_NONE && w->hooks.check_struck)
		w->hooks.check_struck(w);
}

nsec watch_after(const struct watch *w, nsec at)
{
	if (w->at.struck != TIME_NONE)
		return at - w->at.struck;
	if (w->at.ended != TIME_NONE)
		return at - w->at.ended;
	return w->at.first_event != TIME_NONE ? at - w->at.first_event : TIME_NONE;
}

void watch_kernel(struct watch *w, struct conn *c, const struct kernel_event *k)
{
	if (w->at.first_event == TIME_NONE && c->liveness.state == LIVENESS_NOT_STARTED && w->phase < JUDGING)
		w->at.first_event = k->at;
	if (k->what == KERNEL_UNREACHABLE || !c->kernel.unended)
		return;
	c->kernel.unended = false;
	w->pending.unended--;
	provoked_at_end(c, k);
	if (w->hooks.ended)
		w->hooks.ended(w);
	if (c->liveness.state != LIVENESS_NOT_STARTED || w->phase == JUDGING || w->phase == OVER)
		return;
	if (c->accept.refused || provoked_while_others_live(c) || w->at.ended != TIME_NONE)
		return;
	w->at.ended = provoked_first_end(w, k->at);
	if (w->at.struck == TIME_NONE)
		set_died(w, w->at.ended);
}

void watch_decided(struct watch *w, struct conn *c, struct instance *in)
{
	bool all = true;

	w->pending.undecided--;
	w->pending.by_probe[in->row - w->rows]--;
	spare_count(c);
	for (size_t i = 0; i < c->ninstances; i++)
		all &= c->instances[i].decided;
	/* A verdict without a kernel event: poll the peer's kernel at once, before anything
	 * else can happen to it, as no probe looks any more. */
	if (all && !conn_end(c) && w->truth == TRUTH_UNKNOWN && !w->truth_comes && in->dead_at != TIME_NONE)
		judge_poll(c);
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

static void judge_all(struct watch *w)
{
	for (size_t i = 0; i < w->nconns; i++) {
		accepted_judge(&w->conns[i]);
		liveness_cancel(&w->conns[i]);
		drain_cancel(&w->conns[i]);
	}
	for (size_t i = 0; i < w->nconns; i++) {
		provoked_withdraw(&w->conns[i]);
		provoked_by_poll(&w->conns[i]);
	}
	fin_judge(w);
	peer_truth_decide(w);
	for (size_t i = 0; i < w->nconns; i++)
		if (w->conns[i].established)
			judge_conn(&w->conns[i]);
	w->phase = OVER;
	w->pending.polls = w->pending.silent = w->pending.drains = 0;
	run_account(w->run, w);
	w->hooks.over(w);
}

/* Judges, once there is nothing to wait for. */
static void judge_once_settled(struct watch *w)
{
	nsec settled;

	if (w->pending.polls || w->pending.drains)
		return;
	settled = fin_settled(w);
	if (settled > clock_now())
		timer_set(&w->run->loop, &w->timers.deadline, settled);
	else
		judge_all(w);
}

/* When the last of its probes said dead. */
static nsec said_dead_at(const struct conn *c)
{
	nsec last = TIME_NONE;

	for (size_t i = 0; i < c->ninstances; i++)
		if (c->instances[i].dead_at > last)
			last = c->instances[i].dead_at;
	return last != TIME_NONE ? last : clock_now();
}

void watch_polled(struct watch *w, struct conn *c)
{
	if (w->phase == JUDGING) {
		judge_once_settled(w);
		return;
	}
	if (c->accept.refused) {
		set_deadline(w); /* the peer does not know it, alive or dead */
		return;
	}
	if (c->liveness.state == LIVENESS_UNANSWERED) {
		set_died(w, said_dead_at(c));
	} else if (fell_silent(c) != TIME_NONE) {
		/* Was it only a pause? A late answer would tell. */
		w->silent_application = true;
		set_died(w, fell_silent(c));
	}
	set_deadline(w);
}

void watch_drained(struct watch *w)
{
	if (w->phase == JUDGING)
		judge_once_settled(w);
}

/* What is needed to judge: no probe looks any more. */
static void gather(struct watch *w)
{
	for (size_t i = 0; i < w->nconns; i++)
		if (!w->conns[i].let_go)
			conn_look(&w->conns[i]);
	timer_unset(&w->run->loop, &w->timers.deadline);
	run_keep_late(w->run);
	w->run->watching -= w->phase == WATCHING || w->phase == DYING;
	w->phase = JUDGING;
	w->at.over = clock_now();
	for (size_t i = 0; i < w->nconns; i++) {
		if (!w->conns[i].established)
			continue;
		judge_poll(&w->conns[i]);
		if (w->truth == TRUTH_UNKNOWN && !w->asks_nobody)
			drain_start(&w->conns[i]);
	}
	judge_once_settled(w);
}

void watch_end(struct watch *w)
{
	timer_unset(&w->run->loop, &w->timers.strike);
	timer_unset(&w->run->loop, &w->timers.deadline);
	if (w->phase != JUDGING)
		gather(w);
	else if (w->run->end.signo) /* who cannot wait has it judged by what is known */
		judge_all(w);
	else
		judge_once_settled(w);
}
