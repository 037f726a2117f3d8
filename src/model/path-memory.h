/* SPDX-License-Identifier: MIT */
/*
 * A path that forgets a connection on which no segment came from either side for so long (faults/fault.h, forgets): does what is done on
 * the connection keep it in its memory, and if not, when is it gone? All that counts is how often somebody sends.
 */
#ifndef MODEL_PATH_MEMORY_H
#define MODEL_PATH_MEMORY_H

#include "composite.h"

enum memory_keeping {
	MEMORY_KEEPS,      /* somebody sends often enough */
	MEMORY_FORGETS,
	MEMORY_MAY_FORGET, /* a race, or several that each send too seldom */
};

struct path_memory {
	enum memory_keeping keeping;
	nsec from; /* not before that, since the strike: the connection is no older */
	nsec by;   /* not after */
	/* A segment may yet come in time once, and only the next one be lost: so much later than if all had been lost
	 * since the strike. */
	nsec extra;
};

struct path_memory path_memory_of(const struct composite *c, nsec forgets, const struct circumstances *s);

/* The longest multiple of grain that will do for it; 0: none. */
nsec path_memory_longest(nsec grain, nsec forgets, nsec rtt);

/* How often it must be sent so that such a path surely keeps a connection, whatever timers and processes are late. */
bool path_memory_kept_by(nsec every, nsec forgets, nsec rtt);

#endif
