// SPDX-License-Identifier: MIT
/* Backed-off timers: one by one while they double, by multiplication afterwards. */
#include "backoff.h"

#define DOUBLINGS_MOST 40 /* of a tick they make a century */

static nsec delay_of(const struct backoff *b, int64_t i)
{
	int64_t doublings = i < b->doublings ? i : b->doublings;
	nsec delay = b->first;

	while (doublings-- > 0 && delay < b->most)
		delay *= 2;
	return wheel_ticks(delay < b->most ? delay : b->most, b->tick);
}

nsec backoff_interval(const struct backoff *b, int64_t i)
{
	nsec last = i > 0 ? wheel_grain(delay_of(b, i - 1), b->tick) : 0;

	return wheel_fires(delay_of(b, i), last, b->tick, b->pace);
}

/* From which on all take as long: two of them have the same delay. */
static int64_t steady_from(const struct backoff *b)
{
	int64_t i = 1;

	while (i < DOUBLINGS_MOST && delay_of(b, i) != delay_of(b, i - 1))
		i++;
	return i;
}

nsec backoff_sum(const struct backoff *b, int64_t i, int64_t n)
{
	const int64_t end = i + n, steady = steady_from(b);
	nsec sum = 0, rest;

	for (; i < end && i < steady; i++)
		sum = ns_add(sum, backoff_interval(b, i));
	if (__builtin_mul_overflow(end - i, backoff_interval(b, steady), &rest))
		return NS_NEVER;
	return ns_add(sum, rest);
}

int64_t backoff_count(const struct backoff *b, int64_t i, nsec time)
{
	const int64_t from = i, steady = steady_from(b);

	for (; time > 0 && i < steady; i++)
		time -= backoff_interval(b, i);
	if (time <= 0)
		return i - from;
	return i - from + (time - 1) / backoff_interval(b, steady) + 1;
}
