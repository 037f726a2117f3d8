/* SPDX-License-Identifier: MIT */
/* The mortal peer: echoes, then dies by the plan's fault. */
#ifndef PEER_RUN_H
#define PEER_RUN_H

#include "base/error.h"
#include "plan/plan.h"

/* The exit status, with the reason in *e where it is 2, 3 or 4. */
int run_peer(const struct plan *p, struct error *e);

#endif
