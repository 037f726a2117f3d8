// SPDX-License-Identifier: MIT
/* Words broken into lines. */
#include "wrap.h"

#include <string.h>

#include "utf8.h"

#define BETWEEN " \n"

/* The columns of a word in which there may be styles. */
static size_t columns_of(const char *s, size_t len)
{
	size_t columns = 0;
	bool style = false;

	for (const char *end = s + len; s < end;) {
		uint32_t c;

		s += utf8_take(s, &c);
		style |= c == '\033';
		columns += style ? 0 : utf8_columns(c);
		style &= c != 'm';
	}
	return columns;
}

struct wrap wrap_open(const char *text, size_t at, size_t indent, size_t line)
{
	return (struct wrap){ .word = text, .at = at, .first = at, .indent = indent, .line = line };
}

bool wrap_next(struct wrap *w)
{
	size_t columns;

	w->word += w->len;
	w->word += strspn(w->word, BETWEEN);
	w->len = strcspn(w->word, BETWEEN);
	if (!w->len)
		return false;
	columns = columns_of(w->word, w->len);
	w->blanks = w->at > w->first;
	w->breaks = w->blanks && w->at + 1 + columns > w->line;
	if (w->breaks) {
		w->blanks = w->first = w->indent;
		w->at = 0;
	}
	w->at += w->blanks + columns;
	return true;
}
