// SPDX-License-Identifier: MIT
/*
 * A program under test: a row for each fault. What its columns do not tell, and what its socket options promise, is beside
 * them where there is room, else below them. Where not even the columns find room each fault is a sentence.
 */
#include <stdio.h>
#include <string.h>

#include "layout.h"
#include "program-phrases.h"
#include "text.h"
#include "base/utf8.h"

#define GAP 1
#define FAULT_MOST 26
#define REMARK_LEAST 40 /* columns beside the others */
#define REMARK_INDENT 4

static bool is_empty(const struct results *m, enum program_column c)
{
	char text[PROGRAM_TEXT];

	for (size_t f = 0; f < m->c->nfaults; f++) {
		if (!results_program(m, f))
			continue;
		program_cell(text, m, f, c);
		if (strcmp(text, "-") != 0)
			return false;
	}
	return true;
}

static size_t column_width(const struct results *m, enum program_column c)
{
	size_t width = utf8_width(program_title(c));
	char text[PROGRAM_TEXT];

	if (is_empty(m, c))
		return 0;
	for (size_t f = 0; f < m->c->nfaults; f++) {
		if (!results_program(m, f))
			continue;
		program_cell(text, m, f, c);
		width = utf8_width(text) > width ? utf8_width(text) : width;
	}
	return c == PROGRAM_FAULT && width > FAULT_MOST ? FAULT_MOST : width;
}

static void fit_columns(struct list_column *columns, const struct results *m)
{
	for (enum program_column c = 0; c < PROGRAM_COLUMNS; c++)
		columns[c] = (struct list_column){ program_title(c), column_width(m, c), c == PROGRAM_AFTER || c == PROGRAM_ACTED || c == PROGRAM_AGAIN };
}

/* The last column of a line that ends with it needs no blanks. */
static void end_columns(struct list_column *own, const struct list_column *columns)
{
	enum program_column last = PROGRAM_COLUMNS - 1;

	memcpy(own, columns, PROGRAM_COLUMNS * sizeof(*own));
	while (last && !own[last].width)
		last--;
	own[last].width = own[last].right ? own[last].width : 1;
}

static void put_cells(struct out *o, const struct list_column *columns, const struct results *m, size_t fault, bool ends)
{
	struct list_column own[PROGRAM_COLUMNS];
	char text[PROGRAM_TEXT];

	end_columns(own, columns);
	for (enum program_column c = 0; c < PROGRAM_COLUMNS; c++) {
		if (!columns[c].width)
			continue;
		program_cell(text, m, fault, c);
		utf8_shorten(text, columns[c].width);
		list_cell(o, ends ? own : columns, c, GAP, text,
			  c == PROGRAM_RESULT ? result_style(results_program(m, fault)->result.result) : PLAIN);
	}
}

static void put_row(struct out *o, const struct list_column *columns, const struct results *m, size_t fault, bool beside)
{
	size_t at = list_width(columns, PROGRAM_COLUMNS, GAP) + 1;
	char remark[PROGRAM_REMARK];

	program_remark(remark, m, fault);
	put_cells(o, columns, m, fault, !*remark || !beside);
	if (*remark && beside) {
		text_spaces(o, 2);
		text_words(o, remark, at, at);
		return;
	}
	out_text(o, "\n");
	if (!*remark)
		return;
	text_spaces(o, REMARK_INDENT);
	text_words(o, remark, REMARK_INDENT, REMARK_INDENT);
}

static void put_sentence(struct out *o, const struct results *m, size_t fault)
{
	const struct event *e = results_program(m, fault);
	char line[PROGRAM_LINE], fault_name[64], text[PROGRAM_LINE + PROGRAM_TEXT + 112];

	program_line(line, e);
	utf8_visible(fault_name, sizeof(fault_name), m->c->faults[fault].name, m->c->utf8);
	snprintf(text, sizeof(text), "%s: %s%s%s", fault_name, line, *e->result.reaction.promise ? "; " : "", e->result.reaction.promise);
	text_words(o, text, 0, 2);
}

static void put_head(struct out *o, const struct list_column *columns, bool beside)
{
	struct list_column own[PROGRAM_COLUMNS];

	end_columns(own, columns);
	text_style(o, BOLD);
	list_titles(o, beside ? columns : own, PROGRAM_COLUMNS, GAP);
	out_text(o, beside ? "  how, and what its socket options promise" : "");
	text_style(o, PLAIN);
	out_text(o, "\n");
}

void text_programs(struct out *o, const struct results *m)
{
	struct list_column columns[PROGRAM_COLUMNS];
	size_t width, line = text_columns(o);
	bool fits, beside;

	if (!m->c->nfaults || !m->leading)
		return;
	fit_columns(columns, m);
	width = list_width(columns, PROGRAM_COLUMNS, GAP) - GAP;
	fits = width <= line;
	beside = width + 2 + REMARK_LEAST <= line;
	out_text(o, "\n");
	if (fits)
		put_head(o, columns, beside);
	for (size_t f = 0; f < m->c->nfaults; f++)
		if (!results_program(m, f))
			continue;
		else if (fits)
			put_row(o, columns, m, f, beside);
		else
			put_sentence(o, m, f);
}

void text_program_sum(struct out *o, const struct results *m)
{
	char text[PROGRAM_SUM];

	if (!m->leading)
		return;
	program_sum(text, m);
	text_sentence(o, text);
}

void text_program_advice(struct out *o, const struct results *m)
{
	char text[PROGRAM_SUM];

	program_advice(text, m);
	if (*text)
		text_sentence(o, text);
}
