/* SPDX-License-Identifier: MIT */
/* Timers that follow each other, each twice as long as the one before, up to the longest. */
#ifndef TCP_BACKOFF_H
#define TCP_BACKOFF_H

#include "wheel.h"

struct backoff {
	nsec first, most;  /* the first delay, and the longest, in whole ticks */
	int64_t doublings; /* no more than so many */
	nsec tick;
	enum pace pace;
};

/* How long the i-th of them takes, from 0 on; each but the first is set when the one before fires. */
nsec backoff_interval(const struct backoff *b, int64_t i);

/* How long n of them take, from the i-th on. */
nsec backoff_sum(const struct backoff *b, int64_t i, int64_t n);

/* How many there are, from the i-th on, until they have taken that long. What no longer
 * doubles is not counted one by one, nor summed up so. */
int64_t backoff_count(const struct backoff *b, int64_t i, nsec time);

#endif
