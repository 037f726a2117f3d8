// SPDX-License-Identifier: MIT
/* A lane of the timeline. Times before the fault are negative, and lie to its left. */
#include <stdio.h>
#include <string.h>

#include "probes/probe.h"
#include "svg-plot.h"
#include "base/duration.h"
#include "base/utf8.h"
#include "base/errno-name.h"
#include "xml.h"

double plot_x(const struct plot *p, nsec t)
{
	double share = (double)(t - p->time.lo) / (double)(p->time.hi - p->time.lo);

	return p->left + (share < 0 ? 0 : share > 1 ? 1 : share) * (p->right - p->left);
}

double plot_y(const struct plot *p, size_t lane)
{
	return p->top + PLOT_LANE * (double)lane + PLOT_LANE / 2.0 + 2;
}

void plot_axis(const struct plot *p, struct out *o)
{
	char text[DURATION_ROOM];

	for (nsec t = p->time.lo / p->step * p->step; t <= p->time.hi; t += p->step) {
		double x = plot_x(p, t);

		svg_line(o, "line", x, p->top, x, p->bottom);
		svg_line(o, "rule", x, p->bottom, x, p->bottom + 4);
		svg_text(o, x, p->bottom + 17, "small dim mid", "%s", duration_tick(text, t, p->step));
	}
	svg_line(o, "rule", p->left, p->bottom, p->right, p->bottom);
}

/* What a reader sees who points at a lane's verdict. */
static void verdict_title(const struct plot *p, struct out *o, struct result_cell *r,
			  const struct svg_lane *l)
{
	char a[DURATION_ROOM], b[DURATION_ROOM];

	xml_printf(o, "%s: %s", r->row->name, result_name(cell_result(r)));
	if (r->total > 1)
		xml_printf(o, " on %u of %u connections", r->count[cell_result(r)], r->total);
	if (r->after.seen > 1)
		svg_more(o, "after %s at the median, %s to", duration_brief(a, sample_median(&r->after)),
			 duration_brief(b, r->after.least));
	if (r->after.seen > 1)
		xml_printf(o, " %s", duration_brief(a, r->after.most));
	else if (r->after.seen)
		svg_more(o, "after %s s", duration_seconds(a, r->after.least, 6));
	else if (r->alarm != TIME_NONE)
		svg_more(o, "at %s s", duration_seconds(a, r->alarm, 6));
	if (l->call)
		svg_more(o, "%s: %s", l->call, *r->how ? r->how : l->err ? errno_name(l->err) : "");
	else if (*r->how)
		svg_more(o, "%s", r->how);
	if (l->err && !strstr(r->how, errno_name(l->err)))
		xml_printf(o, " (%s)", errno_name(l->err));
	if (r->lag.seen)
		svg_more(o, "%s behind the kernel", duration_brief(a, sample_median(&r->lag)));
	if (r->count[MISSED] && p->time.waited)
		svg_more(o, "waited for %s", duration_brief(a, p->time.waited));
	svg_more(o, "worst case %s", duration_brief(a, r->row->probe->worst_case));
	if (*r->note)
		svg_more(o, "%s", r->note);
}

static void draw_bar(struct out *o, double from, double to, double y)
{
	svg_box(o, "bar", from, y - 3, to - from, 6);
}

static void draw_noticed(const struct plot *p, struct out *o, const struct lane *l, double y)
{
	double at = plot_x(p, l->at[LANE_NOTICED]);
	double most = l->at[LANE_SLOWEST] != TIME_NONE ? plot_x(p, l->at[LANE_SLOWEST]) : at;

	draw_bar(o, plot_x(p, 0), at, y);
	if (most - at > 7) {
		svg_line(o, "range", at, y, most, y);
		svg_mark(o, LANE_SLOWEST, most, y);
	}
	svg_mark(o, LANE_NOTICED, at, y);
}

/* Nothing on it but its end. */
static void draw_quiet(const struct plot *p, struct out *o, enum lane_mark end, double y)
{
	svg_line(o, "quiet", plot_x(p, p->time.lo), y, plot_x(p, p->time.hi), y);
	svg_mark(o, end, plot_x(p, p->time.hi), y);
}

static void draw_verdict(const struct plot *p, struct out *o, const struct lane *l, double y)
{
	nsec alarm = l->at[LANE_ALARM];

	if (l->at[LANE_NOTICED] != TIME_NONE) {
		draw_noticed(p, o, l, y);
	} else if (l->at[LANE_MISSED] != TIME_NONE) {
		double end = plot_x(p, l->at[LANE_MISSED] ? l->at[LANE_MISSED] : p->time.hi);

		svg_line(o, "gap", plot_x(p, 0), y, end - 8, y);
		svg_mark(o, LANE_MISSED, end, y);
	} else if (l->at[LANE_ALIVE] != TIME_NONE) {
		draw_quiet(p, o, LANE_ALIVE, y);
	} else if (l->at[LANE_OPEN] != TIME_NONE) {
		draw_quiet(p, o, LANE_OPEN, y);
	}
	if (alarm != TIME_NONE)
		svg_mark(o, LANE_ALARM, plot_x(p, alarm), y);
	if (alarm != TIME_NONE && alarm < p->time.lo)
		svg_text(o, plot_x(p, p->time.lo) - 13, y + 4, "warn strong mid", "\xe2\x80\xb9");
}

static void draw_suspects(const struct plot *p, struct out *o, const struct result_cell *r,
			  const struct svg_lane *l, double y)
{
	char text[DURATION_ROOM];

	for (size_t i = 0; p->time.common && i < l->nsuspects; i++) {
		nsec after = l->suspects[i].t - p->time.zero;

		if (after < p->time.lo)
			continue;
		svg_begin(o);
		xml_printf(o, "%s, connection %u: suspect after %s", r->row->name, l->suspects[i].conn,
			   duration_brief(text, after));
		svg_more(o, "%s", l->suspects[i].how);
		svg_titled(o);
		svg_mark(o, LANE_SUSPECT, plot_x(p, after), y);
		svg_end(o);
	}
}

static void draw_kernel(const struct plot *p, struct out *o, const struct result_cell *r,
			const struct svg_lane *l, double y)
{
	char text[DURATION_ROOM];

	if (!p->time.common || l->kernel == KERNEL_NOTHING || r->kernel == TIME_NONE)
		return;
	svg_begin(o);
	xml_printf(o, "kernel event on connection %u: %s%s%s", l->kernel_conn,
		   kernel_cause_name(l->kernel), l->kernel_err ? ", " : "",
		   l->kernel_err ? errno_name(l->kernel_err) : "");
	svg_more(o, "after %s s", duration_seconds(text, r->kernel - p->time.zero, 6));
	svg_titled(o);
	svg_mark(o, LANE_KERNEL, plot_x(p, r->kernel - p->time.zero), y);
	svg_end(o);
}

static void draw_words(const struct plot *p, struct out *o, struct result_cell *r, double y)
{
	static const char *const classes[] = {
		[NOTICED] = "end good", [MISSED] = "end bad", [FALSE_ALARM] = "end warn",
		[STAYED_ALIVE] = "end dim", [INCONCLUSIVE] = "end open", [UNSUPPORTED] = "end dim",
	};
	enum result result = cell_result(r);
	char text[160];
	nsec after = r->after.seen ? sample_median(&r->after) : r->alarm;

	if (after != TIME_NONE)
		duration_brief(text, after);
	else
		snprintf(text, sizeof(text), "%s", result_name(result));
	svg_text(o, p->how - 24, y + 4, classes[result], "%s", text);
	if (result == UNSUPPORTED)
		return;
	snprintf(text, sizeof(text), "%s", r->how);
	utf8_shorten(text, PLOT_HOW);
	svg_text(o, p->how, y + 4, "mono small dim", "%s", text);
}

static void draw_label(const struct plot *p, struct out *o, const struct result_cell *r, double y)
{
	char text[NAME_ROOM];

	results_name_cut(text, &p->s->results, r->row, PLOT_LABEL);
	out_printf(o, "<text x=\"%d\" y=\"%.1f\" class=\"mono\"><title>", SVG_MARGIN, y + 4);
	xml_text(o, r->row->probe->group);
	if (r->row->probe->stands_for)
		svg_more(o, "%s", r->row->probe->stands_for);
	svg_more(o, "%s", r->row->probe->probe->call);
	out_text(o, "</title>");
	xml_text(o, text);
	out_text(o, "</text>\n");
}

void lane_draw(const struct plot *p, struct out *o, size_t i)
{
	struct result_cell *r = p->s->results.order[i];
	const struct svg_lane *l = svg_lane(p->s, r);
	struct lane lane = lane_of_cell(&p->time, r);
	double y = plot_y(p, i);
	char text[sizeof(r->how)];

	draw_label(p, o, r, y);
	draw_words(p, o, r, y);
	if (cell_result(r) == UNSUPPORTED) {
		snprintf(text, sizeof(text), "%s", r->how);
		utf8_shorten(text, (size_t)(p->right - p->left) / 7);
		svg_text(o, p->left, y + 4, "small dim", "%s", text);
		return;
	}
	draw_kernel(p, o, r, l, y); /* under the verdict, which often comes with it */
	svg_begin(o);
	verdict_title(p, o, r, l);
	svg_titled(o);
	draw_verdict(p, o, &lane, y);
	svg_end(o);
	draw_suspects(p, o, r, l, y);
}
