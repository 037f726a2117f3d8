/* SPDX-License-Identifier: MIT */
/* The probes' connections where the client dies: they are accepted, one after another, from the lab's own client. */
#ifndef LAB_ACCEPTING_H
#define LAB_ACCEPTING_H

#include "base/loop.h"
#include "base/error.h"

struct stage;

struct accepting {
	struct handler listener; /* fd -1: it does not listen */
	struct stage *stage;
};

/* Listens in the watcher's host, on SUPERVISOR_PROBES_PORT. -1 with the reason in *e; accepting_close is safe after either. */
int accepting_open(struct accepting *a, struct stage *s, struct error *e);
void accepting_close(struct accepting *a);

#endif
