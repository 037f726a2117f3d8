// SPDX-License-Identifier: MIT
/* The lab in Markdown. What to use is indented by four columns, where nothing is a mark-up. */
#include <inttypes.h>

#include "markdown.h"
#include "results/score.h"
#include "text.h"

static void put_matrix_cell(struct out *o, const struct result_cell *c)
{
	char text[DURATION_ROOM];
	bool strong = c->total && (c->predicted.off || cell_worst(c) == FALSE_ALARM);

	matrix_text(text, c);
	out_text(o, strong ? " **" : " ");
	markdown_text(o, text);
	out_text(o, strong ? "** |" : " |");
}

void markdown_matrix(struct out *o, const struct results *m)
{
	out_text(o, "| fault |");
	for (size_t i = 0; i < m->nrows; i++)
		markdown_cell(o, m->rows[i].label);
	markdown_rule(o, 1, m->nrows);
	for (size_t f = 0; f < m->c->nfaults; f++) {
		out_text(o, "|");
		markdown_cell(o, m->c->faults[f].name);
		for (size_t i = 0; i < m->nrows; i++)
			put_matrix_cell(o, results_cell(m, i, f));
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

static void put_score(struct out *o, const struct results *m, size_t row)
{
	struct results_score s;
	char text[1024];

	results_score(m, row, &s);
	out_text(o, "|");
	markdown_cell(o, m->rows[row].label);
	out_printf(o, " %u of %u | %u |", s.noticed, s.deaths, s.alarms);
	markdown_cell(o, duration_brief(text, s.median));
	markdown_cell(o, duration_brief(text, s.slowest));
	put_number(o, m->rows[row].member ? -1 : s.packets);
	put_number(o, m->rows[row].member ? -1 : s.bytes);
	lab_blind(text, sizeof(text), m, row);
	markdown_cell(o, text);
	out_text(o, "\n");
}

void markdown_scores(struct out *o, const struct results *m)
{
	out_text(o, "\n| probe | noticed | false alarms | median | slowest | packets a minute |"
		    " bytes a minute | blind to |\n"
		    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n");
	for (size_t i = 0; i < m->nrows; i++)
		put_score(o, m, i);
}

void markdown_agreement(struct out *o, const struct results *m)
{
	bool all = m->c->verbosity > 0, any = false;
	char text[LAB_TEXT];

	for (size_t n = 0; n < m->nrows * m->c->nfaults; n++) {
		size_t row = n % m->nrows, fault = n / m->nrows;
		const struct result_cell *c = results_cell(m, row, fault);

		if (!agreement_shows(c, all))
			continue;
		if (!any)
			out_text(o, "\n| fault | probe | measured | predicted | |\n"
				    "| --- | --- | --- | --- | --- |\n");
		any = true;
		out_text(o, "|");
		markdown_cell(o, m->c->faults[fault].name);
		markdown_cell(o, m->rows[row].label);
		lab_measured(text, c);
		markdown_cell(o, text);
		lab_predicted(text, c);
		markdown_cell(o, text);
		markdown_cell(o, c->predicted.off ? "not as predicted" : "");
		out_text(o, "\n");
	}
}

void markdown_advice(struct out *o, const struct results *m)
{
	char text[256];

	for (size_t i = 0; m->nadvice && i < 2 * m->nadvice; i++) {
		const struct results_advice *a = &m->advice[i % m->nadvice];

		if (a->needs_answer != (i < m->nadvice))
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
