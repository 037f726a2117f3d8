// SPDX-License-Identifier: MIT
/* One cell of the matrix: how the results of its connections add up. */
#include "cell.h"

#include <string.h>

#include "base/utf8.h"

void cell_open(struct result_cell *c, const struct results_row *row, nsec *kept, size_t room)
{
	*c = (struct result_cell){
		.row = row, .slowest = TIME_NONE, .dead = TIME_NONE, .dead_after = TIME_NONE,
		.kernel = TIME_NONE, .alarm = TIME_NONE, .segments = -1, .bytes = -1,
		.packets = { .count = -1, .bytes = -1 }, .steady = { .count = -1, .bytes = -1 },
		.after = { .kept = kept, .room = room },
		.lag = { .kept = kept + room, .room = room },
	};
}

/* -1 is not known, and adds nothing. */
static void add_count(int64_t *sum, int64_t n)
{
	if (n >= 0)
		*sum = (*sum < 0 ? 0 : *sum) + n;
}

static void add_packets(struct packets *sum, const struct packets *p)
{
	add_count(&sum->count, p->count);
	add_count(&sum->bytes, p->bytes);
	if (p->count >= 0)
		sum->time += p->time;
}

static void begin_connection(struct result_cell *c, const struct event *e)
{
	c->conn = e->conn;
	c->latest = e->result.result;
	c->count[c->latest]++;
	c->total++;
	c->before = c->slowest;
	c->first = TIME_NONE;
	add_packets(&c->packets, &e->result.packets);
	add_packets(&c->steady, &e->result.steady);
}

void cell_result_of_composite(struct result_cell *c, const struct event *e)
{
	enum result r = e->result.result;

	if (!c->total || c->conn != e->conn || e->program)
		begin_connection(c, e);
	if (result_rank(r) < result_rank(c->latest)) {
		c->count[c->latest]--;
		c->count[r]++;
		c->latest = r;
	}
	if ((r == NOTICED || r == FALSE_ALARM) && e->after != TIME_NONE &&
	    (c->first == TIME_NONE || e->after < c->first))
		c->first = e->after;
	c->slowest = c->first > c->before ? c->first : c->before;
}

static void add_prediction(struct result_cell *c, const struct predicted *p)
{
	bool off = c->predicted.off || p->off;

	if (!p->known)
		return;
	c->predicted = *p;
	c->predicted.off = off;
}

static int badness(enum result r)
{
	static const int order[RESULTS] = {
		[UNSUPPORTED] = 0, [STAYED_ALIVE] = 1, [NOTICED] = 2, [INCONCLUSIVE] = 3, [MISSED] = 4, [FALSE_ALARM] = 5,
	};

	return order[r];
}

static void keep_worst(struct result_cell *c, const struct event *e)
{
	int more = badness(e->result.result) - badness(c->worst.result.result);

	if (c->total == 1 || more > 0 || (!more && e->after > c->worst.after))
		c->worst = *e;
}

/* Its reason is more than what else was said of others. */
static bool is_first_inconclusive(const struct result_cell *c, const struct event *e)
{
	return e->result.result == INCONCLUSIVE && c->count[INCONCLUSIVE] == 1;
}

/* A target's results come together. */
static void add_target(struct result_cell *c, const struct event *e)
{
	unsigned *n = &c->targets[e->result.result].count;
	const char **name = c->targets[e->result.result].name;

	if (!e->target || (*n && c->target == e->target && c->counted == e->result.result))
		return;
	if (*n < CELL_TARGETS)
		name[*n] = e->target;
	(*n)++;
	c->target = e->target;
	c->counted = e->result.result;
}

void cell_result_of_probe(struct result_cell *c, const struct event *e, bool utf8)
{
	cell_result_of_composite(c, e);
	keep_worst(c, e);
	add_target(c, e);
	add_prediction(c, &e->result.predicted);
	if (e->result.result == NOTICED) {
		sample_add(&c->after, e->after);
		if (e->after != TIME_NONE && e->after - e->late > c->took)
			c->took = e->after - e->late;
		sample_add(&c->lag, e->verdict.lag);
	}
	if (e->result.result == FALSE_ALARM && c->alarm == TIME_NONE)
		c->alarm = e->after;
	add_count(&c->segments, e->result.segments_out);
	add_count(&c->bytes, e->result.bytes_out);
	answers_add(&c->answers, &e->result.answers);
	if (!*c->how)
		utf8_visible(c->how, sizeof(c->how), e->verdict.how, utf8);
	if (!*c->note || is_first_inconclusive(c, e))
		utf8_visible(c->note, sizeof(c->note), e->note, utf8);
}

void cell_kernel(struct result_cell *c, nsec t)
{
	if (c->kernel == TIME_NONE || t < c->kernel)
		c->kernel = t;
}

void cell_verdict(struct result_cell *c, const struct event *e, nsec after)
{
	if (!c->verdicts++)
		c->dead = e->t;
	if (c->dead_after == TIME_NONE)
		c->dead_after = after;
	if (e->verdict.lag != TIME_NONE)
		cell_kernel(c, e->t - e->verdict.lag);
}

enum result cell_result(const struct result_cell *c)
{
	enum result best = UNSUPPORTED;

	for (enum result r = 0; r < RESULTS; r++)
		if (c->count[r] && result_rank(r) < result_rank(best))
			best = r;
	return best;
}

enum result cell_worst(const struct result_cell *c)
{
	enum result worst = UNSUPPORTED;

	for (enum result r = 0; r < RESULTS; r++)
		if (c->count[r] && badness(r) > badness(worst))
			worst = r;
	return worst;
}
