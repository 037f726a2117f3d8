/* SPDX-License-Identifier: MIT */
/* What predict and advise share: the sysctls that are assumed, and reports where nothing is measured. */
#ifndef ADVISE_PREDICT_RUN_H
#define ADVISE_PREDICT_RUN_H

#include "base/error.h"
#include "events/feed.h"
#include "plan/plan.h"

/*
 * This network namespace's sysctls, with the plan's --sysctl put in their place.
 * 0, or -1 with the reason in *e: a name that no prediction depends on, a value that
 * the kernel would refuse.
 */
int predict_sysctls(const struct plan *p, struct sysctls *sys, struct error *e);

/*
 * Opens the plan's reports where nothing will be measured, and reports the start.
 * -1 with the reason in *e; predict_close is safe after either.
 */
int predict_open(struct feed *feed, const struct plan *p, const struct sysctls *sys,
		 struct error *e);

/* Reports the end, with the reason that *e may have, and closes them. -1 if anything was not written. */
int predict_close(struct feed *feed, struct error *e);

#endif
