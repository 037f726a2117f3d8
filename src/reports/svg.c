// SPDX-License-Identifier: MIT
/*
 * A picture of the run: the timeline of a watch, the lab's matrix, or what a program did. Nothing
 * is drawn before the end, as only then is known how much time the axis must hold.
 */
#include <stdlib.h>
#include <string.h>

#include "probes/probe.h"
#include "svg.h"
#include "base/utf8.h"
#include "base/wall.h"

void svg_started(const struct svg *s, struct out *o, int width)
{
	char wall[WALL_ROOM];

	svg_text(o, width - SVG_MARGIN, 20, "small dim end", "%s", wall_text(wall, s->c.wall, 0));
}

static int svg_start(void *state, struct out *o, const struct report_context *c)
{
	struct svg *s = state;

	s->c = *c;
	s->c.utf8 = o->utf8 = true;
	s->is_lab = c->nfaults > 0;
	s->lanes = calloc(c->nprobes + 1, sizeof(*s->lanes));
	return results_open(&s->results, &s->c) || !s->lanes ? -1 : 0;
}

static struct svg_lane *lane_of(struct svg *s, const struct event *e)
{
	return e->probe && e->row < s->c.nprobes ? &s->lanes[e->row] : NULL;
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
	for (size_t i = 0; e->row < s->c.nprobes && i < s->c.probes[e->row].members; i++) {
		struct svg_lane *l = &s->lanes[e->row + i];

		if (l->kernel != KERNEL_NOTHING)
			continue;
		l->kernel = e->kernel.cause;
		l->kernel_err = e->kernel.err;
		l->kernel_conn = e->conn;
	}
}

static void add_suspect(struct svg *s, const struct event *e)
{
	struct svg_lane *l = lane_of(s, e);

	size_t n = 0;

	if (!l)
		return;
	while (n < l->nsuspects && strcmp(l->suspects[n].how, e->verdict.how) != 0)
		n++;
	if (n < l->nsuspects || n == SVG_SUSPECTS)
		return; /* the same, of another connection */
	l->suspects[n].t = e->t;
	l->suspects[n].conn = e->conn;
	memcpy(l->suspects[n].how, e->verdict.how, sizeof(e->verdict.how));
	l->nsuspects++;
}

static void add_dead(struct svg *s, const struct event *e)
{
	struct svg_lane *l = lane_of(s, e);

	if (!l || l->dead_conn)
		return;
	l->dead_conn = e->conn;
	l->call = e->verdict.call;
	l->err = e->verdict.err;
}

/* More than these would fit no picture. */
static void add_end(struct svg *s, const struct event *e)
{
	if (s->nends < SVG_ENDS)
		s->ends[s->nends++] = *e;
}

static void svg_event(void *state, struct out *o, const struct event *e)
{
	struct svg *s = state;

	(void)o;
	results_event(&s->results, e);
	if (e->kind == EVENT_LISTENING && !s->targets)
		add_target(s, e->connection.local);
	else if (e->kind == EVENT_CONNECTED && e->connection.target)
		add_target(s, e->connection.target);
	else if (e->kind == EVENT_FAULT && !s->fault)
		s->fault = e->fault;
	else if (e->kind == EVENT_KERNEL)
		add_kernel(s, e);
	else if (e->kind == EVENT_SUSPECT)
		add_suspect(s, e);
	else if (e->kind == EVENT_DEAD)
		add_dead(s, e);
	else if (e->kind == EVENT_RESULT && e->program && !s->is_lab)
		add_end(s, e);
	else if (e->kind == EVENT_END) {
		s->status = e->end.status;
		s->why = e->end.why;
	}
}

static void svg_finish(void *state, struct out *o)
{
	struct svg *s = state;

	results_finish(&s->results);
	if (s->c.programs && s->c.programs == s->c.nprobes)
		svg_program(s, o);
	else if (s->is_lab)
		svg_lab(s, o);
	else
		svg_watch(s, o);
	results_close(&s->results);
	free(s->lanes);
}

const struct report report_svg = {
	.name = "svg",
	.summary = "a picture: the timeline of a watch, of a program, or the lab's matrix",
	.to_file = true,
	.state_size = sizeof(struct svg),
	.begin = svg_start,
	.event = svg_event,
	.end = svg_finish,
};
