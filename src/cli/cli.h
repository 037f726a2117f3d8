/* SPDX-License-Identifier: MIT */
/*
 * The command line: argv becomes a plan (plan/plan.h) with every word checked,
 * or a page on standard output, or one line that says what is wrong.
 *
 * To add an option: one row in options.c, and a handler in set.c if none there fits. The
 * parser, --help, the man page's list and the completions walk the rows.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/error.h"
#include "plan/plan.h"

/*
 * Fills *p, which the caller frees with plan_free, whatever is returned. The
 * strings --fault-exec and --source stand in argv, which must outlive the plan.
 *
 *   0   carry the plan out
 *   1   a page was printed (--help, --list...): exit 0
 *  -1   the reason is in *e
 *
 * SIGPIPE must be ignored by then: a closed standard output is an error here.
 */
int cli_parse(struct plan *p, int argc, char **argv, struct error *e);

/* The one line on standard error; what is no text in this locale is shown as \xHH. */
void cli_error(const struct error *e);

#endif
