/* SPDX-License-Identifier: MIT */
/*
 * A verb: the first word of the command line, with options and a help page of its own.
 *
 * To add one: write src/cli/verb-NAME.c, which exports `const struct verb verb_NAME`, and add
 * VERB(NAME) to verbs.def. Parser, help, completions and the manual's lists walk that table; the
 * manual's section (man/tcpalive.1) is written by hand around its generated list of options.
 */
#ifndef CLI_VERB_H
#define CLI_VERB_H

#include <stddef.h>
#include <stdbool.h>

#include "base/error.h"
#include "plan/plan.h"

struct request;

/* An option that the verb knows, and what is different about it here. */
struct verb_option {
	const char *name; /* of a row of options.c */
	const char *def;  /* in place of the row's default, or NULL */
	const char *help; /* in place of the row's, or NULL */
};

/* Of --probe, where the default is another one. */
#define PROBES_HELP(otherwise) \
	"the probes: peek,keepalive on a connection each, peek+keepalive on a shared one, " \
	"keepalive:idle=10s:cnt=3 with parameters, @redis as a program does; repeatable (default: " otherwise ")"

struct verb {
	const char *name;
	const char *summary;      /* a phrase */
	const char *const *calls; /* what follows the name, one for each way to call it; ended by NULL */
	const char *text;         /* paragraphs for the help page, or NULL */
	const char *examples;     /* lines, or NULL */
	/* How an operand is completed: as option_row.complete, or "targets", "pids", "explain",
	 * "verbs", "none". */
	const char *operands;
	const struct verb_option *options; /* ended by a name of NULL, or NULL: --help and --version alone */
	bool reports; /* takes the options of SECTION_OUTPUT too */
	bool hidden;  /* in no list */

	/* Makes the plan from the request, after the last word. 0, or -1 with the reason in *e. */
	int (*fill)(struct request *r, struct error *e);
	/* Carries the plan out: the exit status, with the reason in *e where it is 2, 3 or 4. */
	int (*run)(const struct plan *p, struct error *e);
};

extern const struct verb *const verbs[];
extern const size_t verbs_count;

#define VERB(name) extern const struct verb verb_##name;
#include "verbs.def"
#undef VERB

/* NULL if there is none of that name. */
const struct verb *verb_find(const char *name);

/* For hint() of base/words.h: the names of those that are not hidden. */
const char *verb_word(const void *list, size_t i);

#endif
