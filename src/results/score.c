// SPDX-License-Identifier: MIT
/*
 * What a row is worth. What a probe costs is read off the fault that leaves the peer
 * in peace, since a dead peer makes others retransmit, or stay silent.
 */
#include "score.h"

#define MINUTE (60 * NS_PER_S)

int64_t a_minute(int64_t n, nsec time)
{
	if (n < 0 || time <= 0)
		return -1;
	return (int64_t)((double)n * (double)MINUTE / (double)time + 0.5);
}

static const struct result_cell *calm_cell(const struct results *r, size_t row)
{
	for (size_t f = 0; f < r->c->nfaults; f++)
		if (r->c->faults[f].control && results_cell(r, row, f)->packets.count >= 0)
			return results_cell(r, row, f);
	return NULL;
}

static void weigh_cost(const struct results *r, size_t row, struct results_score *s)
{
	const struct result_cell *calm = calm_cell(r, row);
	struct packets sum = { .count = -1, .bytes = -1 };

	for (size_t f = 0; !calm && f < r->c->nfaults; f++) {
		const struct packets *p = &results_cell(r, row, f)->packets;

		if (p->count < 0)
			continue;
		sum.count = (sum.count < 0 ? 0 : sum.count) + p->count;
		sum.bytes = (sum.bytes < 0 ? 0 : sum.bytes) + p->bytes;
		sum.time += p->time;
	}
	if (calm)
		sum = calm->steady.time > 0 ? calm->steady : calm->packets;
	s->packets = a_minute(sum.count, sum.time);
	s->bytes = a_minute(sum.bytes, sum.time);
}

/* What a cell came to, or will: false where nothing is known. */
static bool outcome(const struct results *r, const struct result_cell *c, enum result *result, nsec *time)
{
	bool predicted = results_are_predicted(r->c);

	*result = predicted ? c->predicted.result : cell_worst(c);
	*time = predicted ? c->predicted.by : c->slowest;
	return predicted ? c->predicted.known : c->total > 0;
}

/* Could it watch that death? A prediction is for all. */
static bool watched(const struct results *r, const struct result_cell *c)
{
	return results_are_predicted(r->c) || c->total > c->count[UNSUPPORTED];
}

/* A path that forgets spares who speaks often enough: for that row nobody died. */
static bool was_spared(const struct results *r, const struct result_cell *c)
{
	enum result result;
	nsec time;

	return outcome(r, c, &result, &time) && result == STAYED_ALIVE;
}

void results_score(const struct results *r, size_t row, struct results_score *s)
{
	nsec times[256];
	size_t n = 0;

	*s = (struct results_score){ .slowest = TIME_NONE };
	weigh_cost(r, row, s);
	for (size_t f = 0; f < r->c->nfaults; f++) {
		const struct result_cell *c = results_cell(r, row, f);
		enum result result;
		nsec time;

		s->alarms += c->count[FALSE_ALARM] > 0;
		s->deaths += watched(r, c) && results_died(r, f) && !was_spared(r, c);
		if (!outcome(r, c, &result, &time) || result != NOTICED)
			continue;
		s->noticed++;
		if (time > s->slowest)
			s->slowest = time;
		if (time != TIME_NONE && n < sizeof(times) / sizeof(*times))
			times[n++] = time;
	}
	s->median = times_median(times, n);
}

struct results_agreement results_agreement(const struct results *r)
{
	struct results_agreement a = { 0 };

	for (size_t i = 0; i < results_count(r); i++) {
		const struct result_cell *c = results_nth(r, i);

		if (c->row->probe->program)
			continue;
		a.predicted += c->predicted.known;
		a.off += c->predicted.off;
		a.open += !c->total;
	}
	return a;
}
