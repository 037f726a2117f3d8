/* SPDX-License-Identifier: MIT */
/*
 * The picture of a program alone: a lane for each fault, or with the peer verb for each of its deaths (svg-program.c), and on it
 * what the program did since then (svg-reaction.c).
 */
#ifndef REPORTS_SVG_PROGRAM_H
#define REPORTS_SVG_PROGRAM_H

#include "program-phrases.h"
#include "svg-plot.h"

/* The marks of a lane. SOME: it gave up some connections, and not all. */
enum reaction_mark {
	MARK_GAVE_UP, MARK_SOME, MARK_ALARM, MARK_MISSED, MARK_ALIVE, MARK_KERNEL, MARK_PROMISE, MARK_CONNECTING,
	MARK_RECONNECTED, MARK_EXITED,
	MARKS,
};

struct program_page {
	struct plot plot;     /* its axis begins at the fault */
	size_t *columns, nlanes, ndead; /* faults, the deadly first */
	int after, seen, then; /* where the columns of text behind the axis are; `after` ends there */
	nsec waited;          /* for those that missed */
	char sum[PROGRAM_SUM];
	int head;             /* the height of what is above the lanes */
	bool has[MARKS];      /* is there such a mark? */
};

/* The result of the i-th lane; NULL without one. */
const struct event *lane_result(const struct program_page *p, size_t i);

/* A program's result as a lane: what there is to be marked, when (TIME_NONE where it has none). MISSED and ALIVE have
 * no time of their own: 0. */
struct reaction_marks {
	nsec at[MARKS];
};
struct reaction_marks reaction_marks(const struct event *result);

/* What it came to, and what it did then, in a few words; "" where there is nothing to say. */
#define REACTION_SHORT 64
#define SEEN_MOST 30 /* columns of the first: "it reset the connection (RST)" */
#define THEN_MOST 26 /* and of the second */
void reaction_seen(char to[REACTION_SHORT], const struct event *result);
void reaction_then_short(char to[REACTION_SHORT], const struct event *result);

void reaction_mark(struct out *o, enum reaction_mark m, double x, double y);
void reaction_draw(const struct program_page *p, struct out *o, const struct event *result, double y);

#endif
