/* SPDX-License-Identifier: MIT */
/* What the pages of explain are made of. Each prints to standard output. */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include <stdbool.h>

#include "plan/plan.h"

/* "NAME - summary" and an empty line. */
void explain_title(const char *name, const char *summary);

/* "Label:      text", for a label of at most 12 characters with its colon. */
void explain_fact(const char *label, const char *text);

void explain_params(const struct param *rows);

/* The page of one probe, or of several that share a connection;
 * all->lab has every fault. 0, or -1 with the reason in *e. */
int explain_group(const struct group *g, const struct plan *all, const struct circumstances *s,
		  struct error *e);

/* The page of the protocol whose scheme the word is, or begins with before a ':'. False: there is none. */
bool explain_protocol(const char *word, bool print);

#endif
