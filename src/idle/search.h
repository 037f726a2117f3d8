/* SPDX-License-Identifier: MIT */
/*
 * The search for the limit: who is to be asked when. It knows silences and answers, and neither sockets nor the clock: who
 * carries it out says what happened, and when.
 *
 * Each connection begins with a rung of the ladder. A silence that was not lived through ends the ladder, and from then on those that
 * have answered before, and are silent again, are asked within the bracket. An ask that is still unanswered is suspected to
 * be in vain: the search goes on as if it were, and takes that back where an answer comes after all.
 */
#ifndef IDLE_SEARCH_H
#define IDLE_SEARCH_H

#include "bracket.h"

enum silence_state { SILENCE_NONE, SILENCE_KEPT, SILENCE_ASKED, SILENCE_SUSPECTED, SILENCE_LOST };

/* One connection. */
struct silence {
	enum silence_state state;
	nsec since;     /* nothing was sent or received since then */
	nsec slack;     /* ... and perhaps since so long before that */
	nsec target;    /* it is to be asked when silent so long; NS_NEVER: not yet known */
	nsec asked;     /* how long it was silent when it was asked last */
	bool fresh;     /* its target is its rung */
	bool check;     /* its target lies beyond the bracket: it must be dead */
	unsigned heard; /* the peer broke its silence by itself so often */
};

struct search {
	struct silence *each;
	size_t count;
	nsec up_to;
	unsigned precision;     /* thousandths */
	struct bracket bracket; /* what is certain */
	nsec heard;             /* the longest silence that the peer broke by itself; 0 */
	unsigned asked;         /* so many answers, or certain deaths */
	bool checked;
};

/* each is the caller's, of count connections. */
void search_open(struct search *s, struct silence *each, size_t count, nsec up_to, unsigned precision);

/* A connection is established, and silent since then; it gets its rung, or, after it was lost, waits for a target. */
void search_add(struct search *s, size_t i, nsec since);

/* No more connections can be made: the rungs are spread anew over those that there are. */
void search_spread(struct search *s);

/* Which is to be asked next, and when, perhaps in the past; count: nobody is. */
size_t search_next(const struct search *s, nsec *when);

/* What happened to one. search_asked comes before the next three, and each silence begins anew with an answer. */
void search_asked(struct search *s, size_t i, nsec now);
void search_answered(struct search *s, size_t i, nsec now);
void search_suspect(struct search *s, size_t i, nsec now);
void search_dead(struct search *s, size_t i, nsec now);
/* The peer sent something by itself, within so long before now: the path had not forgotten it. */
void search_heard(struct search *s, size_t i, nsec now, nsec slack);
/* It is gone, which says nothing of the limit. */
void search_gone(struct search *s, size_t i, nsec now);

/* Is all known that can be found out? */
bool search_is_over(const struct search *s);

/* The same where nobody can be connected anew. */
bool search_is_stuck(const struct search *s);

/* How many of those that are lost would help if they were connected anew. */
size_t search_wants(const struct search *s);

/* When it is over at the latest, as far as is known, where an ask takes that long to be in vain. */
nsec search_ends(const struct search *s, nsec now, nsec vain);

#endif
