/* SPDX-License-Identifier: MIT */
/* Between the two sides of the peer's fork: child.c calls it in the child. */
#ifndef PEER_PEER_MAIN_H
#define PEER_PEER_MAIN_H

#include "child.h"

/* The peer's whole life. It says PEER_READY, with the error if there is one, on control. */
_Noreturn void peer_run(const struct peer_plan *plan, int control, pid_t parent);

#endif
