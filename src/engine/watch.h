/* SPDX-License-Identifier: MIT */
/*
 * A watch: connections that share a peer, and so a death, a deadline and a
 * judgement. Connect mode is one watch; listen mode has one for each client; the
 * lab has one for each fault.
 *
 *   forming -> watching -> (a fault, or the first kernel event) -> dying
 *           -> judging (unread data dropped, a liveness poll of what has not ended) -> over
 */
#ifndef ENGINE_WATCH_H
#define ENGINE_WATCH_H

#include "conn.h"

enum phase { FORMING, WATCHING, DYING, JUDGING, OVER };
enum truth { TRUTH_UNKNOWN, TRUTH_DEAD, TRUTH_ALIVE };

/* The results of one watch, counted as they are told. */
struct result_counts {
	unsigned count[RESULTS]; /* one for each probe on each connection */
	unsigned unnoticed; /* connections that were dead, and none of their probes noticed */
	unsigned unproved;  /* the same, where one was inconclusive, or chosen and unsupported */
	unsigned unwatched; /* those that were chosen and unsupported */
	char why[160];      /* the first inconclusive one was */
	char unable[112];   /* the first unsupported one was: which, and why */
};

/* When it happened; TIME_NONE until then. */
struct watch_times {
	nsec established; /* all connections were */
	nsec struck;      /* the fault */
	nsec done;        /* ... and its command, with all that this had started, was over */
	nsec ended;       /* the first end that nobody provoked */
	nsec first_event; /* the first kernel event */
	nsec died;        /* what the deadline counts from */
	nsec over;        /* no probe looks any more */
};

/* What is still to come. */
struct watch_pending {
	size_t undecided; /* instances of established connections */
	size_t *by_probe; /* the same, for each of its probes: rows from w->rows on */
	size_t spare;     /* of the undecided those that nobody waits for (spare.h) */
	size_t unended;   /* connections that the kernel has not seen end */
	size_t polls;     /* liveness polls */
	size_t silent;    /* those that were unanswered, and go on */
	size_t drains;    /* connections on which unread data is being dropped */
};

struct watch_timers {
	struct timer strike, deadline;
	nsec least;  /* the deadline is never sooner than this ... */
	nsec latest; /* ... nor later than this */
	nsec later;  /* the fault may strike a connection so much later than it did first */
	nsec lost;   /* to this process's lateness before it, and given back */
};

/* What a mode does for its watches; each may be NULL, but over. */
struct watch_hooks {
	int (*strike)(struct watch *w, struct error *e); /* carries out the fault */
	void (*check_struck)(struct watch *w); /* calls watch_struck if the fault has struck already */
	void (*established)(struct watch *w);  /* all connections are */
	void (*ended)(struct watch *w);        /* a connection has */
	void (*over)(struct watch *w);         /* called last */
};

/* The command of a fault: its end is the end of a pipe that all have inherited which it started. */
struct watch_command {
	struct handler over; /* fd -1: none, or it is over */
	size_t watches;      /* so many, from this one on, were struck by it */
};

/* Where its sockets are made, and where to come back to; -1: here. */
struct watch_netns {
	int sockets, home;
};

struct watch {
	struct run *run;
	const char *label;       /* the lab's fault, or NULL: goes on every event ... */
	const char *target;      /* what reports call its target, where there are several; else NULL */
	const struct target *to; /* whom it is connected to, where that is a target of the plan; else NULL */
	size_t rows, nrows;      /* in the reports' context, before those of its first probe; so many are its own */
	size_t column;           /* ... with its place among the reports' faults; NO_ROW */
	size_t place;            /* of its target, among the context's; NO_ROW */
	struct conn *conns;
	size_t nconns, nestablished;
	struct instance *instances;
	unsigned char *states;   /* the instances' states, one block */
	enum phase phase;
	enum truth truth;        /* once the fault struck: is the peer dead? */
	bool strikes;            /* a fault will strike */
	bool truth_comes;        /* the fault will say it: no need to poll the peer's kernel before */
	bool echoes;             /* the peer is known to echo: it answers each heartbeat while it lives */
	bool asks_nobody;        /* its connections are another program's: no peer is polled, and it goes on until they end */
	bool silent_application; /* one that answered before does no more, but its kernel does */
	struct watch_times at;
	struct watch_pending pending;
	struct watch_timers timers;
	struct watch_hooks hooks;
	struct watch_netns netns;
	struct watch_command command;
	struct result_counts counts;
	bool spared;             /* it ended before those had their time that nobody waits for */
	bool failed;             /* an expectation did not hold */
	nsec lost;               /* --keep: since when it has been without the connection before this one; TIME_NONE */
	unsigned attempts;       /* ... and so many were in vain */
};

/* Allocates a watch of nconns connections, which have the groups of that target, or of the plan where it is
 * NULL, in turn. */
int watch_open(struct watch *w, struct run *r, const struct target *t, size_t nconns, struct error *e);
void watch_close(struct watch *w);
/* Makes a closed watch ready for the next client. */
void watch_reset(struct watch *w);

/* Nobody else is waited for: the watch begins, and the fault is timed. */
void watch_begin(struct watch *w, nsec at);

/* A connection is established; when all are, the watch begins and the fault is timed. */
void watch_established(struct watch *w, struct conn *c, nsec at);

/* A queued event of this watch. */
struct event *watch_event(const struct watch *w, enum event_kind kind, nsec t);

/* The fault struck then, and makes the peer dead, alive, or is not known to. */
void watch_struck(struct watch *w, const char *fault, nsec at, enum truth truth);
/* The same where another watch has told of it. */
void watch_struck_too(struct watch *w, nsec at, enum truth truth);

/* The command that struck it is over. */
void watch_command_over(struct watch *w, nsec at);

/* Before anything is judged by time: a fault that another process carries out
 * may have struck although its message has not been read. */
void watch_check_struck(struct watch *w);

/* There is a new kernel event of c. */
void watch_kernel(struct watch *w, struct conn *c, const struct kernel_event *k);

/* No probe looks any more: what happens now is the judge's own doing. */
static inline bool watch_is_over(const struct watch *w)
{
	return w->phase >= JUDGING;
}

/* A probe instance decided. */
void watch_decided(struct watch *w, struct conn *c, struct instance *in);

/* A liveness poll ended, or went unanswered so far, or what was so is answered now. */
void watch_polled(struct watch *w, struct conn *c);

/* What was unread on a connection is dropped (drain.h). */
void watch_drained(struct watch *w);

/* What `after` is for that moment: since the fault, else since the first kernel event
 * that nobody provoked, else since the first; TIME_NONE where there is none. */
nsec watch_after(const struct watch *w, nsec at);

/* Stops watching and judges (a timeout, a signal). */
void watch_end(struct watch *w);

#endif
