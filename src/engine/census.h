/* SPDX-License-Identifier: MIT */
/*
 * How each target is: how many of its connections are open, how its application answers, how far away it is. Looked at once
 * a second or more often, and told (EVENT_TARGET) where it changed, and of each target now and then. Only where a report follows,
 * or the service's manager gets a line of it: nothing depends on it.
 */
#ifndef ENGINE_CENSUS_H
#define ENGINE_CENSUS_H

#include "watch.h"

struct census_target {
	size_t first, count; /* its watches */
	unsigned open;
	nsec changed;        /* time of day; TIME_NONE */
	bool told;
};

struct census {
	struct run *run;
	const struct watch *watches;
	struct census_target *targets; /* NULL: nobody follows */
	size_t ntargets, round;
	nsec every;
	struct timer timer;
};

/* Of n watches; those of a target, which have one place, follow each other. 0, or -1 with the reason in *e; census_close is safe
 * after either. The first look is told at once. */
int census_open(struct census *s, struct run *r, const struct watch *watches, size_t n, struct error *e);
void census_close(struct census *s);

/* Tells all of them as they are now: for the end. */
void census_tell(struct census *s);

#endif
