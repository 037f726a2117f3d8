/* SPDX-License-Identifier: MIT */
/* What is known of a run before its first event. */
#ifndef EVENTS_CONTEXT_H
#define EVENTS_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "probes/probe.h"

/* One probe of the plan, as a column or a row of a report. */
struct report_probe {
	const struct probe *probe;
	const char *spec;  /* as typed, or the name: "keepalive:idle=1s" */
	const char *group; /* the whole composite it belongs to, as typed: "peek+keepalive", "@go" */
	const char *stands_for; /* ... without an @NAME; NULL where there is none in it */
	const char *target; /* of several that have probes of their own here; else NULL */
	bool program;      /* no probe: a program under test, or the other end that the peer verb looks at (program.h) */
	size_t members, member; /* how many probes share its connection, and its place among them */
	nsec worst_case;   /* on the slowest path of those that are known, else on any; NS_NEVER: it never
	                    * notices anything, or nothing is measured */
};

/* A target of a run that watches several, or follows one. */
struct report_target {
	const char *text; /* HOST:PORT as it was typed */
	const char *name; /* what it was called; NULL */
};

/* A fault of the plan, as a column of a report. */
struct report_fault {
	const char *name; /* as typed: "flap:for=2s" */
	bool dead;        /* is the peer dead afterwards? */
	bool control;     /* nothing happens: what a probe costs in peace */
};

/* What is known before the first event, alike for every report of a run. */
struct report_context {
	const char *mode;    /* "connect", "listen", "lab", "peer", "predict", "advise", "audit" */
	nsec start;          /* the zero of every printed time, */
	nsec wall;           /* ... and the time of day then (base/wall.h) */
	const struct report_probe *probes;
	size_t programs;     /* so many of the first rows are programs: 0 or 1 */
	size_t nprobes, sets; /* listed once, or, where targets are few, so many times: for each target */
	size_t targets;      /* that are watched, 0 with --listen and in the lab */
	const struct report_target *target_list; /* of each of them, at an event's place */
	const struct report_fault *faults; /* of the lab, of a prediction and of the audit, in order; else NULL */
	size_t nfaults;
	const char *traffic; /* what the lab's application does: "idle", "request", "stream"; else NULL */
	nsec rtt;            /* --rtt; 0: none */
	unsigned connections; /* how many connections there will be; 0 if not known (-k) */
	size_t nexpects;     /* so many expectations are told before the end */
	bool unasked;        /* no peer is asked whether it lives: `alive` is all that was seen */
	bool verifies;       /* the lab measures advice, which is told first */
	const char *remark;  /* sentences about the probes, for the summary; NULL */
	nsec interval, within, timeout; /* within and timeout: NS_NEVER if none */
	int verbosity;       /* -1 for -q, 0, 1 for -v, ... */
	bool utf8;           /* the locale's character set */
	struct sysctls sysctls; /* in force where the connections are */
};

#endif
