// SPDX-License-Identifier: MIT
/*
 * The timeline: a line for each event as it happens, and the table at the end. Its oddity: a
 * live view stands in for the lines.
 */
#include "text.h"

#include <stdio.h>

#include "advised.h"
#include "base/utf8.h"

#define LABEL_LEAST 11 /* as wide as "unreachable" */
#define LABEL_MOST 24
#define CONN_UNKNOWN 999

/* Of a matrix only what concerns a whole fault is told. */
static void tell_lab(struct text *t, struct out *o, const struct event *e)
{
	if (e->kind == EVENT_NOTE)
		line_cell(t, o, e);
	else
		line_over(t, o, e->t, grid_fault(&t->grid, e));
}

static void set_widths(struct text *t)
{
	const struct report_context *c = t->c;
	char conn[16];

	t->decimals = c->verbosity > 0 ? 6 : 4;
	t->conn_width = (size_t)snprintf(conn, sizeof(conn), "#%u",
					 c->connections ? c->connections : CONN_UNKNOWN);
	t->label_width = LABEL_LEAST;
	for (size_t i = 0; i < c->nprobes; i++) {
		size_t width = utf8_width(t->tally.rows[i].label);

		if (width > t->label_width)
			t->label_width = width < LABEL_MOST ? width : LABEL_MOST;
	}
}

static int text_begin(void *state, struct out *o, const struct report_context *c)
{
	struct text *t = state;

	t->c = c;
	t->matrix = c->nfaults > 1;
	o->utf8 = c->utf8;
	if (foretold_wanted(c))
		return foretold_open(&t->foretold, c);
	if (advised_wanted(c))
		return 0;
	if (tally_open(&t->tally, c) || grid_open(&t->grid, c))
		return -1;
	set_widths(t);
	return o->live && c->verbosity >= 0 ? live_open(t) : 0;
}

/* A live view tells it all, unless more was asked for or the end may be far. */
static bool is_drawn_alone(const struct text *t)
{
	return t->live && t->c->verbosity < 1 && t->c->connections;
}

static bool is_line(const struct text *t, const struct event *e)
{
	size_t f = grid_fault(&t->grid, e);

	switch (e->kind) {
	case EVENT_START:
	case EVENT_ADVICE:
	case EVENT_FORECAST:
	case EVENT_SETTING:
	case EVENT_EXPECT:
	case EVENT_END:
		return false;
	case EVENT_NOTE:
		return true;
	case EVENT_RESULT:
		return !t->matrix || (f < t->c->nfaults &&
				      t->grid.faults[f].results == t->grid.faults[f].expected);
	default:
		return !t->matrix;
	}
}

static void text_event(void *state, struct out *o, const struct event *e)
{
	struct text *t = state;

	if (foretold_wanted(t->c)) {
		foretold_event(&t->foretold, e);
		return;
	}
	if (advised_wanted(t->c)) {
		text_advised(o, t->c, e);
		return;
	}
	tally_event(&t->tally, e);
	grid_event(&t->grid, e);
	if (t->c->verbosity < 0)
		return;
	if (t->live)
		live_event(t, e);
	if (is_drawn_alone(t) || !is_line(t, e))
		return;
	t->told = true;
	if (t->live)
		live_make_way(t, o);
	if (e->kind != EVENT_CONNECTED)
		text_unfold(t, o);
	if (t->matrix)
		tell_lab(t, o, e);
	else
		text_tell(t, o, e);
}

static void text_redraw(void *state, struct out *o, nsec now)
{
	struct text *t = state;

	if (t->live)
		live_draw(t, o, now);
}

static void text_leave(void *state, struct out *o, bool lost)
{
	struct text *t = state;

	if (t->live)
		live_leave(t, o, lost);
}

static void put_table(struct text *t, struct out *o)
{
	char title[128];

	if (t->hidden)
		out_printf(o, "(%u more line%s with -v)\n", t->hidden, t->hidden > 1 ? "s" : "");
	out_text(o, t->told ? "\n" : "");
	if (t->c->nfaults) {
		lab_title(title, sizeof(title), &t->grid);
		out_printf(o, "%s\n", title);
	}
	text_table(o, &t->tally);
	if (t->c->nfaults)
		lab_forecasts(o, &t->grid, t->c->verbosity > 0);
	lab_advice(o, &t->grid);
	out_text(o, "\n");
}

static void put_matrix(struct text *t, struct out *o)
{
	char title[128];

	lab_title(title, sizeof(title), &t->grid);
	out_printf(o, "%sSeconds until it was noticed; %s\n\n", t->told ? "\n" : "", title);
	text_grid(o, &t->grid);
	grid_legend(o, &t->grid);
	out_text(o, "\n");
	lab_scores(o, &t->grid);
	lab_forecasts(o, &t->grid, t->c->verbosity > 0);
	lab_advice(o, &t->grid);
	out_text(o, "\n");
}

static void put_sum(struct text *t, struct out *o)
{
	char buffer[4096];
	struct out page;

	out_page(&page, o, buffer, sizeof(buffer) - 1);
	if (t->matrix)
		lab_sum(&page, &t->grid);
	else
		text_sum(&page, &t->tally);
	buffer[page.used] = '\0';
	text_sentence(o, buffer);
}

static void text_end(void *state, struct out *o)
{
	struct text *t = state;

	if (foretold_wanted(t->c)) {
		text_foretold(o, &t->foretold);
		foretold_close(&t->foretold);
		return;
	}
	if (advised_wanted(t->c))
		return;
	if (t->live)
		live_leave(t, o, false);
	tally_finish(&t->tally);
	if (t->tally.shown && t->c->verbosity >= 0 && t->matrix)
		put_matrix(t, o);
	else if (t->tally.shown && t->c->verbosity >= 0)
		put_table(t, o);
	if (t->tally.shown)
		put_sum(t, o);
	live_close(t);
	grid_close(&t->grid);
	tally_close(&t->tally);
}

const struct report report_text = {
	.name = "text",
	.summary = "a timeline for people, and a table of who noticed when",
	.foretells = true,
	.state_size = sizeof(struct text),
	.begin = text_begin,
	.event = text_event,
	.redraw = text_redraw,
	.leave = text_leave,
	.end = text_end,
};
