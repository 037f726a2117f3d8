// SPDX-License-Identifier: MIT
/* A watch's results in time: where each lane has its marks, and what the axis has to hold. */
#include "lane.h"

static nsec waited(const struct lane_times *t)
{
	const struct results *m = t->m;

	if (m->c->within != NS_NEVER && results_zero(m) != TIME_NONE)
		return m->c->within;
	return m->end != TIME_NONE && t->common ? m->end - t->zero : 0;
}

void lane_times_include(struct lane_times *t, nsec time)
{
	if (time > t->hi)
		t->hi = time;
	if (time < t->lo)
		t->lo = time;
}

/* One of: noticed, missed, inconclusive, alive. */
static void add_verdict(const struct lane_times *t, struct lane *l, struct result_cell *c)
{
	if (c->after.seen) {
		l->at[LANE_NOTICED] = sample_median(&c->after);
		if (c->after.seen > 1)
			l->at[LANE_SLOWEST] = c->after.most;
	} else if (c->count[MISSED]) {
		l->at[LANE_MISSED] = t->waited;
	} else if (c->count[INCONCLUSIVE]) {
		l->at[LANE_OPEN] = t->hi;
	} else if (c->count[STAYED_ALIVE] && c->alarm == TIME_NONE) {
		l->at[LANE_ALIVE] = t->hi;
	}
}

struct lane lane_of_cell(const struct lane_times *t, struct result_cell *c)
{
	struct lane l;

	for (size_t k = 0; k < LANE_MARKS; k++)
		l.at[k] = TIME_NONE;
	add_verdict(t, &l, c);
	l.at[LANE_ALARM] = c->alarm;
	if (c->kernel != TIME_NONE && t->common)
		l.at[LANE_KERNEL] = c->kernel - t->zero;
	return l;
}

static void include_row(struct lane_times *t, struct result_cell *c)
{
	struct lane l = lane_of_cell(t, c);

	if (c->after.seen)
		lane_times_include(t, c->after.most);
	if (c->alarm != TIME_NONE)
		lane_times_include(t, c->alarm);
	if (c->count[MISSED])
		lane_times_include(t, t->waited);
	for (size_t k = 0; k < LANE_MARKS; k++)
		t->has[k] |= l.at[k] != TIME_NONE;
}

void lane_times_open(struct lane_times *t, const struct results *m, bool common)
{
	nsec zero = results_zero(m);

	*t = (struct lane_times){ .m = m, .common = common, .zero = zero != TIME_NONE ? zero : m->c->start };
	t->waited = waited(t);
	for (size_t i = 0; i < m->shown; i++)
		include_row(t, m->order[i]);
}
