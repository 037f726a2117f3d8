// SPDX-License-Identifier: MIT
/* Backed-off timers: one by one while they double, by multiplication afterwards. */
#include "backoff.h"

/* How often the first can double before it is the longest. */
static int64_t doublings_of(const struct backoff *b)
{
	int64_t n = 0;

	for (nsec delay = b->first; delay < b->most && n < b->doublings; n++)
		delay *= 2;
	return n;
}

static nsec delay_of(const struct backoff *b, int64_t i)
{
	const int64_t most = doublings_of(b);
	nsec delay = b->first << (i < most ? i : most);

	return delay < b->most ? delay : b->most;
}

nsec backoff_interval(const struct backoff *b, int64_t i)
{
	nsec last = i > 0 ? wheel_grain(delay_of(b, i - 1), b->tick) : 0;

	return wheel_fires(delay_of(b, i), last, b->tick, b->pace);
}

/* From which on all take as long: two of them have the same delay. */
static int64_t steady_from(const struct backoff *b)
{
	return doublings_of(b) + 1;
}

nsec backoff_sum(const struct backoff *b, int64_t i, int64_t n)
{
	const int64_t end = i + n, steady = steady_from(b);
	nsec sum = 0;

	for (; i < end && i < steady; i++)
		sum = ns_add(sum, backoff_interval(b, i));
	return ns_add(sum, ns_times(backoff_interval(b, steady), end - i));
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
