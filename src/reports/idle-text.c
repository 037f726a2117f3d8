// SPDX-License-Identifier: MIT
/* The text report of an idle limit: a line where its end moves, on a terminal one that changes in place, and the sentences. */
#include <stdio.h>
#include <stdlib.h>

#include "base/duration.h"
#include "draw.h"
#include "idle.h"
#include "screen.h"

struct idle_view {
	const struct report_context *c;
	struct screen screen;
	struct event newest;
	bool live, any;
	nsec at_most;      /* that was told last */
	unsigned asked;
	nsec drawn;
};

struct idle_view *idle_open(struct out *o, const struct report_context *c)
{
	struct idle_view *v = calloc(1, sizeof(*v));

	if (!v)
		return NULL;
	v->c = c;
	v->at_most = NS_NEVER;
	v->live = o->live && c->verbosity >= 0;
	if (!v->live || !screen_open(&v->screen))
		return v;
	free(v);
	return NULL;
}

void idle_close(struct idle_view *v)
{
	if (v && v->live)
		screen_close(&v->screen);
	free(v);
}

static void make_way(struct idle_view *v, struct out *o)
{
	if (v->live)
		screen_leave(&v->screen, o);
}

static void put_line(const struct idle_view *v, struct out *o, nsec t, const char *text)
{
	out_printf(o, "%9.3fs  ", ns_seconds(t - v->c->start));
	text_words(o, text, 12, 12);
}

static void put_sentences(struct out *o, const struct event *e)
{
	char text[IDLE_SENTENCE];

	for (size_t i = 0; idle_sentence(text, e, i); i++)
		if (*text)
			text_words(o, text, 0, 0);
}

/* With -v each answer, else each that says where the end is. */
static bool is_news(const struct idle_view *v, const struct event_idle_limit *l)
{
	return l->at_most < v->at_most || (v->c->verbosity > 0 && l->asked != v->asked);
}

static void progress(struct idle_view *v, struct out *o, const struct event *e)
{
	char text[IDLE_TEXT];

	if (!v->any && v->c->verbosity >= 0) {
		snprintf(text, sizeof(text), "%u connections to %s, each to be idle for a time of its own up to %s, then asked with %s",
			 e->limit.open, e->limit.remote, duration_text(e->limit.up_to).text, e->limit.question);
		put_line(v, o, e->t, text);
	} else if (is_news(v, &e->limit) && v->c->verbosity >= 0) {
		make_way(v, o);
		idle_line(text, e, e->t);
		put_line(v, o, e->t, text);
	}
	v->any = true;
	v->at_most = e->limit.at_most;
	v->asked = e->limit.asked;
	v->newest = *e;
}

void idle_event(struct idle_view *v, struct out *o, const struct event *e)
{
	if (e->kind == EVENT_NOTE && v->c->verbosity >= 0) {
		make_way(v, o);
		put_line(v, o, e->t, e->note);
	} else if (e->kind == EVENT_IDLE_LIMIT && !e->limit.final) {
		progress(v, o, e);
	} else if (e->kind == EVENT_IDLE_LIMIT) {
		make_way(v, o);
		v->any = false;
		put_sentences(o, e);
	} else if (e->kind == EVENT_END) {
		make_way(v, o);
		v->any = false;
	}
}

void idle_redraw(struct idle_view *v, struct out *o, nsec now)
{
	char text[IDLE_TEXT];
	struct out *page;

	if (!v->live || !v->any || !out_is_free(o) || now - v->drawn < NS_PER_S / 2)
		return;
	v->drawn = now;
	page = screen_page(&v->screen, o);
	idle_line(text, &v->newest, now);
	text_style(page, BOLD);
	out_printf(page, "%9llds  ", (long long)((now - v->c->start) / NS_PER_S));
	text_style(page, PLAIN);
	out_text(page, text);
	out_text(page, "\n");
	screen_show(&v->screen, o);
}

void idle_leave(struct idle_view *v, struct out *o, bool lost)
{
	if (!v->live)
		return;
	if (lost)
		screen_lost(&v->screen);
	else
		screen_leave(&v->screen, o);
}
