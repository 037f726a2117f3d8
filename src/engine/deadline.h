/* SPDX-License-Identifier: MIT */
/* Until when a watch goes on: computed anew with each thing that happens to it. */
#ifndef ENGINE_DEADLINE_H
#define ENGINE_DEADLINE_H

#include "watch.h"

/* On the clock, from what is known by now; NS_NEVER as long as something must come first. */
nsec deadline_of(const struct watch *w);

/* Is a probe undecided that somebody waits for (spare.h)? */
bool deadline_is_open(const struct watch *w);

#endif
