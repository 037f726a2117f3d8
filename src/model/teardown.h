/* SPDX-License-Identifier: MIT */
/*
 * How a connection ends, if it is known how long before the fault the peer was heard
 * and how soon after it something is sent: the kernel's part of timeline.h, for one phase.
 */
#ifndef MODEL_TEARDOWN_H
#define MODEL_TEARDOWN_H

#include "composite.h"
#include "tcp/range.h"

#define STEPS 24 /* phases tried between two extremes */
#define PHASES (STEPS + 1)

struct model {
	const struct composite *c;
	const struct effect *e;
	const struct circumstances *s;
	nsec silence;
	struct time_range in_flight, queued, refused; /* how long until the kernel gives up on data */
	struct time_range through[PHASES]; /* a fault that heals: when data get through, of each phase's tx_at */
};

struct phase {
	nsec heard; /* the last segment came, not later than the fault */
	nsec keepalive_at;/* keepalive sends its next one, not before it; NS_NEVER: none */
	nsec tx_at; /* the next data are sent, not before it; NS_NEVER: none */
	int tx;     /* ... which of the phases' is that */
};

/* A timer of tcp/timers.h: what may be promised allows for how coarse the kernel's timers are, and what
 * comes late on a busy machine is beyond it. */
struct time_range paces(nsec (*f)(nsec, const struct tcp_path *, enum pace), nsec value, const struct tcp_path *path);

/* When data get through that are sent at that time, if the silence is over by then or they are retransmitted. */
struct time_range data_through(const struct model *m, nsec tx_at);

/* When the state becomes CLOSE in that phase, as long as the window is open. */
struct time_range phase_end(const struct model *m, const struct phase *p);

/* The same when it closes at that time. */
struct time_range closed_end(const struct model *m, struct time_range closed);

/* How long until the kernel gives up on data that cannot even be sent. */
struct time_range range_refused(const struct model *m);

#endif
