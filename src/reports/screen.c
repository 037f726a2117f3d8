// SPDX-License-Identifier: MIT
/*
 * Frames on a terminal. A page is text like that of any report; it is
 * taken apart into cells here, so the drawing code need not deal with cells.
 */
#include "screen.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suspend.h"
#include "base/utf8.h"

#define PAGE (128 * 1024)
#define NEAR 6 /* cells that are cheaper written again than jumped over */

struct screen_cell {
	uint32_t c; /* 0: nothing was written here */
	uint8_t style; /* the number of its SGR */
};

static struct screen_cell *cell_at(struct screen_cell *cells, size_t row, size_t column)
{
	return &cells[row * SCREEN_COLUMNS + column];
}

int screen_open(struct screen *s)
{
	memset(s, 0, sizeof(*s));
	s->shown = calloc(SCREEN_ROWS * SCREEN_COLUMNS, sizeof(*s->shown));
	s->next = calloc(SCREEN_ROWS * SCREEN_COLUMNS, sizeof(*s->next));
	s->text = malloc(PAGE);
	return s->shown && s->next && s->text ? 0 : -1;
}

void screen_close(struct screen *s)
{
	free(s->shown);
	free(s->next);
	free(s->text);
	memset(s, 0, sizeof(*s));
}

/* A line below is kept free for the cursor. */
size_t screen_height(const struct out *o)
{
	size_t rows = o->rows > 1 ? (size_t)o->rows - 1 : o->rows ? 1 : 23;

	return rows < SCREEN_ROWS ? rows : SCREEN_ROWS;
}

/* The last column stays free: what a terminal does after it differs. */
size_t screen_width(const struct out *o)
{
	size_t columns = o->columns > 1 ? (size_t)o->columns - 1 : o->columns ? 1 : 79;

	return columns < SCREEN_COLUMNS ? columns : SCREEN_COLUMNS;
}

struct out *screen_page(struct screen *s, const struct out *o)
{
	out_page(&s->page, o, s->text, PAGE - 1);
	s->page.columns = (int)screen_width(o);
	return &s->page;
}

/* "\033[1m": returns its length, 0 if it is none. */
static size_t take_style(const char *s, uint8_t *style)
{
	char *end;
	unsigned long n;

	if (s[0] != '\033' || s[1] != '[')
		return 0;
	n = strtoul(s + 2, &end, 10);
	if (*end != 'm')
		return 0;
	*style = (uint8_t)n;
	return (size_t)(end - s) + 1;
}

static void put_cell(struct screen *s, size_t row, size_t column, size_t width, uint32_t c,
		     uint8_t style)
{
	if (column < width)
		*cell_at(s->next, row, column) = (struct screen_cell){ c, style };
	else if (column == width)
		cell_at(s->next, row, width - 1)->c = '~';
}

/* A cell has one column: there is a `?` in each of those that a wide character takes. The next column. */
static size_t put_character_cells(struct screen *s, size_t row, size_t column, size_t width, uint32_t c,
				  uint8_t style)
{
	size_t n = utf8_columns(c);

	for (size_t i = 0; i < n; i++)
		put_cell(s, row, column + i, width, n > 1 || c == UTF8_BAD ? '?' : c, style);
	return column + n;
}

/* Takes the page apart. */
static void read_page(struct screen *s, size_t height, size_t width)
{
	size_t row = 0, column = 0;
	uint8_t style = 0;

	memset(s->next, 0, SCREEN_ROWS * SCREEN_COLUMNS * sizeof(*s->next));
	s->text[s->page.used] = '\0';
	for (const char *at = s->text; *at && row < height;) {
		size_t len = take_style(at, &style);
		uint32_t c;

		if (len) {
			at += len;
			continue;
		}
		at += utf8_take(at, &c);
		if (c == '\n') {
			row++;
			column = 0;
		} else {
			column = put_character_cells(s, row, column, width, c, style);
		}
	}
	s->next_rows = row + (column > 0);
}

/* Nothing and an unstyled blank look the same. */
static bool cells_equal(const struct screen_cell *a, const struct screen_cell *b)
{
	uint32_t x = a->c ? a->c : ' ', y = b->c ? b->c : ' ';

	return x == y && (x == ' ' || a->style == b->style);
}

static size_t row_length(struct screen_cell *cells, size_t row)
{
	static const struct screen_cell blank = { ' ', 0 };
	size_t n = SCREEN_COLUMNS;

	while (n && cells_equal(cell_at(cells, row, n - 1), &blank))
		n--;
	return n;
}

static void move_rows(struct screen *s, struct out *o, size_t row)
{
	if (row < s->row)
		out_printf(o, "\033[%zuA", s->row - row);
	else if (row > s->row)
		out_printf(o, "\033[%zuB", row - s->row);
	s->row = row;
}

static void move_to(struct screen *s, struct out *o, size_t row, size_t column)
{
	move_rows(s, o, row);
	if (column == s->column)
		return;
	if (column < s->column) {
		out_text(o, "\r");
		s->column = 0;
	}
	if (column > s->column)
		out_printf(o, "\033[%zuC", column - s->column);
	s->column = column;
}

static void put_character(struct out *o, uint32_t c)
{
	char text[5] = { (char)c };

	if (c >= 0x10000)
		snprintf(text, sizeof(text), "%c%c%c%c", 0xf0 | (int)(c >> 18),
			 0x80 | (int)(c >> 12 & 0x3f), 0x80 | (int)(c >> 6 & 0x3f),
			 0x80 | (int)(c & 0x3f));
	else if (c >= 0x800)
		snprintf(text, sizeof(text), "%c%c%c", 0xe0 | (int)(c >> 12),
			 0x80 | (int)(c >> 6 & 0x3f), 0x80 | (int)(c & 0x3f));
	else if (c >= 0x80)
		snprintf(text, sizeof(text), "%c%c", 0xc0 | (int)(c >> 6), 0x80 | (int)(c & 0x3f));
	out_text(o, text);
}

/* The cells from..to of a row of the next frame; the cursor is at the first. */
static void put_run(struct screen *s, struct out *o, size_t row, size_t from, size_t to)
{
	uint8_t style = 0;

	for (size_t i = from; i < to; i++) {
		const struct screen_cell *cell = cell_at(s->next, row, i);
		uint8_t wanted = cell->c ? cell->style : 0;

		if (wanted != style && wanted)
			out_printf(o, "\033[0;%um", wanted);
		else if (wanted != style)
			out_text(o, "\033[m");
		style = wanted;
		put_character(o, cell->c ? cell->c : ' ');
	}
	if (style)
		out_text(o, "\033[m");
	s->column = to;
}

/* The next cell of a row that differs, or end. */
static size_t next_difference(struct screen *s, size_t row, size_t from, size_t end)
{
	while (from < end && cells_equal(cell_at(s->shown, row, from), cell_at(s->next, row, from)))
		from++;
	return from;
}

/* Where the run of changes that begins at from ends, gaps that are not worth a jump included. */
static size_t run_end(struct screen *s, size_t row, size_t from, size_t end)
{
	size_t stop = from;

	for (;;) {
		size_t next;

		while (stop < end && !cells_equal(cell_at(s->shown, row, stop), cell_at(s->next, row, stop)))
			stop++;
		next = next_difference(s, row, stop, end);
		if (next == end || next - stop > NEAR)
			return stop;
		stop = next;
	}
}

static void put_row(struct screen *s, struct out *o, size_t row)
{
	size_t end = row_length(s->next, row), was = row_length(s->shown, row);

	for (size_t at = next_difference(s, row, 0, end); at < end; at = next_difference(s, row, at, end)) {
		size_t stop = run_end(s, row, at, end);

		move_to(s, o, row, at);
		put_run(s, o, row, at, stop);
		at = stop;
	}
	if (was <= end)
		return;
	move_to(s, o, row, end);
	out_text(o, "\033[K");
}

/* A line more: the cursor's becomes a part of the frame. */
static void add_row(struct screen *s, struct out *o)
{
	move_rows(s, o, s->rows);
	out_text(o, "\r\n");
	s->row = ++s->rows;
	s->column = 0;
}

static void forget_frame(struct screen *s)
{
	memset(s->shown, 0, SCREEN_ROWS * SCREEN_COLUMNS * sizeof(*s->shown));
	s->rows = s->row = s->column = 0;
}

/* How many lines the frame takes on a terminal that has broken what is too long. */
static size_t broken_rows(struct screen *s, size_t columns)
{
	size_t sum = 0;

	for (size_t i = 0; i < s->rows; i++) {
		size_t n = row_length(s->shown, i);

		sum += n > columns ? (n + columns - 1) / columns : 1;
	}
	return sum;
}

/* Line by line: a terminal may take ED on a whole screen for a page to keep, and what
 * has left the screen at the top cannot be reached. */
void screen_leave(struct screen *s, struct out *o)
{
	size_t up = s->rows;

	if (!s->rows)
		return;
	if (o->columns && o->columns < s->columns)
		up = broken_rows(s, (size_t)o->columns);
	move_to(s, o, s->rows, 0);
	out_text(o, "\r\033[K");
	while (up--)
		out_text(o, "\033[A\033[K");
	forget_frame(s);
}

/* Nothing of it where the process was stopped while it drew: others may have moved the cursor. The
 * SIGCONT that is still to be read brings the next frame. */
static void write_frame(struct out *o, size_t before)
{
	if (was_continued() && o->used > before)
		o->used = before;
	out_flush(o);
}

void screen_show(struct screen *s, struct out *o)
{
	struct screen_cell *was = s->shown;
	const size_t before = o->used;

	if (s->columns != o->columns || s->lines != o->rows)
		screen_leave(s, o);
	s->columns = o->columns;
	s->lines = o->rows;
	read_page(s, screen_height(o), screen_width(o));
	while (s->rows < s->next_rows)
		add_row(s, o);
	for (size_t i = 0; i < s->next_rows; i++)
		put_row(s, o, i);
	if (s->next_rows < s->rows) {
		move_to(s, o, s->next_rows, 0);
		out_text(o, "\033[J");
		s->rows = s->next_rows;
	}
	move_to(s, o, s->rows, 0);
	s->shown = s->next;
	s->next = was;
	write_frame(o, before);
}

void screen_lost(struct screen *s)
{
	forget_frame(s);
}
