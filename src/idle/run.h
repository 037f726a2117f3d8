/* SPDX-License-Identifier: MIT */
/* The verb that measures for how long a path remembers an idle connection. */
#ifndef IDLE_RUN_H
#define IDLE_RUN_H

#include "base/error.h"
#include "plan/plan.h"

/* The exit status, with the reason in *e where it is 2, 3 or 4: 0, a limit was found; 1, what was seen contradicts itself;
 * STATUS_NOTHING, none up to --up-to. */
int run_idle_limit(const struct plan *p, struct error *e);

#endif
