// SPDX-License-Identifier: MIT
/*
 * The matrix while it fills: as it will be where there is room, else a character for each cell,
 * below the names of the probes, which are turned. Faults that are over make room for the others.
 */
#include <stdio.h>
#include <string.h>

#include "live-progress.h"
#include "results/programs.h"
#include "screen.h"
#include "text.h"
#include "base/utf8.h"

#define LABEL_MOST 26
#define HEAD_LEAST 6   /* lines of the names, or there are none */
#define HEAD_MOST 13
#define STATE_WIDTH 12 /* "  dead  runs" */

/* How the cells lie on the page. */
struct grid {
	const struct results *m;
	size_t label, gap;       /* the width of the faults' names, and what is before each column */
	size_t columns, lines, head; /* that find room; head: of the probes' names */
};

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

static void put_fault(struct out *o, const struct grid *g, size_t f, nsec now)
{
	const struct results *m = g->m;
	char text[128];
	size_t dead = 0;

	utf8_visible(text, sizeof(text), m->c->faults[f].name, m->c->utf8);
	utf8_shorten(text, g->label);
	text_cell(o, text, g->label, false);
	for (size_t i = 0; i < m->nrows; i++) {
		const struct result_cell *c = results_cell(m, i, f);

		dead += c->dead_after != TIME_NONE;
		if (i >= g->columns)
			continue;
		text_spaces(o, g->gap);
		put_mark(o, c);
	}
	if (progress_is_over(m, f))
		snprintf(text, sizeof(text), "over");
	else if (progress_is_running(m, f))
		snprintf(text, sizeof(text), "%llds", (long long)((now - m->columns[f].at) / NS_PER_S));
	else
		snprintf(text, sizeof(text), "%s", progress_is_waiting(m, f) ? "waits" : results_have_program(m) ? "begins" : "-");
	out_printf(o, "%6zu%6s\n", dead, text);
}

/* The names of the columns, in as many characters as there are lines. */
static void cut_names(const struct grid *g, char names[SCREEN_COLUMNS][NAME_ROOM])
{
	for (size_t i = 0; i < g->columns; i++) {
		const char *brief = g->m->rows[i].brief;

		if (utf8_width(brief) <= g->head)
			snprintf(names[i], NAME_ROOM, "%s", brief);
		else
			results_label_cut(names[i], g->m, i, g->head);
	}
}

/* What is on that line of a name that is turned so that it ends above its column. */
static void put_letter(struct out *o, const struct grid *g, const char *name, size_t line)
{
	size_t above = g->head - utf8_width(name);
	uint32_t c;

	if (line < above) {
		out_text(o, " ");
		return;
	}
	for (; line > above; line--)
		name += utf8_take(name, &c);
	out_bytes(o, name, utf8_take(name, &c));
}

static void put_head(struct out *o, const struct grid *g)
{
	char names[SCREEN_COLUMNS][NAME_ROOM];

	cut_names(g, names);
	text_style(o, BOLD);
	for (size_t line = 0; line < g->head; line++) {
		bool last = line + 1 == g->head;

		text_cell(o, last ? "fault" : "", g->label, false);
		for (size_t i = 0; i < g->columns; i++) {
			text_spaces(o, g->gap);
			put_letter(o, g, names[i], line);
		}
		out_text(o, last ? "  dead  runs\n" : "\n");
	}
	text_style(o, PLAIN);
}

static size_t longest_name(const struct results *m)
{
	size_t most = 0;

	for (size_t i = 0; i < m->nrows; i++) {
		size_t n = utf8_width(m->rows[i].brief);

		most = n > most ? n : most;
	}
	return most;
}

/* The names get half of the lines, or what the faults leave. */
static size_t head_lines(const struct results *m, size_t height)
{
	size_t all = m->c->nfaults + 1, most = height > all && height - all > height / 2 ? height - all : height / 2;
	size_t head = longest_name(m);

	most = most < HEAD_MOST ? most : HEAD_MOST;
	head = head < most ? head : most;
	return head < HEAD_LEAST ? 0 : head;
}

static void fit_grid(struct grid *g, const struct results *m, size_t width, size_t height)
{
	size_t label = text_fault_width(m->c, LABEL_MOST), room, pitch;

	*g = (struct grid){ .m = m, .label = label < width / 3 ? label : width / 3 + 1 };
	room = width > g->label + STATE_WIDTH ? width - g->label - STATE_WIDTH : 1;
	g->gap = 2 * m->nrows <= room;
	g->label += !g->gap;
	room -= !g->gap && room > 1;
	pitch = 1 + g->gap;
	g->columns = m->nrows < room / pitch ? m->nrows : room / pitch;
	g->columns = g->columns < SCREEN_COLUMNS ? g->columns : SCREEN_COLUMNS;
	g->head = head_lines(m, height);
	g->lines = height - g->head;
}

/* "... and 14 more faults, 3 more columns" */
static void put_rest(struct out *o, const struct grid *g)
{
	size_t faults = g->m->c->nfaults > g->lines ? g->m->c->nfaults - g->lines : 0;
	size_t columns = g->m->nrows - g->columns;

	out_text(o, "... and ");
	if (faults)
		out_printf(o, "%zu more fault%s%s", faults, faults > 1 ? "s" : "", columns ? ", " : "");
	if (columns)
		out_printf(o, "%zu more column%s", columns, columns > 1 ? "s" : "");
	out_text(o, "\n");
}

/* Those that are over only where there is room for all that are not. */
static void put_faults(struct out *o, const struct grid *g, nsec now)
{
	size_t all = g->m->c->nfaults, over = progress_count_over(g->m);
	size_t left_out = all > g->lines ? all - g->lines : 0;

	left_out = left_out < over ? left_out : over;
	for (size_t f = 0, shown = 0; f < all && shown < g->lines; f++) {
		if (progress_is_over(g->m, f) && left_out) {
			left_out--;
			continue;
		}
		put_fault(o, g, f, now);
		shown++;
	}
}

static void put_marks(struct out *o, const struct results *m, size_t height, nsec now)
{
	struct grid g;
	bool has_rest;

	fit_grid(&g, m, screen_width(o), height);
	has_rest = m->c->nfaults > g.lines || g.columns < m->nrows;
	g.lines -= has_rest && g.lines;
	put_head(o, &g);
	put_faults(o, &g, now);
	if (has_rest)
		put_rest(o, &g);
	else if (m->c->nfaults < g.lines)
		out_text(o, "+ reports dead  - missed  ! false alarm  . alive  ~ inconclusive  ? unsupported\n");
}

/* The program's lanes above the matrix, if there is room for both. The lines that are left. */
static size_t put_programs(struct out *page, const struct results *m, nsec now, size_t height)
{
	size_t lanes = m->c->nfaults + 2;

	if (!results_have_program(m))
		return height;
	if (!results_shared(m))
		lanes = height;
	else if (height < lanes + m->c->nfaults + HEAD_LEAST + 1)
		return height;
	live_programs(page, m, now, lanes);
	return height - lanes;
}

void live_lab(struct out *page, const struct text *t, nsec now, size_t height)
{
	progress_title(page, t, now);
	height -= height > 0;
	if (height > 1) {
		progress_line(page, &t->results, now);
		height--;
	}
	height = put_programs(page, &t->results, now, height);
	if (!results_shared(&t->results))
		return;
	if (text_matrix_fits(page, &t->results, height))
		text_matrix(page, &t->results);
	else
		put_marks(page, &t->results, height, now);
}
