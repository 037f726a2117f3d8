/* SPDX-License-Identifier: MIT */
/*
 * Does a composite reach a goal? The model is asked about every fault, in every traffic,
 * on connections that have been established for a very long time. Nothing is measured.
 */
#ifndef ADVISE_EVALUATE_H
#define ADVISE_EVALUATE_H

#include "base/error.h"
#include "goal.h"
#include "plan/plan.h"

/* Sets of kinds of traffic. */
#define WHEN_IDLE (1u << TRAFFIC_IDLE)
#define WHEN_REQUEST (1u << TRAFFIC_REQUEST)
#define WHEN_STREAM (1u << TRAFFIC_STREAM)
#define WHEN_ANY (WHEN_IDLE | WHEN_REQUEST | WHEN_STREAM)

/* The faults that matter by name. */
#define FAULT_PAUSE "flap"             /* :for=, the path comes back after that */
#define FAULT_CUT "drop"               /* the path is cut for good */
#define FAULT_FULL "zero-window"       /* the peer takes no more data */
#define FAULT_HALF_CLOSE "half-close"  /* the peer sends a FIN, but goes on reading */

/* Sets of faults: one bit each, in the order of the evaluator's. */
typedef uint64_t fault_set;
#define EVERY_FAULT UINT64_MAX

struct evaluator {
	const struct goal *goal;
	struct plan plan;      /* its lab: every fault, and an outage of goal.tolerate */
	fault_set dead, pause; /* those that kill; the pause */
};

struct evaluation {
	fault_set noticed;      /* deaths, each within the goal in every traffic */
	fault_set false_alarms; /* what is, or may be, reported as a death too early, or though nobody died; and a path
				 * that may forget the connection */
	nsec latest;            /* the slowest of those noticed, goal_slack() included */
};

/* The goal must outlive it. 0, or -1 with the reason in *e; evaluator_close frees, also
 * after a failure. */
int evaluator_open(struct evaluator *ev, const struct goal *goal, struct error *e);
void evaluator_close(struct evaluator *ev);

/* The fault of that name. */
fault_set evaluator_fault(const struct evaluator *ev, const char *name);

/* "freeze, zero-window" */
void evaluator_names(const struct evaluator *ev, fault_set s, char *to, size_t room);

/* A composite as -p takes it, in those kinds of traffic, against those faults. 0, or -1
 * with the reason in *e. */
int evaluate(const struct evaluator *ev, const char *spec, unsigned when, fault_set among,
	     struct evaluation *result, struct error *e);

/* When a composite notices that fault in the slowest of those kinds of traffic, whatever
 * the goal, without slack; NS_NEVER if it may not. 0, or -1 with the reason in *e. */
int evaluate_latest(const struct evaluator *ev, const char *spec, unsigned when, const char *fault,
		    nsec *latest, struct error *e);

#endif
