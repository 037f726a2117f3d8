// SPDX-License-Identifier: MIT
/* The lab's matrix as text, without blanks at the end of a line. */
#include <stdio.h>
#include <string.h>

#include "matrix-layout.h"
#include "text.h"
#include "base/duration.h"
#include "base/utf8.h"

void matrix_text(char to[DURATION_ROOM], const struct result_cell *c)
{
	static const char *const marks[RESULTS] = {
		[MISSED] = "-", [FALSE_ALARM] = "!", [STAYED_ALIVE] = ".", [INCONCLUSIVE] = "~",
		[UNSUPPORTED] = "?",
	};
	enum result r = cell_worst(c);
	nsec t = c->total ? c->slowest : c->dead_after;
	/* before the fault it is no answer to it, so how long before says nothing */
	bool timed = t != TIME_NONE && t >= 0 && (!c->total || r == NOTICED || r == FALSE_ALARM);
	char text[DURATION_ROOM] = "";

	if (timed)
		duration_cell(text, t);
	snprintf(to, DURATION_ROOM, "%s%.20s%s", c->predicted.off ? "*" : "", text,
		 c->total && (r != NOTICED || !timed) ? (r == NOTICED ? "+" : marks[r]) : "");
}

/* A blank at the end of a line is kept back in *pending. */
static void put_cell(struct out *o, const struct result_cell *c, const struct block_column *column,
		     size_t *pending)
{
	char text[DURATION_ROOM];
	size_t n;

	matrix_text(text, c);
	n = strlen(text) - matrix_is_marked(c);
	text_spaces(o, *pending + 1 + (column->width > n ? column->width - n : 0));
	if (c->predicted.off) {
		text_style(o, BOLD);
		out_text(o, "*");
		text_style(o, PLAIN);
	}
	text_style(o, c->total ? result_style(cell_worst(c)) : PLAIN);
	out_text(o, text + c->predicted.off);
	text_style(o, PLAIN);
	*pending = column->mark && !matrix_is_marked(c);
}

static void put_line(struct out *o, const struct matrix_layout *l, size_t i, size_t from, size_t to)
{
	char label[UTF8_CUT + 2];
	size_t pending = 0;

	snprintf(label, sizeof(label), "%s%s", !l->faults_down && l->m->rows[i].member ? " " : "",
		 utf8_cut(matrix_line_name(l, i), UTF8_CUT).text);
	utf8_shorten(label, l->blocks.label);
	text_cell(o, label, l->blocks.label, false);
	for (size_t j = from; j < to; j++)
		put_cell(o, matrix_cell(l, i, j), &l->columns[j], &pending);
	out_text(o, "\n");
}

void text_matrix(struct out *o, const struct results *m)
{
	struct matrix_layout l;

	matrix_layout(&l, m, text_columns(o));
	for (size_t j = 0, end; j < l.blocks.columns; j = end) {
		end = blocks_end(&l.blocks, j, l.limit);
		out_text(o, j ? "\n" : "");
		blocks_head(o, &l.blocks, j, end);
		for (size_t i = 0; i < l.lines; i++)
			put_line(o, &l, i, j, end);
	}
}

bool text_matrix_fits(const struct out *o, const struct results *m, size_t lines)
{
	struct matrix_layout l;

	matrix_layout(&l, m, text_columns(o));
	return matrix_height(&l) <= lines;
}

size_t text_fault_width(const struct report_context *c, size_t most)
{
	size_t width = strlen("fault");

	for (size_t i = 0; i < c->nfaults; i++) {
		size_t own = utf8_width(c->faults[i].name);

		width = own > width ? own : width;
	}
	return width < most ? width : most;
}

void matrix_legend(struct out *o, const struct results *m)
{
	static const char *const what[RESULTS] = {
		[NOTICED] = "2.13: noticed, so many seconds after the fault", [MISSED] = "-: missed",
		[FALSE_ALARM] = "2.13!: false alarm", [STAYED_ALIVE] = ".: alive, and no alarm",
		[INCONCLUSIVE] = "~: inconclusive", [UNSUPPORTED] = "?: unsupported here",
	};
	bool seen[RESULTS] = { false }, off = false, open = false;
	size_t at = 0;

	for (size_t i = 0; i < results_count(m); i++) {
		const struct result_cell *c = results_nth(m, i);

		off |= c->predicted.off;
		open |= !c->total;
		seen[cell_worst(c)] |= c->total > 0;
	}
	text_style(o, DIM);
	for (size_t r = 0; r < RESULTS; r++)
		if (seen[r])
			text_item(o, &at, "", what[r]);
	if (off)
		text_item(o, &at, "", "*: not as predicted");
	if (open)
		text_item(o, &at, "", "blank: not finished");
	text_style(o, PLAIN);
	if (at)
		out_text(o, "\n");
}
