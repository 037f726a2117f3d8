// SPDX-License-Identifier: MIT
/*
 * Tables for an issue or a README, in GitHub's Markdown. Its oddity: what the text report
 * says in words is drawn by it into a page, and its signs are escaped here. See the
 * GitHub Flavored Markdown Spec, 4.10 (tables) and 6.1 (backslash escapes).
 */
#include <stdio.h>
#include <string.h>

#include "advised.h"
#include "markdown.h"
#include "text.h"

struct markdown {
	const struct report_context *c;
	struct tally tally;
	struct grid grid;
	struct foretold foretold;
	const char *fault;
};

void markdown_text(struct out *o, const char *s)
{
	for (; *s; s++) {
		if (strchr("\\`*_[]<>|~&$", *s))
			out_text(o, "\\");
		out_bytes(o, s, 1);
	}
}

void markdown_cell(struct out *o, const char *s)
{
	out_text(o, " ");
	markdown_text(o, s);
	out_text(o, " |");
}

void markdown_rule(struct out *o, size_t left, size_t right)
{
	out_text(o, "\n|");
	while (left--)
		out_text(o, " --- |");
	while (right--)
		out_text(o, " ---: |");
	out_text(o, "\n");
}

static bool is_shown(const struct tally *t, enum table_column c)
{
	return c != TABLE_SLOWEST || table_several(t);
}

static void put_watch(struct out *o, const struct tally *t)
{
	char text[128];

	out_text(o, "|");
	for (enum table_column c = 0; c < TABLE_COLUMNS; c++)
		if (is_shown(t, c))
			markdown_cell(o, c == TABLE_SENT ? "segments/bytes sent" : table_title(c));
	out_text(o, "\n|");
	for (enum table_column c = 0; c < TABLE_COLUMNS; c++)
		if (is_shown(t, c))
			out_text(o, table_right(c) ? " ---: |" : " --- |");
	out_text(o, "\n");
	for (size_t i = 0; i < t->shown; i++) {
		out_text(o, "|");
		for (enum table_column c = 0; c < TABLE_COLUMNS; c++) {
			table_text(text, t->order[i], c);
			if (is_shown(t, c))
				markdown_cell(o, text);
		}
		out_text(o, "\n");
	}
}

static void put_notes(struct out *o, const struct tally *t)
{
	for (size_t i = 0; i < t->shown; i++) {
		if (!*t->order[i]->note)
			continue;
		out_text(o, "\n- ");
		markdown_text(o, t->order[i]->label);
		out_text(o, ": ");
		markdown_text(o, t->order[i]->note);
	}
	for (size_t i = 0; i < t->shown; i++)
		if (*t->order[i]->note) {
			out_text(o, "\n");
			break;
		}
}

/* One of the text report's sentences. */
static void put_sum(struct out *o, const struct markdown *m, bool matrix)
{
	char buffer[4096];
	struct out page;

	out_page(&page, o, buffer, sizeof(buffer) - 1);
	page.color = false;
	if (matrix)
		lab_sum(&page, &m->grid);
	else
		text_sum(&page, &m->tally);
	buffer[page.used] = '\0';
	out_text(o, "\n");
	markdown_text(o, buffer);
}

static void put_title(struct out *o, const struct markdown *m, bool matrix)
{
	char title[128];

	if (m->c->nfaults)
		lab_title(title, sizeof(title), &m->grid);
	else if (m->fault)
		snprintf(title, sizeof(title), "fault: %.60s", m->fault);
	else
		return;
	out_text(o, matrix ? "Seconds until it was noticed: " : "");
	markdown_text(o, title);
	out_text(o, "\n\n");
}

static void put_foretold_line(struct out *o, const struct foretold *f, size_t fault)
{
	char text[FORETOLD_TEXT];

	out_text(o, "|");
	markdown_cell(o, f->c->faults[fault]);
	for (size_t g = 0; g < f->ngroups; g++) {
		foretold_text(text, foretold_cell(f, g, fault));
		markdown_cell(o, text);
	}
	out_text(o, "\n");
}

static void put_foretold(struct out *o, const struct foretold *f)
{
	char text[2048];

	foretold_title(text, sizeof(text), f);
	markdown_text(o, text);
	out_text(o, "\n\n| fault |");
	for (size_t g = 0; g < f->ngroups; g++)
		markdown_cell(o, f->labels[g]);
	markdown_rule(o, 1, f->ngroups);
	for (size_t i = 0; i < f->c->nfaults; i++)
		put_foretold_line(o, f, i);
	out_text(o, "\n");
	for (size_t g = 0; g < f->ngroups; g++) {
		foretold_sum(text, sizeof(text), f, g);
		out_text(o, "- ");
		markdown_text(o, f->labels[g]);
		out_text(o, ": ");
		markdown_text(o, text);
		out_text(o, "\n");
	}
}

static int markdown_begin(void *state, struct out *o, const struct report_context *c)
{
	struct markdown *m = state;

	m->c = c;
	o->utf8 = c->utf8;
	if (foretold_wanted(c))
		return foretold_open(&m->foretold, c);
	if (advised_wanted(c))
		return 0;
	return tally_open(&m->tally, c) || grid_open(&m->grid, c) ? -1 : 0;
}

static void markdown_event(void *state, struct out *o, const struct event *e)
{
	struct markdown *m = state;

	if (foretold_wanted(m->c)) {
		foretold_event(&m->foretold, e);
		return;
	}
	if (advised_wanted(m->c)) {
		markdown_advised(o, e);
		return;
	}
	tally_event(&m->tally, e);
	grid_event(&m->grid, e);
	if (e->kind == EVENT_FAULT)
		m->fault = e->fault;
}

static void put_all(struct out *o, struct markdown *m)
{
	bool matrix = m->c->nfaults > 1;

	put_title(o, m, matrix);
	if (matrix) {
		markdown_matrix(o, &m->grid);
		out_text(o, "\n\\- missed, ! false alarm, . alive and never said otherwise, ? unsupported, "
			    "\\* not as predicted\n");
		markdown_scores(o, &m->grid);
	} else {
		put_watch(o, &m->tally);
		put_notes(o, &m->tally);
	}
	markdown_forecasts(o, &m->grid);
	markdown_advice(o, &m->grid);
	put_sum(o, m, matrix);
}

static void markdown_end(void *state, struct out *o)
{
	struct markdown *m = state;

	if (foretold_wanted(m->c)) {
		put_foretold(o, &m->foretold);
		foretold_close(&m->foretold);
		return;
	}
	if (advised_wanted(m->c))
		return;
	tally_finish(&m->tally);
	if (m->tally.shown)
		put_all(o, m);
	grid_close(&m->grid);
	tally_close(&m->tally);
}

const struct report report_markdown = {
	.name = "markdown",
	.summary = "the result table, or the lab's matrix, to paste into an issue",
	.foretells = true,
	.state_size = sizeof(struct markdown),
	.begin = markdown_begin,
	.event = markdown_event,
	.end = markdown_end,
};
