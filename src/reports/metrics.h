/* SPDX-License-Identifier: MIT */
/* The numbers of a run that goes on: counters and states that do not grow with time, for each target and not for each connection. */
#ifndef REPORTS_METRICS_H
#define REPORTS_METRICS_H

#include "events/context.h"
#include "events/event.h"

/* How long silence lasts until it is noticed: from a FIN's fraction of a millisecond to TCP's and keepalive's defaults,
 * 924 s and 7875 s. Each is the upper end of a bucket; one more has no end. */
#define METRICS_BUCKETS 17
extern const nsec metrics_bucket[METRICS_BUCKETS];

struct metrics_target {
	struct event_target now;
	bool known;           /* it was told */
	unsigned copy;        /* one before is called the same: it is the so many-th of that name; else 0 */
	uint64_t connects;    /* connections that were established */
	uint64_t deaths[KERNEL_TIMEOUT + 1]; /* by how this kernel learned of them */
	uint64_t unnoticed;   /* of these no probe noticed so many */
	uint64_t false_alarms;
	nsec notice;          /* the silence before the last death was noticed; TIME_NONE */
};

/* The connections of all processes of one name. */
struct metrics_command {
	char name[sizeof(((struct event_socket *)0)->command)];
	uint64_t connections, incomplete;
	struct metrics_fault { /* of each of the context's faults */
		nsec worst;    /* the longest until it is noticed, of those that notice it; TIME_NONE */
		uint64_t never;
	} *faults;
};

struct metrics {
	const struct report_context *c;
	struct metrics_target *targets; /* of each of the context's; or the only one, which is whoever comes */
	size_t ntargets;
	char listening[ADDRESS_TEXT];   /* the first address; "" */
	uint64_t notices[METRICS_BUCKETS + 1];
	nsec noticed;                   /* all of these together */
	struct {                        /* the connection whose results are coming in */
		unsigned conn;
		size_t results;
		enum result result;
		enum kernel_cause cause;
		nsec silent;            /* of the first that noticed; TIME_NONE */
	} latest;
	struct event_expect *expects;
	size_t nexpects;
	struct metrics_command *commands;
	size_t ncommands;
	bool lost;                      /* memory ran out: a command is missing */
	bool ended;
	int status;
	nsec end;                       /* on the clock */
};

/* 0, or -1 without memory; metrics_close is safe after either. */
int metrics_open(struct metrics *m, const struct report_context *c);
void metrics_close(struct metrics *m);
void metrics_event(struct metrics *m, const struct event *e);

/* Does the run look at connections of processes once, and follows none? */
bool metrics_are_of_processes(const struct metrics *m);

#endif
