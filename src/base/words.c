// SPDX-License-Identifier: MIT
/*
 * Words that a person typed. A guess is offered only when it is near: a wrong one is worse than
 * none.
 */
#include "words.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "utf8.h"

#define LONGEST_GUESS 32

/* Behind the login of a URL, "user:password@", if at is where that would begin. It may be a secret, and have any
 * sign in it that it should not. */
static const char *after_login(const char *word, const char *at, const char *end)
{
	const char *sign;

	if (at - word < 3 || memcmp(at - 3, "://", 3) != 0)
		return at;
	sign = memrchr(at, '@', (size_t)(end - at));
	return sign ? sign + 1 : at;
}

struct quoted quote_part(const char *word, size_t len)
{
	const char *at = word, *end = word + len;
	struct quoted q = { "'" };
	char one[UTF8_VISIBLE];
	size_t used = 1, cut = 1; /* cut: where "..." would still fit behind it */

	while ((at = after_login(word, at, end)) < end) {
		at += utf8_visible_one(one, at, true);
		if (used + strlen(one) + sizeof("'") > sizeof(q.text)) {
			strcpy(q.text + cut, "...'");
			return q;
		}
		strcpy(q.text + used, one);
		used += strlen(one);
		if (used + sizeof("...'") <= sizeof(q.text))
			cut = used;
	}
	strcpy(q.text + used, "'");
	return q;
}

struct quoted quote(const char *word)
{
	return quote_part(word, strlen(word));
}

struct shell_byte shell_byte(char c)
{
	if (c == '\'')
		return (struct shell_byte){ "'\\''" };
	return (struct shell_byte){ { c } };
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/*
 * Insertions, deletions, substitutions and swapped neighbours between a and b (optimal string
 * alignment), capitals or not.
 */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][LONGEST_GUESS + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];
	size_t la = strlen(a), lb = strlen(b);

	if (la > LONGEST_GUESS || lb > LONGEST_GUESS)
		return LONGEST_GUESS;
	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *spare = before;

		before = above;
		above = row;
		row = spare;
		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			row[j] = least(above[j] + 1, row[j - 1] + 1,
				       above[j - 1] + !same(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
	}
	return row[lb];
}

/* The nearest word: one that begins so, else one with few slips for its length. */
static const char *nearest(const char *word, word_at *at, const void *list)
{
	size_t len = strlen(word);
	size_t limit = len < 4 ? 1 : len < 7 ? 2 : 3;
	const char *best = NULL, *name;

	for (size_t i = 0; (name = at(list, i)); i++) {
		size_t d = len > 1 && !strncasecmp(name, word, len) ? 1 : distance(word, name);

		if (d <= limit && d < strlen(name)) {
			best = name;
			limit = d - (d > 0);
		}
	}
	return best;
}

struct hint hint(const char *word, word_at *at, const void *list, const char *otherwise)
{
	const char *best = nearest(word, at, list);
	struct hint h;

	if (best)
		snprintf(h.text, sizeof(h.text), " (did you mean '%s'?)", best);
	else
		snprintf(h.text, sizeof(h.text), " (%s)", otherwise);
	return h;
}

const char *plain_word(const void *list, size_t i)
{
	return ((const char *const *)list)[i];
}

void words_append(char *to, size_t room, const char *format, ...)
{
	const size_t used = strlen(to);
	va_list args;

	va_start(args, format);
	vsnprintf(to + used, room - used, format, args);
	va_end(args);
}

int out_of_memory(struct error *e)
{
	return error_set(e, STATUS_SYSTEM, "out of memory");
}

void *list_add(void *array, size_t *count, size_t size, struct error *e)
{
	char *old, *grown;

	memcpy(&old, array, sizeof(old));
	grown = reallocarray(old, *count + 1, size);
	if (!grown) {
		out_of_memory(e);
		return NULL;
	}
	memcpy(array, &grown, sizeof(grown));
	return memset(grown + size * (*count)++, 0, size);
}

char *copy_part(const char *s, size_t len, struct error *e)
{
	char *copy = strndup(s, len);

	if (!copy)
		out_of_memory(e);
	return copy;
}
