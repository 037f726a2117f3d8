// SPDX-License-Identifier: MIT
/*
 * A picture of the run: the timeline of a watch, or the lab's matrix. Its oddity: nothing
 * is drawn before the end, as only then is known how much time the axis must hold.
 */
#include <stdlib.h>
#include <string.h>

#include "probes/probe.h"
#include "svg.h"
#include "base/utf8.h"

static int svg_start(void *state, struct out *o, const struct report_context *c)
{
	struct svg *s = state;

	s->c = *c;
	s->c.utf8 = o->utf8 = true;
	s->is_lab = c->nfaults > 0;
	s->lanes = calloc(c->nprobes + 1, sizeof(*s->lanes));
	s->cells = calloc(c->nfaults * c->nprobes + 1, sizeof(*s->cells));
	if (tally_open(&s->tally, &s->c) || grid_open(&s->grid, &s->c))
		return -1;
	return s->lanes && s->cells ? 0 : -1;
}

static struct svg_lane *lane_of(struct svg *s, const struct event *e)
{
	struct row *r = tally_row(&s->tally, e);

	return r ? &s->lanes[r - s->tally.rows] : NULL;
}

static void add_target(struct svg *s, const char *name)
{
	char text[sizeof(s->target)];

	utf8_visible(text, sizeof(text), name, true);
	if (!s->targets)
		memcpy(s->target, text, sizeof(text));
	if (s->targets < 2 && (!s->targets || strcmp(s->target, text) != 0))
		s->targets++;
}

static void add_kernel(struct svg *s, const struct event *e)
{
	for (size_t i = 0; e->group && i < s->c.nprobes; i++) {
		struct svg_lane *l = &s->lanes[i];

		if (l->kernel != KERNEL_NOTHING || strcmp(e->group, s->c.probes[i].group) != 0)
			continue;
		l->kernel = e->kernel;
		l->kernel_err = e->err;
		l->kernel_conn = e->conn;
	}
}

static void add_suspect(struct svg *s, const struct event *e)
{
	struct svg_lane *l = lane_of(s, e);

	size_t n = 0;

	if (!l)
		return;
	while (n < l->nsuspects && strcmp(l->suspects[n].how, e->how) != 0)
		n++;
	if (n < l->nsuspects || n == SVG_SUSPECTS)
		return; /* the same, of another connection */
	l->suspects[n].t = e->t;
	l->suspects[n].conn = e->conn;
	memcpy(l->suspects[n].how, e->how, sizeof(e->how));
	l->nsuspects++;
}

static void add_dead(struct svg *s, const struct event *e)
{
	struct svg_lane *l = lane_of(s, e);

	if (!l || l->dead_conn)
		return;
	l->dead_conn = e->conn;
	l->call = e->call;
	l->err = e->err;
}

/* Of several copies the worst stands for all, and of equals the slowest. */
static void add_result(struct svg *s, const struct event *e)
{
	static const int badness[] = {
		[UNSUPPORTED] = 0, [STAYED_ALIVE] = 1, [NOTICED] = 2, [MISSED] = 3, [FALSE_ALARM] = 4,
	};
	const struct row *r = tally_row(&s->tally, e);
	size_t f = grid_fault(&s->grid, e);
	struct svg_cell *cell;

	if (!r || f == s->c.nfaults)
		return;
	cell = &s->cells[f * s->c.nprobes + (size_t)(r - s->tally.rows)];
	if (!cell->total++ || badness[e->result] > badness[cell->worst.result] ||
	    (e->result == cell->worst.result && e->after > cell->worst.after))
		cell->worst = *e;
	cell->count[e->result]++;
}

static void svg_event(void *state, struct out *o, const struct event *e)
{
	struct svg *s = state;

	(void)o;
	tally_event(&s->tally, e);
	grid_event(&s->grid, e);
	if (e->kind == EVENT_LISTENING && !s->targets)
		add_target(s, e->local);
	else if (e->kind == EVENT_CONNECTED && e->target)
		add_target(s, e->target);
	else if (e->kind == EVENT_FAULT && !s->fault)
		s->fault = e->fault;
	else if (e->kind == EVENT_KERNEL)
		add_kernel(s, e);
	else if (e->kind == EVENT_SUSPECT)
		add_suspect(s, e);
	else if (e->kind == EVENT_DEAD)
		add_dead(s, e);
	else if (e->kind == EVENT_RESULT)
		add_result(s, e);
	else if (e->kind == EVENT_END) {
		s->status = e->status;
		s->why = e->why;
	}
}

static void svg_finish(void *state, struct out *o)
{
	struct svg *s = state;

	tally_finish(&s->tally);
	if (s->is_lab)
		svg_lab(s, o);
	else
		svg_watch(s, o);
	tally_close(&s->tally);
	grid_close(&s->grid);
	free(s->lanes);
	free(s->cells);
}

const struct report report_svg = {
	.name = "svg",
	.summary = "a picture: the timeline of a watch, or the lab's matrix",
	.to_file = true,
	.state_size = sizeof(struct svg),
	.begin = svg_start,
	.event = svg_event,
	.end = svg_finish,
};
