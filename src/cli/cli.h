/* SPDX-License-Identifier: MIT */
/*
 * The command line: argv becomes a verb (verb.h) and its plan (plan/plan.h) with every word
 * checked, or one line that says what is wrong.
 *
 * To add an option: one row in options.c, a handler in set.c if none there fits, and its name in
 * the list of each verb that knows it. The parser, the help pages, the manual's lists and the
 * completions walk the rows.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/error.h"
#include "plan/plan.h"
#include "verb.h"

/*
 * Fills *p, which the caller frees with plan_free whatever is returned, and says in *verb who
 * carries it out. Some of the plan's strings are those of argv, which must outlive it. 0, or -1
 * with the reason in *e.
 */
int cli_parse(struct plan *p, const struct verb **verb, int argc, char **argv, struct error *e);

/* The one line on standard error, which a terminal gets in pieces; what is no text in this locale is
 * shown as \xHH. */
void cli_error(const struct error *e);

#endif
