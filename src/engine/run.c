// SPDX-License-Identifier: MIT
/* One run: what every mode shares, and how the exit status comes about. */
#include "run.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "preflight.h"
#include "reader.h"
#include "base/process.h"
#include "base/signal-name.h"
#include "base/suspend.h"
#include "base/wall.h"
#include "base/words.h"
#include "plan/defaults.h"
#include "tcp/late.h"
#include "tcp/tcpinfo.h"

/* Ctrl-Z: the terminal is given back; the peer and the clock do not wait. */
static void suspend_run(struct run *r)
{
	feed_leave(&r->feed, false);
	suspend();
}

static void on_signal(struct loop *l, int signo)
{
	struct run *r = l->owner;

	if (signo == SIGCHLD) {
		if (r->hooks.child)
			r->hooks.child(r);
	} else if (signo == SIGWINCH) {
		feed_resize(&r->feed);
	} else if (signo == SIGTSTP || signo == SIGCONT) {
		if (signo == SIGTSTP)
			suspend_run(r);
		feed_leave(&r->feed, true);
		feed_resize(&r->feed);
	} else {
		run_interrupt(r, signo);
	}
}

/* What was made of such an answer may be wrong. */
static void check_tcpinfo(struct run *r)
{
	struct error e;

	if (!tcpinfo_failure())
		return;
	error_set(&e, STATUS_SYSTEM, "getsockopt(TCP_INFO): %s", error_reason(tcpinfo_failure()));
	run_fail(r, &e);
}

static void on_idle(struct loop *l)
{
	struct run *r = l->owner;
	struct error e;

	if (r->watching)
		run_keep_late(r);
	check_tcpinfo(r);
	feed_drain(&r->feed);
	service_idle(&r->service);
	if (!feed_check(&r->feed, &e))
		return;
	if (e.status != STATUS_PIPE)
		run_fail(r, &e);
	else
		reader_gone(r);
}

static void on_timeout(struct timer *t, nsec now)
{
	struct run *r = container_of(t, struct run, timeout);

	(void)now;
	if (r->end.signo)
		return; /* it is ending already */
	r->end.timed_out = true;
	service_stopping(&r->service);
	r->hooks.end(r);
}

/* The wake-up is all. */
static void on_beat(struct timer *t, nsec now)
{
	timer_set(&container_of(t, struct run, beat)->loop, t, now + LATE_BEAT);
}

nsec run_late(const struct run *r)
{
	nsec late = loop_late(&r->loop);

	return late >= LATE_LEAST ? late : 0;
}

void run_keep_late(struct run *r)
{
	nsec late = run_late(r);

	if (late > r->late)
		r->late = late;
}

double run_random(void)
{
	uint32_t bits;

	if (getrandom(&bits, sizeof(bits), GRND_NONBLOCK) != (ssize_t)sizeof(bits))
		bits = (uint32_t)clock_now();
	return (double)bits / 4294967296.0;
}

static size_t count_timers(const struct plan *p, size_t connections)
{
	size_t longest = 1;

	for (size_t g = 0; g < p->ngroups; g++)
		if (p->groups[g].count > longest)
			longest = p->groups[g].count;
	return connections * (longest + 4) + 2 * p->connect.ntargets + 64;
}

static struct report_context context_of(const struct run *r, unsigned connections)
{
	const struct plan *p = r->plan;

	return (struct report_context){
		.mode = plan_mode_name(p), .start = r->pace.start, .wall = r->pace.wall, .sysctls = r->sysctls,
		.interval = p->interval, .timeout = p->judge.timeout, .within = p->judge.within,
		.verbosity = p->output.verbosity,
		.targets = p->mode == MODE_CONNECT || p->mode == MODE_AUDIT ? p->connect.ntargets : 0, .nexpects = p->judge.nexpects,
		.verifies = p->lab.promises != NULL, .unasked = p->mode == MODE_AUDIT,
		.remark = p->default_probes ? DEFAULT_REMARK : NULL,
		.rtt = p->lab.rtt, .traffic = plan_traffic_name(p), .connections = connections,
	};
}

int run_open_reports(struct run *r, const struct plan *p, unsigned connections, struct error *e)
{
	struct report_context context;
	int rc;

	memset(r, 0, sizeof(*r));
	r->plan = p;
	r->loop.epfd = r->loop.timerfd.fd = r->loop.signalfd.fd = r->service.notify.fd = -1;
	signal(SIGPIPE, SIG_IGN);
	sysctls_read(&r->sysctls);
	r->pace.start = clock_now();
	r->pace.wall = r->pace.start + wall_ahead();
	r->pace.fraction = run_random();
	r->pace.phase = (nsec)((double)p->interval * run_random());
	r->end.outcomes = calloc(p->judge.nexpects + 1, sizeof(*r->end.outcomes));
	if (!r->end.outcomes)
		return out_of_memory(e);
	context = context_of(r, connections);
	rc = feed_open(&r->feed, p, &context, e);
	if (r->feed.ring)
		feed_event(&r->feed, EVENT_START, r->pace.start);
	return rc;
}

int run_open_loop(struct run *r, size_t timers, struct error *e)
{
	static const int signals[] = {
		SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGWINCH, SIGTSTP, SIGCONT,
	};

	if (loop_open(&r->loop, timers + 1, e))
		return -1;
	r->loop.owner = r;
	r->loop.on_signal = on_signal;
	r->loop.idle = on_idle;
	feed_attach(&r->feed, &r->loop);
	reader_watch(r);
	service_open(r);
	if (loop_catch(&r->loop, signals, sizeof(signals) / sizeof(*signals), e))
		return -1;
	r->timeout.fire = on_timeout;
	if (r->plan->mode != MODE_LAB) /* there it counts for each fault */
		timer_set(&r->loop, &r->timeout, ns_add(r->pace.start, r->plan->judge.timeout));
	return 0;
}

int run_open(struct run *r, const struct plan *p, size_t connections, struct error *e)
{
	if (run_open_reports(r, p, p->connect.keep_open || p->connect.keep ? 0 : (unsigned)connections, e) ||
	    preflight(p, connections, e) || run_open_worst_cases(r, e))
		return -1;
	if (run_open_loop(r, count_timers(p, connections), e))
		return -1;
	r->beat.fire = on_beat;
	timer_set(&r->loop, &r->beat, clock_now());
	return 0;
}

void run_interrupt(struct run *r, int signo)
{
	r->end.signo = signo;
	service_stopping(&r->service);
	r->hooks.end(r);
}

void run_fail(struct run *r, const struct error *e)
{
	if (!r->end.error.status)
		r->end.error = *e;
	loop_stop(&r->loop);
}

void run_account(struct run *r, struct watch *w)
{
	const struct result_counts *n = &w->counts;

	for (enum result i = 0; i < UNSUPPORTED; i++)
		r->end.any_watched |= n->count[i] > 0;
	if (n->count[UNSUPPORTED] && !r->end.unable.status)
		error_set(&r->end.unable, STATUS_SYSTEM, "nothing was watched: %s", n->unable);
	r->end.any_struck |= w->at.struck != TIME_NONE;
	r->end.any_died |= n->count[NOTICED] || n->count[MISSED];
	r->end.any_failed |= !expect_counts(r->plan, r->end.outcomes, n, w->label ? w->label : w->target) || w->failed;
}

/* Did nothing die, although something was to? */
static bool nothing_died(const struct run *r)
{
	return !r->end.any_died && r->plan->mode != MODE_LAB && !expect_has(r->plan, EXPECT_ALIVE);
}

static enum status exit_status(const struct run *r)
{
	if (r->end.error.status)
		return r->end.error.status;
	if (r->end.signo)
		return (enum status)(128 + r->end.signo);
	if (r->end.any_failed || (nothing_died(r) && expect_has(r->plan, EXPECT_WITHIN)))
		return STATUS_FAILED;
	if (r->end.unconnected.status)
		return r->end.unconnected.status;
	return nothing_died(r) ? STATUS_NOTHING : STATUS_OK;
}

/* Why nobody waited any longer for a death. */
static const char *waited_until(const struct run *r)
{
	if (r->end.timed_out)
		return " before --timeout";
	return r->end.any_struck ? " after the fault, within --within" : ", and every probe has reported";
}

static void tell_expects(struct run *r)
{
	const struct report_context *c = &r->feed.context;

	if (nothing_died(r))
		expect_nothing(r->plan, r->end.outcomes, waited_until(r));
	for (size_t i = 0; i < r->plan->judge.nexpects; i++) {
		const struct expect *x = &r->plan->judge.expects[i];
		struct event *e = feed_event(&r->feed, EVENT_EXPECT, clock_now());

		e->expect.text = x->text;
		e->probe = x->probe;
		e->group = x->group;
		e->fault = x->fault;
		e->program = x->kind >= EXPECT_NOTICED && c->programs ? c->probes->spec : NULL;
		e->expect.held = !r->end.outcomes[i].broken;
		e->expect.why = e->expect.held ? NULL : r->end.outcomes[i].why;
	}
}

/* The expectations, unless a signal or an error cut the run short; and the end. */
static enum status tell_end(struct run *r)
{
	struct event *e;

	if (!r->end.error.status && !r->end.signo)
		tell_expects(r);
	e = feed_event(&r->feed, EVENT_END, clock_now());
	e->late = r->late;
	e->end.status = (int)exit_status(r);
	e->end.why = r->end.error.status ? r->end.error.text : r->end.signo ? signal_name(r->end.signo) : NULL;
	return (enum status)e->end.status;
}

static void end_wait(struct run *r)
{
	loop_stop(&r->loop);
}

int run_until(struct run *r, const bool *done, struct error *e)
{
	void (*end)(struct run *) = r->hooks.end;
	int rc;

	r->hooks.end = end_wait;
	rc = loop_run(&r->loop, e);
	r->hooks.end = end;
	if (rc)
		return -1;
	if (!*done || run_is_ending(r)) {
		*e = r->end.error;
		return -1;
	}
	loop_go_on(&r->loop);
	return 0;
}

enum status run_loop(struct run *r)
{
	struct error e;

	if (!r->feed.ring)
		return r->end.error.status;
	if (loop_run(&r->loop, &e))
		run_fail(r, &e);
	check_tcpinfo(r);
	if (r->end.command.status && !r->end.any_died && !r->end.error.status && !r->end.signo)
		r->end.error = r->end.command;
	if (r->end.unable.status && !r->end.any_watched && !r->end.error.status && !r->end.signo)
		r->end.error = r->end.unable;
	if (r->hooks.settle && r->hooks.settle(r, &e))
		run_fail(r, &e);
	if (r->end.unconnected.status && !r->end.any_watched && !r->end.error.status && !r->end.signo)
		r->end.error = r->end.unconnected;
	r->end.any_failed |= !expect_measured(r->plan, r->end.outcomes);
	feed_drain(&r->feed);
	return tell_end(r);
}

int run_close(struct run *r, int status, struct error *e)
{
	int signo;

	if (feed_close(&r->feed, e)) {
		signo = r->end.signo ? r->end.signo : process_pending_end();
		status = signo ? 128 + signo : (int)e->status;
	}
	service_close(&r->service);
	loop_close(&r->loop);
	free(r->end.outcomes);
	free(r->slowest);
	free(r->source);
	free(r->commands.pids);
	return status;
}
