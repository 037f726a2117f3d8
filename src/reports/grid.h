/* SPDX-License-Identifier: MIT */
/*
 * The lab's results: a cell for each row (a connection's probes, as a whole and each
 * of them) and each fault. For the reports that show the matrix.
 */
#ifndef REPORTS_GRID_H
#define REPORTS_GRID_H

#include "tally.h"

#define GRID_BRIEF 26

struct grid_cell {
	unsigned results[RESULTS], total; /* how many connections ended how */
	nsec after;       /* since the fault; the slowest of several connections; TIME_NONE */
	nsec said;        /* the same for the first verdict, before there are results */
	bool predicted, off; /* one of them was off */
	enum result predicted_result;
	nsec predicted_by;
	int64_t packets, bytes; /* of all its connections; -1 unknown */
	nsec time;        /* over which they were counted, together */

	/* The connection whose results are coming in: a composite's count once. */
	unsigned conn;
	enum result latest;
	nsec first, before; /* its first verdict; the slowest of those before it */
};

struct grid_row {
	const struct report_probe *probe; /* of a composite as a whole: its first */
	size_t members;   /* 0; of a composite as a whole: so many rows follow */
	bool member;      /* one of those: its label begins with a plus */
	char label[80], brief[80]; /* safe to print; the second has at most GRID_BRIEF columns */
};

struct grid_fault {
	nsec at;          /* when it struck, on the clock; TIME_NONE */
	nsec done;        /* when all that were expected had their results; TIME_NONE */
	unsigned results, expected; /* of probes on connections */
};

/* What to use, as the lab found it; spec is the grid's. */
struct grid_advice {
	char *spec;
	unsigned deaths, deaths_of;
	nsec slowest;
	int64_t packets, bytes; /* a minute; -1 unknown */
	bool needs_answer;
};

#define GRID_ADVICE 16

struct grid {
	const struct report_context *c;
	struct grid_row *rows;
	size_t nrows;
	struct grid_cell *cells; /* grid_cell() */
	struct grid_fault *faults; /* c->nfaults of them */
	struct grid_advice advice[GRID_ADVICE];
	size_t nadvice;
};

/* What one row is worth against all faults. */
struct grid_score {
	unsigned deaths, noticed, alarms; /* cells: it watched a death; it noticed; it cried wolf */
	nsec median, slowest;             /* of those noticed; TIME_NONE */
	int64_t packets, bytes;           /* a minute on the wire; -1 unknown */
};

/* 0, or -1 without memory. grid_close frees, also after a failure. */
int grid_open(struct grid *g, const struct report_context *c);
void grid_close(struct grid *g);

/* To be called with each event. */
void grid_event(struct grid *g, const struct event *e);

struct grid_cell *grid_cell(const struct grid *g, size_t row, size_t fault);

/* The fault of an event; c->nfaults if it has none of them. */
size_t grid_fault(const struct grid *g, const struct event *e);

/* What to call a cell that has results: what was worst of them. */
enum result grid_result(const struct grid_cell *c);

/* Was a peer dead after that fault? Known by what the judge said of its cells. */
bool grid_killed(const struct grid *g, size_t fault);

void grid_score(const struct grid *g, size_t row, struct grid_score *s);

/* A minute's share of n counted in that time; -1 if n or the time is not known. */
int64_t grid_rate(int64_t n, nsec time);

#endif
