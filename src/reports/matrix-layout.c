// SPDX-License-Identifier: MIT
/* How the matrix lies on a page: both ways are laid out, and the better one is kept. */
#include "matrix-layout.h"

#include <string.h>

#include "text.h"
#include "base/utf8.h"

#define COLUMN_LEAST 4  /* "0.05" */
#define PIECE_MOST 10   /* characters of a name that has no hyphen */
#define HEAD_MOST 8     /* lines of a name */

const char *layout_name(const struct matrix_layout *s, bool down, size_t i)
{
	return down == s->faults_down ? s->m->c->faults[i].name : s->m->rows[i].brief;
}

const struct result_cell *layout_cell(const struct matrix_layout *s, size_t line, size_t column)
{
	return s->faults_down ? results_cell(s->m, column, line) : results_cell(s->m, line, column);
}

bool layout_marked(const struct result_cell *c)
{
	return c->total && cell_worst(c) == FALSE_ALARM;
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
size_t layout_head_line(const char *s, size_t width)
{
	size_t n = piece(s);

	while (s[n] && n + piece(s + n) <= width)
		n += piece(s + n);
	return n;
}

size_t layout_head_lines(const char *s, size_t width)
{
	size_t lines = 0;

	for (; *s; s += layout_head_line(s, width))
		lines++;
	return lines < HEAD_MOST ? lines : HEAD_MOST;
}

static void fit_column(struct matrix_layout *s, size_t j)
{
	struct column *c = &s->column[j];
	size_t name = widest_piece(layout_name(s, false, j));

	*c = (struct column){ .width = name > COLUMN_LEAST ? name : COLUMN_LEAST };
	for (size_t i = 0; i < s->lines; i++) {
		const struct result_cell *cell = layout_cell(s, i, j);
		char text[DURATION_ROOM];
		size_t n;

		matrix_text(text, cell);
		n = strlen(text) - layout_marked(cell);
		c->width = n > c->width ? n : c->width;
		c->mark |= layout_marked(cell);
	}
}

static size_t pitch(const struct column *c)
{
	return c->width + c->mark + 1;
}

/* The column behind the last one of a block that begins at first. */
static size_t block_end(const struct matrix_layout *s, size_t first, size_t limit)
{
	size_t used = 0, j = first;

	while (j < s->columns && (j == first || used + pitch(&s->column[j]) <= limit))
		used += pitch(&s->column[j++]);
	return j;
}

size_t layout_block_end(const struct matrix_layout *s, size_t first)
{
	return block_end(s, first, s->limit);
}

static size_t blocks(const struct matrix_layout *s, size_t limit)
{
	size_t n = 0;

	for (size_t j = 0; j < s->columns; j = block_end(s, j, limit))
		n++;
	return n;
}

size_t layout_head(const struct matrix_layout *s, size_t from, size_t to)
{
	size_t most = 1;

	for (; from < to; from++) {
		size_t n = layout_head_lines(layout_name(s, false, from), s->column[from].width);

		most = n > most ? n : most;
	}
	return most;
}

size_t layout_height(const struct matrix_layout *s)
{
	size_t sum = 0;

	for (size_t j = 0, end; j < s->columns; j = end) {
		end = layout_block_end(s, j);
		sum += layout_head(s, j, end) + s->lines + (j > 0);
	}
	return sum;
}

static void lay_out(struct matrix_layout *s, const struct results *m, bool faults_down, size_t width)
{
	size_t n;

	*s = (struct matrix_layout){ .m = m, .faults_down = faults_down, .label = strlen("fault") };
	s->lines = faults_down ? m->c->nfaults : m->nrows;
	s->columns = faults_down ? m->nrows : m->c->nfaults;
	if (s->columns > LAYOUT_COLUMNS)
		s->columns = LAYOUT_COLUMNS;
	for (size_t i = 0; i < s->lines; i++) {
		size_t len = utf8_width(layout_name(s, true, i)) + (!faults_down && m->rows[i].member);

		s->label = len > s->label ? len : s->label;
	}
	if (s->label > RESULTS_BRIEF)
		s->label = RESULTS_BRIEF;
	for (size_t j = 0; j < s->columns; j++)
		fit_column(s, j);
	s->limit = width > s->label ? width - s->label : 1;
	n = blocks(s, s->limit);
	while (s->limit > 1 && blocks(s, s->limit - 1) == n)
		s->limit--;
}

/* The fewer blocks the better, then the fewer lines; else the faults go down. */
void layout_choose(struct matrix_layout *s, const struct results *m, size_t width)
{
	struct matrix_layout across;

	lay_out(s, m, true, width);
	lay_out(&across, m, false, width);
	if (blocks(&across, across.limit) < blocks(s, s->limit) ||
	    (blocks(&across, across.limit) == blocks(s, s->limit) && blocks(s, s->limit) > 1 &&
	     layout_height(&across) < layout_height(s)))
		*s = across;
}
