// SPDX-License-Identifier: MIT
/* The matrix while it fills: as it will be where there is room, else a character for each cell. */
#include <stdio.h>
#include <string.h>

#include "screen.h"
#include "text.h"

static void put_title(struct out *o, const struct text *t, nsec now)
{
	const struct results *m = &t->results;
	size_t over = 0, dead = 0, all = results_count(m);
	char title[128];

	for (size_t i = 0; i < all; i++) {
		over += results_nth(m, i)->total > 0;
		dead += results_nth(m, i)->dead_after != TIME_NONE;
	}
	lab_title(title, sizeof(title), m);
	text_style(o, BOLD);
	out_printf(o, "%5llds  %s", (long long)((now - m->c->start) / NS_PER_S), title);
	text_style(o, PLAIN);
	if (over)
		out_printf(o, "; %zu of %zu cells judged\n", over, all);
	else
		out_printf(o, "; %zu of %zu cells report dead\n", dead, all);
}

static void put_mark(struct out *o, const struct result_cell *c)
{
	static const char *const marks[RESULTS] = {
		[NOTICED] = "+", [MISSED] = "-", [FALSE_ALARM] = "!", [STAYED_ALIVE] = ".",
		[INCONCLUSIVE] = "~", [UNSUPPORTED] = "?",
	};

	if (!c->total) {
		out_text(o, c->dead_after != TIME_NONE ? "+" : " ");
		return;
	}
	text_style(o, result_style(cell_worst(c)));
	out_text(o, marks[cell_worst(c)]);
	text_style(o, PLAIN);
}

static void put_fault(struct out *o, const struct results *m, size_t f, size_t label, size_t gap)
{
	size_t dead = 0;

	text_cell(o, m->c->faults[f].name, label, false);
	for (size_t i = 0; i < m->nrows; i++) {
		const struct result_cell *c = results_cell(m, i, f);

		text_spaces(o, gap);
		put_mark(o, c);
		dead += c->dead_after != TIME_NONE;
	}
	out_printf(o, "  %zu\n", dead);
}

static void put_marks(struct out *o, const struct results *m, size_t height)
{
	size_t label = 1, shown = m->c->nfaults, gap;

	for (size_t f = 0; f < m->c->nfaults; f++)
		label = strlen(m->c->faults[f].name) > label ? strlen(m->c->faults[f].name) : label;
	gap = label + 2 * m->nrows + 6 <= screen_width(o);
	if (shown > height)
		shown = height ? height - 1 : 0;
	for (size_t f = 0; f < shown; f++)
		put_fault(o, m, f, label + !gap, gap);
	if (shown < m->c->nfaults)
		out_printf(o, "... and %zu more faults\n", m->c->nfaults - shown);
	else if (shown < height)
		out_text(o, "+ reports dead   - missed   ! false alarm   . alive   ~ inconclusive   ? unsupported\n");
}

void live_lab(struct out *page, const struct text *t, nsec now, size_t height)
{
	put_title(page, t, now);
	height -= height > 0;
	if (text_matrix_fits(page, &t->results, height))
		text_matrix(page, &t->results);
	else
		put_marks(page, &t->results, height);
}
