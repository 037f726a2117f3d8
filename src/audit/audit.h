/* SPDX-License-Identifier: MIT */
/* The audit verb: the connections of running processes, as they are and what they would notice. */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include "base/error.h"
#include "plan/plan.h"

/* The exit status, with the reason in *e where it is 2, 3 or 4. */
int run_audit(const struct plan *p, struct error *e);

#endif
