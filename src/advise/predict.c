// SPDX-License-Identifier: MIT
/* The predict verb: every composite against every fault. */
#include "run.h"

#include "computed.h"
#include "faults/fault.h"
#include "model/predict.h"

static void report_prediction(struct feed *feed, const struct plan *p, const struct circumstances *s,
			      size_t fault, size_t group, size_t row)
{
	const struct group *g = &p->groups[group];
	struct composite_prediction o = predict_composite(g, &p->lab.faults[fault], s);
	struct event *e = feed_event(feed, EVENT_PREDICTION, clock_now());

	e->fault = p->lab.faults[fault].spec;
	e->column = fault;
	e->row = row;
	e->group = g->spec;
	e->probe = g->chosen[o.member].probe;
	e->prediction = (struct predicted){
		.known = true, .result = o.first.result, .by = o.first.by,
		.perhaps = prediction_perhaps(&o.first), .why = o.first.why,
	};
}

int run_predict(const struct plan *p, struct error *e)
{
	struct feed feed = { .ring = NULL };
	struct circumstances s;
	struct sysctls sys;

	if (computed_sysctls(p, &sys, e) || computed_open(&feed, p, &sys, e))
		goto out;
	s = predict_circumstances(p, &sys);
	for (size_t f = 0; f < p->lab.nfaults; f++)
		for (size_t g = 0, row = 0; g < p->ngroups; row += p->groups[g++].count)
			report_prediction(&feed, p, &s, f, g, row);
out:
	computed_close(&feed, e);
	return (int)e->status;
}
