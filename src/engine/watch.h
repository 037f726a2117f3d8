/* SPDX-License-Identifier: MIT */
/*
 * A watch: connections that share a peer, and so a death, a deadline and a
 * judgement. Connect mode is one watch; listen mode has one for each client; the
 * lab has one for each fault.
 *
 *   forming -> watching -> (a fault, or the first kernel event) -> dying
 *           -> judging (a keepalive segment where the kernel is silent) -> over
 */
#ifndef ENGINE_WATCH_H
#define ENGINE_WATCH_H

#include "conn.h"

/* An end within that time and two round trips after a probe's own byte, while others to
 * the same target live, was provoked. */
#define PROVOKED_WITHIN (250 * NS_PER_MS)

enum phase { FORMING, WATCHING, DYING, JUDGING, OVER };
enum truth { TRUTH_UNKNOWN, TRUTH_DEAD, TRUTH_ALIVE };

/* The results of one watch, counted as they are told. */
struct tally {
	unsigned count[UNSUPPORTED + 1]; /* results, one for each probe on each connection */
	unsigned unnoticed; /* connections that were dead, and none of their probes noticed */
};

struct watch {
	struct run *run;
	const char *label;     /* the lab's fault, or NULL: goes on every event */
	struct conn *conns;
	size_t nconns, nestablished;
	struct instance *instances;
	unsigned char *states; /* the instances' states, one block */
	enum phase phase;
	enum truth truth;      /* once the fault struck: is the peer dead? */
	bool truth_comes;      /* the fault will say it: no need to ask the peer's kernel before */
	bool silent_application; /* one that answered before does no more, but its kernel does */
	nsec established_at;
	nsec struck_at;        /* the fault; TIME_NONE */
	nsec known_at;         /* the first kernel event that nobody provoked; TIME_NONE */
	nsec first_at;         /* the first kernel event; TIME_NONE */
	nsec died_at;          /* what the deadline counts from; TIME_NONE */
	size_t undecided;      /* instances of standing connections */
	size_t *open;          /* the same, for each chosen probe of the plan */
	size_t unended;        /* connections that the kernel has not seen end */
	size_t asked;          /* connections whose peer was asked, and has not answered */
	struct timer strike, deadline;
	nsec latest;           /* the deadline is never later than this */
	struct tally tally;
	bool failed;           /* an expectation did not hold */
	int (*do_strike)(struct watch *w, struct error *e); /* the fault, or NULL */
	void (*ask_struck)(struct watch *w);                /* did the fault strike already? then watch_struck; or NULL */
	void (*established)(struct watch *w);                     /* all connections stand; or NULL */
	void (*over)(struct watch *w);                      /* told last */
	void *owner;
	int netns, home;       /* where its sockets are made, and where to come back to; -1: here */
};

/* Allocates a watch of nconns connections; conn i gets groups[i]. */
int watch_open(struct watch *w, struct run *r, size_t nconns,
	       const struct group *(*group_of)(const struct run *r, size_t i), struct error *e);
void watch_close(struct watch *w);
/* Makes a closed watch ready for the next client. */
void watch_reset(struct watch *w);

/* A connection stands; when all do, the watch begins and the fault is timed. */
void watch_established(struct watch *w, struct conn *c, nsec at);

/* The fault struck then, and makes the peer dead, alive, or is not known to. */
void watch_struck(struct watch *w, const char *fault, nsec at, enum truth truth);

/* Before anything is judged by time: a fault that another process carries out
 * may have struck although nobody has told yet. */
void watch_ask_struck(struct watch *w);

/* The monitor knows something new of c. */
void watch_kernel(struct watch *w, struct conn *c, const struct kernel_event *k);

/* Nobody looks any more: what happens now is the judge's own doing. */
static inline bool watch_is_over(const struct watch *w)
{
	return w->phase >= JUDGING;
}

/* Did it end right after a probe's own byte? */
bool after_own_byte(const struct conn *c);

/* A instance decided. */
void watch_decided(struct watch *w, struct conn *c, struct instance *l);

/* The peer's kernel answered, or did not. */
void watch_answered(struct watch *w, struct conn *c);

/* What `after` is for that moment: since the fault, else since the first kernel event
 * that nobody provoked, else since the first; TIME_NONE where there is none. */
nsec watch_after(const struct watch *w, nsec at);

/* Stop watching and judge (a timeout, a signal). */
void watch_end(struct watch *w, nsec now);

#endif
