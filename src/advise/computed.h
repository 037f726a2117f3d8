/* SPDX-License-Identifier: MIT */
/* What predict and advise share: the sysctls that are assumed, and reports where nothing is measured. */
#ifndef ADVISE_COMPUTED_H
#define ADVISE_COMPUTED_H

#include "base/error.h"
#include "events/feed.h"
#include "plan/plan.h"

/*
 * This network namespace's sysctls, with the plan's --sysctl put in their place.
 * 0, or -1 with the reason in *e: a name that no prediction depends on, a value that
 * the kernel would refuse.
 */
int computed_sysctls(const struct plan *p, struct sysctls *sys, struct error *e);

/*
 * Opens the plan's reports where nothing will be measured, and reports the start.
 * -1 with the reason in *e; computed_close is safe after either.
 */
int computed_open(struct feed *feed, const struct plan *p, const struct sysctls *sys,
		  struct error *e);

/* Reports the end, with the reason that *e may have, and closes them. -1 if anything was not written. */
int computed_close(struct feed *feed, struct error *e);

#endif
