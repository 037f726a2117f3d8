/* SPDX-License-Identifier: MIT */
/*
 * The program under test in the matrix of results: its row is the first, above those of the probes, and has the marks and times that
 * these have. What it did is in the result of its that each cell keeps; what its fault's stage has come to until then, here.
 */
#ifndef RESULTS_PROGRAMS_H
#define RESULTS_PROGRAMS_H

#include "results.h"

/* How often a step was told, and when; on the clock. KERNEL and CLOSED count from the fault on. */
struct program_moment {
	unsigned count;
	nsec first, last; /* TIME_NONE without any */
};

/* What a fault's stage has come to, as the steps tell; of the peer verb: the run. */
struct program_stage {
	nsec struck;      /* when the fault struck, the last of several; TIME_NONE */
	nsec began;       /* when the first of its programs was started; TIME_NONE: it waits */
	const char *newest; /* the program that was started last: "client", "server"; NULL */
	struct program_moment of[PROGRAM_EXITED + 1]; /* of the program of the row */
	enum kernel_cause cause; /* what its kernel knew first, */
	int err;                 /* ... an errno, 0 if not known or none */
	int status;              /* EXITED: as waitpid(2) gives it */
};

/* Of a fault's column; of any other column: the run's own. */
const struct program_stage *results_stage(const struct results *r, size_t column);

/* The program's result there: its reaction, its verdict; NULL without a program, or before there is one. */
const struct event *results_program(const struct results *r, size_t column);

/* Are programs under test, or is the other end looked at? In a row of theirs. */
static inline bool results_have_program(const struct results *r)
{
	return r->c->programs > 0;
}

/* How many rows are of connections that the probes share, and not of programs. These come first. */
static inline size_t results_shared(const struct results *r)
{
	return r->ncomposites - r->c->programs;
}

/* For results.c: room for the stages, a fault, a step, and a connection that only the other end has. 0, or -1 without memory. */
int programs_open(struct results *r);
void programs_struck(struct results *r, const struct event *e);
void programs_connected(struct results *r, const struct event *e);
void programs_step(struct results *r, const struct event *e);

#endif
