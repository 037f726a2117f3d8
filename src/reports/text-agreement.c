// SPDX-License-Identifier: MIT
/* What the lab measured beside what was predicted, a line for each cell. */
#include <stdio.h>
#include <string.h>

#include "layout.h"
#include "results/score.h"
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

enum { COLUMN_MARK, COLUMN_FAULT, COLUMN_PROBE, COLUMN_MEASURED, COLUMN_PREDICTED, COLUMNS };
#define GAP 1

static void put_cells(struct out *o, const struct list_column *columns, const struct results *m, size_t row,
		      size_t fault)
{
	const struct result_cell *c = results_cell(m, row, fault);
	char measured[LAB_TEXT], predicted[LAB_TEXT];
	const char *texts[COLUMNS] = {
		c->predicted.off ? "*" : "", m->c->faults[fault].name, m->rows[row].brief, measured, predicted,
	};

	lab_measured(measured, c);
	lab_predicted(predicted, c);
	for (size_t i = 0; i < COLUMNS; i++)
		list_cell(o, columns, i, GAP, texts[i],
			  i == COLUMN_MEASURED && c->predicted.off ? RED : PLAIN);
	out_text(o, "\n");
}

bool agreement_shows(const struct result_cell *c, bool all)
{
	return c->predicted.known && !c->row->probe->program && (c->predicted.off || all);
}

static void put_titles(struct out *o, const struct list_column *columns)
{
	out_text(o, "\n");
	text_style(o, BOLD);
	list_titles(o, columns, COLUMNS, GAP);
	text_style(o, PLAIN);
	out_text(o, "\n");
}

static void widen(struct list_column *c, const char *s)
{
	if (utf8_width(s) > c->width)
		c->width = utf8_width(s);
}

void lab_agreement(struct out *o, const struct results *m, bool all)
{
	struct list_column columns[COLUMNS] = {
		{ "", 1, false }, { "fault", 5, false }, { "probe", 5, false }, { "measured", 18, false },
		{ "predicted", 1, false }, /* the last: as wide as it is */
	};
	size_t shown = 0;

	for (size_t f = 0; f < m->c->nfaults; f++)
		widen(&columns[COLUMN_FAULT], m->c->faults[f].name);
	for (size_t i = 0; i < m->nrows; i++)
		if (!m->rows[i].members)
			widen(&columns[COLUMN_PROBE], m->rows[i].brief);
	for (size_t f = 0; f < m->c->nfaults; f++)
		for (size_t i = 0; i < m->nrows; i++) {
			if (!agreement_shows(results_cell(m, i, f), all))
				continue;
			if (!shown++)
				put_titles(o, columns);
			put_cells(o, columns, m, i, f);
		}
	if (!results_agreement(m).off)
		return;
	text_style(o, DIM);
	out_text(o, "*: not as predicted\n");
	text_style(o, PLAIN);
}
