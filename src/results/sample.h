/* SPDX-License-Identifier: MIT */
/* Many times, in a fixed room: how many, the extremes, the median. */
#ifndef RESULTS_SAMPLE_H
#define RESULTS_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

#define SAMPLE_MOST 512

/* The extremes are exact; the median is exact up to `room` times and from then on that
 * of a random choice of so many. */
struct sample {
	nsec *kept;          /* the caller's */
	size_t room;         /* 0: there is no median */
	uint64_t seen;
	nsec least, most;    /* if any was seen */
};

/* TIME_NONE is not added. */
void sample_add(struct sample *s, nsec t);

/* Sorts what was kept. TIME_NONE without any. */
nsec sample_median(struct sample *s);

/* The median of n times, which are sorted; TIME_NONE without any. */
nsec times_median(nsec *times, size_t n);

#endif
