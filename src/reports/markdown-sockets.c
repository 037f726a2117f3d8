// SPDX-License-Identifier: MIT
/* The connections of running processes, in Markdown. */
#include "markdown.h"
#include "socket-phrases.h"

static void put_head(struct out *o, const struct report_context *c)
{
	out_text(o, "| connection |");
	for (size_t i = 0; i < c->nfaults; i++)
		markdown_cell(o, c->faults[i].name);
	out_text(o, " as it stands |\n| --- |");
	for (size_t i = 0; i < c->nfaults; i++)
		out_text(o, " ---: |");
	out_text(o, " --- |\n");
}

static void put_socket(struct out *o, const struct report_context *c, const struct event_socket *s)
{
	char name[SOCKET_NAME], cell[SOCKET_CELL], details[SOCKET_DETAILS];

	socket_name(name, s);
	out_text(o, "|");
	markdown_cell(o, name);
	for (size_t i = 0; i < c->nfaults; i++) {
		const bool stands_out = socket_style(s, i) == RED;

		socket_cell(cell, s, i);
		out_text(o, stands_out ? " **" : " ");
		markdown_text(o, cell);
		out_text(o, stands_out ? "** |" : " |");
	}
	socket_details(details, c, s);
	markdown_cell(o, details);
	out_text(o, "\n");
}

void markdown_sockets(struct out *o, const struct report_context *c, struct socket_sum *sum, const struct event *e)
{
	if (e->kind == EVENT_SOCKET) {
		if (!sum->connections)
			put_head(o, c);
		put_socket(o, c, &e->socket);
		socket_sum_add(sum, &e->socket);
	} else if (e->kind == EVENT_SETTING && e->setting.text) {
		out_text(o, "\n");
		markdown_text(o, e->setting.program);
		out_text(o, ":\n\n```\n");
		out_text(o, e->setting.text);
		out_text(o, "```\n");
	}
}

void markdown_sockets_sum(struct out *o, const struct report_context *c, const struct socket_sum *sum)
{
	char text[SOCKET_SUM];

	socket_sum_text(text, c, sum);
	out_text(o, sum->connections ? "\n" : "");
	markdown_text(o, text);
	out_text(o, "\n");
}
