/* SPDX-License-Identifier: MIT */
/* Probe instances, the engine's side: what a verdict does, and when a polled probe looks next. */
#ifndef ENGINE_INSTANCE_H
#define ENGINE_INSTANCE_H

#include "conn.h"

/* Stamps and acts on what a hook returned. */
void instance_verdict(struct instance *in, struct verdict v);

/* Has the probe check, as if its timer had fired. */
void instance_look(struct instance *in);

/* The next multiple of the interval after now, in step with the other polled probes. */
void instance_next_tick(struct instance *in, nsec now);

/* What a probe can call on its instance (probes/probe.h). */
extern const struct probe_host instance_host;

#endif
