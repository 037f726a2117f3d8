// SPDX-License-Identifier: MIT
/*
 * The bars of the table: a lane for each probe on one time axis. A lane is drawn
 * into cells first, later marks over earlier ones, then written run by run.
 */
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "base/duration.h"
#include "base/utf8.h"

enum mark { EMPTY, DOTS, BAR, RANGE, RANGE_END, KERNEL, NOTICE, ALARM, MARKS };

static const char *const shapes[2][MARKS] = {
	{ " ", ".", "=", "-", "]", "|", "*", "!" },
	{ " ", "·", "━", "─", "┤", "│", "●", "!" },
};

static const enum style styles[MARKS] = {
	[DOTS] = DIM, [BAR] = GREEN, [RANGE] = GREEN, [RANGE_END] = GREEN,
	[KERNEL] = BOLD, [NOTICE] = GREEN, [ALARM] = YELLOW,
};

static nsec later(nsec a, nsec b)
{
	return a > b ? a : b;
}

/* How long the others were waited for; 0 if that cannot be said. */
static nsec watch_end(const struct results *m)
{
	nsec zero = results_zero(m);

	if (m->c->within != NS_NEVER && zero != TIME_NONE)
		return m->c->within;
	if (m->end == TIME_NONE || !m->c->connections)
		return 0;
	return m->end - (zero != TIME_NONE ? zero : m->c->start);
}

void axis_fit(struct axis *a, const struct results *m, size_t cells, bool utf8)
{
	*a = (struct axis){ .cells = cells < LANE_MAX ? cells : LANE_MAX, .utf8 = utf8 };
	for (size_t i = 0; i < m->shown; i++) {
		const struct result_cell *r = m->order[i];

		if (r->after.seen)
			a->hi = later(a->hi, r->after.most);
		if (r->alarm != TIME_NONE) {
			a->hi = later(a->hi, r->alarm);
			a->lo = -later(-a->lo, -r->alarm);
		}
		if (r->count[MISSED] || r->alarm != TIME_NONE)
			a->hi = later(a->hi, watch_end(m));
	}
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

static void fill(unsigned char *cells, size_t from, size_t to, enum mark m)
{
	for (; from < to; from++)
		cells[from] = (unsigned char)m;
}

static void draw_notice(const struct axis *a, unsigned char *cells, struct result_cell *r)
{
	size_t zero = cell_of(a, 0), at = cell_of(a, sample_median(&r->after));
	size_t most = cell_of(a, r->after.most);

	fill(cells, zero, at, BAR);
	fill(cells, at + 1, most + 1, RANGE);
	if (most > at)
		cells[most] = RANGE_END;
	cells[at] = NOTICE;
}

/* With -k each client has a zero of its own. */
static bool kernel_mark(const struct results *m, const struct result_cell *r)
{
	return r->kernel != TIME_NONE && m->c->connections;
}

static void draw_lane(const struct axis *a, const struct results *m, struct result_cell *r, unsigned char *cells)
{
	if (r->after.seen)
		draw_notice(a, cells, r);
	else if (r->count[MISSED])
		fill(cells, cell_of(a, 0), cell_of(a, watch_end(m) ? watch_end(m) : a->hi) + 1, DOTS);
	if (kernel_mark(m, r)) {
		size_t at = cell_of(a, r->kernel - results_zero(m));

		if (cells[at] != NOTICE)
			cells[at] = KERNEL;
	}
	if (r->alarm != TIME_NONE)
		cells[cell_of(a, r->alarm)] = ALARM;
}

void axis_lane(const struct axis *a, struct out *o, const struct results *m, struct result_cell *r, size_t gap)
{
	unsigned char cells[LANE_MAX] = { EMPTY };
	size_t end = a->cells;
	enum mark last = EMPTY;

	if (!a->step)
		return;
	draw_lane(a, m, r, cells);
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
	int used = snprintf(text, sizeof(text), "the kernel knew");

	for (enum kernel_cause k = KERNEL_FIN; k <= KERNEL_UNREACHABLE && m->connections > 1; k++)
		if (m->kernel_seen[k])
			used += snprintf(text + used, sizeof(text) - (size_t)used, "%s %u %s",
					 strchr(text, ':') ? "," : ":", m->kernel_seen[k], text_kernel(k));
	put_mark(a, o, at, KERNEL, text);
}

static void explain_marks(const struct axis *a, struct out *o, const struct results *m, size_t *at)
{
	bool noticed = false, kernel = false, range = false, missed = false, alarm = false;

	for (size_t i = 0; i < m->shown; i++) {
		const struct result_cell *r = m->order[i];

		noticed |= r->after.seen > 0;
		range |= r->after.seen > 1;
		kernel |= kernel_mark(m, r);
		missed |= !r->after.seen && r->count[MISSED];
		alarm |= r->alarm != TIME_NONE;
	}
	if (kernel)
		put_kernel(a, o, m, at);
	if (noticed)
		put_mark(a, o, at, NOTICE, range ? "noticed (median)" : "noticed");
	if (range)
		put_mark(a, o, at, RANGE_END, "slowest");
	if (missed)
		put_mark(a, o, at, DOTS, "missed");
	if (alarm)
		put_mark(a, o, at, ALARM, "false alarm");
}

void axis_legend(const struct axis *a, struct out *o, const struct results *m, const char *last)
{
	size_t at = 0;

	text_style(o, DIM);
	if (a->step && results_zero(m) == TIME_NONE)
		text_item(o, &at, "", "0: the start");
	else if (a->step && m->fault == TIME_NONE)
		text_item(o, &at, "", "0: the kernel first knew");
	else if (a->step)
		text_item(o, &at, "", "0: the fault");
	if (a->step)
		explain_marks(a, o, m, &at);
	if (*last)
		text_item(o, &at, "", last);
	text_style(o, PLAIN);
	if (at)
		out_text(o, "\n");
}
