/* SPDX-License-Identifier: MIT */
/*
 * The one matrix of results that every report reads. It has a row for each composite and
 * for each probe of it, and a column for each fault of the lab or of a prediction; one
 * more column holds each row's results over all of them, and is all that a watch has.
 * It does not grow with the number of connections.
 */
#ifndef RESULTS_RESULTS_H
#define RESULTS_RESULTS_H

#include "events/context.h"
#include "cell.h"
#include "names.h"

#define RESULTS_BRIEF 26
#define RESULTS_SPEC 256
#define RESULTS_ADVICE 16

struct results_row {
	const struct report_probe *probe; /* of a composite as a whole: its first */
	size_t members;   /* 0; of a composite as a whole: so many rows follow */
	bool member;      /* one of those: its label begins with a plus */
	/* Safe to print, and each unique among all (names.h): */
	char name[NAME_ROOM]; /* a probe's: for a list of them */
	char label[NAME_ROOM], brief[NAME_ROOM]; /* in a matrix; the second has at most RESULTS_BRIEF columns */
	char spec[RESULTS_SPEC]; /* the composite as typed */
};

struct results_column {
	nsec at;          /* when the fault struck, on the clock; TIME_NONE */
	unsigned results, expected; /* of probes on connections, and of the program */
};

struct program_stage; /* programs.h */

/* What to use, as the lab found it; spec is the matrix's own. */
struct results_advice {
	char *spec;
	unsigned deaths, deaths_of;
	nsec slowest;
	int64_t packets, bytes; /* a minute; -1 unknown */
	bool needs_answer;
};

struct results {
	const struct report_context *c;
	struct results_row *rows;
	size_t nrows;
	size_t *composites, ncomposites; /* the rows that are no members: the program, one for each connection's probes */
	size_t *probes;        /* the row of each of c->probes */
	struct result_cell *cells; /* results_cell() */
	nsec *times;           /* the cells' samples */
	struct results_column *columns; /* c->nfaults of them */
	struct program_stage *stages; /* one more, results_stage() */
	struct results_advice advice[RESULTS_ADVICE];
	size_t nadvice;
	struct event verified[RESULTS_ADVICE]; /* whether advice holds, one each */
	size_t nverified;

	/* For a table of the probes: */
	struct result_cell **order; /* each over all faults, the program and then who noticed first in front (results_finish) ... */
	size_t shown;          /* ... and the first so many of these have results, */
	size_t leading;        /* ... of which the first so many are no probes */
	nsec fault, kernel, end; /* the first fault, the first kernel event, the end: on the clock; TIME_NONE */
	nsec late;             /* this process was so late at the worst; 0 */
	unsigned kernel_seen[KERNEL_UNREACHABLE + 1]; /* connections of which the kernel knew that */
	unsigned connections;  /* that were established */
	struct {
		unsigned count;
		struct {
			const char *target;
			char why[64];  /* safe to print */
		} first[CELL_TARGETS];
	} unconnected;         /* targets that could not be connected */
	unsigned nresults;        /* results so far */
	struct event_expect *broken; /* the expectations that failed */
	size_t nbroken;
};

/* Is this a run that only predicts? Its cells have predictions, and no results. */
bool results_are_predicted(const struct report_context *c);

/* 0, or -1 without memory. results_close frees, also after a failure. */
int results_open(struct results *r, const struct report_context *c);
void results_close(struct results *r);

/* To be called with each event; after the last: sorts. */
void results_event(struct results *r, const struct event *e);
void results_finish(struct results *r);

/* column is a fault's. */
struct result_cell *results_cell(const struct results *r, size_t row, size_t column);
/* The n-th of all cells that have a fault's column, row by row; how many these are. */
struct result_cell *results_nth(const struct results *r, size_t n);
size_t results_count(const struct results *r);
/* The i-th of the context's probes, over all faults. */
struct result_cell *results_probe(const struct results *r, size_t i);
/* The same of an event's probe; NULL if it has none. */
struct result_cell *results_of(const struct results *r, const struct event *e);
/* What an event's probe is called; "" if it has none. */
const char *results_name_of(const struct results *r, const struct event *e);

/* The name of a probe's row, and any row's label, in so many columns; still unlike all others. */
void results_name_cut(char to[NAME_ROOM], const struct results *r, const struct results_row *row, size_t columns);
void results_label_cut(char to[NAME_ROOM], const struct results *r, size_t row, size_t columns);

/* Since when times count, on the clock: the fault, else the first kernel event; TIME_NONE. */
nsec results_zero(const struct results *r);

/* Do the times of all connections count from there? Clients, and several targets without a
 * fault, each have a zero of their own. */
bool results_share_zero(const struct results *r);

/* Did the peer die in that column, so far? */
bool results_died(const struct results *r, size_t column);

/* Of many targets that have rows of their own: a table leaves out the i-th of the order (-v shows all), as several above it came to
 * the same; how many that are. */
bool results_left_out(const struct results *r, size_t i);
size_t results_count_left_out(const struct results *r);

/* Verdicts less far apart than this may come from one wake of the loop, where the order is the
 * loop's and means nothing. */
#define SAME_WAKE NS_PER_MS

/* How many probes noticed together with the first of them, itself included; 0 if none noticed. */
size_t results_together(const struct results *r);

#endif
