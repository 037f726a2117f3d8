// SPDX-License-Identifier: MIT
/* The predict verb: every composite against every fault. Nothing happens, so an event's time is when it was made. */
#include "predict-run.h"


#include "faults/fault.h"
#include "model/predict.h"
#include "run.h"

int predict_sysctls(const struct plan *p, struct sysctls *sys, struct error *e)
{
	sysctls_read(sys);
	for (size_t i = 0; i < p->lab.nsysctls; i++)
		if (sysctls_assign(sys, p->lab.sysctls[i].name, p->lab.sysctls[i].value, e))
			return -1;
	return 0;
}

int predict_open(struct feed *feed, const struct plan *p, const struct sysctls *sys,
		 struct error *e)
{
	struct report_context c = {
		.mode = plan_mode_name(p), .traffic = plan_traffic_name(p), .start = clock_now(),
		.sysctls = *sys, .interval = p->interval,
		.within = NS_NEVER, .timeout = NS_NEVER, .verbosity = p->output.verbosity,
	};

	if (feed_open(feed, p, &c, e))
		return -1;
	feed_event(feed, EVENT_START, clock_now());
	return 0;
}

int predict_close(struct feed *feed, struct error *e)
{
	if (feed->ring) {
		struct event *end = feed_event(feed, EVENT_END, clock_now());

		end->end.status = (int)e->status;
		end->end.why = e->status ? e->text : NULL;
	}
	return feed_close(feed, e);
}

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

	if (predict_sysctls(p, &sys, e) || predict_open(&feed, p, &sys, e))
		goto out;
	s = predict_circumstances(p, &sys);
	for (size_t f = 0; f < p->lab.nfaults; f++)
		for (size_t g = 0, row = 0; g < p->ngroups; row += p->groups[g++].count)
			report_prediction(&feed, p, &s, f, g, row);
out:
	predict_close(&feed, e);
	return (int)e->status;
}
