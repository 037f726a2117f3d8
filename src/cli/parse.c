// SPDX-License-Identifier: MIT
/* argv by the verb's options, as getopt_long does it: options and operands in any order, up to "--". */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/words.h"
#include "options.h"
#include "retired.h"

struct args {
	int count, next;
	char **words;
};

bool request_given(const struct request *r, const char *name)
{
	return r->given[option_find(name) - options];
}

static const char *option_word(const void *verb, size_t i)
{
	const struct option_row *row = verb_option_at(verb, i);

	return row ? row->name : NULL;
}

/*
 * The option with that name, or the first that begins so; *other is a second one that does.
 * `verb`: among those that it knows, but for a whole name; NULL: among all.
 */
static const struct option_row *prefix_find(const struct verb *verb, const char *word, size_t len,
					    const struct option_row **other)
{
	const struct option_row *found = NULL;

	*other = NULL;
	for (size_t i = 0; i < options_count; i++) {
		const struct option_row *row = &options[i];

		if (strncmp(row->name, word, len))
			continue;
		if (!row->name[len]) {
			*other = NULL;
			return row;
		}
		if (verb && !verb_knows(verb, row))
			continue;
		if (found)
			*other = row;
		else
			found = row;
	}
	return found;
}

static int not_of_verb(const struct request *r, const struct option_row *row, const char *word,
		       size_t len, struct error *e)
{
	return usage(e, "%s: not an option of %s (%s)", quote_part(word, len).text, r->verb->name,
		     option_verbs(row).text);
}

static int unknown_option(const struct request *r, const char *word, size_t len, struct error *e)
{
	const struct option_row *other, *elsewhere = prefix_find(NULL, word, len, &other);
	char name[40];

	if (elsewhere && !other)
		return not_of_verb(r, elsewhere, word, len, e);
	snprintf(name, sizeof(name), "%.*s", len < sizeof(name) ? (int)len : 39, word);
	return usage(e, "%s: unknown option%s", quote_part(word, len).text,
		     hint(name, option_word, r->verb, "see --help").text);
}

/* NULL with the reason in *e. */
static const struct option_row *long_find(const struct request *r, const char *word, size_t len,
					  struct error *e)
{
	const struct option_row *other, *found = prefix_find(r->verb, word, len, &other);

	if (found && !other && verb_knows(r->verb, found))
		return found;
	if (found && other)
		usage(e, "%s: ambiguous ('%s' or '%s')", quote_part(word, len).text, found->name,
		      other->name);
	else
		unknown_option(r, word, len, e);
	return NULL;
}

static int option_apply(struct request *r, const struct option_row *row, const char *value,
			struct error *e)
{
	struct setting s = { .request = r, .row = row, .value = value, .e = e };

	r->given[row - options] = true;
	return row->set(&s);
}

/* Takes the next word as the value where the option wants one. */
static int option_take(struct request *r, struct args *a, const struct option_row *row,
		       struct error *e)
{
	if (!row->arg)
		return option_apply(r, row, NULL, e);
	if (a->next == a->count)
		return usage(e, "%s: no value (give %s %s)", row->name, row->name, row->arg);
	return option_apply(r, row, a->words[a->next++], e);
}

/* "--name" or "--name=value" */
static int long_parse(struct request *r, struct args *a, const char *word, struct error *e)
{
	size_t len = strcspn(word, "=");
	const struct option_row *row;

	if (retired_check(word, a->next < a->count ? a->words[a->next] : NULL, e))
		return -1;
	row = long_find(r, word, len, e);
	if (!row)
		return -1;
	if (!word[len])
		return option_take(r, a, row, e);
	if (!row->arg)
		return usage(e, "%s: takes no value", quote(word).text);
	return option_apply(r, row, word + len + 1, e);
}

static const struct option_row *letter_find(char letter)
{
	for (size_t i = 0; i < options_count; i++)
		if (options[i].letter == letter)
			return &options[i];
	return NULL;
}

/* "-kvn5": letters, of which the last may have its value behind it or as the next word. */
static int letters_parse(struct request *r, struct args *a, const char *word, struct error *e)
{
	for (const char *at = word + 1; *at; at++) {
		const struct option_row *row = letter_find(*at);
		const char typed[] = { '-', *at, '\0' };
		int done;

		if (!row)
			return usage(e, "'-%c': unknown option (see --help)", *at);
		if (!verb_knows(r->verb, row))
			return not_of_verb(r, row, typed, 2, e);
		if (row->arg && at[1])
			return option_apply(r, row, at + 1, e);
		done = option_take(r, a, row, e);
		if (done)
			return done;
	}
	return 0;
}

static int operand_keep(struct request *r, const char *word, struct error *e)
{
	const char **slot = list_add(&r->operands.words, &r->operands.count, sizeof(*slot), e);

	if (!slot)
		return -1;
	*slot = word;
	return 0;
}

/* 0, 1 when a page was asked for, or -1 with the reason in *e. */
static int words_parse(struct request *r, struct args *a, struct error *e)
{
	bool options_end = false;
	int done = 0;

	while (!done && a->next < a->count) {
		const char *word = a->words[a->next++];

		if (options_end || word[0] != '-' || !word[1])
			done = operand_keep(r, word, e);
		else if (!strcmp(word, "--"))
			options_end = true;
		else if (word[1] == '-')
			done = long_parse(r, a, word, e);
		else
			done = letters_parse(r, a, word, e);
	}
	return done;
}

/* The first word, if it is a verb. */
static void verb_take(struct request *r, struct args *a)
{
	r->verb = a->next < a->count ? verb_find(a->words[a->next]) : NULL;
	r->implied = !r->verb;
	if (r->implied)
		r->verb = &verb_watch;
	else
		a->next++;
}

static int defaults_set(struct request *r, struct error *e)
{
	r->plan->judge.within = r->plan->judge.timeout = NS_NEVER;
	r->plan->connect.family = AF_UNSPEC;
	for (size_t i = 0; i < options_count; i++) {
		const char *def = option_default(r->verb, &options[i]);

		if (def && option_apply(r, &options[i], def, e))
			return -1;
	}
	memset(r->given, 0, options_count);
	return 0;
}

static int request_parse(struct request *r, struct args *a, struct error *e)
{
	int done;

	verb_take(r, a);
	done = defaults_set(r, e);
	if (!done)
		done = words_parse(r, a, e);
	if (!done)
		done = combinations_check(r, e);
	if (!done)
		done = r->verb->fill(r, e);
	return done < 0 ? -1 : 0;
}

int cli_parse(struct plan *p, const struct verb **verb, int argc, char **argv, struct error *e)
{
	struct args a = { .count = argc, .next = argc > 0, .words = argv };
	struct request r = { .plan = p };
	int failed;

	*p = (struct plan){ 0 };
	r.given = calloc(options_count, 1);
	if (!r.given)
		return out_of_memory(e);
	failed = request_parse(&r, &a, e);
	*verb = r.verb;
	free(r.given);
	free(r.operands.words);
	free(r.probes.words);
	free(r.expects.words);
	free(r.outputs.words);
	free(r.targets.words);
	return failed;
}
