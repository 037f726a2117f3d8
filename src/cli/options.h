/* SPDX-License-Identifier: MIT */
/*
 * The options: one row each. A verb lists those that it knows (verb.h). The parser, the
 * help pages, the manual's lists and the completions walk these, so they cannot disagree.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stddef.h>

#include "request.h"

enum section {
	SECTION_OWN,    /* of the verbs that list it */
	SECTION_OUTPUT, /* of every verb that reports */
	SECTION_ABOUT,  /* of every verb */
};

struct setting;
typedef int setter(struct setting *s);

struct option_row {
	char letter;       /* 0: none */
	const char *name;  /* with its dashes */
	const char *arg;   /* the name of the value in help; NULL: it takes none */
	enum section section;
	/* How the value is completed: "probes", "faults", "fault", "expect", "report",
	 * "command", "directory", "file", "none", or the words: "words:auto,always,never". */
	const char *complete;
	const char *def;   /* as a person would type it, set before any word is read, unless the verb has another; or NULL */
	const char *help;  /* for --help and the completions: a phrase */
	const char *more;  /* for the man page: sentences, or NULL */

	setter *set;       /* see set.h */
	size_t offset;     /* where the handler puts it: in struct plan, or in struct request */
	int64_t min, max;  /* of a number; a constant to be stored is in min */
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

/* The row of that long name; NULL: there is none. */
const struct option_row *option_find(const char *name);

/* The i-th option that the verb knows, in the order of its help page; NULL after the last. */
const struct option_row *verb_option_at(const struct verb *v, size_t i);

bool verb_knows(const struct verb *v, const struct option_row *row);

/* What holds with this verb where the option is not given, as a person would type it; or NULL. */
const char *option_default(const struct verb *v, const struct option_row *row);

/* What the option means to the verb, with its default behind it; to be used at once. */
struct option_text {
	char text[320];
};
struct option_text option_help(const struct verb *v, const struct option_row *row);

/* "of watch, lab": the verbs that know it; to be used at once. */
struct option_text option_verbs(const struct option_row *row);

#endif
