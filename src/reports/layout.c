// SPDX-License-Identifier: MIT
/* Table layout: titles, names that are broken, and columns in blocks. */
#include "layout.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

#define PIECE_MOST 10 /* characters of a name that has no hyphen */
#define HEAD_MOST 8   /* lines of a name */
#define HEAD_TEXT 128

size_t list_width(const struct list_column *c, size_t n, size_t gap)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += c[i].width ? c[i].width + gap : 0;
	return sum;
}

void list_cell(struct out *o, const struct list_column *c, size_t i, size_t gap, const char *text,
	       enum style s)
{
	text_spaces(o, i ? gap : 0);
	if (s != PLAIN)
		text_style(o, s);
	text_cell(o, text, c[i].width, c[i].right);
	if (s != PLAIN)
		text_style(o, PLAIN);
}

void list_titles(struct out *o, const struct list_column *c, size_t n, size_t gap)
{
	for (size_t i = 0; i < n; i++)
		if (c[i].width)
			list_cell(o, c, i, gap, c[i].title, PLAIN);
}

/* The piece of a name that stays together, in bytes; a blank behind it belongs to it. */
static size_t piece(const char *s)
{
	size_t n = 0, columns = 0;

	while (s[n]) {
		if ((s[n] & 0xc0) != 0x80 && columns++ == PIECE_MOST)
			return n;
		if (strchr("-+:= ", s[n++]) && n > 1 && s[n])
			return n;
	}
	return n;
}

/* The first n bytes of s as a line shows them: without a blank at the end. */
static void line_text(char to[HEAD_TEXT], const char *s, size_t n)
{
	n -= n && s[n - 1] == ' ';
	snprintf(to, HEAD_TEXT, "%.*s", (int)n, s);
}

static size_t line_width(const char *s, size_t n)
{
	char text[HEAD_TEXT];

	line_text(text, s, n);
	return utf8_width(text);
}

/* How much of a name, in bytes, is on a line of that width: at least a piece. */
static size_t head_line(const char *s, size_t width)
{
	size_t n = piece(s);

	while (s[n] && line_width(s, n + piece(s + n)) <= width)
		n += piece(s + n);
	return n;
}

static size_t head_lines(const char *s, size_t width)
{
	size_t lines = 0;

	for (; *s; s += head_line(s, width))
		lines++;
	return lines < HEAD_MOST ? lines : HEAD_MOST;
}

size_t blocks_name_width(const char *name, size_t width)
{
	for (size_t n; *name; name += n) {
		size_t own;

		n = head_line(name, width);
		own = line_width(name, n);
		width = own > width ? own : width;
	}
	return width;
}

static size_t pitch(const struct blocks *b, size_t i)
{
	return b->gap + b->column[i].width + b->column[i].mark;
}

size_t blocks_end(const struct blocks *b, size_t first, size_t room)
{
	size_t used = 0, i = first;

	while (i < b->columns && (i == first || used + pitch(b, i) <= room))
		used += pitch(b, i++);
	return i;
}

size_t blocks_count(const struct blocks *b, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < b->columns; i = blocks_end(b, i, room))
		n++;
	return n;
}

size_t blocks_head_height(const struct blocks *b, size_t from, size_t to)
{
	size_t most = 1;

	for (; from < to; from++) {
		size_t n = head_lines(b->column[from].name, b->column[from].width);

		most = n > most ? n : most;
	}
	return most;
}

/* What is on line `line` of `of` of a name that ends on the lowest of them. */
static void head_piece(char to[HEAD_TEXT], const struct block_column *c, size_t line, size_t of)
{
	size_t own = head_lines(c->name, c->width);
	const char *name = c->name;

	*to = '\0';
	if (line + own < of)
		return;
	for (size_t skip = line + own - of; skip--;)
		name += head_line(name, c->width);
	if (line + own - of + 1 == HEAD_MOST) {
		line_text(to, name, strlen(name));
		utf8_shorten(to, c->width);
		return;
	}
	line_text(to, name, *name ? head_line(name, c->width) : 0);
}

/* Blanks are kept back in `pending` until something follows them. */
static void write_head_line(struct out *o, const struct blocks *b, size_t from, size_t to, size_t line,
			    size_t of)
{
	const char *title = line + 1 < of ? "" : b->title;
	size_t pending = b->label - strlen(title);
	char text[HEAD_TEXT];

	out_text(o, title);
	for (; from < to; from++) {
		const struct block_column *c = &b->column[from];
		size_t own;

		head_piece(text, c, line, of);
		own = utf8_width(text);
		pending += b->gap + (c->width > own ? c->width - own : 0);
		if (own) {
			text_spaces(o, pending);
			out_text(o, text);
			pending = 0;
		}
		pending += c->mark;
	}
}

void blocks_head(struct out *o, const struct blocks *b, size_t from, size_t to)
{
	size_t lines = blocks_head_height(b, from, to);

	for (size_t i = 0; i < lines; i++) {
		text_style(o, BOLD);
		write_head_line(o, b, from, to, i, lines);
		text_style(o, PLAIN);
		out_text(o, "\n");
	}
}
