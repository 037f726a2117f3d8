// SPDX-License-Identifier: MIT
/* When all events are there: who noticed first. */
#include <stdlib.h>

#include "results.h"

#define ROWS_MANY 40
#define ROWS_ALIKE 3 /* that come to the same, of many */

/* A program is above all probes; who noticed is above false alarms, else by result_rank(); without results: last. */
static int order_class(const struct result_cell *c)
{
	enum result result = cell_result(c);

	if (!c->total)
		return RESULTS;
	if (c->row->probe->program)
		return -2;
	return result == NOTICED ? -1 : result_rank(result);
}

/* By result, then by time, then as the plan has them. */
static int compare_cells(const void *a, const void *b)
{
	struct result_cell *x = *(struct result_cell *const *)a, *y = *(struct result_cell *const *)b;
	nsec tx = x->after.seen ? sample_median(&x->after) : NS_NEVER;
	nsec ty = y->after.seen ? sample_median(&y->after) : NS_NEVER;

	if (order_class(x) != order_class(y))
		return order_class(x) - order_class(y);
	if (tx != ty)
		return tx < ty ? -1 : 1;
	return (x > y) - (x < y);
}

void results_finish(struct results *r)
{
	nsec zero = results_zero(r);

	for (size_t i = 0; i < r->c->nprobes; i++) {
		struct result_cell *c = results_probe(r, i);

		r->shown += c->total > 0;
		r->leading += c->total > 0 && c->row->probe->program;
		if (!results_share_zero(r))
			continue;
		if (c->count[FALSE_ALARM] && c->alarm == TIME_NONE && c->dead != TIME_NONE)
			c->alarm = c->dead - (zero == TIME_NONE ? r->c->start : zero);
	}
	qsort(r->order, r->c->nprobes, sizeof(*r->order), compare_cells);
}

bool results_left_out(const struct results *r, size_t i)
{
	if (r->c->sets < 2 || r->shown <= ROWS_MANY || r->c->verbosity > 0 || i < ROWS_ALIKE)
		return false;
	return cell_result(r->order[i - ROWS_ALIKE]) == cell_result(r->order[i]);
}

size_t results_count_left_out(const struct results *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->shown; i++)
		n += results_left_out(r, i);
	return n;
}

size_t results_together(const struct results *r)
{
	struct result_cell **first = r->order + r->leading;
	size_t n = 0;

	while (n < r->shown - r->leading && cell_result(first[n]) == NOTICED && first[n]->after.seen &&
	       sample_median(&first[n]->after) - sample_median(&first[0]->after) < SAME_WAKE)
		n++;
	return n;
}
