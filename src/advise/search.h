/* SPDX-License-Identifier: MIT */
/* The insides of tune.h: search.c holds a candidate against the wish, ways.c makes the candidates. */
#ifndef ADVISE_SEARCH_H
#define ADVISE_SEARCH_H

#include "tune.h"

struct search {
	const struct trial *trial;
	const struct wish *w;
	enum way way;
	fault_set must;      /* what has to be noticed */
	fault_set may_alarm; /* what may be taken for a death: a FIN, where it is one */
	bool failed;         /* *e has the reason */
	struct error *e;
};

/* Writes t's spec, and asks: does it notice all that it must in time; does it kill nothing
 * that lives, a pause of the network least of all; both? t->found has what was asked last. */
bool in_time(struct search *s, struct tuning *t);
bool is_calm(struct search *s, struct tuning *t);
bool fits(struct search *s, struct tuning *t);

/*
 * Of the multiples of grain from least to most the smallest value that will do, where all
 * above it will too, or the largest, where all below it will. t has it. 0: none will do.
 */
typedef bool trying(struct search *s, struct tuning *t, nsec value);
nsec smallest(struct search *s, struct tuning *t, trying *will_do, nsec grain, nsec least, nsec most);
nsec largest(struct search *s, struct tuning *t, trying *will_do, nsec grain, nsec least, nsec most);

/* A way of tuning: the values that are calm and as quick as can be; the best that fit. Both
 * are false where there are none, and leave them in t. */
struct way_to_tune {
	unsigned when;       /* in which traffic it has to hold */
	bool fin_is_death;
	int packets;         /* of both ends, each time */
	void (*write)(struct tuning *t);
	nsec (*gap)(const struct tuning *t); /* between two times */
	bool (*quickest)(struct search *s, struct tuning *t);
	bool (*best)(struct search *s, struct tuning *t);
};
extern const struct way_to_tune ways[WAYS];

#endif
