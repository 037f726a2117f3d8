/* SPDX-License-Identifier: MIT */
/*
 * What model/predict.h predicts, on a page: equal results are grouped, the soonest
 * first. Prints to standard output.
 */
#ifndef CLI_PREDICTIONS_H
#define CLI_PREDICTIONS_H

#include "plan/plan.h"
#include "model/predict.h"

/*
 * A composite against each of p->lab. With `than` only where it ends otherwise than there.
 * How many faults were printed, or -1 when memory is short.
 */
int predictions_of_group(const struct group *g, const struct plan *p, const struct circumstances *s,
		       const struct circumstances *than);

/* Each of p->groups against one fault. 0, or -1 when memory is short. */
int predictions_of_fault(const struct chosen_fault *f, const struct plan *p,
		       const struct circumstances *s);

#endif
