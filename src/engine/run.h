/* SPDX-License-Identifier: MIT */
/* One run of the program: the plan carried out, from the first connection to the exit status. */
#ifndef ENGINE_RUN_H
#define ENGINE_RUN_H

#include <sys/types.h>

#include "expect.h"
#include "events/feed.h"
#include "base/loop.h"
#include "plan/plan.h"
#include "service.h"
#include "watch.h"

struct addrinfo;
struct dialer;

/* What is periodic, and when. */
struct run_pace {
	nsec start, wall; /* the same moment, on both clocks */
	nsec phase;      /* polled probes look at start + phase + k * interval */
	double fraction; /* random, 0 to 1: where senders begin, never in step with the fault */
};

/* Why the run ends, and how. */
struct run_end {
	int signo;                /* the signal that ends it, 0 */
	bool timed_out;
	bool any_watched, any_struck, any_died, any_failed;
	struct outcome *outcomes; /* of the plan's expectations */
	struct error error;       /* why it failed; status 0: nothing */
	struct error unconnected; /* of several targets some were not reached: what to say if no expectation failed */
	struct error unable;      /* a probe could not run: what to say if nothing was watched */
	struct error command;     /* --fault-exec failed: what to say if nothing died */
};

/* What a mode does in a run. */
struct run_hooks {
	void (*end)(struct run *r);   /* ends early: a signal, the timeout */
	void (*child)(struct run *r); /* SIGCHLD; or NULL */
	int (*settle)(struct run *r, struct error *e); /* ends, before the exit status is told, what can still fail; or NULL */
	void (*truth)(struct conn *c); /* corrects c->truth where a fault did not strike all alike; or NULL */
	void (*result)(const struct instance *in, struct event *e); /* completes a result; or NULL */
};

/* Those of --fault-exec that have not ended: several, where each client has its own. */
struct commands {
	pid_t *pids;
	size_t count;
};

struct run {
	const struct plan *plan;
	struct loop loop;
	struct feed feed;
	struct sysctls sysctls;
	struct run_pace pace;
	struct tcp_path *slowest; /* of each group's connections, at the row of its first probe; for the worst cases */
	nsec within;           /* --within, or the longest worst case and what timers run late */
	unsigned ids;          /* connections so far */
	struct timer timeout;
	struct handler reader; /* of standard output: reader.h */
	struct timer beat;     /* shows how late this process is */
	nsec late;             /* by so much at the worst, while it watched */
	bool fin_explained;    /* with --keep: that a FIN alone tells little was said */
	size_t watching;       /* watches that are at it */
	struct run_end end;
	struct run_hooks hooks;
	struct commands commands;
	struct service service; /* what its manager is told */
	struct addrinfo *source; /* of the plan's source; NULL without */
	struct dialer *dialer; /* where the program makes the connections */
};

/*
 * Opens what every mode that watches needs: reports, loop, signals, descriptors for n
 * connections. -1 with the reason in *e; run_close is safe after either.
 */
int run_open(struct run *r, const struct plan *p, size_t connections, struct error *e);

/* The same in two steps, for a mode that watches nothing: the reports, which are told the
 * start; then the loop with so many timers, its signals and --timeout. connections: 0 where
 * nobody knows how many there will be. */
int run_open_reports(struct run *r, const struct plan *p, unsigned connections, struct error *e);
int run_open_loop(struct run *r, size_t timers, struct error *e);

/* Runs the loop to its end and tells the end event. The exit status. */
enum status run_loop(struct run *r);
/* Runs the loop for what comes before the run's own beginning, until *done, which stops it. 0, or
 * -1 with the reason in *e: status 0 if a signal or --timeout ended it. */
int run_until(struct run *r, const bool *done, struct error *e);

/* Has a signal, --timeout or a failure asked it to end? */
static inline bool run_is_ending(const struct run *r)
{
	return r->end.signo || r->end.timed_out || r->end.error.status;
}

/* Closes the reports, waiting for their readers until a signal asks to end. The exit status:
 * that of the run, or another, with the reason in *e, where a report could not be written. */
int run_close(struct run *r, int status, struct error *e);

/* A random number from 0 to 1, for phases. */
double run_random(void);

/* The worst case of each probe, and --within where none is given, before anything is measured. -1 with the reason in *e. */
int run_open_worst_cases(struct run *r, struct error *e);

/* What a connection of that group knows of its path, where it was established: worst cases are of the slowest. */
struct tcp_info;
void run_path_known(struct run *r, const struct group *g, size_t row, const struct tcp_info *ti);

/* Ends the run as that signal does. */
void run_interrupt(struct run *r, int signo);

/* The run cannot go on: remembers the reason and stops the loop. */
void run_fail(struct run *r, const struct error *e);

/* By how much this round is late by now (loop_late), if that is worth telling; else 0. */
nsec run_late(const struct run *r);
/* For the end: what was the worst while something was watched. */
void run_keep_late(struct run *r);

/* A watch is over: its results and expectations go into the exit status. */
void run_account(struct run *r, struct watch *w);

/* The modes. Each returns the exit status, with the reason in *e where it is 2, 3 or 4. */
int run_connect(const struct plan *p, struct error *e);
int run_keep(const struct plan *p, struct error *e);
int run_listen(const struct plan *p, struct error *e);

#endif
