/* SPDX-License-Identifier: MIT */
/*
 * The timeline that a connection takes once the fault has struck: what this machine's
 * kernel comes to know, and when. No probe has looked yet.
 */
#ifndef MODEL_COURSE_H
#define MODEL_COURSE_H

#include "plan/plan.h"
#include "faults/effect.h"
#include "composite.h"
#include "tcp/range.h"

struct timeline {
	struct time_range fin;    /* the peer's FIN: reads end, nothing is wrong yet */
	struct time_range end;    /* reset or given up: the state is CLOSE, and there is an error */
	struct time_range icmp;   /* an error while the state stays (IP_RECVERR): who looks first takes it */
	struct time_range soft;   /* an error that only SO_ERROR asks for: a timeout is to be named by it */
	struct time_range again;  /* the same for the others: the next repetition provokes it anew */
	struct time_range closed; /* the peer takes no more data: its window is closed */
	struct time_range heard;  /* the last segment from the peer's kernel that acknowledged something */

	/* Of a fault that heals: the end of the silence, and how long what was lost in it
	 * may have waited until it is repeated and answered. */
	nsec silence;       /* NS_NEVER: it does not heal */
	struct time_range repair;
};

struct timeline timeline_of(const struct composite *c, const struct chosen_fault *f,
			const struct effect *e, const struct circumstances *s);

#endif
