// SPDX-License-Identifier: MIT
/* Cells and styles, the same for the timeline and the table. */
#include "draw.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "base/words.h"
#include "base/wrap.h"

#define COLUMNS_UNKNOWN 80
#define SENTENCE_INDENT 2
#define WORDS_LEAST 24 /* columns that a sentence takes however narrow the terminal is */

void text_style(struct out *o, enum style s)
{
	static const char *const codes[] = {
		"\033[m", "\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[33m", "\033[35m",
	};

	if (o->color)
		out_text(o, codes[s]);
}

enum style result_style(enum result r)
{
	static const enum style styles[] = {
		[NOTICED] = GREEN, [MISSED] = RED, [FALSE_ALARM] = YELLOW,
		[STAYED_ALIVE] = DIM, [INCONCLUSIVE] = MAGENTA, [UNSUPPORTED] = DIM,
	};

	return styles[r];
}

const char *text_kernel(enum kernel_cause k)
{
	static const char *const words[] = { "nothing", "FIN", "RST", "timeout", "unreachable" };

	return words[k];
}

void text_spaces(struct out *o, size_t n)
{
	while (n--)
		out_text(o, " ");
}

void text_cell(struct out *o, const char *s, size_t width, bool right)
{
	size_t own = utf8_width(s), pad = own < width ? width - own : 0;

	if (right)
		text_spaces(o, pad);
	out_text(o, s);
	if (!right)
		text_spaces(o, pad);
}

size_t text_columns(const struct out *o)
{
	return o->columns ? (size_t)o->columns : COLUMNS_UNKNOWN;
}

static void write_words(struct out *o, struct wrap w, bool safe)
{
	while (wrap_next(&w)) {
		out_text(o, w.breaks ? "\n" : "");
		text_spaces(o, w.blanks);
		if (safe)
			out_bytes(o, w.word, w.len);
		else
			out_visible_bytes(o, w.word, w.len);
	}
	out_text(o, "\n");
}

void text_words(struct out *o, const char *s, size_t at, size_t indent)
{
	size_t line = o->columns ? (size_t)o->columns : SIZE_MAX;

	if (line < indent + WORDS_LEAST)
		line = indent + WORDS_LEAST;
	write_words(o, wrap_open(s, at, indent, line), false);
}

void text_sentence(struct out *o, const char *s)
{
	write_words(o, wrap_open(s, 0, SENTENCE_INDENT, o->tty ? text_columns(o) : SIZE_MAX), true);
}

void text_quoted(struct out *o, const char *s)
{
	out_text(o, "'");
	for (; *s; s++)
		out_text(o, shell_byte(*s).text);
	out_text(o, "'");
}

void text_item(struct out *o, size_t *at, const char *mark, const char *what)
{
	size_t width = utf8_width(mark) + utf8_width(what);

	if (*at && *at + 3 + width > text_columns(o)) {
		out_text(o, "\n");
		*at = 0;
	}
	text_spaces(o, *at ? 3 : 0);
	out_printf(o, "%s%s", mark, what);
	*at += (*at ? 3 : 0) + width;
}
