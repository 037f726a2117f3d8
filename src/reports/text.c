// SPDX-License-Identifier: MIT
/*
 * The timeline: a line for each event as it happens, and the table at the end. On a
 * terminal a live view is below the lines until the table comes.
 */
#include "text.h"

#include <stdio.h>
#include <string.h>

#include "advised.h"
#include "idle.h"
#include "phrases.h"
#include "results/programs.h"
#include "base/utf8.h"

#define LABEL_LEAST 11 /* as wide as "unreachable" */
#define LABEL_MOST 24 /* or a quarter of the line, where no target is in the names */
#define CONN_UNKNOWN 999

static bool column_is_full(const struct results_column *c)
{
	return c->results == c->expected;
}

static bool is_program(const struct text *t, const struct event *e)
{
	return e->row < t->c->programs;
}

/* Is it the last of the results of a fault that its probes have? */
static bool is_over(const struct text *t, const struct event *e)
{
	return results_shared(&t->results) && e->column < t->c->nfaults && column_is_full(&t->results.columns[e->column]);
}

/* Of a matrix only what concerns a whole fault gets a line. */
static void tell_lab(struct text *t, struct out *o, const struct event *e)
{
	if (e->kind == EVENT_NOTE)
		line_cell(t, o, e);
	else if (e->kind == EVENT_PROGRAM || is_program(t, e))
		line_program(t, o, e);
	if (e->kind == EVENT_RESULT && is_over(t, e))
		line_over(t, o, e->t, e->column);
}

static void set_widths(struct text *t, const struct out *o)
{
	const struct report_context *c = t->c;
	size_t quarter = text_columns(o) / 4, most = quarter < LABEL_MOST && c->sets < 2 ? quarter : LABEL_MOST;
	char conn[16];

	t->decimals = c->verbosity > 0 ? 6 : 4;
	t->conn_width = (size_t)snprintf(conn, sizeof(conn), "#%u",
					 c->connections ? c->connections : CONN_UNKNOWN);
	t->label_width = LABEL_LEAST;
	for (size_t i = 0; i < c->nprobes; i++) {
		size_t width = utf8_width(results_probe(&t->results, i)->row->name);

		width = width < most ? width : most;
		t->label_width = width > t->label_width ? width : t->label_width;
	}
}

static int text_begin(void *state, struct out *o, const struct report_context *c)
{
	struct text *t = state;

	t->c = c;
	t->matrix = c->nfaults > 1;
	o->utf8 = c->utf8;
	if (advised_wanted(c))
		return 0;
	if (idle_wanted(c)) {
		t->idle = idle_open(o, c);
		return t->idle ? 0 : -1;
	}
	if (results_open(&t->results, c))
		return -1;
	if (results_are_predicted(c))
		return 0;
	if (c->verifies && advised_open(&t->advised, o))
		return -1;
	set_widths(t, o);
	return o->live && c->verbosity >= 0 ? live_open(t) : 0;
}

/* Of a verification nothing comes before its verdict. */
static bool is_line(const struct text *t, const struct event *e)
{
	if (t->c->verifies)
		return false;
	switch (e->kind) {
	case EVENT_START:
	case EVENT_ADVICE:
	case EVENT_PREDICTION:
	case EVENT_SETTING:
	case EVENT_VERIFIED:
	case EVENT_EXPECT:
	case EVENT_END:
		return false;
	case EVENT_NOTE:
		return true;
	case EVENT_RESULT:
		return !t->matrix || is_program(t, e) || is_over(t, e);
	case EVENT_PROGRAM:
		return !t->matrix || t->c->verbosity > 0;
	default:
		return !t->matrix;
	}
}

static void text_event(void *state, struct out *o, const struct event *e)
{
	struct text *t = state;
	bool first = !t->has_lines;

	if (advised_wanted(t->c)) {
		text_advised(o, t->c, e);
		return;
	}
	if (t->idle) {
		idle_event(t->idle, o, e);
		return;
	}
	if (t->c->verifies && advised_keeps(&t->advised, t->c, e, text_advised))
		return;
	results_event(&t->results, e);
	if (sockets_wanted(t->c)) {
		text_sockets(t, o, e);
		return;
	}
	if (results_are_predicted(t->c) || t->c->verbosity < 0)
		return;
	if (t->live)
		live_event(t, e);
	if (!is_line(t, e))
		return;
	t->has_lines = true;
	if (t->live)
		live_make_way(t, o);
	if (first)
		line_start(t, o); /* not before something happened: an error is all that a run says which fails at once */
	if (e->kind != EVENT_CONNECTED)
		text_unfold(t, o);
	if (t->matrix)
		tell_lab(t, o, e);
	else
		text_timeline(t, o, e);
}

static void text_redraw(void *state, struct out *o, nsec now)
{
	struct text *t = state;

	if (t->idle)
		idle_redraw(t->idle, o, now);
	if (t->live)
		live_draw(t, o, now);
}

static void text_leave(void *state, struct out *o, bool lost)
{
	struct text *t = state;

	if (t->idle)
		idle_leave(t->idle, o, lost);
	if (t->live)
		live_leave(t, o, lost);
}

static void put_table(struct text *t, struct out *o)
{
	char title[128];

	if (t->hidden)
		out_printf(o, "(%u more line%s with -v)\n", t->hidden, t->hidden > 1 ? "s" : "");
	out_text(o, t->has_lines ? "\n" : "");
	if (t->c->nfaults) {
		lab_title(title, sizeof(title), &t->results);
		text_words(o, title, 0, 2);
	}
	text_table(o, &t->results);
	text_programs(o, &t->results);
	if (t->c->nfaults)
		lab_agreement(o, &t->results, t->c->verbosity > 0);
	lab_advice(o, &t->results);
	out_text(o, "\n");
}

static void put_matrix(struct text *t, struct out *o)
{
	char title[160] = "Seconds until it was noticed; ";
	size_t used = strlen(title);

	lab_title(title + used, sizeof(title) - used, &t->results);
	out_text(o, t->has_lines ? "\n" : "");
	text_words(o, title, 0, 2);
	out_text(o, "\n");
	text_matrix(o, &t->results);
	matrix_legend(o, &t->results);
	text_programs(o, &t->results);
	if (results_shared(&t->results)) {
		out_text(o, "\n");
		lab_scores(o, &t->results);
	}
	lab_agreement(o, &t->results, t->c->verbosity > 0);
	lab_advice(o, &t->results);
	out_text(o, "\n");
}

static void put_sum(struct text *t, struct out *o)
{
	char buffer[4096];
	struct out page;

	out_page(&page, o, buffer, sizeof(buffer) - 1);
	if (t->matrix)
		lab_sum(&page, &t->results);
	else
		text_sum(&page, &t->results);
	buffer[page.used] = '\0';
	text_program_sum(o, &t->results);
	if (*buffer)
		text_sentence(o, buffer);
	text_program_advice(o, &t->results);
	if (t->c->remark && t->c->verbosity >= 0)
		text_sentence(o, t->c->remark);
	for (size_t i = 0; i < t->c->nprobes && t->c->verbosity >= 0; i++) {
		phrase_stands_for(buffer, t->c, i);
		if (*buffer)
			text_sentence(o, buffer);
	}
}

static void put_unconnected(const struct text *t, struct out *o)
{
	char text[PHRASE_UNCONNECTED], buffer[PHRASE_UNCONNECTED + 32];
	struct out page;

	phrase_unconnected(text, &t->results);
	if (!*text)
		return;
	out_page(&page, o, buffer, sizeof(buffer) - 1);
	text_style(&page, YELLOW);
	out_text(&page, text);
	text_style(&page, PLAIN);
	buffer[page.used] = '\0';
	text_sentence(o, buffer);
}

static void put_broken(const struct text *t, struct out *o)
{
	char text[PHRASE_BROKEN], buffer[PHRASE_BROKEN + 32];
	struct out page;

	for (size_t i = 0; i < t->results.nbroken; i++) {
		out_page(&page, o, buffer, sizeof(buffer) - 1);
		phrase_broken(text, &t->results.broken[i]);
		text_style(&page, RED);
		out_text(&page, text);
		text_style(&page, PLAIN);
		buffer[page.used] = '\0';
		text_sentence(o, buffer);
	}
}

static void put_late(const struct text *t, struct out *o)
{
	char late[PHRASE_LATE];

	phrase_late(late, &t->results);
	if (*late)
		text_words(o, late, 0, 0);
}

/* Whether the advice holds, and the advice. */
static void put_advised(struct text *t, struct out *o)
{
	if (!t->c->verifies)
		return;
	text_verified(o, t->c, &t->results);
	advised_put(o, &t->advised);
	advised_close(&t->advised);
	t->has_lines = true;
}

static void text_end(void *state, struct out *o)
{
	struct text *t = state;

	if (results_are_predicted(t->c)) {
		text_predicted(o, &t->results);
		results_close(&t->results);
		return;
	}
	if (advised_wanted(t->c))
		return;
	if (t->idle) {
		idle_close(t->idle);
		return;
	}
	if (t->live)
		live_leave(t, o, false);
	results_finish(&t->results);
	put_advised(t, o);
	if (t->results.shown && t->c->verbosity >= 0 && t->matrix)
		put_matrix(t, o);
	else if (t->results.shown && t->c->verbosity >= 0)
		put_table(t, o);
	if (t->results.shown)
		put_sum(t, o);
	if (t->results.shown)
		put_unconnected(t, o);
	if (sockets_wanted(t->c) && t->results.end != TIME_NONE)
		text_sockets_sum(t, o);
	put_broken(t, o);
	put_late(t, o);
	live_close(t);
	results_close(&t->results);
}

const struct report report_text = {
	.name = "text",
	.summary = "a timeline for people, and a table of which probe noticed when",
	.predicts = true,
	.state_size = sizeof(struct text),
	.begin = text_begin,
	.event = text_event,
	.redraw = text_redraw,
	.leave = text_leave,
	.end = text_end,
};
