// SPDX-License-Identifier: MIT
/* The timer wheel's arithmetic. */
#include "wheel.h"

#define LEVELS 8
#define BUCKETS 63 /* of a level that a delay may reach */
#define COARSER 8
#define SET_LATE 4 /* ticks later than the one before fired is a timer set on a busy machine */

nsec wheel_tick(void)
{
	static nsec known;
	struct timespec ts;

	if (known)
		return known;
	known = 10 * NS_PER_MS;
	if (!clock_getres(CLOCK_MONOTONIC_COARSE, &ts) && !ts.tv_sec && ts.tv_nsec > 0)
		known = ts.tv_nsec;
	return known;
}

nsec wheel_ticks(nsec delay, nsec tick)
{
	return delay > NS_NEVER - tick ? NS_NEVER : (delay + tick - 1) / tick * tick;
}

nsec wheel_grain(nsec delay, nsec tick)
{
	nsec grain = tick;

	for (int level = 0; level < LEVELS && delay >= BUCKETS * grain; level++)
		grain *= COARSER;
	return grain;
}

/* calc_index: one bucket further than the delay, so that no timer fires early. */
static nsec from_bucket(nsec delay, nsec grain)
{
	return (delay / grain + 1) * grain;
}

nsec wheel_fires(nsec delay, nsec last, nsec tick, enum pace pace)
{
	nsec grain;

	if (pace == ON_TIME || delay == NS_NEVER)
		return delay;
	grain = wheel_grain(delay, tick);
	if (last >= grain)
		return from_bucket(pace == LATEST ? delay + SET_LATE * tick : delay, grain);
	return pace == LATEST ? ns_add(delay, grain + tick) : delay;
}
