// SPDX-License-Identifier: MIT
/* How long each probe of a run may take, on the slowest path that is known, and how long they have to notice. */
#include <stdlib.h>

#include "run.h"
#include "base/words.h"
#include "model/worst.h"
#include "tcp/late.h"
#include "tcp/tcpinfo.h"
#include "tcp/timers.h"

#define SLOWER_SHARE 8

static nsec longest_worst_case(const struct feed *f)
{
	nsec longest = 0;

	for (size_t i = 0; i < f->context.nprobes; i++)
		if (f->context.probes[i].worst_case != NS_NEVER && f->context.probes[i].worst_case > longest)
			longest = f->context.probes[i].worst_case;
	return longest;
}

static void set_within(struct run *r)
{
	const nsec given = r->plan->judge.within;

	r->within = given != NS_NEVER ? given : late_deadline(longest_worst_case(&r->feed));
}

/* Of a group whose first member has that row. */
static void set_worst_cases(struct run *r, const struct group *g, size_t row)
{
	const struct tcp_path *path = &r->slowest[row];

	for (size_t i = 0; i < g->count; i++)
		r->feed.probes[row + i].worst_case = predict_worst_case(g, i, r->plan->interval, path);
}

/* Of one list of the probes, from that row on. Where the next begins. */
static size_t open_set(struct run *r, struct group_range range, size_t row)
{
	const struct plan *p = r->plan;

	for (size_t g = range.first; g < range.first + range.count; g++) {
		r->slowest[row] = (struct tcp_path){ .sys = &r->sysctls, .rtt = p->lab.rtt };
		set_worst_cases(r, &p->groups[g], row);
		row += p->groups[g].count;
	}
	return row;
}

int run_open_worst_cases(struct run *r, struct error *e)
{
	const struct report_context *c = &r->feed.context;
	const struct target *t = c->targets ? r->plan->connect.targets : NULL;

	r->slowest = calloc(c->nprobes + 1, sizeof(*r->slowest));
	if (!r->slowest)
		return out_of_memory(e);
	for (size_t row = c->programs, i = 0; i < c->sets; i++)
		row = open_set(r, plan_groups(r->plan, t ? &t[i] : NULL), row);
	set_within(r);
	return 0;
}

/* The slowest so far: what is assumed gives way to what the first knows. One that is slower is taken for slower still,
 * as the prediction takes its time, and thousands may each be a hair slower than the one before. */
static nsec slower(nsec known, bool measured, nsec now)
{
	if (!measured)
		return now;
	return now > known ? now + now / SLOWER_SHARE : known;
}

void run_path_known(struct run *r, const struct group *g, size_t row, const struct tcp_info *ti)
{
	const nsec rtt = (nsec)ti->tcpi_rtt * NS_PER_US, rto = (nsec)ti->tcpi_rto * NS_PER_US;
	struct tcp_path *path = &r->slowest[row];
	const struct tcp_path before = *path;

	path->rtt = slower(before.rtt, before.rto > 0, rtt);
	path->rto = slower(before.rto, before.rto > 0, rto);
	if (path->rtt == before.rtt && path->rto == before.rto)
		return;
	set_worst_cases(r, g, row);
	set_within(r);
}
