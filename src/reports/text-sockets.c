// SPDX-License-Identifier: MIT
/*
 * The connections of running processes: a line for each, with what it would notice when in columns at its right, and below it how it
 * stands. A name that is too long has a line of its own.
 */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "socket-phrases.h"
#include "text.h"

#define NAME_LEAST 40
#define COLUMNS_MOST 110
#define CELL_LEAST 6
#define GAP 2

static size_t cell_width(const struct report_context *c, size_t fault)
{
	const size_t width = utf8_width(c->faults[fault].name);

	return width > CELL_LEAST ? width : CELL_LEAST;
}

static size_t name_width(const struct report_context *c, const struct out *o)
{
	size_t columns = text_columns(o), cells = 0;

	columns = columns < COLUMNS_MOST ? columns : COLUMNS_MOST;
	for (size_t i = 0; i < c->nfaults; i++)
		cells += GAP + cell_width(c, i);
	return columns > cells + NAME_LEAST ? columns - cells : NAME_LEAST;
}

static void put_head(const struct report_context *c, struct out *o)
{
	text_style(o, BOLD);
	text_cell(o, "connection", name_width(c, o), false);
	for (size_t i = 0; i < c->nfaults; i++) {
		text_spaces(o, GAP);
		text_cell(o, c->faults[i].name, cell_width(c, i), true);
	}
	text_style(o, PLAIN);
	out_text(o, "\n");
}

static void put_cells(const struct report_context *c, struct out *o, const struct event_socket *s)
{
	char text[SOCKET_CELL];

	for (size_t i = 0; i < c->nfaults; i++) {
		const enum style style = socket_style(s, i);

		socket_cell(text, s, i);
		text_spaces(o, GAP + cell_width(c, i) - utf8_width(text));
		if (style == RED)
			text_style(o, BOLD);
		text_style(o, style);
		out_text(o, text);
		text_style(o, PLAIN);
	}
	out_text(o, "\n");
}

static void put_socket(const struct report_context *c, struct out *o, const struct event_socket *s)
{
	const size_t width = name_width(c, o);
	char name[SOCKET_NAME], details[SOCKET_DETAILS], words[SOCKET_DETAILS + ADDRESS_TEXT + 16];

	socket_name(name, s);
	if (utf8_width(name) <= width) {
		text_cell(o, name, width, false);
	} else {
		out_text(o, name);
		out_text(o, "\n");
		text_spaces(o, width);
	}
	put_cells(c, o, s);
	socket_details(details, c, s);
	snprintf(words, sizeof(words), "%s%s%s%s", c->verbosity > 0 ? "from " : "", c->verbosity > 0 ? s->local : "",
		 c->verbosity > 0 ? "; " : "", details);
	text_spaces(o, 4);
	text_words(o, words, 4, 4);
}

/* Its lines are to be copied. */
static void put_setting(struct out *o, const struct event *e)
{
	const char *text = e->setting.text ? e->setting.text : e->setting.why;
	const bool many = strchr(text, '\n') && strchr(text, '\n')[1];

	out_printf(o, "  %s%s%s%s:%s", e->setting.program, e->setting.when ? ", " : "", e->setting.when ? e->setting.when : "",
		   e->setting.needs_answer ? ", which this audit does not see" : "", many ? "\n" : " ");
	for (size_t len; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		out_text(o, many && len ? "      " : "");
		out_visible_bytes(o, text, len);
		out_text(o, "\n");
	}
}

void text_sockets(struct text *t, struct out *o, const struct event *e)
{
	char bound[DURATION_ROOM];

	if (e->kind == EVENT_SOCKET)
		socket_sum_add(&t->sockets, &e->socket);
	if (t->c->verbosity < 0)
		return;
	if (e->kind == EVENT_SOCKET) {
		if (!t->has_lines)
			put_head(t->c, o);
		put_socket(t->c, o, &e->socket);
		t->has_lines = true;
	} else if (e->kind == EVENT_SETTING) {
		if (!t->settings++)
			out_printf(o, "\nTo notice a silence within %s, on new connections:\n", duration_brief(bound, e->after));
		put_setting(o, e);
	} else if (e->kind == EVENT_NOTE) {
		text_words(o, e->note, 0, 2);
	}
}

void text_sockets_sum(const struct text *t, struct out *o)
{
	char text[SOCKET_SUM];

	if (t->c->verbosity < 0)
		return;
	socket_sum_text(text, t->c, &t->sockets);
	out_text(o, t->has_lines ? "\n" : "");
	text_words(o, text, 0, 2);
}
