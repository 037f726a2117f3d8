// SPDX-License-Identifier: MIT
/* The lab in Markdown. Its oddity: what to use is indented by four, where nothing is a mark-up. */
#include <inttypes.h>

#include "markdown.h"
#include "text.h"

static void put_matrix_cell(struct out *o, const struct grid_cell *c)
{
	char text[UNITS_TEXT];
	bool strong = c->total && (c->off || grid_result(c) == FALSE_ALARM);

	grid_text(text, c);
	out_text(o, strong ? " **" : " ");
	markdown_text(o, text);
	out_text(o, strong ? "** |" : " |");
}

void markdown_matrix(struct out *o, const struct grid *g)
{
	out_text(o, "| fault |");
	for (size_t i = 0; i < g->nrows; i++)
		markdown_cell(o, g->rows[i].label);
	markdown_rule(o, 1, g->nrows);
	for (size_t f = 0; f < g->c->nfaults; f++) {
		out_text(o, "|");
		markdown_cell(o, g->c->faults[f]);
		for (size_t i = 0; i < g->nrows; i++)
			put_matrix_cell(o, grid_cell(g, i, f));
		out_text(o, "\n");
	}
}

static void put_number(struct out *o, int64_t n)
{
	if (n < 0)
		out_text(o, " - |");
	else
		out_printf(o, " %" PRId64 " |", n);
}

static void put_score(struct out *o, const struct grid *g, size_t row)
{
	struct grid_score s;
	char text[1024];

	grid_score(g, row, &s);
	out_text(o, "|");
	markdown_cell(o, g->rows[row].label);
	out_printf(o, " %u of %u | %u |", s.noticed, s.deaths, s.alarms);
	markdown_cell(o, units_time(text, s.median));
	markdown_cell(o, units_time(text, s.slowest));
	put_number(o, g->rows[row].member ? -1 : s.packets);
	put_number(o, g->rows[row].member ? -1 : s.bytes);
	lab_blind(text, sizeof(text), g, row);
	markdown_cell(o, text);
	out_text(o, "\n");
}

void markdown_scores(struct out *o, const struct grid *g)
{
	out_text(o, "\n| probe | noticed | false alarms | median | slowest | packets a minute |"
		    " bytes a minute | blind to |\n"
		    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n");
	for (size_t i = 0; i < g->nrows; i++)
		put_score(o, g, i);
}

void markdown_forecasts(struct out *o, const struct grid *g)
{
	bool all = g->c->verbosity > 0, any = false;
	char text[LAB_TEXT];

	for (size_t n = 0; n < g->nrows * g->c->nfaults; n++) {
		size_t row = n % g->nrows, fault = n / g->nrows;
		const struct grid_cell *c = grid_cell(g, row, fault);

		if (!lab_shows(c, all))
			continue;
		if (!any)
			out_text(o, "\n| fault | probe | measured | predicted | |\n"
				    "| --- | --- | --- | --- | --- |\n");
		any = true;
		out_text(o, "|");
		markdown_cell(o, g->c->faults[fault]);
		markdown_cell(o, g->rows[row].label);
		lab_measured(text, c);
		markdown_cell(o, text);
		lab_predicted(text, c);
		markdown_cell(o, text);
		markdown_cell(o, c->off ? "not as predicted" : "");
		out_text(o, "\n");
	}
}

void markdown_advice(struct out *o, const struct grid *g)
{
	char text[256];

	for (size_t i = 0; g->nadvice && i < 2 * g->nadvice; i++) {
		const struct grid_advice *a = &g->advice[i % g->nadvice];

		if (a->needs_answer != (i < g->nadvice))
			continue;
		advice_text(text, sizeof(text), a);
		out_printf(o, "\nWhat to use %s: this %s.\n\n    -p ",
			   a->needs_answer ? "where the peer's application answers"
					   : "without an answer from it",
			   text);
		text_quoted(o, a->spec);
		out_text(o, "\n");
	}
}
