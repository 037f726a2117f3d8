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
		[MISSED] = "-", [FALSE_ALARM] = "!", [STAYED_ALIVE] = ".", [UNSUPPORTED] = "?",
	};
	enum result r = cell_worst(c);
	nsec t = c->total ? c->slowest : c->said;
	/* before the fault it is no answer to it, so how long before says nothing */
	bool timed = t != TIME_NONE && t >= 0 && (!c->total || r == NOTICED || r == FALSE_ALARM);
	char text[DURATION_ROOM] = "";

	if (timed)
		duration_cell(text, t);
	snprintf(to, DURATION_ROOM, "%s%.20s%s", c->predicted.off ? "*" : "", text,
		 c->total && (r != NOTICED || !timed) ? (r == NOTICED ? "+" : marks[r]) : "");
}

/* What is blank at the end of a line is not written: it waits in *pending. */
static void put_right(struct out *o, const char *text, size_t width, size_t *pending)
{
	size_t own = utf8_width(text);

	*pending += 1 + (width > own ? width - own : 0);
	if (!own)
		return;
	text_spaces(o, *pending);
	out_text(o, text);
	*pending = 0;
}

static void put_head_line(struct out *o, const struct matrix_layout *s, size_t j, size_t line, size_t of,
			  size_t *pending)
{
	const struct column *c = &s->column[j];
	const char *name = layout_name(s, false, j);
	size_t own = layout_head_lines(name, c->width), n = 0;
	char text[96] = "";

	if (line + own >= of) {
		for (size_t skip = line + own - of; skip--;)
			name += layout_head_line(name, c->width);
		n = *name ? layout_head_line(name, c->width) : 0;
		n = n < sizeof(text) ? n : sizeof(text) - 1;
		memcpy(text, name, n);
		text[n] = '\0';
	}
	put_right(o, text, c->width, pending);
	*pending += c->mark;
}

static void put_head(struct out *o, const struct matrix_layout *s, size_t from, size_t to)
{
	size_t lines = layout_head(s, from, to);

	for (size_t i = 0; i < lines; i++) {
		const char *title = i + 1 < lines ? "" : s->faults_down ? "fault" : "probe";
		size_t pending = s->label - strlen(title);

		text_style(o, BOLD);
		out_text(o, title);
		for (size_t j = from; j < to; j++)
			put_head_line(o, s, j, i, lines, &pending);
		text_style(o, PLAIN);
		out_text(o, "\n");
	}
}

static void put_cell(struct out *o, const struct result_cell *c, const struct column *column,
		     size_t *pending)
{
	char text[DURATION_ROOM];
	size_t n;

	matrix_text(text, c);
	n = strlen(text) - layout_marked(c);
	text_spaces(o, *pending + 1 + (column->width > n ? column->width - n : 0));
	if (c->predicted.off) {
		text_style(o, BOLD);
		out_text(o, "*");
		text_style(o, PLAIN);
	}
	text_style(o, c->total ? result_style(cell_worst(c)) : PLAIN);
	out_text(o, text + c->predicted.off);
	text_style(o, PLAIN);
	*pending = column->mark && !layout_marked(c);
}

static void put_line(struct out *o, const struct matrix_layout *s, size_t i, size_t from, size_t to)
{
	char label[96];
	size_t pending = 0;

	snprintf(label, sizeof(label), "%s%.80s", !s->faults_down && s->m->rows[i].member ? " " : "",
		 layout_name(s, true, i));
	utf8_shorten(label, s->label);
	text_cell(o, label, s->label, false);
	for (size_t j = from; j < to; j++)
		put_cell(o, layout_cell(s, i, j), &s->column[j], &pending);
	out_text(o, "\n");
}

void text_matrix(struct out *o, const struct results *m)
{
	struct matrix_layout s;

	layout_choose(&s, m, text_columns(o));
	for (size_t j = 0, end; j < s.columns; j = end) {
		end = layout_block_end(&s, j);
		out_text(o, j ? "\n" : "");
		put_head(o, &s, j, end);
		for (size_t i = 0; i < s.lines; i++)
			put_line(o, &s, i, j, end);
	}
}

bool text_matrix_fits(const struct out *o, const struct results *m, size_t lines)
{
	struct matrix_layout s;

	layout_choose(&s, m, text_columns(o));
	return layout_height(&s) <= lines;
}

void matrix_legend(struct out *o, const struct results *m)
{
	static const char *const what[RESULTS] = {
		[NOTICED] = "2.13: noticed, so many seconds after the fault", [MISSED] = "-: missed",
		[FALSE_ALARM] = "2.13!: false alarm", [STAYED_ALIVE] = ".: alive, and never said otherwise",
		[UNSUPPORTED] = "?: unsupported here",
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
