// SPDX-License-Identifier: MIT
/*
 * The table of predictions. Composites have long names, so those over the columns are broken
 * as in the lab's matrix, and the table is in blocks.
 */
#include <stdio.h>
#include <string.h>

#include "results/results.h"
#include "matrix-layout.h"
#include "phrases.h"
#include "text.h"
#include "base/utf8.h"

#define LABEL_MOST 32
#define HEAD_LEAST 9 /* columns of a name, where its cells do not need more */
#define HEAD_MOST 26 /* ... where there is room */
#define SUM_TEXT 2048
#define MAYBE (UNSUPPORTED + 1) /* in the legend */

struct layout {
	const struct results *m;
	size_t label; /* width of the faults' names */
	size_t head;  /* columns that a name may have */
};

static const char *spec_of(const struct results *m, size_t group)
{
	return m->rows[m->composites[group]].spec;
}

static const struct result_cell *cell_of(const struct results *m, size_t group, size_t fault)
{
	return results_cell(m, m->composites[group], fault);
}

static size_t label_width(const struct results *m)
{
	size_t width = strlen("fault");

	for (size_t i = 0; i < m->c->nfaults; i++) {
		size_t own = utf8_width(m->c->faults[i].name);

		width = own > width ? own : width;
	}
	return width < LABEL_MOST ? width : LABEL_MOST;
}

/* Of a column: as wide as its cells, and as the pieces of its name. */
static size_t column_width(const struct layout *l, size_t group)
{
	const struct results *m = l->m;
	size_t width = l->head;
	char text[PREDICTED_TEXT];

	if (utf8_width(spec_of(m, group)) < width)
		width = utf8_width(spec_of(m, group));
	for (size_t i = 0; i < m->c->nfaults; i++) {
		predicted_text(text, cell_of(m, group, i));
		width = utf8_width(text) > width ? utf8_width(text) : width;
	}
	for (const char *s = spec_of(m, group); *s;) {
		size_t n = layout_head_line(s, width);

		width = n > width ? n : width;
		s += n;
	}
	return width;
}

static size_t block_end(const struct layout *l, size_t from, size_t columns)
{
	size_t used = l->label, to = from;

	while (to < l->m->ncomposites && (to == from || used + 2 + column_width(l, to) <= columns))
		used += 2 + column_width(l, to++);
	return to;
}

/* Line `line` of `of` of a name that ends on the lowest of them. What is blank at the
 * end of a line is not written: it waits in *pending. */
static void put_head_piece(struct out *o, const char *name, size_t width, size_t line, size_t of,
			   size_t *pending)
{
	size_t own = layout_head_lines(name, width), n = 0;
	char piece[96] = "";

	if (line + own >= of) {
		for (size_t skip = line + own - of; skip--;)
			name += layout_head_line(name, width);
		n = layout_head_line(name, width);
		snprintf(piece, sizeof(piece), "%.*s", (int)n, name);
	}
	*pending += 2 + width - utf8_width(piece);
	if (!*piece)
		return;
	text_spaces(o, *pending);
	out_text(o, piece);
	*pending = 0;
}

static void put_head(struct out *o, const struct layout *l, size_t from, size_t to)
{
	size_t lines = 1;

	for (size_t g = from; g < to; g++) {
		size_t n = layout_head_lines(spec_of(l->m, g), column_width(l, g));

		lines = n > lines ? n : lines;
	}
	for (size_t i = 0; i < lines; i++) {
		const char *title = i + 1 < lines ? "" : "fault";
		size_t pending = l->label - strlen(title);

		text_style(o, BOLD);
		out_text(o, title);
		for (size_t g = from; g < to; g++)
			put_head_piece(o, spec_of(l->m, g), column_width(l, g), i, lines, &pending);
		text_style(o, PLAIN);
		out_text(o, "\n");
	}
}

static void put_line(struct out *o, const struct layout *l, size_t fault, size_t from, size_t to)
{
	char label[96], text[PREDICTED_TEXT];

	utf8_visible(label, sizeof(label), l->m->c->faults[fault].name, l->m->c->utf8);
	utf8_shorten(label, l->label);
	text_cell(o, label, l->label, false);
	for (size_t g = from; g < to; g++) {
		const struct result_cell *c = cell_of(l->m, g, fault);

		predicted_text(text, c);
		text_spaces(o, 2 + column_width(l, g) - utf8_width(text));
		text_style(o, c->predicted.perhaps ? YELLOW : c->predicted.known ? result_style(c->predicted.result) : PLAIN);
		out_text(o, text);
		text_style(o, PLAIN);
	}
	out_text(o, "\n");
}

static void put_table(struct out *o, const struct results *m)
{
	struct layout l = { .m = m, .label = label_width(m) };
	size_t columns = text_columns(o);
	size_t each = columns > l.label && m->ncomposites ? (columns - l.label) / m->ncomposites : 0;

	l.head = each < HEAD_LEAST + 2 ? HEAD_LEAST : each > HEAD_MOST + 2 ? HEAD_MOST : each - 2;

	for (size_t from = 0, to; from < m->ncomposites; from = to) {
		to = block_end(&l, from, columns);
		out_text(o, from ? "\n" : "");
		put_head(o, &l, from, to);
		for (size_t i = 0; i < m->c->nfaults; i++)
			put_line(o, &l, i, from, to);
	}
}

static void put_legend(struct out *o, const struct results *m)
{
	static const char *const what[] = {
		[NOTICED] = "0: at once",
		[MISSED] = "never: dead, and not noticed",
		[FALSE_ALARM] = "false alarm: alive, or not dead yet",
		[STAYED_ALIVE] = ".: alive",
		[UNSUPPORTED] = "?: cannot run here",
		[MAYBE] = "maybe: a race",
	};
	bool seen[sizeof(what) / sizeof(*what)] = { false };
	size_t at = 0;

	for (size_t i = 0; i < results_count(m); i++) {
		const struct result_cell *c = results_nth(m, i);

		if (c->predicted.known && (c->predicted.result != NOTICED || !c->predicted.by))
			seen[c->predicted.perhaps ? MAYBE : (size_t)c->predicted.result] = true;
	}
	text_style(o, DIM);
	for (size_t r = 0; r < sizeof(what) / sizeof(*what); r++)
		if (seen[r])
			text_item(o, &at, "", what[r]);
	text_style(o, PLAIN);
	out_text(o, at ? "\n" : "");
}

/* With -v: why, of each cell. */
static void put_reasons(struct out *o, const struct results *m, size_t group)
{
	size_t label = label_width(m), time = strlen("false alarm");
	char text[PREDICTED_TEXT], why[256];

	out_text(o, "\n");
	text_style(o, BOLD);
	out_text(o, spec_of(m, group));
	text_style(o, PLAIN);
	out_text(o, "\n");
	for (size_t i = 0; i < m->c->nfaults; i++) {
		const struct result_cell *c = cell_of(m, group, i);

		predicted_text(text, c);
		out_text(o, "  ");
		text_cell(o, m->c->faults[i].name, label + 2, false);
		text_cell(o, text, time + 2, false);
		snprintf(why, sizeof(why), "%s: %s", c->decider ? c->decider->name : "", c->predicted.why ? c->predicted.why : "");
		text_words(o, why, label + time + 6, label + time + 6);
	}
}

static void put_sum(struct out *o, const struct results *m, size_t group)
{
	char text[SUM_TEXT];
	int used = snprintf(text, sizeof(text), "%s: ", spec_of(m, group));

	if (used < (int)sizeof(text))
		predicted_sum(text + used, sizeof(text) - (size_t)used, m, m->composites[group]);
	text_words(o, text, 0, 4);
}

void text_predicted(struct out *o, const struct results *m)
{
	char title[128];

	predicted_title(title, sizeof(title), m);
	if (m->c->verbosity >= 0) {
		out_printf(o, "%s\n\n", title);
		put_table(o, m);
		put_legend(o, m);
	}
	for (size_t g = 0; m->c->verbosity > 0 && g < m->ncomposites; g++)
		put_reasons(o, m, g);
	out_text(o, m->c->verbosity >= 0 ? "\n" : "");
	for (size_t g = 0; g < m->ncomposites; g++)
		put_sum(o, m, g);
}
