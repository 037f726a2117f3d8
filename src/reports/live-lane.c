// SPDX-License-Identifier: MIT
/*
 * The lanes of the live view. A lane keeps its marks in a fixed number of
 * grains; when time runs off its end, two grains become one and the axis is twice as long.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen.h"
#include "text.h"
#include "base/duration.h"
#include "base/utf8.h"

#define GRAINS 512
#define RANGE_FIRST (4 * NS_PER_S)
#define LANE_LEAST 10
#define LABEL_MOST 24

/* A later one covers an earlier one. */
enum mark { EMPTY, LINE, FAULT, KERNEL, SUSPECT, DEAD, MARKS };

static const char *const shapes[2][MARKS] = {
	{ " ", "-", ":", "|", "?", "*" },
	{ " ", "─", "┊", "│", "?", "●" },
};

static const enum style styles[MARKS] = {
	[LINE] = DIM, [FAULT] = BOLD, [KERNEL] = BOLD, [SUSPECT] = YELLOW, [DEAD] = GREEN,
};

struct live_lane {
	unsigned char marks[GRAINS];
	nsec from, until;      /* it watches from, and after the last verdict until; TIME_NONE */
	unsigned conns, dead;
	bool suspects;
};

struct lanes {
	const struct report_context *c;
	nsec range;
	struct live_lane lane[];    /* one for each probe */
};

struct lanes *lanes_open(const struct report_context *c)
{
	struct lanes *l = calloc(1, sizeof(*l) + (c->nprobes + 1) * sizeof(l->lane[0]));

	if (!l)
		return NULL;
	l->c = c;
	l->range = RANGE_FIRST;
	for (size_t i = 0; i < c->nprobes; i++)
		l->lane[i].from = l->lane[i].until = TIME_NONE;
	return l;
}

static void halve_marks(struct live_lane *lane)
{
	for (size_t i = 0; i < GRAINS / 2; i++) {
		unsigned char a = lane->marks[2 * i], b = lane->marks[2 * i + 1];

		lane->marks[i] = a > b ? a : b;
	}
	memset(lane->marks + GRAINS / 2, EMPTY, GRAINS / 2);
}

static void extend_range(struct lanes *l, nsec t)
{
	for (; t >= l->range && l->range < NS_NEVER / 2; l->range *= 2)
		for (size_t i = 0; i < l->c->nprobes; i++)
			halve_marks(&l->lane[i]);
}

static size_t grain_of(const struct lanes *l, nsec t)
{
	if (t <= l->c->start)
		return 0;
	return (size_t)((double)(t - l->c->start) / (double)l->range * GRAINS);
}

static void put_mark(struct lanes *l, struct live_lane *lane, nsec t, enum mark m)
{
	unsigned char *at;

	extend_range(l, t - l->c->start);
	at = &lane->marks[grain_of(l, t)];
	if (*at < m)
		*at = (unsigned char)m;
}

static void on_connected(struct live_lane *lane, const struct event *e)
{
	if (lane->from == TIME_NONE)
		lane->from = e->t;
	lane->conns++;
	lane->until = TIME_NONE;
}

static void on_verdict(struct lanes *l, struct live_lane *lane, const struct event *e)
{
	put_mark(l, lane, e->t, e->kind == EVENT_DEAD ? DEAD : SUSPECT);
	lane->suspects = e->kind == EVENT_SUSPECT;
	if (e->kind == EVENT_DEAD && ++lane->dead >= lane->conns)
		lane->until = e->t;
}

/* Of a program, whose lane is the first. What ended before the fault says nothing. */
static void on_step(struct lanes *l, struct live_lane *lane, const struct event *e)
{
	enum program_step step = e->step.step;

	if (step == PROGRAM_CONNECTED || step == PROGRAM_RECONNECTED)
		on_connected(lane, e);
	else if (step == PROGRAM_KERNEL && e->after != TIME_NONE)
		put_mark(l, lane, e->t, KERNEL);
	if (step != PROGRAM_CLOSED || e->after == TIME_NONE)
		return;
	put_mark(l, lane, e->t, DEAD);
	if (++lane->dead >= lane->conns)
		lane->until = e->t;
}

void lanes_event(struct lanes *l, const struct event *e)
{
	bool has_row = e->row < l->c->nprobes;
	size_t end = has_row ? e->row + l->c->probes[e->row].members : 0;

	for (size_t i = e->row; i < end; i++)
		if (e->kind == EVENT_CONNECTED)
			on_connected(&l->lane[i], e);
		else if (e->kind == EVENT_KERNEL)
			put_mark(l, &l->lane[i], e->t, KERNEL);
	if (e->kind == EVENT_CONNECTED && !has_row && l->c->programs)
		on_connected(&l->lane[0], e);
	if (e->kind == EVENT_PROGRAM && l->c->programs && e->program && !strcmp(e->program, l->c->probes[0].spec))
		on_step(l, &l->lane[0], e);
	if ((e->kind == EVENT_SUSPECT || e->kind == EVENT_DEAD) && has_row)
		on_verdict(l, &l->lane[e->row], e);
}

static size_t cell_of(const struct lanes *l, nsec t, size_t cells)
{
	size_t grain = grain_of(l, t);

	return (grain < GRAINS ? grain : GRAINS - 1) * cells / GRAINS;
}

static void fill_cells(const struct lanes *l, const struct live_lane *lane, unsigned char *cells, size_t n,
		       nsec fault, nsec now)
{
	if (lane->from != TIME_NONE) {
		size_t to = cell_of(l, lane->until != TIME_NONE ? lane->until : now, n);

		for (size_t i = cell_of(l, lane->from, n); i <= to; i++)
			cells[i] = LINE;
	}
	if (fault != TIME_NONE)
		cells[cell_of(l, fault, n)] = FAULT;
	for (size_t i = 0; i < GRAINS; i++)
		if (lane->marks[i] > cells[i * n / GRAINS])
			cells[i * n / GRAINS] = lane->marks[i];
}

static void put_lane(const struct lanes *l, struct out *o, const struct live_lane *lane, size_t n, nsec fault,
		     nsec now)
{
	unsigned char cells[LANE_MAX] = { EMPTY };

	fill_cells(l, lane, cells, n, fault, now);
	for (size_t i = 0; i < n; i++) {
		text_style(o, styles[cells[i]]);
		out_text(o, shapes[o->utf8][cells[i]]);
	}
	text_style(o, PLAIN);
}

/* What the lane has come to, at its right. */
static void put_state(struct out *o, const struct text *t, const struct live_lane *lane, const struct result_cell *r)
{
	nsec zero = results_zero(&t->results);
	char time[DURATION_ROOM];

	if (lane->conns > 1 && lane->dead) {
		out_printf(o, " %u/%u dead", lane->dead, lane->conns);
	} else if (lane->dead && zero != TIME_NONE && t->c->connections) {
		out_printf(o, " %s%s", r->dead >= zero ? "+" : "", duration_brief(time, r->dead - zero));
	} else if (lane->dead) {
		out_text(o, " dead");
	} else if (lane->suspects) {
		text_style(o, YELLOW);
		out_text(o, " suspects");
		text_style(o, PLAIN);
	}
}

static void put_legend(const struct lanes *l, struct out *o)
{
	const bool has_probes = l->c->nprobes > l->c->programs;
	const char *const what[MARKS] = {
		[FAULT] = "the fault", [KERNEL] = "kernel event", [SUSPECT] = has_probes ? "suspects" : NULL,
		[DEAD] = !has_probes ? "closed" : l->c->programs ? "reports dead, closed" : "reports dead",
	};

	text_style(o, DIM);
	for (size_t m = FAULT; m < MARKS; m++)
		if (what[m])
			out_printf(o, "%s%s %s", m > FAULT ? "   " : "", shapes[o->utf8][m], what[m]);
	text_style(o, PLAIN);
	out_text(o, "\n");
}

static void put_rest(const struct lanes *l, struct out *o, size_t shown)
{
	size_t dead = 0;

	for (size_t i = shown; i < l->c->nprobes; i++)
		dead += l->lane[i].dead > 0;
	out_printf(o, "... and %zu more probes; of these %zu report%s dead\n", l->c->nprobes - shown,
		   dead, dead == 1 ? "s" : "");
}

static size_t label_width(const struct text *t)
{
	size_t label = 6;

	for (size_t i = 0; i < t->c->nprobes; i++) {
		size_t n = utf8_width(results_probe(&t->results, i)->row->name);

		label = n > label ? n : label;
	}
	return label < LABEL_MOST ? label : LABEL_MOST;
}

void lanes_draw(struct lanes *l, struct out *page, const struct text *t, nsec now, size_t height)
{
	size_t label = label_width(t), width = screen_width(page) + 1, shown = l->c->nprobes;
	size_t beside = label + 1 + (t->c->programs ? LIVE_STATE_WIDTH + 1 : t->c->connections > t->c->nprobes ? 16 : 9);
	size_t cells = width > beside + LANE_LEAST ? width - beside : LANE_LEAST;
	bool axis = height > 4, legend;

	extend_range(l, now - l->c->start);
	height -= axis ? 2 : 0;
	legend = height > shown;
	if (shown > height)
		shown = height ? height - 1 : 0;
	if (axis)
		axis_live(page, now - l->c->start, l->range, label, cells);
	for (size_t i = 0; i < shown; i++) {
		char name[NAME_ROOM], state[LIVE_STATE];

		results_name_cut(name, &t->results, results_probe(&t->results, i)->row, label);
		text_cell(page, name, label + 1, false);
		put_lane(l, page, &l->lane[i], cells, t->results.fault, now);
		if (i < t->c->programs) {
			live_state(state, &t->results, t->c->nfaults ? 0 : NO_ROW, now);
			out_printf(page, " %s", state);
		} else {
			put_state(page, t, &l->lane[i], results_probe(&t->results, i));
		}
		out_text(page, "\n");
	}
	if (shown < l->c->nprobes)
		put_rest(l, page, shown);
	if (legend)
		put_legend(l, page);
}
