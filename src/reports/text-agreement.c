// SPDX-License-Identifier: MIT
/* What the lab measured beside what was predicted, a line for each cell. */
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "base/duration.h"
#include "base/utf8.h"

void lab_measured(char to[LAB_TEXT], const struct result_cell *c)
{
	char time[DURATION_ROOM];

	if (c->slowest != TIME_NONE)
		snprintf(to, LAB_TEXT, "%s %s", result_name(cell_worst(c)), duration_brief(time, c->slowest));
	else
		snprintf(to, LAB_TEXT, "%s", result_name(cell_worst(c)));
}

void lab_predicted(char to[LAB_TEXT], const struct result_cell *c)
{
	char time[DURATION_ROOM];

	if (c->predicted.by != NS_NEVER && c->predicted.result == NOTICED)
		snprintf(to, LAB_TEXT, "%s by %s", result_name(c->predicted.result),
			 duration_brief(time, c->predicted.by));
	else
		snprintf(to, LAB_TEXT, "%s", result_name(c->predicted.result));
}

static void put_agreement(struct out *o, const struct results *m, size_t row, size_t fault,
			 const size_t width[2])
{
	const struct result_cell *c = results_cell(m, row, fault);
	char text[LAB_TEXT];

	out_text(o, c->predicted.off ? "* " : "  ");
	text_cell(o, m->c->faults[fault].name, width[0] + 1, false);
	text_cell(o, m->rows[row].brief, width[1] + 1, false);
	lab_measured(text, c);
	text_style(o, c->predicted.off ? RED : PLAIN);
	text_cell(o, text, 18, false);
	text_style(o, PLAIN);
	lab_predicted(text, c);
	out_printf(o, " %s\n", text);
}

bool agreement_shows(const struct result_cell *c, bool all)
{
	return c->predicted.known && (c->predicted.off || all);
}

static void put_titles(struct out *o, const size_t width[2])
{
	text_style(o, BOLD);
	out_printf(o, "\n  %-*s %-*s %-18s %s\n", (int)width[0], "fault", (int)width[1], "probe",
		   "measured", "predicted");
	text_style(o, PLAIN);
}

static void longer(size_t *width, const char *s)
{
	if (utf8_width(s) > *width)
		*width = utf8_width(s);
}

void lab_agreement(struct out *o, const struct results *m, bool all)
{
	size_t width[2] = { strlen("fault"), strlen("probe") }, shown = 0;
	bool off = false;

	for (size_t f = 0; f < m->c->nfaults; f++)
		longer(&width[0], m->c->faults[f].name);
	for (size_t i = 0; i < m->nrows; i++)
		if (!m->rows[i].members)
			longer(&width[1], m->rows[i].brief);
	for (size_t f = 0; f < m->c->nfaults; f++)
		for (size_t i = 0; i < m->nrows; i++) {
			if (!agreement_shows(results_cell(m, i, f), all))
				continue;
			if (!shown++)
				put_titles(o, width);
			off |= results_cell(m, i, f)->predicted.off;
			put_agreement(o, m, i, f, width);
		}
	if (!off)
		return;
	text_style(o, DIM);
	out_text(o, "*: not as predicted\n");
	text_style(o, PLAIN);
}
