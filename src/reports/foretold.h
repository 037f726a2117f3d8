/* SPDX-License-Identifier: MIT */
/*
 * What --predict tells: a cell for each composite and each fault, gathered, for the
 * reports that show them as a table.
 */
#ifndef REPORTS_FORETOLD_H
#define REPORTS_FORETOLD_H

#include "report.h"

#define FORETOLD_LABEL 256

struct foretold_cell {
	bool told, perhaps;
	enum result result;
	nsec by;
	const struct probe *probe; /* the member that decides */
	const char *why;
};

struct foretold {
	const struct report_context *c;
	const char **groups; /* as typed */
	char (*labels)[FORETOLD_LABEL]; /* the same, safe to print */
	size_t ngroups;
	struct foretold_cell *cells; /* foretold_cell() */
};

/* What a composite is worth against all faults. */
struct foretold_score {
	unsigned deaths, noticed;
	nsec slowest; /* of those noticed; TIME_NONE */
};

/* Is this a run that only foretells? */
bool foretold_wanted(const struct report_context *c);

/* 0, or -1 without memory. foretold_close frees, also after a failure. */
int foretold_open(struct foretold *f, const struct report_context *c);
void foretold_close(struct foretold *f);

/* To be called with each event. */
void foretold_event(struct foretold *f, const struct event *e);

const struct foretold_cell *foretold_cell(const struct foretold *f, size_t group, size_t fault);

struct foretold_score foretold_score(const struct foretold *f, size_t group);

/* "14.1s", "0", "never", "maybe", "false alarm", "." (alive, and rightly silent), "?" (cannot run here) */
#define FORETOLD_TEXT 32
void foretold_text(char to[FORETOLD_TEXT], const struct foretold_cell *c);

/* "19 of 20 deaths, the slowest within 14.1s; never freeze; false alarm at half-close" */
void foretold_sum(char *to, size_t room, const struct foretold *f, size_t group);

/* "Noticed at the latest; 23 faults, idle connections" */
void foretold_title(char *to, size_t room, const struct foretold *f);

/* The text report's page: reports/text-foretold.c. */
void text_foretold(struct out *o, const struct foretold *f);

#endif
