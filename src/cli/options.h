/* SPDX-License-Identifier: MIT */
/*
 * The options: one row each. The parser, --help, the man page's list and the
 * completions walk the rows, so they cannot disagree.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stddef.h>

#include "request.h"

enum arg_kind {
	ARG_NONE,
	ARG_NEEDED,   /* --opt=VALUE, --opt VALUE, -oVALUE, -o VALUE */
	ARG_ATTACHED, /* --opt or --opt=VALUE: the next word is not its value */
	ARG_NEXT,     /* --opt, --opt=VALUE, or --opt VALUE if the next word is no option */
};

enum section {
	SECTION_WATCH,
	SECTION_FAULT,
	SECTION_AHEAD,
	SECTION_JUDGE,
	SECTION_OUTPUT,
	SECTION_ABOUT,
	SECTION_HIDDEN,
};

struct setting;
typedef int setter(struct setting *s);

struct option_row {
	char letter;       /* 0: none */
	const char *name;  /* with its dashes */
	const char *arg;   /* what stands for the value in help; NULL with ARG_NONE */
	enum arg_kind kind;
	enum section section;
	/* How the value is completed: "probes", "faults", "fault", "explain",
	 * "expect", "report", "command", "directory", "none", or the words: "words:auto,always,never". */
	const char *complete;
	const char *def;   /* as a person would type it, set before any word is read; or NULL */
	const char *help;  /* for --help and the completions: a phrase */
	const char *more;  /* for the man page: sentences, or NULL */

	setter *set;       /* see set.h */
	size_t offset;     /* where the handler puts it: in struct plan, or in struct request */
	int64_t min, max;  /* of a number; a constant to be stored stands in min */
	const char *const *words; /* of a word: what may be said, ended by NULL */
};

/* An option as it was met; value is NULL where none was given. */
struct setting {
	struct request *request;
	const struct option_row *row;
	const char *value;
	struct error *e;
};

extern const struct option_row options[];
extern const size_t options_count;

/* The row's help with its default behind it; to be used at once. */
struct option_help {
	char text[320];
};
struct option_help option_help(const struct option_row *row);

#endif
