/* SPDX-License-Identifier: MIT */
/* The lab: every fault of the plan against every probe. */
#ifndef LAB_RUN_H
#define LAB_RUN_H

#include "base/error.h"
#include "plan/plan.h"

/* The exit status, with the reason in *e where it is 2, 3 or 4. */
int run_lab(const struct plan *p, struct error *e);

#endif
