/* SPDX-License-Identifier: MIT */
/*
 * Between the search (search.c) and the strategies (candidates.c): a strategy proposes values,
 * the search evaluates them and bisects.
 */
#ifndef ADVISE_CANDIDATES_H
#define ADVISE_CANDIDATES_H

#include "search.h"

struct search {
	const struct evaluator *evaluator;
	enum strategy strategy;
	fault_set must;      /* what has to be noticed */
	fault_set may_alarm; /* what may be reported as a death: a FIN, where it is taken for one */
	bool failed;         /* *e has the reason */
	struct error *e;
};

/* Writes the candidate's spec and evaluates it: is all noticed in time that must be; is there no
 * false alarm, in a network outage least of all; both? c->evaluation is of what was looked
 * at last. */
bool search_in_time(struct search *s, struct candidate *c);
bool search_no_alarm(struct search *s, struct candidate *c);
bool search_fits(struct search *s, struct candidate *c);

/*
 * Of the multiples of grain from least to most the smallest value that will do, where all
 * above it will too, or the largest, where all below it will. c has it. 0: none will do.
 */
typedef bool search_test(struct search *s, struct candidate *c, nsec value);
nsec search_smallest(struct search *s, struct candidate *c, search_test *will_do, nsec grain, nsec least, nsec most);
nsec search_largest(struct search *s, struct candidate *c, search_test *will_do, nsec grain, nsec least, nsec most);

/* A row of the table. quickest and best put values into the candidate: those without a false
 * alarm that notice as early as can be; those that fit and send the least. Both are false where there are none. */
struct strategy_row {
	const char *spec;    /* for -p, a template (template.h) */
	unsigned when;       /* in which traffic it has to hold */
	bool needs_answer;   /* of the peer's application */
	bool fin_is_death;
	int packets;         /* of both ends, each time */
	int echoed;          /* ... with a peer that echoes what it gets */
	void (*derive)(struct candidate *c);        /* the other values from number and cnt; or NULL */
	nsec (*gap)(const struct candidate *c);     /* between two times */
	bool (*quickest)(struct search *s, struct candidate *c);
	bool (*best)(struct search *s, struct candidate *c);
};
extern const struct strategy_row strategies[STRATEGIES];

#endif
