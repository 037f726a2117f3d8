// SPDX-License-Identifier: MIT
/* The matrix while it fills: as it will be where there is room, else a character for each cell. */
#include <stdio.h>
#include <string.h>

#include "screen.h"
#include "text.h"
#include "base/units.h"

static void put_title(struct out *o, const struct text *t, nsec now)
{
	const struct grid *g = &t->grid;
	size_t over = 0, said = 0, all = g->nrows * g->c->nfaults;
	char title[128];

	for (size_t i = 0; i < all; i++) {
		over += g->cells[i].total > 0;
		said += g->cells[i].said != TIME_NONE;
	}
	lab_title(title, sizeof(title), g);
	text_style(o, BOLD);
	out_printf(o, "%5llds  %s", (long long)((now - g->c->start) / NS_PER_S), title);
	text_style(o, PLAIN);
	if (over)
		out_printf(o, "; %zu of %zu cells judged\n", over, all);
	else
		out_printf(o, "; %zu of %zu cells say dead\n", said, all);
}

static void put_mark(struct out *o, const struct grid_cell *c)
{
	static const char *const marks[RESULTS] = {
		[NOTICED] = "+", [MISSED] = "-", [FALSE_ALARM] = "!", [STAYED_ALIVE] = ".",
		[UNSUPPORTED] = "?",
	};

	if (!c->total) {
		out_text(o, c->said != TIME_NONE ? "+" : " ");
		return;
	}
	text_style(o, result_style(grid_result(c)));
	out_text(o, marks[grid_result(c)]);
	text_style(o, PLAIN);
}

static void put_fault(struct out *o, const struct grid *g, size_t f, size_t label, size_t gap)
{
	size_t said = 0;

	text_cell(o, g->c->faults[f], label, false);
	for (size_t i = 0; i < g->nrows; i++) {
		const struct grid_cell *c = grid_cell(g, i, f);

		text_spaces(o, gap);
		put_mark(o, c);
		said += c->said != TIME_NONE;
	}
	out_printf(o, "  %zu\n", said);
}

static void put_marks(struct out *o, const struct grid *g, size_t height)
{
	size_t label = 1, shown = g->c->nfaults, gap;

	for (size_t f = 0; f < g->c->nfaults; f++)
		label = strlen(g->c->faults[f]) > label ? strlen(g->c->faults[f]) : label;
	gap = label + 2 * g->nrows + 6 <= screen_width(o);
	if (shown > height)
		shown = height ? height - 1 : 0;
	for (size_t f = 0; f < shown; f++)
		put_fault(o, g, f, label + !gap, gap);
	if (shown < g->c->nfaults)
		out_printf(o, "... and %zu more faults\n", g->c->nfaults - shown);
	else if (shown < height)
		out_text(o, "+ says dead   - missed   ! false alarm   . alive   ? unsupported\n");
}

void live_lab(struct out *page, const struct text *t, nsec now, size_t height)
{
	put_title(page, t, now);
	height -= height > 0;
	if (text_grid_fits(page, &t->grid, height))
		text_grid(page, &t->grid);
	else
		put_marks(page, &t->grid, height);
}
