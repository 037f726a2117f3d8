// SPDX-License-Identifier: MIT
/*
 * The table of predictions. Composites have long names, so those over the columns are broken
 * as in the lab's matrix, and the table is in blocks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/results.h"
#include "layout.h"
#include "phrases.h"
#include "text.h"
#include "base/utf8.h"

#define LABEL_MOST 32
#define HEAD_LEAST 9 /* columns of a name, where its cells do not need more */
#define HEAD_MOST 26 /* ... where there is room */
#define GAP 2
#define SUM_TEXT 2048
#define MAYBE (UNSUPPORTED + 1) /* in the legend */

static const char *spec_of(const struct results *m, size_t group)
{
	return m->rows[m->composites[group]].spec;
}

/* Over a column, where a spec would not fit: it is below, in the sum. */
static const char *name_of(const struct results *m, size_t group)
{
	return m->rows[m->composites[group]].label;
}

static const struct result_cell *cell_of(const struct results *m, size_t group, size_t fault)
{
	return results_cell(m, m->composites[group], fault);
}

/* As wide as its cells, and as the pieces of its name, which may have so many columns. */
static struct block_column fit_column(const struct results *m, size_t group, size_t head)
{
	struct block_column c = { .name = name_of(m, group), .width = utf8_width(name_of(m, group)) };
	char text[PREDICTED_TEXT];

	c.width = c.width < head ? c.width : head;
	for (size_t i = 0; i < m->c->nfaults; i++) {
		predicted_text(text, cell_of(m, group, i));
		c.width = utf8_width(text) > c.width ? utf8_width(text) : c.width;
	}
	c.width = blocks_name_width(c.name, c.width);
	return c;
}

static void put_line(struct out *o, const struct results *m, const struct blocks *b, size_t fault,
		     size_t from, size_t to)
{
	char label[96], text[PREDICTED_TEXT];

	utf8_visible(label, sizeof(label), m->c->faults[fault].name, m->c->utf8);
	utf8_shorten(label, b->label);
	text_cell(o, label, b->label, false);
	for (size_t g = from; g < to; g++) {
		const struct result_cell *c = cell_of(m, g, fault);

		predicted_text(text, c);
		text_spaces(o, b->gap + b->column[g].width - utf8_width(text));
		text_style(o, c->predicted.perhaps ? YELLOW :
			      c->predicted.known ? result_style(c->predicted.result) : PLAIN);
		out_text(o, text);
		text_style(o, PLAIN);
	}
	out_text(o, "\n");
}

/* What a name may have where there is room. */
static size_t head_width(const struct results *m, size_t room)
{
	size_t each = m->ncomposites ? room / m->ncomposites : 0;

	return each < HEAD_LEAST + GAP ? HEAD_LEAST : each > HEAD_MOST + GAP ? HEAD_MOST : each - GAP;
}

static void put_table(struct out *o, const struct results *m)
{
	size_t label = text_fault_width(m->c, LABEL_MOST), columns = text_columns(o);
	size_t room = columns > label ? columns - label : 0;
	struct blocks b = {
		.title = "fault", .label = label, .gap = GAP, .columns = m->ncomposites,
		.column = calloc(m->ncomposites + 1, sizeof(*b.column)),
	};

	for (size_t g = 0; b.column && g < m->ncomposites; g++)
		b.column[g] = fit_column(m, g, head_width(m, room));
	for (size_t from = 0, to; b.column && from < m->ncomposites; from = to) {
		to = blocks_end(&b, from, room);
		out_text(o, from ? "\n" : "");
		blocks_head(o, &b, from, to);
		for (size_t f = 0; f < m->c->nfaults; f++)
			put_line(o, m, &b, f, from, to);
	}
	free(b.column);
}

static void put_legend(struct out *o, const struct results *m)
{
	static const char *const what[] = {
		[NOTICED] = "0: at once",
		[MISSED] = "never: dead, and not noticed",
		[FALSE_ALARM] = "false alarm: alive, or not dead yet",
		[STAYED_ALIVE] = ".: alive",
		[INCONCLUSIVE] = "~: inconclusive", [UNSUPPORTED] = "?: cannot run here",
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
	if (predicted_times(m))
		text_words(o, PHRASE_TIMERS, 0, 0);
}

/* What each @NAME is. */
static void put_names(struct out *o, const struct results *m)
{
	char text[PHRASE_STANDS_FOR];

	for (size_t i = 0; i < m->c->nprobes; i++) {
		phrase_stands_for(text, m->c, i);
		if (*text)
			text_words(o, text, 0, 4);
	}
}

/* With -v: why, of each cell. */
static void put_reasons(struct out *o, const struct results *m, size_t group)
{
	size_t label = text_fault_width(m->c, LABEL_MOST), time = strlen("false alarm");
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
		text_words(o, title, 0, 2);
		out_text(o, "\n");
		put_table(o, m);
		put_legend(o, m);
	}
	for (size_t g = 0; m->c->verbosity > 0 && g < m->ncomposites; g++)
		put_reasons(o, m, g);
	out_text(o, m->c->verbosity >= 0 ? "\n" : "");
	for (size_t g = 0; g < m->ncomposites; g++)
		put_sum(o, m, g);
	put_names(o, m);
}
