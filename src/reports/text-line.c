// SPDX-License-Identifier: MIT
/* A line of the timeline: when, which connection, what, which probe, how long after, what was seen. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "events/reaction.h"
#include "probes/probe.h"
#include "phrases.h"
#include "program-phrases.h"
#include "text.h"
#include "base/duration.h"
#include "base/errno-name.h"
#include "base/utf8.h"
#include "base/wall.h"
#include "base/words.h"

#define KIND_WIDTH 7
#define AFTER_WIDTH 7
#define WHO 160
#define SEEN_LEAST 20  /* columns for what was seen, or it gets more of them on the next line */
#define KERNEL 512     /* what the kernel knew, and the target */
#define SILENCE (100 * NS_PER_MS) /* is worth a word where nothing else tells how long a death took (--keep) */
#define AGAIN 96       /* since when it was not connected, and how often that was tried */
#define CONNECTED 4096 /* a name, an address, and what was given with -p */
#define FAULT_MOST 100 /* columns that the fault's line crosses */

/* The column where what belongs to an event begins. */
static size_t body_column(const struct text *t)
{
	return (size_t)t->decimals + 5 + 2 + t->conn_width + 1 + KIND_WIDTH + 1;
}

/* The column where what was seen begins. */
static size_t seen_column(const struct text *t)
{
	return body_column(t) + t->label_width + 1 + AFTER_WIDTH + 2;
}

/* when TIME_NONE and conn 0 leave a blank. */
static void put_prefix(const struct text *t, struct out *o, nsec when, unsigned conn, const char *kind)
{
	char text[DURATION_ROOM] = "";

	if (when != TIME_NONE)
		duration_seconds(text, when - t->c->start, t->decimals);
	text_style(o, DIM);
	text_cell(o, text, (size_t)t->decimals + 5, true);
	text_style(o, PLAIN);
	*text = '\0';
	if (conn)
		snprintf(text, sizeof(text), "#%u", conn);
	text_spaces(o, 2);
	text_cell(o, text, t->conn_width, false);
	text_spaces(o, 1);
	text_cell(o, kind, KIND_WIDTH, false);
	text_spaces(o, 1);
}

static nsec since_zero(const struct text *t, nsec when)
{
	nsec zero = results_zero(&t->results);

	return zero == TIME_NONE || !results_share_zero(&t->results) ? TIME_NONE : when - zero;
}

/* Who, and how long after the fault or the first kernel event: "+1.23s". A longer name takes the next
 * columns, or a line of its own. Returns the column behind. */
static size_t put_who(const struct text *t, struct out *o, const char *who, nsec after, enum style s)
{
	char text[DURATION_ROOM + 1] = "", time[DURATION_ROOM], name[WHO];
	size_t width, more, body = body_column(t);

	snprintf(name, sizeof(name), "%s", who);
	if ((size_t)o->columns > body)
		utf8_shorten(name, (size_t)o->columns - body);
	width = utf8_width(name);
	more = width > t->label_width ? width - t->label_width : 0;
	text_style(o, s);
	text_cell(o, name, t->label_width, false);
	text_style(o, PLAIN);
	if (more && o->columns && seen_column(t) + more + SEEN_LEAST > (size_t)o->columns) {
		out_text(o, "\n");
		text_spaces(o, body + t->label_width);
		more = 0;
	}
	if (after != TIME_NONE)
		snprintf(text, sizeof(text), "%s%s", after >= 0 ? "+" : "", duration_brief(time, after));
	text_spaces(o, 1);
	text_cell(o, text, AFTER_WIDTH, true);
	text_spaces(o, 2);
	return seen_column(t) + more;
}

/* The probe, and its target where many share a row. */
static const char *who(const struct text *t, const struct event *e, char to[WHO])
{
	char name[WHO];

	if (!e->target || t->c->sets > 1)
		return results_name_of(&t->results, e);
	snprintf(name, sizeof(name), "%s at %s", results_name_of(&t->results, e), e->target);
	utf8_visible(to, WHO, name, t->c->utf8);
	return to;
}

/* The time of day, with which every other line has one. */
void line_start(const struct text *t, struct out *o)
{
	char wall[WALL_ROOM];

	put_prefix(t, o, t->c->start, 0, "start");
	out_printf(o, "%s\n", wall_text(wall, t->c->wall, t->decimals));
}

void line_listening(const struct text *t, struct out *o, const struct event *e)
{
	put_prefix(t, o, e->t, 0, "listen");
	out_text(o, "on ");
	out_visible(o, e->connection.local);
	out_text(o, "\n");
}

/* It was there before, or nobody answered at first. */
static const char *put_again(char to[AGAIN], const struct event_connection *c)
{
	char time[DURATION_ROOM], attempts[48] = "";

	*to = '\0';
	if (c->attempts)
		snprintf(attempts, sizeof(attempts), ", %u attempt%s in vain", c->attempts, c->attempts == 1 ? "" : "s");
	if (c->down != TIME_NONE)
		snprintf(to, AGAIN, "; again after %s%s", duration_brief(time, c->down), attempts);
	else if (*attempts)
		snprintf(to, AGAIN, "%s", attempts);
	return to;
}

void line_connected(const struct text *t, struct out *o, const struct event *e)
{
	const struct event_connection *c = &e->connection;
	bool named = c->target && strcmp(c->target, c->remote) != 0;
	char text[CONNECTED], again[AGAIN];

	put_prefix(t, o, e->t, e->conn, c->pid ? "watch" : c->target ? "connect" : "accept");
	snprintf(text, sizeof(text), "%s%s%s%s%s%s", named ? c->target : "", named ? " at " : "", c->remote,
		 e->group ? ", " : "", e->group ? e->group : "", put_again(again, c));
	text_words(o, text, body_column(t), body_column(t));
}

void line_unconnected(const struct text *t, struct out *o, const struct event *e)
{
	const struct event_connection *c = &e->connection;
	const char *at = *c->remote ? c->remote : c->text;
	bool named = strcmp(c->target, at) != 0;
	char text[CONNECTED];

	put_prefix(t, o, e->t, 0, "failed");
	snprintf(text, sizeof(text), "%s%s%s: %s", c->target, named ? " at " : "", named ? at : "", e->note);
	text_words(o, text, body_column(t), body_column(t));
}

void line_folded(const struct text *t, struct out *o)
{
	unsigned n = t->folded.count;
	const char *before = " to ";
	char text[512];
	size_t used = (size_t)snprintf(text, sizeof(text), "%u connection%s", n, n > 1 ? "s" : "");

	for (size_t i = 0; i < t->folded.ntargets && t->folded.ntargets <= TEXT_TARGETS; i++) {
		if (!*t->folded.targets[i])
			continue;
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", before,
					 utf8_cut(t->folded.targets[i], 80).text);
		before = ", ";
	}
	snprintf(text + used, sizeof(text) - used, " established%s",
		 n == t->c->connections && n == t->c->nprobes - t->c->programs ? ", one for each probe" : "");
	put_prefix(t, o, t->folded.t, 0, t->folded.adopted ? "watch" : *t->folded.targets[0] ? "connect" : "accept");
	text_words(o, text, body_column(t), body_column(t));
}

/* A line across, with the fault's name in it. */
void line_fault(const struct text *t, struct out *o, const struct event *e)
{
	const char *dash = t->c->utf8 ? "━" : "-", *name = e->fault ? e->fault : "?";
	size_t line = text_columns(o) < FAULT_MOST ? text_columns(o) : FAULT_MOST;

	put_prefix(t, o, e->t, e->conn, "FAULT");
	text_style(o, BOLD);
	out_visible(o, name);
	out_text(o, " ");
	for (size_t at = body_column(t) + utf8_width(name) + 1; at < line; at++)
		out_text(o, dash);
	text_style(o, PLAIN);
	out_text(o, "\n");
}

void line_kernel(const struct text *t, struct out *o, const struct event *e)
{
	const char *what = e->kernel.err ? errno_name(e->kernel.err)
			 : e->kernel.cause == KERNEL_FIN ? "the peer sends no more" : "the connection is gone";
	char time[DURATION_ROOM], text[KERNEL];

	put_prefix(t, o, e->t, e->conn, "kernel");
	put_who(t, o, text_kernel(e->kernel.cause), since_zero(t, e->t), PLAIN);
	snprintf(text, sizeof(text), "%s%s%s%s%s%s%s", what, e->late ? ", up to " : "",
		 e->late ? duration_brief(time, e->late) : "", e->late ? " earlier" : "", e->target ? " (" : "",
		 e->target ? e->target : "", e->target ? ")" : "");
	text_words(o, text, seen_column(t), seen_column(t));
}

/* What it saw, from that column on, and the lag: in full where the line has room for it, or else on a line of its own. */
static void put_seen(const struct text *t, struct out *o, size_t from, const struct event *e)
{
	size_t at = seen_column(t), used, room;
	char text[256], time[DURATION_ROOM], full[DURATION_ROOM + 32] = "", brief[DURATION_ROOM + 16] = "";

	snprintf(text, sizeof(text), "%s", phrase_seen(&e->verdict).text);
	if (t->c->targets && !t->c->connections && e->verdict.silent >= SILENCE)
		words_append(text, sizeof(text), "; it was silent for %s", duration_brief(time, e->verdict.silent));
	if (e->verdict.lag != TIME_NONE) {
		duration_brief(time, e->verdict.lag);
		snprintf(full, sizeof(full), " (%s behind the kernel)", time);
		snprintf(brief, sizeof(brief), " (lag %s)", time);
	}
	used = utf8_width(text);
	room = text_columns(o) > from + used ? text_columns(o) - from - used : 0;
	if (strlen(brief) <= room)
		words_append(text, sizeof(text), "%s", strlen(full) <= room ? full : brief);
	text_words(o, text, from, at);
	if (strlen(brief) > room) {
		text_spaces(o, at);
		text_words(o, full + 1, at, at);
	}
}

/* What else must be known, on a line of its own. */
static void put_line_note(const struct text *t, struct out *o, const struct event *e)
{
	if (!*e->note)
		return;
	put_prefix(t, o, TIME_NONE, 0, "note");
	text_words(o, e->note, body_column(t), body_column(t));
}

void line_verdict(const struct text *t, struct out *o, const struct event *e)
{
	bool dead = e->kind == EVENT_DEAD;
	nsec after = e->after != TIME_NONE ? e->after : since_zero(t, e->t);
	char name[WHO];

	put_prefix(t, o, e->t, e->conn, dead ? "dead" : "suspect");
	put_seen(t, o, put_who(t, o, who(t, e, name), after, dead ? BOLD : PLAIN), e);
	put_line_note(t, o, e);
}

void line_note(const struct text *t, struct out *o, const struct event *e)
{
	put_prefix(t, o, e->t, e->conn, "note");
	text_words(o, e->note, body_column(t), body_column(t));
}

void line_result(const struct text *t, struct out *o, const struct event *e)
{
	const char *result = result_name(e->result.result);
	char name[WHO], how[sizeof(e->verdict.how) + STEP_TEXT + 8], then[STEP_TEXT];
	size_t at;

	reaction_then(then, sizeof(then), &e->result.reaction);
	snprintf(how, sizeof(how), "%s%s%s", e->verdict.how, e->program && *e->verdict.how && *then ? "; " : "", e->program ? then : "");
	put_prefix(t, o, e->t, e->conn, "result");
	at = put_who(t, o, who(t, e, name), e->after, PLAIN);
	text_style(o, result_style(e->result.result));
	out_text(o, result);
	text_style(o, PLAIN);
	out_text(o, *how ? ": " : "");
	text_words(o, how, at + strlen(result) + 2, seen_column(t));
	put_line_note(t, o, e);
}

/* What a step is about: what the kernel knew, how it exited, which connection. */
void step_text(char to[STEP_TEXT], const struct event_program *s)
{
	char exit[64];

	if (s->step == PROGRAM_EXITED)
		snprintf(to, STEP_TEXT, "%s", reaction_exit(exit, sizeof(exit), s->status) + (WIFEXITED(s->status) ? strlen("exited with ") : 0));
	else if (s->step == PROGRAM_KERNEL)
		snprintf(to, STEP_TEXT, "%s%s%s", s->err ? errno_name(s->err) : text_kernel(s->cause), *s->local ? " on " : "", s->local);
	else if (*s->local || *s->remote)
		snprintf(to, STEP_TEXT, "%s%s%s", s->local, *s->local && *s->remote ? " to " : "", s->remote);
	else
		*to = '\0';
}

void line_step(const struct text *t, struct out *o, const struct event *e)
{
	char text[STEP_TEXT];
	size_t at;

	put_prefix(t, o, e->t, 0, e->program ? e->program : "program");
	step_text(text, &e->step);
	if (!*text && e->after == TIME_NONE) {
		out_printf(o, "%s\n", program_step_name(e->step.step));
		return;
	}
	at = put_who(t, o, program_step_name(e->step.step), e->after, PLAIN);
	text_words(o, text, at, seen_column(t));
}
