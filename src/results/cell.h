/* SPDX-License-Identifier: MIT */
/* One cell of the matrix of results: what one probe, or a composite, came to against one fault. */
#ifndef RESULTS_CELL_H
#define RESULTS_CELL_H

#include "events/event.h"
#include "sample.h"

struct results_row;

#define CELL_TARGETS 4

struct result_cell {
	const struct results_row *row;

	/* Connections that ended how. Of a composite each counts once, by result_rank(); of a program each of its results does. */
	unsigned count[RESULTS], total;
	nsec slowest;        /* of their first verdicts, false alarms included, since the fault; TIME_NONE */
	struct packets packets; /* of all of them, together */
	struct packets steady;  /* ... of whole exchanges, where there were enough */
	struct predicted predicted; /* off: at least one of them was */
	const struct probe *decider; /* of a prediction: the member that decides */

	/* Whose connections ended so, where there are several targets: the first of them. */
	struct {
		const char *name[CELL_TARGETS];
		unsigned count;
	} targets[RESULTS];
	const char *target;  /* the last that was counted there */
	enum result counted;

	/* Of a probe alone. */
	struct sample after, lag; /* of those that noticed */
	nsec took;           /* the longest, without what this process was late */
	unsigned suspects, verdicts; /* how many of either */
	nsec dead;           /* the first verdict dead, on the clock; TIME_NONE */
	nsec dead_after;     /* the same since the fault; a composite has it too; TIME_NONE */
	nsec kernel;         /* when the first kernel event of a connection of its, on the clock; TIME_NONE */
	nsec alarm;          /* the first false alarm, after the zero; TIME_NONE */
	struct answers answers;
	int64_t segments, bytes; /* sent on all its connections; -1 unknown */
	char how[sizeof(((struct event_verdict *)0)->how)]; /* of the first result that had one, safe to print */
	char note[sizeof(((struct event *)0)->note)];
	struct event worst;  /* the one for all: the worst, and of equals the slowest */

	/* The connection whose results are coming in. */
	unsigned conn;
	enum result latest;
	nsec first, before;  /* its first verdict; the slowest of those of the others */
};

/* An empty cell, with room for so many times (2 * room of them at kept). */
void cell_open(struct result_cell *c, const struct results_row *row, nsec *kept, size_t room);

/* Adds a verdict (after: since the fault, or TIME_NONE), and a result: to the cell of a
 * composite, or to that of the probe itself. */
void cell_verdict(struct result_cell *c, const struct event *e, nsec after);
void cell_result_of_composite(struct result_cell *c, const struct event *e);
void cell_result_of_probe(struct result_cell *c, const struct event *e, bool utf8);

/* The kernel knew then of a connection of its. */
void cell_kernel(struct result_cell *c, nsec t);

/* What to call a probe over all its connections: by result_rank(), so that it noticed if it
 * did on any, and had no false alarm. UNSUPPORTED also of an empty one. */
enum result cell_result(const struct result_cell *c);

/* What was worst in a cell: a false alarm, then a miss. One connection on which it was missed
 * is enough to say that a fault goes unnoticed. */
enum result cell_worst(const struct result_cell *c);

#endif
