/* SPDX-License-Identifier: MIT */
/* The fault of a run outside the lab: --fault on this side's sockets, or the command of --fault-exec. */
#ifndef ENGINE_STRIKE_H
#define ENGINE_STRIKE_H

#include "run.h"

/* Tries, before anything is connected, whether the plan's fault is allowed here. */
int strike_allowed(const struct plan *p, struct error *e);

/* Gives a watch its fault, where the plan has one. */
void strike_prepare(struct watch *w);

/* SIGCHLD: did the command fail? Tells a note, and remembers it in the run. */
void strike_child_ended(struct run *r);

#endif
