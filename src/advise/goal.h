/* SPDX-License-Identifier: MIT */
/* What advise is asked for, and how much of that time is kept back for a busy machine. */
#ifndef ADVISE_GOAL_H
#define ADVISE_GOAL_H

#include <stdbool.h>

#include "base/clock.h"
#include "tcp/timers.h"

struct goal {
	nsec within;   /* every death is noticed within that, however late timers run */
	nsec tolerate; /* a network outage of up to that kills no connection */
	nsec path_limit; /* the path forgets a connection that is silent for so long; NS_NEVER */
	nsec interval; /* --interval */
	nsec rtt;      /* of the path */
	bool ipv6;
	const struct sysctls *sys;
};

/* The longest outage that is tolerated where none is asked for: a fifth, but no longer than what is lost
 * in it is retransmitted afterwards, before tcp_retries2 is over: no setting of this end makes the other
 * end's kernel go on. */
nsec goal_tolerates(nsec within, const struct tcp_path *path);

/*
 * What processes may be late, on top of what the prediction says of the kernel's timers:
 * on a loaded machine each of them waits for its turn. 250 ms, or a twentieth of a goal
 * that is so short that this would be more.
 */
nsec goal_slack(nsec within);

/* The shortest goal that something keeps which notices after that time, slack included. */
nsec goal_shortest(nsec latest);

#endif
