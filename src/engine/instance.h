/* SPDX-License-Identifier: MIT */
/* The engine's side of a look: what a verdict does, and when a polled probe looks next. */
#ifndef ENGINE_LOOK_H
#define ENGINE_LOOK_H

#include "conn.h"

/* Stamps and acts on what a hook returned. */
void instance_verdict(struct instance *l, struct verdict v);

/* The next multiple of the interval after now, in step with the other polled probes. */
void instance_next_tick(struct instance *l, nsec now);

/* What a probe can ask of its instance (probes/probe.h). */
extern const struct probe_host instance_host;

#endif
