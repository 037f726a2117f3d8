// SPDX-License-Identifier: MIT
/*
 * The text report on a terminal: below the timeline the newest state is drawn in place, and gone
 * when the table comes. It draws only when the terminal has taken the frame before.
 */
#include <stdlib.h>

#include "screen.h"
#include "text.h"

struct live {
	struct screen screen;
	struct lanes *lanes; /* NULL with a matrix */
	struct event newest;
	bool any;            /* is there a newest? */
	unsigned hidden;     /* lines that were hidden before it */
	bool changed;        /* since the last frame */
	nsec drawn;          /* when that was */
};

#define TIMELINE_LEAST 3 /* lines of it, or the newest event is in the frame */
#define STILL NS_PER_S /* a matrix without news is drawn that often, for its clock */

int live_open(struct text *t)
{
	struct live *l = t->live = calloc(1, sizeof(*l));

	if (!l || screen_open(&l->screen))
		return -1;
	if (t->matrix)
		return 0;
	l->lanes = lanes_open(t->c);
	return l->lanes ? 0 : -1;
}

void live_close(struct text *t)
{
	if (!t->live)
		return;
	screen_close(&t->live->screen);
	free(t->live->lanes);
	free(t->live);
	t->live = NULL;
}

static bool is_news(const struct text *t, const struct event *e)
{
	switch (e->kind) {
	case EVENT_SUSPECT:
	case EVENT_DEAD:
	case EVENT_NOTE:
		return true;
	case EVENT_LISTENING:
	case EVENT_CONNECTED:
	case EVENT_UNCONNECTED:
	case EVENT_FAULT:
	case EVENT_KERNEL:
	case EVENT_PROGRAM:
		return !t->matrix;
	default:
		return false;
	}
}

void live_event(struct text *t, const struct event *e)
{
	t->live->changed = true;
	if (t->live->lanes)
		lanes_event(t->live->lanes, e);
	if (!is_news(t, e))
		return;
	t->live->newest = *e;
	t->live->any = true;
	t->live->hidden = t->hidden;
}

static void put_newest(const struct text *t, struct out *page)
{
	const struct event *e = &t->live->newest;
	int columns = page->columns;

	if (!t->live->any)
		return;
	if (e->kind == EVENT_FAULT) {
		line_fault(t, page, e);
		return;
	}
	page->columns = 0; /* what is too long is cut, not broken */
	if (t->matrix)
		line_cell(t, page, e);
	else if (e->kind == EVENT_LISTENING)
		line_listening(t, page, e);
	else if (e->kind == EVENT_CONNECTED)
		line_connected(t, page, e);
	else if (e->kind == EVENT_UNCONNECTED)
		line_unconnected(t, page, e);
	else if (e->kind == EVENT_KERNEL)
		line_kernel(t, page, e);
	else if (e->kind == EVENT_NOTE)
		line_note(t, page, e);
	else if (e->kind == EVENT_PROGRAM)
		line_step(t, page, e);
	else
		line_verdict(t, page, e);
	page->columns = columns;
}

static size_t count_lines(const struct out *page)
{
	size_t n = 0;

	for (size_t i = 0; i < page->used; i++)
		n += page->buffer[i] == '\n';
	return n;
}

/* Is the newest event in the timeline, of which some lines are on the screen above the frame? */
static bool is_seen_above(const struct text *t, const struct out *page, size_t height)
{
	return !t->matrix && t->hidden == t->live->hidden && !t->folded.count && count_lines(page) + TIMELINE_LEAST <= height;
}

/* A frame of a matrix costs half a millisecond, which others may need. */
static bool is_due(const struct text *t, const struct out *o, nsec now)
{
	const struct live *l = t->live;

	return !t->matrix || l->changed || now - l->drawn >= STILL || l->screen.columns != o->columns ||
	       l->screen.lines != o->rows;
}

void live_draw(struct text *t, struct out *o, nsec now)
{
	struct screen *s = &t->live->screen;
	struct out *page;
	size_t height = screen_height(o);

	if (!out_is_free(o)) {
		o->held = false;
		return;
	}
	if (!is_due(t, o, now))
		return;
	t->live->changed = false;
	t->live->drawn = now;
	page = screen_page(s, o);
	if (t->matrix)
		live_lab(page, t, now, height - (height > 1));
	else
		lanes_draw(t->live->lanes, page, t, now, height - (height > 1));
	if (!is_seen_above(t, page, height))
		put_newest(t, page);
	o->held = false;
	screen_show(s, o);
}

void live_make_way(struct text *t, struct out *o)
{
	screen_leave(&t->live->screen, o);
	t->live->changed = true;
	o->held = true;
}

void live_leave(struct text *t, struct out *o, bool lost)
{
	if (lost)
		screen_lost(&t->live->screen);
	else
		screen_leave(&t->live->screen, o);
	t->live->changed = true;
	o->held = false;
}
