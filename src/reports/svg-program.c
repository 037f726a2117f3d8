// SPDX-License-Identifier: MIT
/* The picture of a program alone. The faults that leave the peer alive are apart from the others. */
#include "svg-program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/utf8.h"
#include "results/programs.h"
#include "svg-columns.h"
#include "xml.h"

#define WIDTH 960
#define HEAD 104   /* above the first lane, with a sum of one line */
#define SUM_COLUMNS 145
#define TICKS 8
#define LABEL_MOST 24
#define APART 22   /* between the dead and the living */
#define AFTER_WIDTH 92

const struct event *lane_result(const struct program_page *p, size_t i)
{
	const struct svg *s = p->plot.s;

	return s->is_lab ? results_program(&s->results, p->columns[i]) : i < s->nends ? &s->ends[i] : NULL;
}

/* Of the fault; where it struck several times with a number. */
static void lane_label(const struct program_page *p, size_t i, char to[128])
{
	const struct svg *s = p->plot.s;

	utf8_visible(to, 128, s->is_lab ? s->c.faults[p->columns[i]].name : s->fault ? s->fault : s->c.probes[0].spec, true);
	utf8_shorten(to, LABEL_MOST);
	if (!s->is_lab && p->nlanes > 1)
		snprintf(to + strlen(to), 128 - strlen(to), " #%zu", i + 1);
}

/* Are there lanes of both kinds? */
static bool is_parted(const struct program_page *p)
{
	return p->ndead && p->ndead < p->nlanes;
}

static double lane_y(const struct program_page *p, size_t i)
{
	return plot_y(&p->plot, i) + (is_parted(p) && i >= p->ndead ? APART : 0);
}

static void include_marks(struct program_page *p, const struct event *e)
{
	const struct reaction_marks m = reaction_marks(e);

	for (enum reaction_mark k = 0; k < MARKS; k++) {
		if (m.at[k] == TIME_NONE || k == MARK_PROMISE)
			continue;
		p->has[k] = true;
		lane_times_include(&p->plot.time, m.at[k]);
	}
}

/* A promise far away must not squeeze what was measured. */
static void include_promise(struct program_page *p, const struct event *e)
{
	nsec by = reaction_marks(e).at[MARK_PROMISE];

	if (by == TIME_NONE || by > 2 * p->plot.time.hi)
		return;
	p->has[MARK_PROMISE] = true;
	lane_times_include(&p->plot.time, by);
}

static bool is_drawn(const struct event *e)
{
	return e && e->result.result != UNSUPPORTED && e->result.result != INCONCLUSIVE;
}

/* How long each fault's stage went on at the most. */
static nsec waited(const struct program_page *p)
{
	const struct results *m = &p->plot.s->results;

	if (m->c->within != NS_NEVER)
		return m->c->within;
	if (m->c->timeout != NS_NEVER)
		return m->c->timeout;
	return m->end != TIME_NONE && m->fault != TIME_NONE ? m->end - m->fault : 0;
}

static void fit_time(struct program_page *p)
{
	struct lane_times *t = &p->plot.time;

	for (size_t i = 0; i < p->nlanes; i++)
		if (is_drawn(lane_result(p, i)))
			include_marks(p, lane_result(p, i));
	p->waited = waited(p);
	if (p->has[MARK_MISSED])
		lane_times_include(t, p->waited);
	for (size_t i = 0; i < p->nlanes; i++)
		if (is_drawn(lane_result(p, i)))
			include_promise(p, lane_result(p, i));
	if (t->hi > 0 && t->lo < -t->hi / 4)
		t->lo = -t->hi / 4;
	if (t->hi <= t->lo)
		t->hi = t->lo + (p->waited > 0 ? p->waited : NS_PER_S);
	p->plot.step = duration_step((t->hi - t->lo) / TICKS);
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static void fit_space(struct program_page *p)
{
	size_t label = 5, seen = 4, then = 0;
	char text[128];

	for (size_t i = 0; i < p->nlanes; i++) {
		const struct event *e = lane_result(p, i);

		lane_label(p, i, text);
		label = larger(label, utf8_width(text));
		if (!e)
			continue;
		reaction_seen(text, e);
		seen = larger(seen, utf8_width(text));
		reaction_then_short(text, e);
		then = larger(then, utf8_width(text));
	}
	seen = seen < SEEN_MOST ? seen : SEEN_MOST;
	then = then < THEN_MOST ? then : THEN_MOST;
	p->then = WIDTH - SVG_MARGIN - svg_mono_width(then);
	p->seen = p->then - svg_mono_width(seen) - (then ? 18 : 0);
	p->after = p->seen - 18;
	p->plot.left = SVG_MARGIN + svg_mono_width(label) + 26;
	p->plot.right = p->after - AFTER_WIDTH;
	p->head = HEAD + SVG_LEADING * (svg_paragraph(NULL, 0, 0, "", SUM_COLUMNS, p->sum) - 1);
	p->plot.top = p->head + (is_parted(p) ? APART : 0);
	p->plot.bottom = (int)lane_y(p, p->nlanes - 1) + PLOT_LANE / 2 + 6;
}

static void title_text(const struct program_page *p, char to[256])
{
	const struct svg *s = p->plot.s;
	const char *name = s->c.probes[0].spec;

	if (s->is_lab && p->nlanes == 1)
		snprintf(to, 256, "A %s against %s", name, utf8_cut(s->c.faults->name, 64).text);
	else if (s->is_lab)
		snprintf(to, 256, "A %s against %zu faults", name, p->nlanes);
	else
		snprintf(to, 256, "The %s at the other end%s%s", name, s->fault ? " after " : "", s->fault ? utf8_cut(s->fault, 64).text : "");
}

static void draw_part(const struct program_page *p, struct out *o, size_t first, const char *what)
{
	svg_text(o, SVG_MARGIN, lane_y(p, first) - PLOT_LANE / 2.0 - 6, "small dim", "%s", what);
}

static void draw_heads(const struct program_page *p, struct out *o)
{
	const int y = p->head - 12;

	svg_text(o, SVG_MARGIN, y, "small dim", "fault");
	svg_text(o, plot_x(&p->plot, 0) - 2, y, "small strong", "the fault");
	svg_text(o, p->after, y, "small dim end", "gave up after");
	svg_text(o, p->seen, y, "small dim", "how");
	if (p->has[MARK_CONNECTING] || p->has[MARK_RECONNECTED] || p->has[MARK_EXITED])
		svg_text(o, p->then, y, "small dim", "then");
	if (!is_parted(p))
		return;
	draw_part(p, o, 0, "the peer is dead");
	draw_part(p, o, p->ndead, "the peer lives");
}

static void draw_lane(const struct program_page *p, struct out *o, size_t i)
{
	char text[128];

	lane_label(p, i, text);
	if (i % 2 == 0)
		svg_box(o, "band", SVG_MARGIN - 8, lane_y(p, i) - PLOT_LANE / 2.0, WIDTH - 2 * SVG_MARGIN + 16, PLOT_LANE);
	svg_text(o, SVG_MARGIN, lane_y(p, i) + 4, "mono", "%s", text);
}

static void draw_legend(const struct program_page *p, struct out *o, struct svg_legend *l)
{
	static const char *const what[MARKS] = {
		[MARK_GAVE_UP] = "gave up every connection", [MARK_SOME] = "gave up some", [MARK_ALARM] = "false alarm: gave up, but the peer lives",
		[MARK_MISSED] = "missed", [MARK_ALIVE] = "alive, and gave nothing up", [MARK_KERNEL] = "its kernel knew",
		[MARK_PROMISE] = "promised by its socket options", [MARK_CONNECTING] = "tried to reconnect",
		[MARK_RECONNECTED] = "reconnected", [MARK_EXITED] = "exited",
	};

	for (enum reaction_mark k = 0; k < MARKS; k++) {
		double x;

		if (!p->has[k])
			continue;
		x = svg_legend_place(l, 16 + svg_small_width(what[k]));
		if (l->dry)
			continue;
		reaction_mark(o, k, x + 6, l->y - 4);
		svg_text(o, x + 18, l->y, "small dim", "%s", what[k]);
	}
}

static void draw_all(struct program_page *p, struct out *o)
{
	struct svg_legend legend = { .x = SVG_MARGIN, .left = SVG_MARGIN, .right = WIDTH - SVG_MARGIN, .dry = true };
	char title[256];

	title_text(p, title);
	legend.y = p->plot.bottom + 46;
	draw_legend(p, o, &legend);
	svg_open(o, WIDTH, (int)legend.y + 22, title, p->sum);
	svg_started(p->plot.s, o, WIDTH);
	svg_text(o, SVG_MARGIN, 40, "big", "%s", title);
	svg_paragraph(o, SVG_MARGIN, 62, "dim", SUM_COLUMNS, p->sum);
	for (size_t i = 0; i < p->nlanes; i++)
		draw_lane(p, o, i);
	plot_axis(&p->plot, o);
	draw_heads(p, o);
	svg_line(o, "strike", plot_x(&p->plot, 0), p->head - 6, plot_x(&p->plot, 0), p->plot.bottom + 4);
	for (size_t i = 0; i < p->nlanes; i++)
		if (lane_result(p, i))
			reaction_draw(p, o, lane_result(p, i), lane_y(p, i));
	legend.dry = false;
	legend.x = legend.left;
	legend.y = p->plot.bottom + 46;
	draw_legend(p, o, &legend);
	svg_close(o);
}

void svg_program(struct svg *s, struct out *o)
{
	struct program_page p = { .plot.s = s, .columns = svg_columns(&s->c, &p.ndead) };

	p.nlanes = s->is_lab ? s->c.nfaults : s->nends > 1 ? s->nends : 1;
	if (s->why && !s->results.nresults)
		utf8_visible(p.sum, sizeof(p.sum), s->why, true);
	else
		program_sum(p.sum, &s->results);
	if (p.columns) {
		fit_time(&p);
		fit_space(&p);
		draw_all(&p, o);
	}
	free(p.columns);
}
