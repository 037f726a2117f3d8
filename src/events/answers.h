/* SPDX-License-Identifier: MIT */
/* How the peer's application answered a probe's polls: how many, and how fast. */
#ifndef EVENTS_ANSWERS_H
#define EVENTS_ANSWERS_H

#include "base/clock.h"

/* Zeroed: no poll. One that was on its way when the watch ended does not count. */
struct answers {
	unsigned of, n;    /* polls, and answers to them */
	unsigned timed;    /* of which so many have a time: the rest this process looked for too late */
	nsec least, most;  /* from the send to the answer; nothing without timed */
	nsec total;        /* of all that were timed */
};

static inline void answers_time(struct answers *a, nsec time)
{
	a->least = !a->timed || time < a->least ? time : a->least;
	a->most = !a->timed || time > a->most ? time : a->most;
	a->total += time;
	a->timed++;
}

static inline void answers_add(struct answers *sum, const struct answers *a)
{
	if (a->timed) {
		answers_time(sum, a->least);
		answers_time(sum, a->most);
		sum->timed += a->timed - 2;
		sum->total += a->total - a->least - a->most;
	}
	sum->of += a->of;
	sum->n += a->n;
}

#endif
