// SPDX-License-Identifier: MIT
/* What is predicted where nothing is measured, in Markdown. */
#include "markdown.h"
#include "phrases.h"

static void put_predicted_line(struct out *o, const struct results *r, size_t fault)
{
	char text[PREDICTED_TEXT];

	out_text(o, "|");
	markdown_cell(o, r->c->faults[fault].name);
	for (size_t i = 0; i < r->ncomposites; i++) {
		predicted_text(text, results_cell(r, r->composites[i], fault));
		markdown_cell(o, text);
	}
	out_text(o, "\n");
}

void markdown_predicted(struct out *o, const struct results *r)
{
	char text[2048];

	predicted_title(text, sizeof(text), r);
	markdown_text(o, text);
	out_text(o, "\n\n| fault |");
	for (size_t i = 0; i < r->ncomposites; i++)
		markdown_cell(o, r->rows[r->composites[i]].label);
	markdown_rule(o, 1, r->ncomposites);
	for (size_t f = 0; f < r->c->nfaults; f++)
		put_predicted_line(o, r, f);
	out_text(o, "\n");
	if (predicted_times(r)) {
		markdown_text(o, PHRASE_TIMERS);
		out_text(o, "\n\n");
	}
	for (size_t i = 0; i < r->ncomposites; i++) {
		predicted_sum(text, sizeof(text), r, r->composites[i]);
		out_text(o, "- ");
		markdown_text(o, r->rows[r->composites[i]].spec);
		out_text(o, ": ");
		markdown_text(o, text);
		out_text(o, "\n");
	}
}
