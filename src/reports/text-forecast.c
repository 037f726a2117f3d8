// SPDX-License-Identifier: MIT
/* What the lab measured beside what was predicted, a line for each cell. */
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "base/units.h"
#include "base/utf8.h"

void lab_measured(char to[LAB_TEXT], const struct grid_cell *c)
{
	char time[UNITS_TEXT];

	if (c->after != TIME_NONE)
		snprintf(to, LAB_TEXT, "%s %s", result_name(grid_result(c)), units_time(time, c->after));
	else
		snprintf(to, LAB_TEXT, "%s", result_name(grid_result(c)));
}

void lab_predicted(char to[LAB_TEXT], const struct grid_cell *c)
{
	char time[UNITS_TEXT];

	if (c->predicted_by != NS_NEVER && c->predicted_result == NOTICED)
		snprintf(to, LAB_TEXT, "%s by %s", result_name(c->predicted_result),
			 units_time(time, c->predicted_by));
	else
		snprintf(to, LAB_TEXT, "%s", result_name(c->predicted_result));
}

static void put_forecast(struct out *o, const struct grid *g, size_t row, size_t fault,
			 const size_t width[2])
{
	const struct grid_cell *c = grid_cell(g, row, fault);
	char text[LAB_TEXT];

	out_text(o, c->off ? "* " : "  ");
	text_cell(o, g->c->faults[fault], width[0] + 1, false);
	text_cell(o, g->rows[row].brief, width[1] + 1, false);
	lab_measured(text, c);
	text_style(o, c->off ? RED : PLAIN);
	text_cell(o, text, 18, false);
	text_style(o, PLAIN);
	lab_predicted(text, c);
	out_printf(o, " %s\n", text);
}

bool lab_shows(const struct grid_cell *c, bool all)
{
	return c->predicted && (c->off || all);
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

void lab_forecasts(struct out *o, const struct grid *g, bool all)
{
	size_t width[2] = { strlen("fault"), strlen("probe") }, shown = 0;
	bool off = false;

	for (size_t f = 0; f < g->c->nfaults; f++)
		longer(&width[0], g->c->faults[f]);
	for (size_t i = 0; i < g->nrows; i++)
		if (!g->rows[i].members)
			longer(&width[1], g->rows[i].brief);
	for (size_t f = 0; f < g->c->nfaults; f++)
		for (size_t i = 0; i < g->nrows; i++) {
			if (!lab_shows(grid_cell(g, i, f), all))
				continue;
			if (!shown++)
				put_titles(o, width);
			off |= grid_cell(g, i, f)->off;
			put_forecast(o, g, i, f, width);
		}
	if (!off)
		return;
	text_style(o, DIM);
	out_text(o, "*: not as predicted\n");
	text_style(o, PLAIN);
}
