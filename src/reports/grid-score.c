// SPDX-License-Identifier: MIT
/*
 * What a row is worth. Its oddity: what a probe costs is read off the fault that leaves
 * the peer in peace, since a dead peer makes others retransmit, or stay silent.
 */
#include <stdlib.h>
#include <string.h>

#include "faults/fault.h"
#include "grid.h"

#define MINUTE (60 * NS_PER_S)

bool grid_killed(const struct grid *g, size_t fault)
{
	for (size_t i = 0; i < g->nrows; i++) {
		const struct grid_cell *c = grid_cell(g, i, fault);

		if (c->results[NOTICED] || c->results[MISSED])
			return true;
	}
	return false;
}

int64_t grid_rate(int64_t n, nsec time)
{
	if (n < 0 || time <= 0)
		return -1;
	return (int64_t)((double)n * (double)MINUTE / (double)time + 0.5);
}

static const struct grid_cell *calm_cell(const struct grid *g, size_t row)
{
	for (size_t f = 0; f < g->c->nfaults; f++)
		if (!strcmp(g->c->faults[f], fault_control()->name) && grid_cell(g, row, f)->packets >= 0)
			return grid_cell(g, row, f);
	return NULL;
}

static void weigh(const struct grid *g, size_t row, struct grid_score *s)
{
	const struct grid_cell *calm = calm_cell(g, row);
	struct grid_cell sum = { .packets = -1, .bytes = -1 };

	for (size_t f = 0; !calm && f < g->c->nfaults; f++) {
		const struct grid_cell *c = grid_cell(g, row, f);

		if (c->packets < 0)
			continue;
		sum.packets = (sum.packets < 0 ? 0 : sum.packets) + c->packets;
		sum.bytes = (sum.bytes < 0 ? 0 : sum.bytes) + c->bytes;
		sum.time += c->time;
	}
	calm = calm ? calm : &sum;
	s->packets = grid_rate(calm->packets, calm->time);
	s->bytes = grid_rate(calm->bytes, calm->time);
}

static int earlier(const void *a, const void *b)
{
	nsec x = *(const nsec *)a, y = *(const nsec *)b;

	return (x > y) - (x < y);
}

void grid_score(const struct grid *g, size_t row, struct grid_score *s)
{
	nsec times[256];
	size_t n = 0;

	*s = (struct grid_score){ .median = TIME_NONE, .slowest = TIME_NONE };
	weigh(g, row, s);
	for (size_t f = 0; f < g->c->nfaults; f++) {
		const struct grid_cell *c = grid_cell(g, row, f);
		bool able = c->total > c->results[UNSUPPORTED];

		s->alarms += c->results[FALSE_ALARM] > 0;
		s->deaths += able && grid_killed(g, f);
		if (!c->total || grid_result(c) != NOTICED)
			continue;
		s->noticed++;
		if (c->after > s->slowest)
			s->slowest = c->after;
		if (c->after != TIME_NONE && n < sizeof(times) / sizeof(*times))
			times[n++] = c->after;
	}
	qsort(times, n, sizeof(*times), earlier);
	if (n)
		s->median = times[(n - 1) / 2];
}
