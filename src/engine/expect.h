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
	bool broken;
	char why[240]; /* what broke it first */
};

/* Looks at one result: false if it breaks an expectation (PROBE<=DUR, PROBE=never).
 * o has one outcome for each expectation of the plan. */
bool expect_result(const struct plan *p, struct outcome *o, const struct event *result);

/* The same for the probes of a connection together (@NAME<=DUR, @NAME=never): the result that decides. */
bool expect_connection(const struct plan *p, struct outcome *o, const struct event *first);

/* The same for the results of a watch together (any, all, alive). fault: the lab's, or NULL. */
bool expect_counts(const struct plan *p, struct outcome *o, const struct result_counts *n, const char *fault);

/* Nothing died in the whole run, until then (" before --timeout"): breaks each that has not
 * been broken yet. */
void expect_nothing(const struct plan *p, struct outcome *o, const char *until);

bool expect_has(const struct plan *p, enum expect_kind kind);

#endif
