/* SPDX-License-Identifier: MIT */
/* The one clock: nanoseconds of CLOCK_MONOTONIC, see clock_gettime(2). */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

typedef int64_t nsec;

#define NS_PER_US ((nsec)1000)
#define NS_PER_MS ((nsec)1000000)
#define NS_PER_S ((nsec)1000000000)
#define NS_NEVER INT64_MAX
#define TIME_NONE INT64_MIN /* a time that there is not: null in JSON */

static inline nsec clock_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (nsec)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/* Adds, and keeps NS_NEVER what it is: never plus anything is never. */
static inline nsec ns_add(nsec a, nsec b)
{
	nsec sum;

	if (a == NS_NEVER || b == NS_NEVER || __builtin_add_overflow(a, b, &sum))
		return NS_NEVER;
	return sum;
}

/* So many times; NS_NEVER if that is too long for an nsec. */
static inline nsec ns_times(nsec a, int64_t n)
{
	nsec product;

	return a == NS_NEVER || __builtin_mul_overflow(a, n, &product) ? NS_NEVER : product;
}

static inline double ns_seconds(nsec ns)
{
	return (double)ns / (double)NS_PER_S;
}

#endif
