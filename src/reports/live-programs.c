// SPDX-License-Identifier: MIT
/*
 * A program under test while the lab runs: a lane for each fault, from when its stage began, since how many of them run at
 * once is limited. Faults that are over make room for the others.
 */
#include <stdio.h>
#include <string.h>

#include "results/programs.h"
#include "screen.h"
#include "text.h"
#include "base/duration.h"
#include "base/utf8.h"

#define LABEL_MOST 20
#define LANE_LEAST 10
#define RANGE_FIRST (4 * NS_PER_S)

/* A later one covers an earlier one. */
enum mark { EMPTY, PREPARES, LINE, FAULT, KERNEL, CLOSED, AGAIN, MARKS };

static const char *const shapes[2][MARKS] = {
	{ " ", ".", "-", ":", "|", "*", "o" },
	{ " ", "·", "─", "┊", "│", "●", "○" },
};

static const enum style styles[MARKS] = {
	[PREPARES] = DIM, [LINE] = DIM, [FAULT] = BOLD, [KERNEL] = BOLD, [CLOSED] = GREEN, [AGAIN] = GREEN,
};

static bool is_over(const struct results *m, size_t fault)
{
	return results_program(m, fault) != NULL;
}

/* Before it is struck. */
static void prepared_state(char to[LIVE_STATE], const struct program_stage *s)
{
	unsigned n = s->of[PROGRAM_CONNECTED].count;

	if (s->began == TIME_NONE && !n)
		snprintf(to, LIVE_STATE, "waiting");
	else if (!n)
		snprintf(to, LIVE_STATE, "starting the %s", s->newest);
	else if (n == 1)
		snprintf(to, LIVE_STATE, "connected");
	else
		snprintf(to, LIVE_STATE, "%u connected", n);
}

/* After it, by the newest step. */
static void struck_state(char to[LIVE_STATE], const struct program_stage *s, nsec now)
{
	static const struct {
		enum program_step step;
		const char *word;
	} steps[] = {
		{ PROGRAM_EXITED, "exited" }, { PROGRAM_RECONNECTED, "reconnected" }, { PROGRAM_CONNECTING, "reconnecting" },
		{ PROGRAM_CLOSED, "closed" }, { PROGRAM_KERNEL, "kernel knew" },
	};
	char time[DURATION_ROOM];

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		const struct program_moment *at = &s->of[steps[i].step];

		if (!at->count || at->last < s->struck)
			continue;
		snprintf(to, LIVE_STATE, "%s +%s", steps[i].word, duration_brief(time, at->last - s->struck));
		return;
	}
	snprintf(to, LIVE_STATE, "struck %llds ago", (long long)((now - s->struck) / NS_PER_S));
}

static void over_state(char to[LIVE_STATE], const struct event *e)
{
	const struct reaction *r = &e->result.reaction;
	char time[DURATION_ROOM], again[DURATION_ROOM];

	snprintf(to, LIVE_STATE, "%s%s%s%s%s", result_name(e->result.result), e->after != TIME_NONE ? " +" : "",
		 e->after != TIME_NONE ? duration_brief(time, e->after) : "", r->reconnected != TIME_NONE ? ", again +" : "",
		 r->reconnected != TIME_NONE ? duration_brief(again, r->reconnected) : "");
}

void live_state(char to[LIVE_STATE], const struct results *m, size_t column, nsec now)
{
	const struct program_stage *s = results_stage(m, column);
	const struct event *e = results_program(m, column);

	if (e && (s->struck == TIME_NONE || e->t >= s->struck))
		over_state(to, e);
	else if (s->struck == TIME_NONE)
		prepared_state(to, s);
	else
		struck_state(to, s, now);
}

/* The axis is twice as long when time runs off its end. */
static nsec range_of(const struct results *m, nsec now)
{
	nsec range = RANGE_FIRST;

	while (now - m->c->start >= range && range < NS_NEVER / 2)
		range *= 2;
	return range;
}

/* How the lanes lie on the page. */
struct lanes_layout {
	size_t label, cells, lines; /* lines: for faults */
	nsec range, now;
};

static size_t cell_of(const struct lanes_layout *l, const struct results *m, nsec t)
{
	double share = (double)(t - m->c->start) / (double)l->range;

	return share <= 0 ? 0 : share >= 1 ? l->cells - 1 : (size_t)(share * (double)l->cells);
}

static void put_mark(unsigned char *cells, const struct lanes_layout *l, const struct results *m, nsec t, enum mark mark)
{
	unsigned char *at = t == TIME_NONE ? NULL : &cells[cell_of(l, m, t)];

	if (at && *at < mark)
		*at = (unsigned char)mark;
}

static void fill_cells(unsigned char *cells, const struct lanes_layout *l, const struct results *m, size_t fault)
{
	const struct program_stage *s = results_stage(m, fault);
	const struct event *over = results_program(m, fault);
	nsec connected = s->of[PROGRAM_CONNECTED].first, end = over ? over->t : l->now, struck = s->struck;

	for (nsec from = s->began; from != TIME_NONE && from <= end; from += l->range / (nsec)l->cells)
		put_mark(cells, l, m, from, connected != TIME_NONE && from >= connected ? LINE : PREPARES);
	put_mark(cells, l, m, connected, LINE);
	put_mark(cells, l, m, struck, FAULT);
	put_mark(cells, l, m, s->of[PROGRAM_KERNEL].first, KERNEL);
	put_mark(cells, l, m, s->of[PROGRAM_CLOSED].last, CLOSED);
	put_mark(cells, l, m, s->of[PROGRAM_RECONNECTED].first, AGAIN);
}

static void put_lane(struct out *o, const struct lanes_layout *l, const struct results *m, size_t fault)
{
	unsigned char cells[LANE_MAX] = { EMPTY };
	char text[LIVE_STATE];
	const struct event *over = results_program(m, fault);

	utf8_visible(text, sizeof(text), m->c->faults[fault].name, m->c->utf8);
	utf8_shorten(text, l->label);
	text_cell(o, text, l->label + 1, false);
	fill_cells(cells, l, m, fault);
	for (size_t i = 0; i < l->cells; i++) {
		text_style(o, styles[cells[i]]);
		out_text(o, shapes[o->utf8][cells[i]]);
	}
	live_state(text, m, fault, l->now);
	text_spaces(o, 1);
	text_style(o, over ? result_style(over->result.result) : PLAIN);
	out_text(o, text);
	text_style(o, PLAIN);
	out_text(o, "\n");
}

static void put_legend(struct out *o)
{
	static const char *const what[MARKS] = {
		[PREPARES] = "starting", [FAULT] = "the fault", [KERNEL] = "kernel knew", [CLOSED] = "closed", [AGAIN] = "reconnected",
	};

	text_style(o, DIM);
	for (size_t k = PREPARES, n = 0; k < MARKS; k++)
		if (what[k])
			out_printf(o, "%s%s %s", n++ ? "   " : "", shapes[o->utf8][k], what[k]);
	text_style(o, PLAIN);
	out_text(o, "\n");
}

static void fit_lanes(struct lanes_layout *l, const struct results *m, size_t width, nsec now, size_t lines)
{
	size_t label = text_fault_width(m->c, LABEL_MOST), beside;

	label = label < width / 4 ? label : width / 4;
	label = label > 6 ? label : 6;
	beside = label + 1 + 1 + LIVE_STATE_WIDTH;
	*l = (struct lanes_layout){ .label = label, .lines = lines, .range = range_of(m, now), .now = now };
	l->cells = width > beside + LANE_LEAST ? width - beside : LANE_LEAST;
	l->cells = l->cells < LANE_MAX ? l->cells : LANE_MAX;
}

/* Those that are over are left out first, then those that wait. */
static bool is_left_out(const struct results *m, size_t fault, size_t *over, size_t *waiting)
{
	size_t *left = is_over(m, fault) ? over : results_stage(m, fault)->began == TIME_NONE ? waiting : NULL;

	if (!left || !*left)
		return false;
	(*left)--;
	return true;
}

static void put_rest(struct out *o, size_t over, size_t waiting)
{
	if (over)
		out_printf(o, "... and %zu more that %s over%s", over, over > 1 ? "are" : "is", waiting ? "," : "");
	if (waiting)
		out_printf(o, "%s %zu more %s", over ? "" : "... and", waiting, waiting > 1 ? "wait" : "waits");
	out_text(o, "\n");
}

static void put_lanes(struct out *o, const struct lanes_layout *l, const struct results *m)
{
	size_t all = m->c->nfaults, over = 0, waiting = 0, out, most[2];

	for (size_t f = 0; f < all; f++) {
		over += is_over(m, f);
		waiting += !is_over(m, f) && results_stage(m, f)->began == TIME_NONE;
	}
	out = all > l->lines ? all - l->lines + 1 : 0; /* one line says so */
	most[0] = over = over < out ? over : out;
	most[1] = waiting = waiting < out - over ? waiting : out - over;
	for (size_t f = 0, shown = 0; f < all && shown + (out > 0) < l->lines; f++) {
		if (is_left_out(m, f, &over, &waiting))
			continue;
		put_lane(o, l, m, f);
		shown++;
	}
	if (out)
		put_rest(o, most[0], most[1]);
}

void live_programs(struct out *page, const struct results *m, nsec now, size_t height)
{
	bool axis = height > m->c->nfaults + 1 || height > 8, legend;
	struct lanes_layout l;
	size_t lines = height - (axis ? 2 : 0);

	legend = lines > m->c->nfaults;
	fit_lanes(&l, m, screen_width(page), now, lines);
	if (axis)
		axis_live(page, now - m->c->start, l.range, l.label, l.cells);
	put_lanes(page, &l, m);
	if (legend)
		put_legend(page);
}
