// SPDX-License-Identifier: MIT
/* Many times, in a fixed room: beyond it a random choice is kept (Vitter's algorithm R). */
#include "sample.h"

#include <stdlib.h>

/* xorshift64*: good enough to choose a sample, and the same on each run. */
static uint64_t next_random(void)
{
	static uint64_t x = 88172645463325252u;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	return x * 2685821657736338717u;
}

void sample_add(struct sample *s, nsec t)
{
	uint64_t slot = s->seen;

	if (t == TIME_NONE)
		return;
	if (!s->seen || t < s->least)
		s->least = t;
	if (!s->seen || t > s->most)
		s->most = t;
	s->seen++;
	if (slot >= s->room)
		slot = next_random() % s->seen;
	if (slot < s->room)
		s->kept[slot] = t;
}

static int earlier(const void *a, const void *b)
{
	nsec x = *(const nsec *)a, y = *(const nsec *)b;

	return (x > y) - (x < y);
}

nsec times_median(nsec *times, size_t n)
{
	if (!n)
		return TIME_NONE;
	qsort(times, n, sizeof(*times), earlier);
	return times[(n - 1) / 2];
}

nsec sample_median(struct sample *s)
{
	return times_median(s->kept, s->seen < s->room ? (size_t)s->seen : s->room);
}
