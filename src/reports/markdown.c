// SPDX-License-Identifier: MIT
/*
 * Tables for an issue or a README, in GitHub's Markdown. The text
 * report writes its sentences into a page, and their signs are escaped here. See the
 * GitHub Flavored Markdown Spec, 4.10 (tables) and 6.1 (backslash escapes).
 */
#include <stdio.h>
#include <string.h>

#include "advised.h"
#include "idle.h"
#include "markdown.h"
#include "phrases.h"
#include "text.h"
#include "base/utf8.h"
#include "base/wall.h"

struct markdown {
	const struct report_context *c;
	struct results results;
	struct advised advised; /* advice that is verified */
	const char *fault;
	struct socket_sum sockets; /* of the audit */
};

void markdown_text(struct out *o, const char *s)
{
	for (; *s; s++) {
		if (strchr("\\`*_[]<>|~&$", *s))
			out_text(o, "\\");
		out_bytes(o, s, 1);
	}
}

void markdown_cell(struct out *o, const char *s)
{
	out_text(o, " ");
	markdown_text(o, s);
	out_text(o, " |");
}

void markdown_rule(struct out *o, size_t left, size_t right)
{
	out_text(o, "\n|");
	while (left--)
		out_text(o, " --- |");
	while (right--)
		out_text(o, " ---: |");
	out_text(o, "\n");
}

static bool is_shown(const struct results *r, enum table_column c)
{
	return c != TABLE_SLOWEST || table_several(r);
}

static void put_watch(struct out *o, const struct results *r)
{
	char text[128];

	out_text(o, "|");
	for (enum table_column c = 0; c < TABLE_COLUMNS; c++)
		if (is_shown(r, c))
			markdown_cell(o, c == TABLE_SENT ? "segments/bytes sent" : table_title(c));
	out_text(o, "\n|");
	for (enum table_column c = 0; c < TABLE_COLUMNS; c++)
		if (is_shown(r, c))
			out_text(o, table_right(c) ? " ---: |" : " --- |");
	out_text(o, "\n");
	for (size_t i = 0; i < r->shown; i++) {
		if (results_left_out(r, i))
			continue;
		out_text(o, "|");
		for (enum table_column c = 0; c < TABLE_COLUMNS; c++) {
			table_text(text, r->order[i], c);
			if (is_shown(r, c))
				markdown_cell(o, text);
		}
		out_text(o, "\n");
	}
}

static void put_left_out(struct out *o, const struct results *r)
{
	size_t n = results_count_left_out(r);

	if (n)
		out_printf(o, "\nand %zu more rows, each of a result that is above\n", n);
}

static void put_remark(struct out *o, const struct result_cell *c, const char *phrase)
{
	if (!*phrase)
		return;
	out_text(o, "\n- ");
	markdown_text(o, c->row->name);
	out_text(o, ": ");
	markdown_text(o, phrase);
	out_text(o, "\n");
}

static void put_notes(struct out *o, const struct results *r)
{
	char phrase[PHRASE_TARGETS];

	for (size_t i = 0; i < r->shown; i++) {
		if (results_left_out(r, i))
			continue;
		phrase_targets(phrase, r, r->order[i]);
		put_remark(o, r->order[i], phrase);
		phrase_answers(phrase, r->order[i]);
		put_remark(o, r->order[i], phrase);
	}
	for (size_t i = 0; i < r->shown; i++) {
		if (!*r->order[i]->note || results_left_out(r, i))
			continue;
		out_text(o, "\n- ");
		markdown_text(o, r->order[i]->row->name);
		out_text(o, ": ");
		markdown_text(o, r->order[i]->note);
	}
	for (size_t i = 0; i < r->shown; i++)
		if (*r->order[i]->note) {
			out_text(o, "\n");
			break;
		}
}

/* What each @NAME is. */
static void put_names(struct out *o, const struct results *r)
{
	char text[PHRASE_STANDS_FOR];

	for (size_t i = 0; i < r->c->nprobes; i++) {
		phrase_stands_for(text, r->c, i);
		if (!*text)
			continue;
		out_text(o, "\n");
		markdown_text(o, text);
		out_text(o, "\n");
	}
}

/* One of the text report's sentences. */
static void put_sum(struct out *o, const struct markdown *m, bool matrix)
{
	char buffer[4096];
	struct out page;

	out_page(&page, o, buffer, sizeof(buffer) - 1);
	page.color = false;
	if (matrix)
		lab_sum(&page, &m->results);
	else
		text_sum(&page, &m->results);
	buffer[page.used] = '\0';
	markdown_program_sum(o, &m->results);
	out_text(o, *buffer ? "\n" : "");
	markdown_text(o, buffer);
	markdown_program_advice(o, &m->results);
	phrase_late(buffer, &m->results);
	if (*buffer)
		out_printf(o, "\n%s\n", buffer);
	if (m->c->remark) {
		out_text(o, "\n");
		markdown_text(o, m->c->remark);
		out_text(o, "\n");
	}
	put_names(o, &m->results);
}

static void put_title(struct out *o, const struct markdown *m, bool matrix)
{
	char title[128];

	if (m->c->nfaults)
		lab_title(title, sizeof(title), &m->results);
	else if (m->fault)
		snprintf(title, sizeof(title), "fault: %s", utf8_cut(m->fault, 60).text);
	else
		return;
	out_text(o, matrix ? "Seconds until it was noticed: " : "");
	markdown_text(o, title);
	out_text(o, "\n\n");
}

static int markdown_begin(void *state, struct out *o, const struct report_context *c)
{
	struct markdown *m = state;

	m->c = c;
	o->utf8 = c->utf8;
	if (c->verifies && advised_open(&m->advised, o))
		return -1;
	return advised_wanted(c) || idle_wanted(c) ? 0 : results_open(&m->results, c);
}

static void markdown_event(void *state, struct out *o, const struct event *e)
{
	struct markdown *m = state;

	if (advised_wanted(m->c)) {
		markdown_advised(o, m->c, e);
		return;
	}
	if (idle_wanted(m->c)) {
		markdown_idle(o, e);
		return;
	}
	if (m->c->verifies && advised_keeps(&m->advised, m->c, e, markdown_advised))
		return;
	results_event(&m->results, e);
	if (sockets_wanted(m->c))
		markdown_sockets(o, m->c, &m->sockets, e);
	if (e->kind == EVENT_FAULT)
		m->fault = e->fault;
}

static void put_unconnected(struct out *o, const struct results *r)
{
	char text[PHRASE_UNCONNECTED];

	phrase_unconnected(text, r);
	if (!*text)
		return;
	out_text(o, "\n");
	markdown_text(o, text);
	out_text(o, "\n");
}

static void put_broken(struct out *o, const struct results *r)
{
	char text[PHRASE_BROKEN];

	out_text(o, r->nbroken ? "\n" : "");
	for (size_t i = 0; i < r->nbroken; i++) {
		phrase_broken(text, &r->broken[i]);
		out_text(o, "- ");
		markdown_text(o, text);
		out_text(o, "\n");
	}
}

static void put_all(struct out *o, struct markdown *m)
{
	bool matrix = m->c->nfaults > 1;
	char wall[WALL_ROOM];

	markdown_programs(o, &m->results);
	put_title(o, m, matrix);
	if (matrix) {
		markdown_matrix(o, &m->results);
		out_text(o, "\n\\- missed, ! false alarm, . alive and no alarm, \\~ inconclusive, ? unsupported, "
			    "\\* not as predicted\n");
		if (m->results.c->nprobes > m->results.c->programs)
			markdown_scores(o, &m->results);
	} else {
		put_watch(o, &m->results);
		put_left_out(o, &m->results);
		put_notes(o, &m->results);
	}
	markdown_agreement(o, &m->results);
	markdown_advice(o, &m->results);
	out_printf(o, "\nStarted %s.\n", wall_text(wall, m->c->wall, 0));
	put_sum(o, m, matrix);
}

static void markdown_end(void *state, struct out *o)
{
	struct markdown *m = state;

	if (results_are_predicted(m->c)) {
		markdown_predicted(o, &m->results);
		put_names(o, &m->results);
		results_close(&m->results);
		return;
	}
	if (advised_wanted(m->c) || idle_wanted(m->c))
		return;
	results_finish(&m->results);
	if (m->c->verifies) {
		markdown_verified(o, &m->results);
		advised_put(o, &m->advised);
		out_text(o, "\n");
		advised_close(&m->advised);
	}
	if (m->results.shown)
		put_all(o, m);
	put_unconnected(o, &m->results);
	if (sockets_wanted(m->c))
		markdown_sockets_sum(o, m->c, &m->sockets);
	put_broken(o, &m->results);
	results_close(&m->results);
}

const struct report report_markdown = {
	.name = "markdown",
	.summary = "the result table, or the lab's matrix, to paste into an issue",
	.predicts = true,
	.state_size = sizeof(struct markdown),
	.begin = markdown_begin,
	.event = markdown_event,
	.end = markdown_end,
};
