// SPDX-License-Identifier: MIT
/*
 * The lab's matrix: a row for each strategy, a column for each fault, what the strategy
 * came to on the right, and below what to use. The faults that leave the peer
 * alive are apart from the others.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/probe.h"
#include "results/programs.h"
#include "results/score.h"
#include "program-phrases.h"
#include "svg-cell.h"
#include "svg-columns.h"
#include "base/duration.h"
#include "base/utf8.h"
#include "xml.h"

#define CELL_HEIGHT 25
#define CELL_NARROW 45
#define CELL_WIDE 84
#define COLUMNS_WIDE 8 /* so many faults get wide cells */
#define LABEL_MOST 40
#define FAULT_MOST 22
#define SUM_WIDTH 48
#define SUMS 3
#define GAP 14         /* between the dead, the living and the sums */
#define ADVICE_LINE 20
#define APART 24       /* between the program and the probes */

struct page {
	struct svg *s;
	const struct results *m;
	size_t *columns, ncolumns, ndead; /* faults, the deadly first */
	int label, cell;      /* widths */
	int top, left, bottom, right, width;
	char missed[PROGRAM_SUM]; /* by the program: which probe noticed that; or "" */
	bool costs;           /* the wire has counted */
};

static void row_label(const struct page *p, size_t row, char to[NAME_ROOM])
{
	results_label_cut(to, p->m, p->m->composites[row], LABEL_MOST);
}

static void fault_label(const struct page *p, size_t column, char to[128])
{
	utf8_visible(to, 128, p->s->c.faults[p->columns[column]].name, true);
	utf8_shorten(to, FAULT_MOST);
}

static int longest_fault(const struct page *p)
{
	char text[128];
	int most = 0;

	for (size_t i = 0; i < p->ncolumns; i++) {
		fault_label(p, i, text);
		if (svg_small_width(text) > most)
			most = svg_small_width(text);
	}
	return most;
}

static double x_of(const struct page *p, size_t column)
{
	bool alive = column >= p->ndead && p->ndead;

	return p->left + (double)column * p->cell + (alive ? GAP : 0);
}

static double sum_x(const struct page *p, int sum)
{
	return x_of(p, p->ncolumns) + GAP + sum * SUM_WIDTH;
}

/* Rows of programs are apart from those of probes. */
static double row_top(const struct page *p, size_t row)
{
	return p->top + CELL_HEIGHT * (double)row + (p->s->c.programs && row >= p->s->c.programs ? APART : 0);
}

static void fit_page(struct page *p)
{
	char text[128];
	size_t label = 8;
	int slant = longest_fault(p) * 4 / 5; /* sin 45, and bold is wider */

	for (size_t i = 0; i < p->m->ncomposites; i++) {
		row_label(p, i, text);
		if (utf8_width(text) > label)
			label = utf8_width(text);
	}
	for (size_t i = 0; i < results_count(p->m); i++)
		p->costs |= results_nth(p->m, i)->packets.count >= 0;
	p->cell = p->ncolumns <= COLUMNS_WIDE ? CELL_WIDE : CELL_NARROW;
	p->label = svg_mono_width(label);
	p->left = SVG_MARGIN + p->label + 14;
	p->top = 88 + (slant > 72 ? slant : 72);
	p->bottom = (int)row_top(p, p->m->ncomposites);
	p->right = (int)sum_x(p, p->costs ? SUMS : SUMS - 1);
	p->width = p->right + SVG_MARGIN + 40;
	if (p->width < 640)
		p->width = 640;
}

static void slanted(struct out *o, double x, double y, const char *class, const char *text)
{
	out_printf(o, "<text class=\"%s\" transform=\"translate(%.1f %.1f) rotate(-45)\">", class, x, y);
	xml_text(o, text);
	out_text(o, "</text>\n");
}

static void draw_heads(const struct page *p, struct out *o)
{
	static const char *const sums[SUMS] = { "deaths noticed", "false alarms", "packets a minute" };
	char text[128];

	if (p->s->c.programs)
		svg_text(o, SVG_MARGIN, p->top - 10, "small dim", "program");
	svg_text(o, SVG_MARGIN, row_top(p, p->s->c.programs) - (p->s->c.programs ? 6 : 10), "small dim", "probe");
	for (size_t i = 0; i < p->ncolumns; i++) {
		fault_label(p, i, text);
		slanted(o, x_of(p, i) + p->cell / 2.0 + 2, p->top - 9, "small strong", text);
	}
	for (int i = 0; i < (p->costs ? SUMS : SUMS - 1); i++)
		slanted(o, sum_x(p, i) + SUM_WIDTH / 2.0 + 2, p->top - 9, "small dim", sums[i]);
}

/* What the columns have in common, with a line above it as wide as they are. */
static void draw_foot(const struct page *p, struct out *o, size_t from, size_t to,
		      const char *what)
{
	double left = x_of(p, from) + 3, right = x_of(p, to - 1) + p->cell - 3;

	if (from == to)
		return;
	svg_line(o, "rule", left, p->bottom + 8, right, p->bottom + 8);
	svg_text(o, (left + right) / 2, p->bottom + 23, "small dim mid", "%s", what);
}

static void draw_sums(const struct page *p, struct out *o, size_t row, double y)
{
	struct results_score score;
	double x = SUM_WIDTH / 2.0;

	results_score(p->m, p->m->composites[row], &score);
	svg_text(o, sum_x(p, 0) + x, y + 4,
		 score.noticed == score.deaths ? "mid good strong" : "mid dim", "%u/%u",
		 score.noticed, score.deaths);
	svg_text(o, sum_x(p, 1) + x, y + 4, score.alarms ? "mid warn strong" : "mid dim", "%u",
		 score.alarms);
	if (score.packets >= 0)
		svg_text(o, sum_x(p, 2) + x, y + 4, "mid dim", "%" PRId64, score.packets);
}

static void draw_row(const struct page *p, struct out *o, size_t row)
{
	const struct results_row *r = &p->m->rows[p->m->composites[row]];
	double y = row_top(p, row) + CELL_HEIGHT / 2.0;
	char text[128];

	row_label(p, row, text);
	out_printf(o, "<text x=\"%d\" y=\"%.1f\" class=\"mono%s\"><title>", SVG_MARGIN, y + 4,
		   r->probe->program ? " strong" : "");
	xml_text(o, r->probe->program ? r->probe->probe->summary : r->probe->group);
	if (r->probe->stands_for)
		svg_more(o, "%s", r->probe->stands_for);
	if (!r->members && !r->probe->program)
		svg_more(o, "%s", r->probe->probe->call);
	out_text(o, "</title>");
	xml_text(o, text);
	out_text(o, "</text>\n");
	for (size_t i = 0; i < p->ncolumns; i++)
		cell_draw(p->s, o, p->m->composites[row], p->columns[i], x_of(p, i) + 1,
			  y - CELL_HEIGHT / 2.0 + 1, p->cell - 2, CELL_HEIGHT - 2);
	draw_sums(p, o, row, y);
}

/* The widest -p argument is as long as leaves room for what follows it. */
static size_t advice_columns(const struct page *p)
{
	size_t room = (size_t)(p->width - 2 * SVG_MARGIN - 330) * 4 / 29, most = 0;

	for (size_t i = 0; i < p->m->nadvice; i++) {
		size_t own = utf8_width(p->m->advice[i].spec);

		most = own > most ? own : most;
	}
	return most < room ? most : room;
}

static void draw_advice(const struct page *p, struct out *o, double y)
{
	size_t columns = advice_columns(p);
	char time[DURATION_ROOM];

	svg_text(o, SVG_MARGIN, y, "strong", "What to use, against these faults");
	for (size_t i = 0; i < p->m->nadvice; i++) {
		const struct results_advice *a = &p->m->advice[i];
		char spec[200];

		utf8_visible(spec, sizeof(spec), a->spec, true);
		utf8_shorten(spec, columns);
		y += ADVICE_LINE;
		svg_text(o, SVG_MARGIN, y, "mono", "-p %s", spec);
		svg_text(o, SVG_MARGIN + svg_mono_width(columns + 6), y, "dim",
			 "%u of %u, the slowest after %s%s", a->deaths, a->deaths_of,
			 duration_brief(time, a->slowest), a->needs_answer ? "; needs an answer" : "");
	}
}

static void sum_text(const struct page *p, char to[256])
{
	struct results_agreement a = results_agreement(p->m);
	size_t used;

	snprintf(to, 256, "time from the fault until %s noticed, measured in a private network",
		 p->s->c.programs ? "each" : "the probe");
	used = strlen(to);
	if (a.predicted && a.off)
		snprintf(to + used, 256 - used, "; %u of %u cells are not as predicted", a.off, a.predicted);
	else if (a.predicted)
		snprintf(to + used, 256 - used, "; all as predicted");
}

static void draw_all(const struct page *p, struct out *o, const char *title, const char *sum)
{
	struct svg_legend l = { .left = SVG_MARGIN, .right = p->width - SVG_MARGIN, .dry = true };
	const size_t columns = (size_t)(p->width - 2 * SVG_MARGIN) * 4 / 27;
	int after, below = p->bottom + 52, advice = p->m->nadvice ? 30 + ADVICE_LINE * (int)p->m->nadvice : 0;

	l.x = l.left;
	l.y = below;
	cell_legend(p->s, o, &l);
	after = (int)l.y + advice;
	svg_open(o, p->width, after + 22 + (*p->missed ? 18 + SVG_LEADING * svg_paragraph(NULL, 0, 0, "", columns, p->missed) : 0), title, sum);
	svg_started(p->s, o, p->width);
	svg_text(o, SVG_MARGIN, 40, "big", "%s", title);
	svg_text(o, SVG_MARGIN, 62, "dim", "%s", sum);
	draw_heads(p, o);
	for (size_t i = 0; i < p->m->ncomposites; i++)
		draw_row(p, o, i);
	draw_foot(p, o, 0, p->ndead, "the peer is dead");
	draw_foot(p, o, p->ndead, p->ncolumns, "the peer lives");
	if (advice)
		draw_advice(p, o, l.y + 36);
	if (*p->missed)
		svg_paragraph(o, SVG_MARGIN, after + 34, "", columns, p->missed);
	l.dry = false;
	l.x = l.left;
	l.y = below;
	cell_legend(p->s, o, &l);
	svg_close(o);
}

static void title_text(const struct page *p, char to[256])
{
	const size_t n = results_shared(p->m);

	snprintf(to, 256, "%zu fault%s, %s%s%s%zu probe%s", p->ncolumns, p->ncolumns == 1 ? "" : "s", p->s->c.programs ? "a " : "",
		 p->s->c.programs ? p->s->c.probes->spec : "", p->s->c.programs ? " and " : "", n, n == 1 ? "" : "s");
}

void svg_lab(struct svg *s, struct out *o)
{
	struct page p = { .s = s, .m = &s->results };
	char title[256], sum[256];

	p.columns = svg_columns(&s->c, &p.ndead);
	p.ncolumns = s->c.nfaults;
	if (p.columns) {
		fit_page(&p);
		title_text(&p, title);
		program_advice(p.missed, p.m);
		sum_text(&p, sum);
		draw_all(&p, o, title, sum);
	}
	free(p.columns);
}
