/* SPDX-License-Identifier: MIT */
/*
 * The kernel's timer wheel (kernel/time/timer.c): 64 buckets a level, each level eight times
 * coarser. A timer fires at the end of a bucket, and so up to an eighth late, or a little more.
 */
#ifndef TCP_WHEEL_H
#define TCP_WHEEL_H

#include "base/clock.h"

/* Three runs of the same timers: as soon as the wheel lets them be; as if each fired when it is
 * due, which is what can be worked out by hand; as late as can be. */
enum pace { SOONEST, ON_TIME, LATEST };

/* This kernel's tick, 1/HZ: what its coarse clock counts in. */
nsec wheel_tick(void);

/* A delay in whole ticks of that length, rounded up. */
nsec wheel_ticks(nsec delay, nsec tick);

/* The grain of the level that holds a delay. */
nsec wheel_grain(nsec delay, nsec tick);

/*
 * How long such a timer takes that is set when another has just fired whose grain was `last`; 0:
 * at any other moment. From the end of a bucket of that grain or a coarser one it is known to the tick.
 */
nsec wheel_fires(nsec delay, nsec last, nsec tick, enum pace pace);

#endif
