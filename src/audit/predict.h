/* SPDX-License-Identifier: MIT */
/* What a connection of a running process would notice, as it is now. */
#ifndef AUDIT_PREDICT_H
#define AUDIT_PREDICT_H

#include "collect.h"
#include "events/event.h"
#include "plan/plan.h"

/* Is there anything to be predicted? Of a closed socket there is not. */
bool audit_predictable(const struct audit_socket *s);

/*
 * Of each of the plan's faults, were it to strike now: when the kernel of the connection knows, with its own network namespace's
 * sysctls, for a program that reads whenever there is something to read and writes nothing more. `by` allows for timers that are as
 * late as the kernel's may be. Not known: what hangs on options that could not be read.
 */
void audit_predict(const struct audit_list *l, const struct audit_socket *s, const struct plan *p, struct predicted *to);

/* How long ago the peer was heard, by data or by an ACK, which is what keepalive counts from; now must have its TCP_INFO. */
nsec audit_heard(const struct diag_socket *now);

#endif
