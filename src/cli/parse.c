// SPDX-License-Identifier: MIT
/*
 * argv by the rows of the options, as getopt_long does it. Its oddity: an option may take the
 * next word or leave it (ARG_NEXT).
 */
#include "cli.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/utf8.h"
#include "options.h"
#include "base/words.h"

struct args {
	int count, next;
	char **words;
};

bool given(const struct request *r, const char *name)
{
	for (size_t i = 0; i < options_count; i++)
		if (!strcmp(options[i].name, name))
			return r->given[i];
	return false;
}

static const char *option_word(const void *list, size_t i)
{
	(void)list;
	return i < options_count && options[i].section != SECTION_HIDDEN ? options[i].name : NULL;
}

/* The option with that name, or the only one that begins so. NULL with the reason in *e. */
static const struct option_row *long_find(const char *word, size_t len, struct error *e)
{
	const struct option_row *found = NULL, *other = NULL;
	char name[40];

	for (size_t i = 0; i < options_count; i++) {
		const struct option_row *row = &options[i];

		if (strncmp(row->name, word, len))
			continue;
		if (!row->name[len])
			return row;
		if (row->section == SECTION_HIDDEN)
			continue;
		other = found;
		found = row;
	}
	if (found && !other)
		return found;
	snprintf(name, sizeof(name), "%.*s", len < sizeof(name) ? (int)len : 39, word);
	if (found)
		usage(e, "%s: ambiguous ('%s' or '%s')", quote_part(word, len).text, other->name,
		      found->name);
	else
		usage(e, "%s: unknown option%s", quote_part(word, len).text,
		      hint(name, option_word, NULL, "see --help").text);
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
	const char *next = a->next < a->count ? a->words[a->next] : NULL;

	if (row->kind == ARG_NEEDED && !next)
		return usage(e, "%s: no value (give %s %s)", row->name, row->name, row->arg);
	if (row->kind == ARG_NONE || row->kind == ARG_ATTACHED)
		next = NULL;
	if (row->kind == ARG_NEXT && next && *next == '-')
		next = NULL;
	a->next += next != NULL;
	return option_apply(r, row, next, e);
}

/* "--name" or "--name=value" */
static int long_parse(struct request *r, struct args *a, const char *word, struct error *e)
{
	size_t len = strcspn(word, "=");
	const struct option_row *row = long_find(word, len, e);

	if (!row)
		return -1;
	if (!word[len])
		return option_take(r, a, row, e);
	if (row->kind == ARG_NONE)
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
		int done;

		if (!row)
			return usage(e, "'-%c': unknown option (see --help)", *at);
		if (row->kind != ARG_NONE && at[1])
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

static int defaults_set(struct request *r, struct error *e)
{
	r->plan->judge.within = r->plan->judge.timeout = NS_NEVER;
	r->plan->connect.family = AF_UNSPEC;
	for (size_t i = 0; i < options_count; i++)
		if (options[i].def && option_apply(r, &options[i], options[i].def, e))
			return -1;
	memset(r->given, 0, options_count);
	return 0;
}

/* A page is written at once, so that errno says why it was not. */
static char page[1 << 16];

int cli_parse(struct plan *p, int argc, char **argv, struct error *e)
{
	struct args a = { .count = argc, .next = argc > 0, .words = argv };
	struct request r = { .plan = p };
	int done;

	*p = (struct plan){ 0 };
	setvbuf(stdout, page, _IOFBF, sizeof(page));
	r.given = calloc(options_count, 1);
	if (!r.given)
		return out_of_memory(e);
	done = defaults_set(&r, e);
	if (!done)
		done = words_parse(&r, &a, e);
	if (!done)
		done = plan_fill(&r, e);
	free(r.given);
	free(r.operands.words);
	free(r.probes.words);
	free(r.expects.words);
	free(r.outputs.words);
	return done;
}

void cli_error(const struct error *e)
{
	char line[4 * sizeof(e->text)];

	utf8_visible(line, sizeof(line), e->text, !strcmp(nl_langinfo(CODESET), "UTF-8"));
	fprintf(stderr, "tcpalive: %s\n", line);
}
