/* SPDX-License-Identifier: MIT */
/*
 * The grammar of --expect: any, all, alive, PROBE<=DUR, PROBE=never, and with an @NAME for PROBE. The plan's groups must be
 * there, since only a chosen probe can be expected to do anything. 0, or -1 with the reason in *e.
 */
#ifndef PLAN_EXPECTS_H
#define PLAN_EXPECTS_H

#include "plan.h"

/* Appends to p->judge.expects. */
int expects_add(struct plan *p, const char *text, struct error *e);

/* Refuses expectations that cannot hold together. */
int expects_check(const struct plan *p, struct error *e);

#endif
