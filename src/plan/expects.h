/* SPDX-License-Identifier: MIT */
/*
 * The grammar of --expect: any, all, alive, PROBE<=DUR, PROBE=never, and with an @NAME for PROBE; of a program and of the other end that
 * the peer verb looks at noticed<=DUR, reconnected<=DUR, exited=never, alive. In the lab FAULT: before it makes it one of that fault:
 * its name, which is each of that name, or its spec as typed. The plan's groups, programs and faults must be there, since only who
 * is chosen can be expected to do anything. 0, or -1 with the reason in *e.
 */
#ifndef PLAN_EXPECTS_H
#define PLAN_EXPECTS_H

#include "plan.h"

/* Appends to p->judge.expects. */
int expects_add(struct plan *p, const char *text, struct error *e);

/* Refuses expectations that cannot hold together. */
int expects_check(const struct plan *p, struct error *e);

/* Is it one of the lab's fault with that spec? */
bool expect_is_of(const struct expect *x, const char *fault);

/* The longest limit of a program's expectations; 0 without. A watch must not end before. */
nsec expects_longest(const struct plan *p);

#endif
