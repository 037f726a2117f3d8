/* SPDX-License-Identifier: MIT */
/* Probes upon the very connections of a running process (audit -p). */
#ifndef AUDIT_WATCHING_H
#define AUDIT_WATCHING_H

#include "base/error.h"
#include "plan/plan.h"

/* Watches the established connections of the plan's processes with its only group, until all have ended, --timeout, or a signal. The exit
 * status, with the reason in *e where it is 3 or 4. */
int run_audit_watch(const struct plan *p, struct error *e);

#endif
