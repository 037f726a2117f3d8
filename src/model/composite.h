/* SPDX-License-Identifier: MIT */
/* What the probes that share a connection, and the application, do to it. */
#ifndef MODEL_COMPOSITE_H
#define MODEL_COMPOSITE_H

#include "probes/circumstances.h"
#include "probes/composite.h"
#include "tcp/effect.h"

/* The options are set in the order in which the probes are armed (probe_disturbance). */
struct composite composite_of(const struct group *g, const struct effect *e, const struct circumstances *s);

#endif
