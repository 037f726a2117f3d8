/* SPDX-License-Identifier: MIT */
/*
 * The timeline that a connection takes once the fault has struck: what this machine's
 * kernel comes to know, and when. No probe has looked yet.
 */
#ifndef MODEL_TIMELINE_H
#define MODEL_TIMELINE_H

#include "composite.h"
#include "plan/plan.h"
#include "tcp/timeline.h"

struct timeline timeline_of(const struct composite *c, const struct chosen_fault *f,
			    const struct effect *e, const struct circumstances *s);

#endif
