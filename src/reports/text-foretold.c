// SPDX-License-Identifier: MIT
/*
 * What --predict tells, for people. Its oddity: composites have long names, so those over
 * the columns are broken as in the lab's matrix, and the table in blocks.
 */
#include <stdio.h>
#include <string.h>

#include "foretold.h"
#include "sheet.h"
#include "text.h"
#include "base/utf8.h"

#define LABEL_MOST 32
#define HEAD_LEAST 9 /* columns of a name, where its cells do not need more */
#define HEAD_MOST 26 /* ... where there is room */
#define SUM_TEXT 2048
#define MAYBE (UNSUPPORTED + 1) /* in the legend */

struct layout {
	const struct foretold *f;
	size_t label; /* width of the faults' names */
	size_t head;  /* columns that a name may have */
};

static size_t label_width(const struct foretold *f)
{
	size_t width = strlen("fault");

	for (size_t i = 0; i < f->c->nfaults; i++) {
		size_t own = utf8_width(f->c->faults[i]);

		width = own > width ? own : width;
	}
	return width < LABEL_MOST ? width : LABEL_MOST;
}

/* Of a column: as wide as its cells, and as the pieces of its name. */
static size_t column_width(const struct layout *l, size_t group)
{
	const struct foretold *f = l->f;
	size_t width = l->head;
	char text[FORETOLD_TEXT];

	if (utf8_width(f->labels[group]) < width)
		width = utf8_width(f->labels[group]);
	for (size_t i = 0; i < f->c->nfaults; i++) {
		foretold_text(text, foretold_cell(f, group, i));
		width = utf8_width(text) > width ? utf8_width(text) : width;
	}
	for (const char *s = f->labels[group]; *s;) {
		size_t n = sheet_head_line(s, width);

		width = n > width ? n : width;
		s += n;
	}
	return width;
}

static size_t block_end(const struct layout *l, size_t from, size_t columns)
{
	size_t used = l->label, to = from;

	while (to < l->f->ngroups && (to == from || used + 2 + column_width(l, to) <= columns))
		used += 2 + column_width(l, to++);
	return to;
}

/* Line `line` of `of` of a name that stands on the lowest of them. What is blank at the
 * end of a line is not written: it waits in *pending. */
static void put_head_piece(struct out *o, const char *name, size_t width, size_t line, size_t of,
			   size_t *pending)
{
	size_t own = sheet_head_lines(name, width), n = 0;
	char piece[96] = "";

	if (line + own >= of) {
		for (size_t skip = line + own - of; skip--;)
			name += sheet_head_line(name, width);
		n = sheet_head_line(name, width);
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
		size_t n = sheet_head_lines(l->f->labels[g], column_width(l, g));

		lines = n > lines ? n : lines;
	}
	for (size_t i = 0; i < lines; i++) {
		const char *title = i + 1 < lines ? "" : "fault";
		size_t pending = l->label - strlen(title);

		text_style(o, BOLD);
		out_text(o, title);
		for (size_t g = from; g < to; g++)
			put_head_piece(o, l->f->labels[g], column_width(l, g), i, lines, &pending);
		text_style(o, PLAIN);
		out_text(o, "\n");
	}
}

static void put_line(struct out *o, const struct layout *l, size_t fault, size_t from, size_t to)
{
	char label[96], text[FORETOLD_TEXT];

	utf8_visible(label, sizeof(label), l->f->c->faults[fault], l->f->c->utf8);
	utf8_shorten(label, l->label);
	text_cell(o, label, l->label, false);
	for (size_t g = from; g < to; g++) {
		const struct foretold_cell *c = foretold_cell(l->f, g, fault);

		foretold_text(text, c);
		text_spaces(o, 2 + column_width(l, g) - utf8_width(text));
		text_style(o, c->perhaps ? YELLOW : c->told ? result_style(c->result) : PLAIN);
		out_text(o, text);
		text_style(o, PLAIN);
	}
	out_text(o, "\n");
}

static void put_table(struct out *o, const struct foretold *f)
{
	struct layout l = { .f = f, .label = label_width(f) };
	size_t columns = text_columns(o);
	size_t each = columns > l.label && f->ngroups ? (columns - l.label) / f->ngroups : 0;

	l.head = each < HEAD_LEAST + 2 ? HEAD_LEAST : each > HEAD_MOST + 2 ? HEAD_MOST : each - 2;

	for (size_t from = 0, to; from < f->ngroups; from = to) {
		to = block_end(&l, from, columns);
		out_text(o, from ? "\n" : "");
		put_head(o, &l, from, to);
		for (size_t i = 0; i < f->c->nfaults; i++)
			put_line(o, &l, i, from, to);
	}
}

static void put_legend(struct out *o, const struct foretold *f)
{
	static const char *const what[] = {
		[NOTICED] = "0: at once",
		[MISSED] = "never: dead, and not a word",
		[FALSE_ALARM] = "false alarm: alive, or not dead yet",
		[STAYED_ALIVE] = ".: alive, and rightly silent",
		[UNSUPPORTED] = "?: cannot run here",
		[MAYBE] = "maybe: a race",
	};
	bool seen[sizeof(what) / sizeof(*what)] = { false };
	size_t at = 0;

	for (size_t i = 0; i < f->ngroups * f->c->nfaults; i++) {
		const struct foretold_cell *c = &f->cells[i];

		if (c->told && (c->result != NOTICED || !c->by))
			seen[c->perhaps ? MAYBE : (size_t)c->result] = true;
	}
	text_style(o, DIM);
	for (size_t r = 0; r < sizeof(what) / sizeof(*what); r++)
		if (seen[r])
			text_item(o, &at, "", what[r]);
	text_style(o, PLAIN);
	out_text(o, at ? "\n" : "");
}

/* With -v: why, of each cell. */
static void put_reasons(struct out *o, const struct foretold *f, size_t group)
{
	size_t label = label_width(f), time = strlen("false alarm");
	char text[FORETOLD_TEXT], why[256];

	out_text(o, "\n");
	text_style(o, BOLD);
	out_text(o, f->labels[group]);
	text_style(o, PLAIN);
	out_text(o, "\n");
	for (size_t i = 0; i < f->c->nfaults; i++) {
		const struct foretold_cell *c = foretold_cell(f, group, i);

		foretold_text(text, c);
		out_text(o, "  ");
		text_cell(o, f->c->faults[i], label + 2, false);
		text_cell(o, text, time + 2, false);
		snprintf(why, sizeof(why), "%s: %s", c->probe ? c->probe->name : "", c->why ? c->why : "");
		text_words(o, why, label + time + 6, label + time + 6);
	}
}

static void put_sum(struct out *o, const struct foretold *f, size_t group)
{
	char text[SUM_TEXT];
	int used = snprintf(text, sizeof(text), "%s: ", f->labels[group]);

	if (used < (int)sizeof(text))
		foretold_sum(text + used, sizeof(text) - (size_t)used, f, group);
	text_words(o, text, 0, 4);
}

void text_foretold(struct out *o, const struct foretold *f)
{
	char title[128];

	foretold_title(title, sizeof(title), f);
	if (f->c->verbosity >= 0) {
		out_printf(o, "%s\n\n", title);
		put_table(o, f);
		put_legend(o, f);
	}
	for (size_t g = 0; f->c->verbosity > 0 && g < f->ngroups; g++)
		put_reasons(o, f, g);
	out_text(o, f->c->verbosity >= 0 ? "\n" : "");
	for (size_t g = 0; g < f->ngroups; g++)
		put_sum(o, f, g);
}
