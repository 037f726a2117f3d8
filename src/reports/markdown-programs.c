// SPDX-License-Identifier: MIT
/* A program under test in Markdown: a row for each fault, and the sentences that sum it up. */
#include "markdown.h"
#include "program-phrases.h"

static void put_row(struct out *o, const struct results *m, size_t fault)
{
	char text[PROGRAM_REMARK];

	out_text(o, "|");
	for (enum program_column c = 0; c < PROGRAM_COLUMNS; c++) {
		program_cell(text, m, fault, c);
		markdown_cell(o, text);
	}
	program_remark(text, m, fault);
	markdown_cell(o, text);
	out_text(o, "\n");
}

void markdown_programs(struct out *o, const struct results *m)
{
	if (!m->c->nfaults || !m->leading)
		return;
	out_printf(o, "What %s did:\n\n|", m->c->probes[0].probe->summary);
	for (enum program_column c = 0; c < PROGRAM_COLUMNS; c++)
		markdown_cell(o, program_title(c));
	out_text(o, " how, and what its socket options promise |");
	markdown_rule(o, PROGRAM_COLUMNS + 1, 0);
	for (size_t f = 0; f < m->c->nfaults; f++)
		if (results_program(m, f))
			put_row(o, m, f);
	out_text(o, "\n");
}

static void put_sentence(struct out *o, const char *text)
{
	if (!*text)
		return;
	out_text(o, "\n");
	markdown_text(o, text);
	out_text(o, "\n");
}

void markdown_program_sum(struct out *o, const struct results *m)
{
	char text[PROGRAM_SUM];

	if (!m->leading)
		return;
	program_sum(text, m);
	put_sentence(o, text);
}

void markdown_program_advice(struct out *o, const struct results *m)
{
	char text[PROGRAM_SUM];

	program_advice(text, m);
	put_sentence(o, text);
}
