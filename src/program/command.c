// SPDX-License-Identifier: MIT
/* The words of a program's command. What a shell, awk or JSON writes in braces must survive. */
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"

#define WORDS 4

struct word {
	const char *braced, *variable, *value;
};

struct words {
	struct word word[WORDS];
	char port[6];
};

static void list_words(struct words *w, const struct program_setup *s, const char *dir)
{
	snprintf(w->port, sizeof(w->port), "%u", (unsigned)s->port);
	w->word[0] = (struct word){ "{host}", "TCPALIVE_HOST", s->host };
	w->word[1] = (struct word){ "{port}", "TCPALIVE_PORT", w->port };
	w->word[2] = (struct word){ "{dir}", "TCPALIVE_DIR", dir };
	w->word[3] = (struct word){ "{fault}", "TCPALIVE_FAULT", s->fault };
}

/* Which one is at `at`, a place in the text; NULL: none. */
static const struct word *word_here(const struct words *w, const char *text, const char *at)
{
	if (*at != '{' || (at > text && at[-1] == '$'))
		return NULL;
	for (size_t i = 0; i < WORDS; i++)
		if (!strncmp(at, w->word[i].braced, strlen(w->word[i].braced)))
			return &w->word[i];
	return NULL;
}

/* Returns its length; to NULL: that alone. */
static size_t fill(const struct words *w, const char *text, char *to)
{
	size_t len = 0;

	for (const char *at = text; *at;) {
		const struct word *found = word_here(w, text, at);
		const char *from = found ? found->value : at;
		size_t n = found ? strlen(found->value) : 1;

		if (to)
			memcpy(to + len, from, n);
		len += n;
		at += found ? strlen(found->braced) : 1;
	}
	return len;
}

char *command_fill(const struct program_setup *s, const char *dir, struct error *e)
{
	struct words w;
	size_t len;
	char *text;

	list_words(&w, s, dir);
	len = fill(&w, s->command, NULL);
	text = malloc(len + 1);
	if (!text) {
		out_of_memory(e);
		return NULL;
	}
	fill(&w, s->command, text);
	text[len] = '\0';
	return text;
}

void command_set_environment(const struct program_setup *s, const char *dir)
{
	struct words w;

	list_words(&w, s, dir);
	for (size_t i = 0; i < WORDS; i++)
		setenv(w.word[i].variable, w.word[i].value, 1);
}
