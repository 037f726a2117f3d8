// SPDX-License-Identifier: MIT
/* One run: what every mode shares, and how the exit status comes about. */
#include "run.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "preflight.h"
#include "base/suspend.h"
#include "tcp/sysctls.h"

size_t run_row(const struct run *r, const struct chosen *c)
{
	size_t row = 0;

	for (size_t g = 0; g < r->plan->ngroups; g++) {
		const struct group *group = &r->plan->groups[g];

		if (c >= group->chosen && c < group->chosen + group->count)
			return row + (size_t)(c - group->chosen);
		row += group->count;
	}
	return 0;
}

nsec run_late(nsec worst)
{
	return worst + worst / 20 + NS_PER_S;
}

static nsec longest_worst_case(const struct feed *f)
{
	nsec longest = 0;

	for (size_t i = 0; i < f->context.nprobes; i++)
		if (f->context.probes[i].worst_case != NS_NEVER && f->context.probes[i].worst_case > longest)
			longest = f->context.probes[i].worst_case;
	return longest;
}

/* Ctrl-Z: the terminal is given back; the peer and the clock do not wait. */
static void stop(struct run *r)
{
	feed_leave(&r->feed, false);
	suspend();
}

static void on_signal(struct loop *l, int signo)
{
	struct run *r = l->owner;

	if (signo == SIGCHLD) {
		if (r->child)
			r->child(r);
	} else if (signo == SIGWINCH) {
		feed_resize(&r->feed);
	} else if (signo == SIGTSTP || signo == SIGCONT) {
		if (signo == SIGTSTP)
			stop(r);
		feed_leave(&r->feed, true);
		feed_resize(&r->feed);
	} else {
		r->signo = signo;
		r->finish(r, clock_now());
	}
}

static void on_idle(struct loop *l)
{
	struct run *r = l->owner;
	struct error e;
	const char *name;
	int err;

	feed_drain(&r->feed);
	err = feed_failed(&r->feed, &name);
	if (!err)
		return;
	error_set(&e, STATUS_SYSTEM, "%s: %s", name, strerror(err));
	run_fail(r, &e);
}

static void on_timeout(struct timer *t, nsec now)
{
	struct run *r = container_of(t, struct run, timeout);

	if (r->signo)
		return; /* it is ending already */
	r->timed_out = true;
	r->finish(r, now);
}

static void tell_start(struct run *r)
{
	if (r->feed.ring)
		feed_event(&r->feed, EVENT_START, r->start);
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
	return connections * (longest + 3) + 64;
}

int run_open(struct run *r, const struct plan *p, size_t connections, const char *const *faults,
	     size_t nfaults, struct error *e)
{
	static const int signals[] = {
		SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGWINCH, SIGTSTP, SIGCONT,
	};
	struct report_context context = { .mode = plan_mode_name(p) };
	int rc;

	memset(r, 0, sizeof(*r));
	r->plan = p;
	r->loop.epfd = r->loop.timerfd.fd = r->loop.signalfd.fd = -1;
	signal(SIGPIPE, SIG_IGN);
	sysctls_read(&r->sysctls);
	r->start = clock_now();
	r->fraction = run_random();
	r->phase = (nsec)((double)p->interval * run_random());
	context.start = r->start;
	context.sysctls = r->sysctls;
	context.interval = p->interval;
	context.timeout = p->judge.timeout;
	context.within = p->judge.within;
	context.verbosity = p->output.verbosity;
	context.faults = faults;
	context.nfaults = nfaults;
	context.traffic = plan_traffic_name(p);
	context.connections = p->connect.keep_open ? 0 : (unsigned)connections;
	r->outcomes = calloc(p->judge.nexpects + 1, sizeof(*r->outcomes));
	if (!r->outcomes)
		return error_set(e, STATUS_SYSTEM, "out of memory");
	rc = feed_open(&r->feed, p, &context, e);
	tell_start(r);
	if (rc || preflight(p, connections, e) ||
	    loop_open(&r->loop, count_timers(p, connections), e))
		return -1;
	r->within = p->judge.within != NS_NEVER ? p->judge.within : run_late(longest_worst_case(&r->feed));
	r->loop.owner = r;
	r->loop.on_signal = on_signal;
	r->loop.idle = on_idle;
	feed_attach(&r->feed, &r->loop);
	if (loop_catch(&r->loop, signals, sizeof(signals) / sizeof(*signals), e))
		return -1;
	r->timeout.fire = on_timeout;
	if (p->mode != MODE_LAB) /* there it counts for each fault */
		timer_set(&r->loop, &r->timeout, ns_add(r->start, p->judge.timeout));
	return 0;
}

void run_fail(struct run *r, const struct error *e)
{
	if (!r->status) {
		r->error = *e;
		r->status = e->status;
	}
	loop_stop(&r->loop);
}

void run_account(struct run *r, struct watch *w)
{
	const struct tally *t = &w->tally;

	r->any_died |= t->count[NOTICED] || t->count[MISSED];
	r->any_failed |= !expect_tally(r->plan, r->outcomes, t, w->label) || w->failed;
}

/* Did nothing die, although something was to? */
static bool nothing_died(const struct run *r)
{
	return !r->any_died && r->plan->mode != MODE_LAB && !expect_has(r->plan, EXPECT_ALIVE);
}

static enum status verdict(const struct run *r)
{
	if (r->status)
		return r->status;
	if (r->signo)
		return (enum status)(128 + r->signo);
	if (r->any_failed)
		return STATUS_FAILED;
	if (nothing_died(r))
		return STATUS_NOTHING;
	return STATUS_OK;
}

static void tell_expects(struct run *r)
{
	if (nothing_died(r))
		expect_nothing(r->plan, r->outcomes);
	for (size_t i = 0; i < r->plan->judge.nexpects; i++) {
		struct event *e = feed_event(&r->feed, EVENT_EXPECT, clock_now());

		e->expect = r->plan->judge.expects[i].text;
		e->probe = r->plan->judge.expects[i].probe;
		e->held = !r->outcomes[i].broken;
		e->why = e->held ? NULL : r->outcomes[i].why;
	}
}

const char *run_signal_name(int signo)
{
	return signo == SIGINT ? "SIGINT" : signo == SIGTERM ? "SIGTERM" : "SIGHUP";
}

/* The last words: the expectations, unless a signal or an error cut the run short. */
static enum status tell_end(struct run *r)
{
	struct event *e;

	if (!r->status && !r->signo)
		tell_expects(r);
	e = feed_event(&r->feed, EVENT_END, clock_now());
	e->status = (int)verdict(r);
	e->why = r->status ? r->error.text : r->signo ? run_signal_name(r->signo) : NULL;
	return (enum status)e->status;
}

enum status run_loop(struct run *r)
{
	struct error e;

	if (!r->feed.ring)
		return r->status;
	if (loop_run(&r->loop, &e))
		run_fail(r, &e);
	if (r->command.status && !r->any_died && !r->status && !r->signo) {
		r->error = r->command;
		r->status = r->command.status;
	}
	feed_drain(&r->feed);
	return tell_end(r);
}

int run_close(struct run *r, struct error *e)
{
	int rc = feed_close(&r->feed, e);

	loop_close(&r->loop);
	free(r->outcomes);
	return rc;
}
