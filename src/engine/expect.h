/* SPDX-License-Identifier: MIT */
/* --expect: does what was expected hold? For each result, and for each watch at its end. */
#ifndef ENGINE_EXPECT_H
#define ENGINE_EXPECT_H

#include <stdbool.h>

#include "events/event.h"
#include "plan/plan.h"
#include "watch.h"

/* What has become of one expectation of the plan: zeroed, it holds. */
struct outcome {
	bool broken, measured; /* measured: of a program, some result could have broken it */
	char why[240]; /* what broke it first; or, of a program and not measured yet, why it could not be */
};

/* Looks at one result: false if it breaks an expectation (PROBE<=DUR, PROBE=never).
 * o has one outcome for each expectation of the plan. */
bool expect_result(const struct plan *p, struct outcome *o, const struct event *result);

/* The same for the probes of a connection together (@NAME<=DUR, @NAME=never): the result that decides. */
bool expect_connection(const struct plan *p, struct outcome *o, const struct event *first);

/* The same for the results of a watch together (any, all, alive). fault: the lab's, or NULL. */
bool expect_counts(const struct plan *p, struct outcome *o, const struct result_counts *n, const char *fault);

/*
 * The same for the result of a program, or of the other end that the peer verb looks at:
 *
 *	noticed<=DUR      it gave up in time; or the peer lived and there was no false alarm
 *	reconnected<=DUR  it was connected again so soon after the fault, or never lost what it had. Where the peer cannot be
 *	                  reached again (it is dead for good) only who asked for that fault by name wants the impossible
 *	exited=never      it had not ended
 *	alive             it gave nothing up, and the peer lived
 *
 * An inconclusive result breaks each, and an unsupported one none. What is found is in the result's `expected` too.
 */
bool expect_program(const struct plan *p, struct outcome *o, struct event *result);

/* At the end: breaks each expectation of a program that nothing fulfilled because nothing was measured for it. False if there is one. */
bool expect_measured(const struct plan *p, struct outcome *o);

/* Nothing died in the whole run, until then (" before --timeout"): breaks each that has not
 * been broken yet. */
void expect_nothing(const struct plan *p, struct outcome *o, const char *until);

/* For these alone: the first reason is kept, with the lab's fault (or NULL) before it; and is the event's `after` after the fault? Before
 * it is negative, and no promise about the fault is kept by that. */
void outcome_break(struct outcome *o, const char *fault, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool expect_is_after(const struct event *e);

bool expect_has(const struct plan *p, enum expect_kind kind);

#endif
