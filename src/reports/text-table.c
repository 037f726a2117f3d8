// SPDX-License-Identifier: MIT
/*
 * The table at the end: a row for each probe, who noticed first on top, with a bar
 * on a common axis. Columns that find no room are left out, the least important first.
 */
#include <stdio.h>
#include <string.h>

#include "layout.h"
#include "phrases.h"
#include "text.h"
#include "base/duration.h"
#include "base/utf8.h"
#include "tcp/late.h"

#define BAR_LEAST 18
#define BAR_FAIR 28
#define BAR_GOOD 40
#define HOW_LEAST 10
#define HOW_MOST 32
#define PROBE_MOST 24
#define LINE_MOST 250

static const struct list_column columns[TABLE_COLUMNS] = {
	[TABLE_PROBE] = { "probe", 0, false }, [TABLE_RESULT] = { "result", 0, false }, [TABLE_AFTER] = { "after", 0, true },
	[TABLE_SLOWEST] = { "slowest", 0, true }, [TABLE_LAG] = { "lag", 0, true }, [TABLE_HOW] = { "how", 0, false },
	[TABLE_SENT] = { "sent", 0, true }, [TABLE_WORST] = { "worst case", 0, true },
};

const char *table_title(enum table_column c)
{
	return columns[c].title;
}

bool table_right(enum table_column c)
{
	return columns[c].right;
}

struct layout {
	struct list_column column[TABLE_COLUMNS];
	size_t gap, rest;      /* between the columns; from TABLE_HOW on to the end of the line */
	struct lane_times time;
	struct axis axis;
};

bool table_several(const struct results *m)
{
	for (size_t i = 0; i < m->shown; i++)
		if (m->order[i]->total > 1)
			return true;
	return false;
}

static void result_text(char *to, size_t room, const struct result_cell *r)
{
	enum result result = cell_result(r);

	if (r->total > 1)
		snprintf(to, room, "%s %u/%u", result_name(result), r->count[result], r->total);
	else
		snprintf(to, room, "%s", result_name(result));
}

/* Of one connection on average: segments/bytes. */
static void sent_text(char *to, size_t room, const struct result_cell *r)
{
	long long n = r->total;

	if (r->segments < 0 && r->bytes < 0)
		snprintf(to, room, "-");
	else
		snprintf(to, room, "%lld/%lld", ((long long)r->segments + n / 2) / n,
			 ((long long)r->bytes + n / 2) / n);
}

/* The probe's promise, and whether it was kept. */
static void worst_text(char to[DURATION_ROOM], const struct result_cell *r)
{
	nsec worst = r->row->probe->worst_case;
	char text[DURATION_ROOM];

	duration_brief(text, worst);
	if (worst != NS_NEVER && r->took > late_limit(worst))
		snprintf(to, DURATION_ROOM, "late, %.20s", text);
	else
		snprintf(to, DURATION_ROOM, "%.30s", text);
}

void table_text(char to[128], struct result_cell *r, enum table_column c)
{
	switch (c) {
	case TABLE_PROBE:
		snprintf(to, 128, "%s", r->row->name);
		break;
	case TABLE_RESULT:
		result_text(to, 128, r);
		break;
	case TABLE_AFTER:
		duration_brief(to, r->after.seen ? sample_median(&r->after) : r->alarm);
		break;
	case TABLE_SLOWEST:
		duration_brief(to, r->after.seen ? r->after.most : TIME_NONE);
		break;
	case TABLE_LAG:
		duration_brief(to, sample_median(&r->lag));
		break;
	case TABLE_HOW:
		snprintf(to, 128, "%s", r->how);
		break;
	case TABLE_SENT:
		sent_text(to, 128, r);
		break;
	case TABLE_WORST:
		worst_text(to, r);
		break;
	case TABLE_COLUMNS:
		break;
	}
}

/* A reason is long and its row has no bar: it takes the rest of the line. */
static bool runs_on(const struct result_cell *r, enum table_column c)
{
	return c == TABLE_HOW && cell_result(r) == UNSUPPORTED;
}

static size_t longest(const struct results *m, enum table_column c)
{
	size_t width = strlen(columns[c].title);

	for (size_t i = 0; i < m->shown; i++) {
		char text[128];
		size_t n;

		table_text(text, m->order[i], c);
		n = utf8_width(text);
		if (n > width && !runs_on(m->order[i], c))
			width = n;
	}
	return width;
}

static size_t at_most(size_t n, size_t most)
{
	return n < most ? n : most;
}

static size_t used_width(const struct layout *l)
{
	return list_width(l->column, TABLE_COLUMNS, l->gap);
}

/* Takes from the columns until a bar has room, then gives what is left back. */
static void fit_columns(struct layout *l, const struct results *m, size_t line)
{
	static const enum table_column dispensable[] = { TABLE_WORST, TABLE_SENT, TABLE_HOW, TABLE_LAG, TABLE_SLOWEST };
	size_t how;

	l->gap = line < 100 ? 1 : 2;
	memcpy(l->column, columns, sizeof(l->column));
	for (size_t c = 0; c < TABLE_COLUMNS; c++)
		l->column[c].width = longest(m, (enum table_column)c);
	how = at_most(l->column[TABLE_HOW].width, HOW_MOST);
	l->column[TABLE_PROBE].width = at_most(l->column[TABLE_PROBE].width, m->c->sets > 1 ? line / 3 : PROBE_MOST);
	l->column[TABLE_HOW].width = at_most(how, HOW_LEAST);
	if (!table_several(m))
		l->column[TABLE_SLOWEST].width = 0;
	for (size_t i = 0; i < sizeof(dispensable) / sizeof(*dispensable); i++) {
		size_t want = dispensable[i] == TABLE_WORST ? BAR_GOOD : BAR_LEAST;

		if (used_width(l) + want > line)
			l->column[dispensable[i]].width = 0;
	}
	while (l->column[TABLE_HOW].width && l->column[TABLE_HOW].width < how && used_width(l) + BAR_FAIR < line)
		l->column[TABLE_HOW].width++;
}

static void put_head(struct out *o, const struct layout *l)
{
	text_style(o, BOLD);
	list_titles(o, l->column, TABLE_COLUMNS, l->gap);
	text_spaces(o, l->axis.step ? l->gap : 0);
	axis_labels(&l->axis, o);
	text_style(o, PLAIN);
	out_text(o, "\n");
	if (!l->axis.step)
		return;
	text_spaces(o, used_width(l));
	axis_rule(&l->axis, o);
	out_text(o, "\n");
}

static void put_column(struct out *o, const struct layout *l, struct result_cell *r, enum table_column c)
{
	char text[128];

	table_text(text, r, c);
	if (c == TABLE_PROBE && utf8_width(text) > l->column[c].width) {
		results_name_cut(text, l->time.m, r->row, o->columns ? (size_t)o->columns : NAME_ROOM);
		out_printf(o, "%s\n", text);
		*text = '\0';
	}
	utf8_shorten(text, runs_on(r, c) ? l->rest : l->column[c].width);
	list_cell(o, l->column, c, l->gap, text, c == TABLE_RESULT ? result_style(cell_result(r)) : PLAIN);
}

static void put_row(struct out *o, const struct layout *l, struct result_cell *r)
{
	for (size_t c = 0; c < TABLE_COLUMNS; c++) {
		if (!l->column[c].width)
			continue;
		put_column(o, l, r, (enum table_column)c);
		if (runs_on(r, (enum table_column)c)) {
			out_text(o, "\n");
			return;
		}
	}
	axis_lane(&l->axis, o, &l->time, r, l->gap);
	out_text(o, "\n");
}

static size_t how_to_end(const struct layout *l, size_t line)
{
	size_t before = list_width(l->column, TABLE_HOW, l->gap);

	return line > before + HOW_LEAST ? line - before : HOW_LEAST;
}

/* What a cell could not hold, or what the judge added. */
static const char *footnote(const struct layout *l, const struct result_cell *r)
{
	if (*r->note)
		return r->note;
	if (cell_result(r) == UNSUPPORTED && (!l->column[TABLE_HOW].width || utf8_width(r->how) > l->rest))
		return r->how;
	return "";
}

/* Written once for all the rows that it is true of. */
static void put_footnote(struct out *o, const struct layout *l, const struct results *m, size_t first)
{
	const char *note = footnote(l, m->order[first]);
	char text[1024];
	size_t used_up = 0;

	for (size_t i = first; i < m->shown && used_up < sizeof(text) - 300; i++)
		if (!results_left_out(m, i) && !strcmp(footnote(l, m->order[i]), note))
			used_up += (size_t)snprintf(text + used_up, sizeof(text) - used_up, "%s%s",
						    i > first ? ", " : "", m->order[i]->row->name);
	snprintf(text + used_up, sizeof(text) - used_up, ": %s", note);
	text_words(o, text, 0, 2);
}

static void put_footnotes(struct out *o, const struct layout *l, const struct results *m)
{
	bool any = false;

	for (size_t i = 0; i < m->shown; i++) {
		const char *note = results_left_out(m, i) ? "" : footnote(l, m->order[i]);
		size_t k = 0;

		while (k < i && strcmp(footnote(l, m->order[k]), note) != 0)
			k++;
		if (!*note || k < i)
			continue;
		out_text(o, any ? "" : "\n");
		any = true;
		put_footnote(o, l, m, i);
	}
}

/* A line of the row's own, below the table; any: there was one before. */
static void put_remark(struct out *o, const struct result_cell *r, const char *phrase, bool *any)
{
	char text[PHRASE_TARGETS + NAME_ROOM + 2];

	if (!*phrase)
		return;
	snprintf(text, sizeof(text), "%s: %s", r->row->name, phrase);
	out_text(o, *any ? "" : "\n");
	*any = true;
	text_words(o, text, 0, 2);
}

/* The outliers among many targets, and how fast the peer answered. */
static void put_remarks(struct out *o, const struct results *m)
{
	char phrase[PHRASE_TARGETS];
	bool any = false;

	for (size_t i = 0; i < m->shown; i++) {
		phrase_targets(phrase, m, m->order[i]);
		put_remark(o, m->order[i], phrase, &any);
	}
	for (size_t i = 0; i < m->shown; i++) {
		phrase_answers(phrase, m->order[i]);
		if (!results_left_out(m, i))
			put_remark(o, m->order[i], phrase, &any);
	}
}

static void put_left_out(struct out *o, const struct results *m)
{
	size_t n = results_count_left_out(m);

	if (n)
		out_printf(o, "(%zu more rows with -v, each of a result that is above)\n", n);
}

void text_table(struct out *o, const struct results *m)
{
	struct layout l;
	size_t line = at_most(text_columns(o), LINE_MOST);

	fit_columns(&l, m, line);
	l.rest = how_to_end(&l, line);
	lane_times_open(&l.time, m, results_share_zero(m));
	axis_fit(&l.axis, &l.time, line > used_width(&l) ? line - used_width(&l) : 0, m->c->utf8);
	put_head(o, &l);
	for (size_t i = 0; i < m->shown; i++)
		if (!results_left_out(m, i))
			put_row(o, &l, m->order[i]);
	put_left_out(o, m);
	axis_legend(&l.axis, o, &l.time, l.column[TABLE_SENT].width ? "sent: segments/bytes" : "");
	put_remarks(o, m);
	put_footnotes(o, &l, m);
}
