// SPDX-License-Identifier: MIT
/* The matrix, laid out. Its oddity: both ways are laid out, and the better one is kept. */
#include "sheet.h"

#include <string.h>

#include "text.h"
#include "base/utf8.h"

#define COLUMN_LEAST 4  /* "0.05" */
#define PIECE_MOST 10   /* characters of a name that has no hyphen */
#define HEAD_MOST 8     /* lines of a name */

const char *sheet_name(const struct sheet *s, bool down, size_t i)
{
	return down == s->faults_down ? s->g->c->faults[i] : s->g->rows[i].brief;
}

const struct grid_cell *sheet_cell(const struct sheet *s, size_t line, size_t column)
{
	return s->faults_down ? grid_cell(s->g, column, line) : grid_cell(s->g, line, column);
}

bool sheet_marked(const struct grid_cell *c)
{
	return c->total && grid_result(c) == FALSE_ALARM;
}

/* The piece of a name that stays together, in bytes. */
static size_t piece(const char *s)
{
	size_t n = 0, columns = 0;

	while (s[n]) {
		if ((s[n] & 0xc0) != 0x80 && columns++ == PIECE_MOST)
			return n;
		if (strchr("-+:=", s[n++]) && n > 1 && s[n])
			return n;
	}
	return n;
}

static size_t widest_piece(const char *s)
{
	size_t most = 0;

	for (size_t n; (n = piece(s)) > 0; s += n)
		most = n > most ? n : most;
	return most;
}

/* How much of a name fits on a line of that width: at least a piece. */
size_t sheet_head_line(const char *s, size_t width)
{
	size_t n = piece(s);

	while (s[n] && n + piece(s + n) <= width)
		n += piece(s + n);
	return n;
}

size_t sheet_head_lines(const char *s, size_t width)
{
	size_t lines = 0;

	for (; *s; s += sheet_head_line(s, width))
		lines++;
	return lines < HEAD_MOST ? lines : HEAD_MOST;
}

static void fit_column(struct sheet *s, size_t j)
{
	struct column *c = &s->column[j];
	size_t name = widest_piece(sheet_name(s, false, j));

	*c = (struct column){ .width = name > COLUMN_LEAST ? name : COLUMN_LEAST };
	for (size_t i = 0; i < s->lines; i++) {
		const struct grid_cell *cell = sheet_cell(s, i, j);
		char text[UNITS_TEXT];
		size_t n;

		grid_text(text, cell);
		n = strlen(text) - sheet_marked(cell);
		c->width = n > c->width ? n : c->width;
		c->mark |= sheet_marked(cell);
	}
}

static size_t pitch(const struct column *c)
{
	return c->width + c->mark + 1;
}

/* The column behind the last one of a block that begins at first. */
static size_t block_end(const struct sheet *s, size_t first, size_t limit)
{
	size_t used = 0, j = first;

	while (j < s->columns && (j == first || used + pitch(&s->column[j]) <= limit))
		used += pitch(&s->column[j++]);
	return j;
}

size_t sheet_block_end(const struct sheet *s, size_t first)
{
	return block_end(s, first, s->limit);
}

static size_t blocks(const struct sheet *s, size_t limit)
{
	size_t n = 0;

	for (size_t j = 0; j < s->columns; j = block_end(s, j, limit))
		n++;
	return n;
}

size_t sheet_head(const struct sheet *s, size_t from, size_t to)
{
	size_t most = 1;

	for (; from < to; from++) {
		size_t n = sheet_head_lines(sheet_name(s, false, from), s->column[from].width);

		most = n > most ? n : most;
	}
	return most;
}

size_t sheet_height(const struct sheet *s)
{
	size_t sum = 0;

	for (size_t j = 0, end; j < s->columns; j = end) {
		end = sheet_block_end(s, j);
		sum += sheet_head(s, j, end) + s->lines + (j > 0);
	}
	return sum;
}

static void lay_out(struct sheet *s, const struct grid *g, bool faults_down, size_t width)
{
	size_t n;

	*s = (struct sheet){ .g = g, .faults_down = faults_down, .label = strlen("fault") };
	s->lines = faults_down ? g->c->nfaults : g->nrows;
	s->columns = faults_down ? g->nrows : g->c->nfaults;
	if (s->columns > SHEET_COLUMNS)
		s->columns = SHEET_COLUMNS;
	for (size_t i = 0; i < s->lines; i++) {
		size_t len = utf8_width(sheet_name(s, true, i)) + (!faults_down && g->rows[i].member);

		s->label = len > s->label ? len : s->label;
	}
	if (s->label > GRID_BRIEF)
		s->label = GRID_BRIEF;
	for (size_t j = 0; j < s->columns; j++)
		fit_column(s, j);
	s->limit = width > s->label ? width - s->label : 1;
	n = blocks(s, s->limit);
	while (s->limit > 1 && blocks(s, s->limit - 1) == n)
		s->limit--;
}

/* The fewer blocks the better, then the fewer lines; else the faults go down. */
void sheet_choose(struct sheet *s, const struct grid *g, size_t width)
{
	struct sheet across;

	lay_out(s, g, true, width);
	lay_out(&across, g, false, width);
	if (blocks(&across, across.limit) < blocks(s, s->limit) ||
	    (blocks(&across, across.limit) == blocks(s, s->limit) && blocks(s, s->limit) > 1 &&
	     sheet_height(&across) < sheet_height(s)))
		*s = across;
}
