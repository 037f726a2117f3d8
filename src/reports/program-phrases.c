// SPDX-License-Identifier: MIT
/* Phrases about a program under test: its table's cells, and a sentence about one result. */
#include "program-phrases.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/duration.h"
#include "base/errno-name.h"
#include "base/signal-name.h"
#include "base/utf8.h"
#include "draw.h"
#include "events/reaction.h"

const char *program_title(enum program_column c)
{
	static const char *const titles[PROGRAM_COLUMNS] = {
		[PROGRAM_FAULT] = "fault", [PROGRAM_RESULT] = "result", [PROGRAM_AFTER] = "after",
		[PROGRAM_TOLD] = "kernel knew", [PROGRAM_ACTED] = "acted", [PROGRAM_AGAIN] = "reconnected",
		[PROGRAM_EXIT] = "exited",
	};

	return titles[c];
}

static void told_text(char to[PROGRAM_TEXT], const struct reaction *r)
{
	char time[DURATION_ROOM];

	if (r->kernel == TIME_NONE)
		snprintf(to, PROGRAM_TEXT, "-");
	else
		snprintf(to, PROGRAM_TEXT, "%s %s", duration_brief(time, r->kernel),
			 r->err ? errno_name(r->err) : text_kernel(r->cause));
}

/* When, and its status, or the signal that killed it. */
static void exit_text(char to[PROGRAM_TEXT], const struct reaction *r)
{
	char time[DURATION_ROOM];
	char status[16];

	snprintf(status, sizeof(status), "%d", WEXITSTATUS(r->status));
	if (r->exited == TIME_NONE)
		snprintf(to, PROGRAM_TEXT, "-");
	else
		snprintf(to, PROGRAM_TEXT, "%s (%s)", duration_brief(time, r->exited),
			 WIFSIGNALED(r->status) ? signal_name(WTERMSIG(r->status)) : status);
}

void program_cell(char to[PROGRAM_TEXT], const struct results *m, size_t fault, enum program_column c)
{
	const struct event *e = results_program(m, fault);
	const struct reaction *r = &e->result.reaction;

	switch (c) {
	case PROGRAM_FAULT:
		utf8_visible(to, PROGRAM_TEXT, m->c->faults[fault].name, m->c->utf8);
		break;
	case PROGRAM_RESULT:
		snprintf(to, PROGRAM_TEXT, "%s", result_name(e->result.result));
		break;
	case PROGRAM_AFTER:
		duration_brief(to, e->after);
		break;
	case PROGRAM_TOLD:
		told_text(to, r);
		break;
	case PROGRAM_ACTED:
		duration_brief(to, r->acted);
		break;
	case PROGRAM_AGAIN:
		duration_brief(to, r->reconnected);
		break;
	case PROGRAM_EXIT:
		exit_text(to, r);
		break;
	case PROGRAM_COLUMNS:
		break;
	}
}

/* Do its columns tell how all its connections were given up? */
static bool is_told(const struct reaction *r)
{
	return r->given_up == r->connections && r->told == r->connections && r->acted != TIME_NONE;
}

void program_remark(char to[PROGRAM_REMARK], const struct results *m, size_t fault)
{
	const struct event *e = results_program(m, fault);
	const struct reaction *r = &e->result.reaction;
	const char *how = is_told(r) ? "" : e->verdict.how;
	char text[PROGRAM_REMARK];

	snprintf(text, sizeof(text), "%s%s%s%s%s", how, *how && *e->note ? "; " : "", e->note,
		 (*how || *e->note) && *r->promise ? "; " : "", r->promise);
	utf8_visible(to, PROGRAM_REMARK, text, m->c->utf8);
}

/* What it did, as the predicate of a sentence. */
static const char *predicate(enum result r)
{
	static const char *const phrases[RESULTS] = {
		[NOTICED] = "noticed", [MISSED] = "missed it", [FALSE_ALARM] = "gave a false alarm",
		[STAYED_ALIVE] = "kept its connection, and the peer lives", [INCONCLUSIVE] = "is inconclusive",
		[UNSUPPORTED] = "is unsupported",
	};

	return phrases[r];
}

void program_line(char to[PROGRAM_LINE], const struct event *e)
{
	char rest[REACTION_TEXT];

	snprintf(to, PROGRAM_LINE, "%s %s%.*s", e->program ? e->program : "program", predicate(e->result.result),
		 PROGRAM_LINE - 80, reaction_rest(rest, e));
}

/* Where the peer died several times: " (the worst of 4: noticed 3, missed 1)". */
static void add_counts(char *to, size_t room, const struct result_cell *c)
{
	size_t used = (size_t)snprintf(to, room, " (the worst of %u: ", c->total);
	const char *comma = "";

	for (enum result r = NOTICED; r < RESULTS && used < room; r++) {
		if (!c->count[r])
			continue;
		used += (size_t)snprintf(to + used, room - used, "%s%s %u", comma, result_name(r), c->count[r]);
		comma = ", ";
	}
	if (used < room)
		snprintf(to + used, room - used, ")");
}

void program_single(char to[PROGRAM_LINE], const struct results *m)
{
	const struct event *e = results_program(m, 0);
	char line[PROGRAM_LINE], counts[128] = "", text[PROGRAM_LINE + sizeof(counts) + 8];

	*to = '\0';
	if (!e)
		return;
	if (m->order[0]->total > 1)
		add_counts(counts, sizeof(counts), m->order[0]);
	program_line(line, e);
	snprintf(text, sizeof(text), "The %s%s.", line, counts);
	utf8_visible(to, PROGRAM_LINE, text, m->c->utf8);
}
