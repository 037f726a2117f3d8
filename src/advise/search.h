/* SPDX-License-Identifier: MIT */
/*
 * The search for the values with which a composite reaches a goal and sends the least while
 * all is well. Nothing is measured: evaluate.h is asked about each candidate.
 */
#ifndef ADVISE_SEARCH_H
#define ADVISE_SEARCH_H

#include "evaluate.h"
#include "template.h"

/* What is tuned, and which values of struct candidate it has. The rows are in candidates.c. */
enum strategy {
	BY_HEARTBEAT,   /* a request to the peer's application: every, limit */
	BY_OPTIONS,     /* keepalive and user timeout: idle, intvl, cnt, after */
	BY_UNACKED,     /* a byte that the peer's kernel must acknowledge: every, limit */
	BY_KEEPALIVE,   /* no user timeout, so on idle connections alone: idle, intvl, cnt */
	BY_REDIS,       /* the same as Redis derives it from one number: number, idle, intvl, cnt */
	BY_SSH,         /* requests of OpenSSH's client: number (whole seconds), cnt, every, limit */
	BY_SSHD,        /* ... of its server */
	STRATEGIES
};

struct candidate {
	nsec every, limit, idle, intvl, after;
	int64_t cnt;
	nsec number;                  /* the setting of a program that derives the others from it */
	char spec[160];               /* for -p */
	nsec gap;                     /* between two exchanges, on that path */
	int64_t packets;              /* an hour, of both ends, while nothing else is sent */
	struct evaluation evaluation; /* of that spec */
};

/* The best of each strategy. Where there is none, best.evaluation.latest is a longer goal, which it
 * reaches; NS_NEVER if all of it kill what lives, or let the path forget it. */
struct candidates {
	const struct evaluator *evaluator;
	struct candidate best[STRATEGIES];
	bool has[STRATEGIES];
	bool forgets[STRATEGIES]; /* there is none as the path forgets too soon */
};

/* Fills best and has in. 0, or -1 with the reason in *e. */
int search_candidates(struct candidates *c, struct error *e);

/* Does a candidate with those values still notice all that its evaluation says, and kill
 * nothing that lives? Its spec and evaluation are written anew. 1, 0 or -1. */
int search_check(const struct evaluator *ev, enum strategy strategy, struct candidate *c, struct error *e);

/* In which traffic a strategy has to hold: WHEN_IDLE... Does it need the peer's application? */
unsigned strategy_when(enum strategy strategy);
bool strategy_needs_answer(enum strategy strategy);

/* What a candidate promises to be measured. */
struct promise candidate_promise(enum strategy strategy, const struct candidate *c);

/* For how long its packets must be counted: at a random phase one exchange begins, and another after it. */
nsec candidate_counted_in(const struct candidate *c);

/* The values of a candidate by name, for template_fill. */
#define CANDIDATE_VALUES 7
void candidate_values(const struct candidate *c, struct template_value values[CANDIDATE_VALUES]);

#endif
