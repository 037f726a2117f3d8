// SPDX-License-Identifier: MIT
/*
 * The bars of the table: a lane for each probe on one time axis. A lane is drawn
 * into cells first, later marks over earlier ones, then written run by run.
 */
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "base/duration.h"

enum mark { EMPTY, DOTS, BAR, RANGE, RANGE_END, KERNEL, NOTICE, ALARM, MARKS };

static const char *const shapes[2][MARKS] = {
	{ " ", ".", "=", "-", "]", "|", "*", "!" },
	{ " ", "·", "━", "─", "┤", "│", "●", "!" },
};

static const enum style styles[MARKS] = {
	[DOTS] = DIM, [BAR] = GREEN, [RANGE] = GREEN, [RANGE_END] = GREEN,
	[KERNEL] = BOLD, [NOTICE] = GREEN, [ALARM] = YELLOW,
};

/* A false alarm is seen against the whole watch. */
void axis_fit(struct axis *a, struct lane_times *t, size_t cells, bool utf8)
{
	if (t->has[LANE_ALARM])
		lane_times_include(t, t->waited);
	*a = (struct axis){
		.lo = t->lo, .hi = t->hi, .cells = cells < LANE_MAX ? cells : LANE_MAX, .utf8 = utf8,
	};
	if (a->hi <= a->lo || a->cells < 10)
		return;
	a->step = duration_step((a->hi - a->lo) / (nsec)a->cells * 7);
}

static size_t cell_of(const struct axis *a, nsec t)
{
	double share = (double)(t - a->lo) / (double)(a->hi - a->lo);

	if (share <= 0)
		return 0;
	return share >= 1 ? a->cells - 1 : (size_t)(share * (double)a->cells);
}

static nsec first_tick(const struct axis *a)
{
	return a->lo / a->step * a->step;
}

void axis_labels(const struct axis *a, struct out *o)
{
	char line[LANE_MAX + DURATION_ROOM], text[DURATION_ROOM];
	size_t used = 0;

	if (!a->step)
		return;
	memset(line, ' ', sizeof(line));
	for (nsec t = first_tick(a); t <= a->hi; t += a->step) {
		size_t len = strlen(duration_tick(text, t, a->step));
		size_t at = cell_of(a, t);

		if (at + len > a->cells)
			at = a->cells - len;
		if (at < used)
			continue;
		memcpy(line + at, text, len);
		used = at + len + 1;
	}
	out_bytes(o, line, used ? used - 1 : 0);
}

void axis_rule(const struct axis *a, struct out *o)
{
	bool tick[LANE_MAX] = { false };

	if (!a->step)
		return;
	for (nsec t = first_tick(a); t <= a->hi; t += a->step)
		tick[cell_of(a, t)] = true;
	text_style(o, DIM);
	for (size_t i = 0; i < a->cells; i++)
		out_text(o, a->utf8 ? tick[i] ? "┬" : "─" : tick[i] ? "+" : "-");
	text_style(o, PLAIN);
}

void axis_live(struct out *o, nsec passed, nsec range, size_t label, size_t cells)
{
	const struct axis axis = { .hi = range, .cells = cells, .utf8 = o->utf8, .step = duration_step(range / (nsec)cells * 7) };
	char text[DURATION_ROOM];

	text_cell(o, duration_seconds(text, passed, 1), label - 1, true);
	out_text(o, "s ");
	text_style(o, BOLD);
	axis_labels(&axis, o);
	text_style(o, PLAIN);
	out_text(o, "\n");
	text_spaces(o, label + 1);
	axis_rule(&axis, o);
	out_text(o, "\n");
}

static void fill_marks(unsigned char *cells, size_t from, size_t to, enum mark m)
{
	for (; from < to; from++)
		cells[from] = (unsigned char)m;
}

static void draw_notice(const struct axis *a, unsigned char *cells, const struct lane *l)
{
	size_t zero = cell_of(a, 0), at = cell_of(a, l->at[LANE_NOTICED]);
	size_t most = l->at[LANE_SLOWEST] != TIME_NONE ? cell_of(a, l->at[LANE_SLOWEST]) : at;

	fill_marks(cells, zero, at, BAR);
	fill_marks(cells, at + 1, most + 1, RANGE);
	if (most > at)
		cells[most] = RANGE_END;
	cells[at] = NOTICE;
}

static void draw_lane(const struct axis *a, const struct lane *l, unsigned char *cells)
{
	if (l->at[LANE_NOTICED] != TIME_NONE)
		draw_notice(a, cells, l);
	else if (l->at[LANE_MISSED] != TIME_NONE)
		fill_marks(cells, cell_of(a, 0), cell_of(a, l->at[LANE_MISSED] ? l->at[LANE_MISSED] : a->hi) + 1, DOTS);
	if (l->at[LANE_KERNEL] != TIME_NONE) {
		size_t at = cell_of(a, l->at[LANE_KERNEL]);

		if (cells[at] != NOTICE)
			cells[at] = KERNEL;
	}
	if (l->at[LANE_ALARM] != TIME_NONE)
		cells[cell_of(a, l->at[LANE_ALARM])] = ALARM;
}

void axis_lane(const struct axis *a, struct out *o, const struct lane_times *t, struct result_cell *r, size_t gap)
{
	unsigned char cells[LANE_MAX] = { EMPTY };
	size_t end = a->cells;
	struct lane lane = lane_of_cell(t, r);
	enum mark last = EMPTY;

	if (!a->step)
		return;
	draw_lane(a, &lane, cells);
	while (end && cells[end - 1] == EMPTY)
		end--;
	if (end)
		text_spaces(o, gap);
	for (size_t i = 0; i < end; i++) {
		enum mark now = cells[i];

		if (styles[now] != styles[last])
			text_style(o, styles[now]);
		last = now;
		out_text(o, shapes[a->utf8][now]);
	}
	if (styles[last] != PLAIN)
		text_style(o, PLAIN);
}

static void put_mark(const struct axis *a, struct out *o, size_t *at, enum mark m, const char *what)
{
	char mark[8];

	snprintf(mark, sizeof(mark), "%s ", shapes[a->utf8][m]);
	text_item(o, at, mark, what);
}

/* With what it knew, and of how many connections. */
static void put_kernel(const struct axis *a, struct out *o, const struct results *m, size_t *at)
{
	char text[128];
	int used = snprintf(text, sizeof(text), "kernel events");

	for (enum kernel_cause k = KERNEL_FIN; k <= KERNEL_UNREACHABLE && m->connections > 1; k++)
		if (m->kernel_seen[k])
			used += snprintf(text + used, sizeof(text) - (size_t)used, "%s %u %s",
					 strchr(text, ':') ? "," : ":", m->kernel_seen[k], text_kernel(k));
	put_mark(a, o, at, KERNEL, text);
}

static void explain_marks(const struct axis *a, struct out *o, const struct lane_times *t, size_t *at)
{
	if (t->has[LANE_KERNEL])
		put_kernel(a, o, t->m, at);
	if (t->has[LANE_NOTICED])
		put_mark(a, o, at, NOTICE, t->has[LANE_SLOWEST] ? "noticed (median)" : "noticed");
	if (t->has[LANE_SLOWEST])
		put_mark(a, o, at, RANGE_END, "slowest");
	if (t->has[LANE_MISSED])
		put_mark(a, o, at, DOTS, "missed");
	if (t->has[LANE_ALARM])
		put_mark(a, o, at, ALARM, "false alarm");
}

void axis_legend(const struct axis *a, struct out *o, const struct lane_times *t, const char *last)
{
	size_t at = 0;

	text_style(o, DIM);
	if (a->step && results_zero(t->m) == TIME_NONE)
		text_item(o, &at, "", "0: the start");
	else if (a->step && t->m->fault == TIME_NONE)
		text_item(o, &at, "", "0: the first kernel event");
	else if (a->step)
		text_item(o, &at, "", "0: the fault");
	if (a->step)
		explain_marks(a, o, t, &at);
	if (*last)
		text_item(o, &at, "", last);
	text_style(o, PLAIN);
	if (at)
		out_text(o, "\n");
}
