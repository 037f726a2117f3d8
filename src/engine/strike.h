/* SPDX-License-Identifier: MIT */
/* The fault of a run outside the lab: --fault on this side's sockets, or the command of --fault-exec. */
#ifndef ENGINE_STRIKE_H
#define ENGINE_STRIKE_H

#include "run.h"

/* Tries, before anything is connected, whether the plan's fault is allowed here. */
int strike_allowed(const struct plan *p, struct error *e);

/* Carries out the plan's fault, once for n watches of one run. */
int strike_all(struct watch *watches, size_t n, struct error *e);

/* Tells a watch that the plan's fault will strike, if it has one. */
void strike_expect(struct watch *w);

/* The same, and the watch carries it out by itself. */
void strike_prepare(struct watch *w);

/* SIGCHLD: did the command fail? Tells a note, and remembers it in the run. */
void strike_child_ended(struct run *r);

#endif
