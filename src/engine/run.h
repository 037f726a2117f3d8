/* SPDX-License-Identifier: MIT */
/* One run of the program: the plan carried out, from the first connection to the exit status. */
#ifndef ENGINE_RUN_H
#define ENGINE_RUN_H

#include "expect.h"
#include "events/feed.h"
#include "base/loop.h"
#include "plan/plan.h"
#include "watch.h"

struct dialer;

struct run {
	const struct plan *plan;
	struct loop loop;
	struct feed feed;
	struct sysctls sysctls;
	nsec start;
	double fraction;     /* random, 0 to 1: the phase of all that is periodic, never in step with the fault */
	nsec phase;          /* polled probes look at start + phase + k * interval */
	nsec within;         /* --within, or the longest worst case and what timers run late */
	unsigned ids;        /* connections so far */
	int signo;           /* the signal that ends the run, 0 */
	bool timed_out, any_died, any_failed;
	struct outcome *outcomes; /* of the plan's expectations */
	struct timer timeout;
	struct error error;  /* what stood in the way, while status is not 0 */
	enum status status;
	struct error command; /* --fault-exec failed: what to say if nothing died */
	void (*finish)(struct run *r, nsec now); /* how this mode ends early: a signal, the timeout */
	void (*child)(struct run *r);            /* SIGCHLD */
	void (*result)(const struct instance *l, struct event *e); /* a result is about to be told; or NULL */
	struct dialer *dialer; /* who makes the connections, where the program makes them */
};

/* Opens what every mode needs: reports, loop, signals, descriptors for n
 * connections; faults are the lab's, NULL and 0 elsewhere. -1 with the reason in *e; run_close is safe after either. */
int run_open(struct run *r, const struct plan *p, size_t connections, const char *const *faults,
	     size_t nfaults, struct error *e);
/* Runs the loop to its end and tells the end event. The exit status. */
enum status run_loop(struct run *r);
int run_close(struct run *r, struct error *e);

/* A random number from 0 to 1, for phases. */
double run_random(void);

/* The run cannot go on: remembers the reason and stops the loop. */
void run_fail(struct run *r, const struct error *e);

/* The row of a chosen probe in the reports' context. */
size_t run_row(const struct run *r, const struct chosen *c);

/* Timers run late (tcp_timer.c rounds up to jiffies, and more for long ones):
 * what to allow a probe on top of its worst case. */
nsec run_late(nsec worst);

/* A watch is over: its tally and expectations go into the exit status. */
void run_account(struct run *r, struct watch *w);

/* "SIGINT", for what ends a run. */
const char *run_signal_name(int signo);

/* The modes. Each returns the exit status, with the reason in *e where it is 2, 3 or 4. */
int run_connect(const struct plan *p, struct error *e);
int run_listen(const struct plan *p, struct error *e);

#endif
