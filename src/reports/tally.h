/* SPDX-License-Identifier: MIT */
/*
 * The results of a watch, gathered in one row for each probe of the plan,
 * however many connections there are: a row does not grow with them. For the
 * reports that end with a table.
 */
#ifndef REPORTS_TALLY_H
#define REPORTS_TALLY_H

#include "report.h"
#include "base/units.h"

#define SAMPLE 512
#define RESULTS (UNSUPPORTED + 1)

/* Times of which the extremes are kept exactly; the median is exact up to SAMPLE
 * of them and from then on that of a random choice of SAMPLE. */
struct sample {
	nsec kept[SAMPLE];
	uint64_t seen;
	nsec least, most;
};

struct row {
	const struct report_probe *probe;
	char label[80];        /* its name, or more where the name is not unique; safe to print */
	unsigned results[RESULTS], total; /* how many connections ended how */
	struct sample after, lag; /* of those that noticed */
	nsec dead;             /* when it first said dead, on the clock; TIME_NONE */
	nsec kernel;           /* when the kernel first knew of a connection of its; TIME_NONE */
	nsec alarm;            /* the first false alarm, after the zero; TIME_NONE */
	int64_t segments, bytes; /* sent on all its connections; -1 unknown */
	char how[112], note[160]; /* of the first result that had one */
	unsigned suspected, said; /* how often it said suspect, dead */
};

struct tally {
	const struct report_context *c;
	struct row *rows;      /* c->nprobes of them, in the plan's order */
	struct row **order;    /* the same, who noticed first in front (tally_finish) ... */
	size_t shown;          /* ... and the first so many of these have results */
	nsec fault, kernel, end; /* the fault, the first kernel event, the end: on the clock; TIME_NONE */
	unsigned kernel_seen[KERNEL_UNREACHABLE + 1]; /* connections of which the kernel knew that */
	unsigned connections;  /* that stood */
	unsigned results;
};

/* 0, or -1 without memory. tally_close frees, also after a failure. */
int tally_open(struct tally *t, const struct report_context *c);
void tally_close(struct tally *t);

/* To be called with each event. */
void tally_event(struct tally *t, const struct event *e);

/* To be called after the last: sorts. */
void tally_finish(struct tally *t);

/* The row of an event's probe and group, or NULL. */
struct row *tally_row(const struct tally *t, const struct event *e);

/* Since when times count, on the clock: the fault, else the first kernel event; TIME_NONE. */
nsec tally_zero(const struct tally *t);

/* Verdicts less far apart than this may come from one wake of the loop, where the order is the
 * loop's and means nothing. */
#define TOGETHER NS_PER_MS

/* How many rows noticed together with the first, itself included; 0 if none noticed. */
size_t tally_together(const struct tally *t);

/* "after 46.9ms", or of a verdict that came too early "200ms before the fault". */
struct when {
	char text[UNITS_TEXT + 32];
};
struct when tally_when(const struct tally *t, nsec after);

/* "peek first after 46.9ms", "read and rdhup first after 4.1ms", "the first 7 together after
 * 4.1ms"; "" if none noticed. */
void tally_first(const struct tally *t, char *to, size_t room);

/* What to call a row as a whole: what was worst of it, a false alarm before a miss
 * before the rest; but noticed, if it did notice and had no false alarm. */
enum result row_result(const struct row *r);

/* Sorts what was kept. TIME_NONE without any. */
nsec sample_median(struct sample *s);

#endif
