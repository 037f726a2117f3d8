/* SPDX-License-Identifier: MIT */
/* What one row of the matrix is worth against all faults. */
#ifndef RESULTS_SCORE_H
#define RESULTS_SCORE_H

#include "results.h"

struct results_score {
	unsigned deaths, noticed, alarms; /* cells: it watched a death; it noticed; it gave a false alarm */
	nsec median, slowest;             /* of those noticed; of a prediction at the latest; TIME_NONE */
	int64_t packets, bytes;           /* a minute on the wire; -1 unknown */
};

/* Did a notice more than b: is there less that it missed? */
static inline bool results_notices_more(const struct results_score *a, const struct results_score *b)
{
	if (!a->noticed || !b->noticed)
		return a->noticed > b->noticed;
	return a->deaths - a->noticed < b->deaths - b->noticed;
}

void results_score(const struct results *r, size_t row, struct results_score *s);

/* Of the cells that were measured and predicted; of a program nothing is. */
struct results_agreement {
	unsigned predicted, off; /* how many were predicted, and how many of these came out otherwise */
	unsigned open;           /* cells without a result */
};
struct results_agreement results_agreement(const struct results *r);

/* A minute's share of n counted in that time; -1 if n or the time is not known. */
int64_t a_minute(int64_t n, nsec time);

#endif
