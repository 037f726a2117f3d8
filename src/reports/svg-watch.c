// SPDX-License-Identifier: MIT
/*
 * The timeline of a watch: a lane for each probe, who noticed first on top.
 * Clients that each die in their own time share no clock; their lanes show medians alone.
 */
#include <stdio.h>
#include <string.h>

#include "probes/probe.h"
#include "phrases.h"
#include "svg-plot.h"
#include "base/duration.h"
#include "base/utf8.h"
#include "xml.h"

#define WIDTH 960
#define HEAD 104 /* above the first lane */
#define TICKS 10

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* What the picture shows beyond the lanes' verdicts. */
static void include_row(struct plot *p, struct result_cell *r)
{
	const struct svg_lane *l = svg_lane(p->s, r);
	nsec kernel = lane_of_cell(&p->time, r).at[LANE_KERNEL];

	if (kernel != TIME_NONE)
		lane_times_include(&p->time, kernel);
	for (size_t i = 0; p->time.common && i < l->nsuspects; i++)
		lane_times_include(&p->time, l->suspects[i].t - p->time.zero);
	p->time.has[LANE_SUSPECT] |= p->time.common && l->nsuspects;
}

static void fit_time(struct plot *p)
{
	const struct results *m = &p->s->results;
	struct lane_times *t = &p->time;

	lane_times_open(t, m, results_share_zero(m) && (strcmp(m->c->mode, "listen") != 0 || m->connections < 2));
	for (size_t i = 0; i < m->shown; i++)
		include_row(p, m->order[i]);
	if (t->hi > 0 && t->lo < -t->hi / 4)
		t->lo = -t->hi / 4; /* a long life before the death must not squeeze it */
	if (t->hi <= t->lo)
		t->hi = t->waited > t->lo + NS_PER_MS ? t->waited : t->lo + NS_PER_MS;
	p->step = duration_step((t->hi - t->lo) / TICKS);
}

static void fit_space(struct plot *p)
{
	const struct results *m = &p->s->results;
	size_t label = 5, how = 5;

	for (size_t i = 0; i < m->shown; i++) {
		label = larger(label, utf8_width(m->order[i]->row->name));
		if (cell_result(m->order[i]) != UNSUPPORTED)
			how = larger(how, utf8_width(m->order[i]->how));
	}
	label = label < PLOT_LABEL ? label : PLOT_LABEL;
	how = how < PLOT_HOW ? how : PLOT_HOW;
	p->how = WIDTH - SVG_MARGIN - svg_mono_width(how);
	p->left = SVG_MARGIN + svg_mono_width(label) + 26;
	p->right = p->how - 102;
	p->top = HEAD;
	p->bottom = HEAD + PLOT_LANE * (int)m->shown + 4;
}

static size_t count_result(const struct results *m, enum result result)
{
	size_t n = 0;

	for (size_t i = 0; i < m->shown; i++)
		n += cell_result(m->order[i]) == result;
	return n;
}

static void title_text(const struct svg *s, char to[256])
{
	const char *more = s->targets > 1 ? " and others" : "";
	char name[64];

	utf8_visible(name, sizeof(name), s->targets ? s->target : "", true);
	utf8_shorten(name, 44);
	if (!strcmp(s->c.mode, "listen"))
		snprintf(to, 256, "Clients of %s", name);
	else if (s->fault)
		snprintf(to, 256, "%s at %s%s", utf8_cut(s->fault, 64).text, name, more);
	else
		snprintf(to, 256, "%s%s", name, more);
}

static void add_count(char to[256], size_t n, const char *what)
{
	size_t used = strlen(to);

	if (n)
		snprintf(to + used, 256 - used, "%s%zu %s", used ? ", " : "", n, what);
}

static void sum_text(const struct svg *s, char to[256])
{
	const struct results *m = &s->results;
	char first[160];
	size_t used;

	*to = '\0';
	if (count_result(m, STAYED_ALIVE) && count_result(m, STAYED_ALIVE) + count_result(m, UNSUPPORTED) == m->shown) {
		snprintf(to, 256, "the peer lived, and no probe raised an alarm");
		return;
	}
	add_count(to, count_result(m, NOTICED), count_result(m, NOTICED) == 1 ? "probe noticed" : "probes noticed");
	add_count(to, count_result(m, MISSED), "missed it");
	add_count(to, count_result(m, FALSE_ALARM), count_result(m, FALSE_ALARM) == 1 ? "false alarm" : "false alarms");
	add_count(to, count_result(m, STAYED_ALIVE), "saw a living peer");
	add_count(to, count_result(m, INCONCLUSIVE), "inconclusive");
	add_count(to, count_result(m, UNSUPPORTED), "unsupported");
	used = strlen(to);
	phrase_first(m, first, sizeof(first));
	if (*first)
		snprintf(to + used, 256 - used, "; %s", first);
	else if (!used)
		snprintf(to, 256, "%s", "no results");
}

static const char *zero_name(const struct svg *s)
{
	if (s->results.fault != TIME_NONE)
		return s->fault ? s->fault : "the fault";
	return s->results.kernel != TIME_NONE ? "kernel event" : "start";
}

static void draw_zero(const struct plot *p, struct out *o)
{
	const struct svg *s = p->s;
	char text[DURATION_ROOM];
	double x = plot_x(p, 0);

	svg_begin(o);
	xml_text(o, zero_name(s));
	if (p->time.common)
		xml_printf(o, ": %s s after the start", duration_seconds(text, p->time.zero - s->c.start, 3));
	svg_titled(o);
	svg_line(o, "strike", x, p->top - 6, x, p->bottom + 4);
	svg_text(o, x - 2, p->top - 12, "small strong", "%s", zero_name(s));
	svg_end(o);
}

static void draw_bands(const struct plot *p, struct out *o)
{
	for (size_t i = 0; i < p->s->results.shown; i += 2)
		svg_box(o, "band", SVG_MARGIN - 8, plot_y(p, i) - PLOT_LANE / 2.0,
			WIDTH - 2 * SVG_MARGIN + 16, PLOT_LANE);
}

static void draw_heads(const struct plot *p, struct out *o)
{
	svg_text(o, SVG_MARGIN, p->top - 12, "small dim", "probe");
	svg_text(o, p->how - 24, p->top - 12, "small dim end", "after");
	svg_text(o, p->how, p->top - 12, "small dim", "seen");
}

/* The marks that the picture has, in the order in which they are understood best. */
static void draw_legend(const struct plot *p, struct out *o, struct svg_legend *l)
{
	static const char *const what[LANE_MARKS] = {
		[LANE_NOTICED] = "noticed", [LANE_SLOWEST] = "slowest", [LANE_MISSED] = "missed",
		[LANE_ALARM] = "false alarm", [LANE_SUSPECT] = "suspicion",
		[LANE_KERNEL] = "this machine's kernel event", [LANE_ALIVE] = "alive, and no alarm",
		[LANE_OPEN] = "inconclusive",
	};
	const bool *has = p->time.has;

	for (enum lane_mark k = 0; k < LANE_MARKS; k++)
		if (has[k])
			svg_legend_mark(l, o, k, k == LANE_NOTICED && has[LANE_SLOWEST] ? "noticed (median)" : what[k]);
}

void svg_watch(struct svg *s, struct out *o)
{
	struct plot p = { .s = s };
	struct svg_legend legend = { .x = SVG_MARGIN, .left = SVG_MARGIN, .right = WIDTH - SVG_MARGIN };
	char title[256], sum[256];

	fit_time(&p);
	fit_space(&p);
	title_text(s, title);
	sum_text(s, sum);
	legend.y = p.bottom + 46;
	legend.dry = true;
	draw_legend(&p, o, &legend);
	svg_open(o, WIDTH, (int)legend.y + 22, title, sum);
	svg_started(s, o, WIDTH);
	svg_text(o, SVG_MARGIN, 40, "big", "%s", title);
	svg_text(o, SVG_MARGIN, 62, "dim", "%s", sum);
	draw_bands(&p, o);
	plot_axis(&p, o);
	draw_zero(&p, o);
	draw_heads(&p, o);
	for (size_t i = 0; i < s->results.shown; i++)
		lane_draw(&p, o, i);
	legend.dry = false;
	legend.x = legend.left;
	legend.y = p.bottom + 46;
	draw_legend(&p, o, &legend);
	svg_close(o);
}
