/* SPDX-License-Identifier: MIT */
/* Can the plan be carried out here at all? */
#ifndef ENGINE_PREFLIGHT_H
#define ENGINE_PREFLIGHT_H

#include "plan/plan.h"

/* Checks that the probes can run, and raises the limit of descriptors to what that
 * many connections need. 0, or -1 with the reason in *e (STATUS_SYSTEM). */
int preflight(const struct plan *p, size_t connections, struct error *e);

#endif
