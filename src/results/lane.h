/* SPDX-License-Identifier: MIT */
/*
 * A watch's results in time: a lane for each probe, with its marks. Computed once here,
 * and drawn by the text report and by the picture.
 */
#ifndef RESULTS_LANE_H
#define RESULTS_LANE_H

#include "results.h"

enum lane_mark {
	LANE_NOTICED, LANE_SLOWEST, LANE_MISSED, LANE_ALARM, LANE_SUSPECT, LANE_KERNEL, LANE_ALIVE,
	LANE_OPEN,
	LANE_MARKS,
};

/* Where the marks of one probe are, after the zero; TIME_NONE where it has none. OPEN: inconclusive. */
struct lane {
	nsec at[LANE_MARKS]; /* NOTICED is the median; MISSED is as long as was waited */
};

struct lane_times {
	const struct results *m;
	bool common;      /* all lanes share the zero: a kernel event can be placed on them */
	nsec zero;        /* on the clock: the fault, else the first kernel event, else the start */
	nsec waited;      /* how long for those that missed; 0 if that cannot be said */
	nsec lo, hi;      /* what the axis has to hold */
	bool has[LANE_MARKS]; /* is there a lane with such a mark? */
};

/* For the rows that have results, after results_finish. */
void lane_times_open(struct lane_times *t, const struct results *m, bool common);

/* Makes the axis hold one more time, after the zero. */
void lane_times_include(struct lane_times *t, nsec time);

/* The lane of one probe's cell; suspicions are not kept by the results, and not in it. */
struct lane lane_of_cell(const struct lane_times *t, struct result_cell *c);

#endif
