/* SPDX-License-Identifier: MIT */
/* The engine's side of a look: what a verdict does, and when a polled probe looks next. */
#ifndef ENGINE_LOOK_H
#define ENGINE_LOOK_H

#include "conn.h"

/* Stamps and acts on what a hook returned. */
void looker_verdict(struct looker *l, struct verdict v);

/* The next multiple of the interval after now, in step with the other polled probes. */
void looker_next_tick(struct looker *l, nsec now);

#endif
