/* SPDX-License-Identifier: MIT */
/*
 * From the measured matrix: the smallest composites that notice every true death
 * without a false alarm, fastest first.
 */
#ifndef LAB_ADVICE_H
#define LAB_ADVICE_H

#include "events/event.h"
#include "plan/plan.h"

/* One cell: a composite against a fault. */
struct cell {
	enum result result; /* the best of its members' */
	bool false_alarm;   /* of one of them */
	nsec after;         /* the first of them; TIME_NONE */
	nsec prompt;        /* the same, without what this process was late */
	struct packets packets; /* for what they make a minute: steady, or where that is not known, all */
	struct packets steady; /* whole exchanges alone; -1: too few */
	int64_t retransmitted; /* of the packets */
};

struct matrix {
	const struct plan *plan;
	const struct chosen_fault *faults;
	size_t nfaults, ngroups;
	struct cell *cells; /* [fault * ngroups + group] */
};

/* What to use. */
struct advice {
	char spec[1024];    /* for -p */
	size_t groups[8], ngroups;
	unsigned deaths, deaths_of;
	nsec slowest;
	struct packets packets; /* of its probes together, while the peer was left in peace, if it was */
	bool needs_answer;
};

/* Fills at most max; returns how many. The best that notice all, or, when there
 * is none, the one that notices most; 0 where no death is noticed. With answer false
 * no probe that needs the peer's application is used. */
size_t advise(const struct matrix *m, bool answer, struct advice *list, size_t max);

#endif
