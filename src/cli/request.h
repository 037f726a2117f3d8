/* SPDX-License-Identifier: MIT */
/*
 * What argv said, word by word, before the words are put together: an option may
 * mean something else beside another one, so the verb makes the plan after the last
 * word (verb.fill). Numbers are checked at once and are in the plan already.
 */
#ifndef CLI_REQUEST_H
#define CLI_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "plan/plan.h"
#include "verb.h"

struct word_list {
	const char **words; /* into argv */
	size_t count;
};

struct request {
	struct plan *plan;
	const struct verb *verb;
	bool implied; /* no verb was typed: it is watch */
	struct word_list operands, probes, expects, outputs, targets;
	const char *listen, *fault, *relay, *say; /* NULL without */
	unsigned char *given; /* for each row of options: was it there? */
};

/* Was the option of that long name ("--all") there? */
bool request_given(const struct request *r, const char *name);

/* Checks which options of the verb go together. */
int combinations_check(const struct request *r, struct error *e);

/*
 * What a verb's fill hook is made of; each fills its part of r->plan. 0, or -1 with the reason
 * in *e.
 */
int targets_fill(struct request *r, struct error *e);    /* the operands, or --listen */
int probes_fill(struct request *r, struct error *e);     /* with audit none, unless they are given */
int fault_fill(struct request *r, struct error *e);      /* --fault */
int faults_fill(struct request *r, struct error *e);     /* the operands, else every fault */
int expects_fill(struct request *r, struct error *e);    /* after probes_fill, and after faults_fill where faults are chosen */
int outputs_fill(struct request *r, struct error *e);
int programs_fill(struct request *r, struct error *e);   /* before probes_fill */
int programs_check(const struct request *r, struct error *e); /* after it: do the options that were given mean anything? */
int limits_fill(struct request *r, struct error *e);     /* after expects_fill: a watch must outlast what a program is expected to do */
int relay_fill(struct request *r, struct error *e);      /* --to */
int say_fill(struct request *r, struct error *e);        /* --say */
int page_fill(struct request *r, struct error *e);       /* the operands are names for a page */
int page_fill_alone(struct request *r, struct error *e); /* there must be no operand */

#endif
