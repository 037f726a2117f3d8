// SPDX-License-Identifier: MIT
/* A run that computes and measures nothing: its sysctls, its start and its end. An event's time is when it was made. */
#include "computed.h"

#include "base/wall.h"

int computed_sysctls(const struct plan *p, struct sysctls *sys, struct error *e)
{
	sysctls_read(sys);
	for (size_t i = 0; i < p->lab.nsysctls; i++)
		if (sysctls_assign(sys, p->lab.sysctls[i].name, p->lab.sysctls[i].value, e))
			return -1;
	return 0;
}

int computed_open(struct feed *feed, const struct plan *p, const struct sysctls *sys,
		  struct error *e)
{
	const nsec start = clock_now();
	struct report_context c = {
		.mode = plan_mode_name(p), .traffic = plan_traffic_name(p), .start = start, .wall = start + wall_ahead(),
		.sysctls = *sys, .interval = p->interval,
		.rtt = p->lab.rtt, .within = NS_NEVER, .timeout = NS_NEVER, .verbosity = p->output.verbosity,
		.nexpects = p->judge.nexpects,
	};

	if (feed_open(feed, p, &c, e))
		return -1;
	feed_event(feed, EVENT_START, clock_now());
	return 0;
}

int computed_close(struct feed *feed, struct error *e)
{
	if (feed->ring) {
		struct event *end = feed_event(feed, EVENT_END, clock_now());

		end->end.status = (int)e->status;
		end->end.why = *e->text ? e->text : NULL;
	}
	return feed_close(feed, e);
}
