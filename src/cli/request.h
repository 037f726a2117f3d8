/* SPDX-License-Identifier: MIT */
/*
 * What argv said, word by word, before the words are put together: an option may
 * mean something else beside another one, so the plan is made after the last word
 * (plan.c). Numbers are checked at once and stand in the plan already.
 */
#ifndef CLI_REQUEST_H
#define CLI_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "plan/plan.h"

struct word_list {
	const char **words; /* into argv */
	size_t count;
};

struct request {
	struct plan *plan;
	struct word_list operands, probes, expects, outputs;
	const char *listen, *fault, *lab; /* NULL without; lab alone is NULL too */
	unsigned char *given; /* for each row of options: was it there? */
};

/* Was the option of that long name ("--all") there? */
bool given(const struct request *r, const char *name);

/*
 * Checks which options go together, then fills the rest of r->plan. 0, or -1 with the reason in
 * *e.
 */
int plan_fill(struct request *r, struct error *e);

/* The parts of plan_fill; each appends to the plan. */
int combinations_check(const struct request *r, struct error *e);
int choose_probes(struct request *r, struct error *e);
int expects_fill(struct request *r, struct error *e);
int outputs_fill(struct request *r, struct error *e);

#endif
