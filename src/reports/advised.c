// SPDX-License-Identifier: MIT
/* Computed advice as text and as Markdown. Settings are to be copied, so their lines are never broken. */
#include "advised.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "base/duration.h"

#define SENTENCES 1024

bool advised_wanted(const struct report_context *c)
{
	return !strcmp(c->mode, "advise");
}

/* "at the latest after 9.95s" */
static void bound_text(char *to, size_t room, const struct event *e)
{
	char time[DURATION_ROOM];

	snprintf(to, room, "at the latest after %s", duration_brief(time, e->after));
}

/* "20 of 20 deaths, at the latest after 9.95s; 32 packets a minute while all is well. ..." */
static void advice_sentences(char *to, size_t room, const struct event *e)
{
	bool often = e->advice.an_hour >= 600;
	char bound[64];

	bound_text(bound, sizeof(bound), e);
	snprintf(to, room, "%u of %u deaths, %s; %" PRId64 " packets %s while all is well.%s%s", e->advice.deaths,
		 e->advice.deaths_of, bound, often ? (e->advice.an_hour + 30) / 60 : e->advice.an_hour,
		 often ? "a minute" : "an hour", e->advice.why ? " " : "", e->advice.why ? e->advice.why : "");
}

/* ---- text ---- */

/* A tab at the beginning of a line is four columns: less than eight are left of the indent. */
static void put_lines(struct out *o, const char *s, size_t indent)
{
	while (*s) {
		size_t tabs = strspn(s, "\t"), len = strcspn(s, "\n");

		text_spaces(o, len ? indent + 4 * tabs : 0);
		out_bytes(o, s + tabs, len - tabs);
		out_text(o, "\n");
		s += len + (s[len] == '\n');
	}
}

static void put_advice(struct out *o, bool brief, const struct event *e)
{
	char text[SENTENCES];

	if (brief) {
		out_printf(o, "%s\n", e->group);
		return;
	}
	out_text(o, "\n");
	text_style(o, BOLD);
	out_printf(o, "%s\n", e->advice.title);
	text_style(o, PLAIN);
	out_text(o, "  -p ");
	text_style(o, GREEN);
	text_quoted(o, e->group);
	text_style(o, PLAIN);
	out_text(o, "\n  ");
	advice_sentences(text, sizeof(text), e);
	text_words(o, text, 2, 2);
}

static void put_setting(struct out *o, const struct event *e)
{
	const struct event_setting *st = &e->setting;
	char bound[64];

	bound_text(bound, sizeof(bound), e);
	out_text(o, "\n  ");
	text_style(o, BOLD);
	out_text(o, st->program);
	text_style(o, PLAIN);
	if (st->text)
		out_printf(o, ", %s%s%s", bound, st->when ? " " : "", st->when ? st->when : "");
	out_text(o, "\n");
	if (st->text)
		put_lines(o, st->text, 6);
	if (!st->why)
		return;
	text_spaces(o, 4);
	text_words(o, st->why, 4, 4);
}

static void put_note(struct out *o, const struct event *e)
{
	text_words(o, e->note, 0, 0);
}

void text_advised(struct out *o, const struct report_context *c, const struct event *e)
{
	if (e->kind == EVENT_ADVICE)
		put_advice(o, c->verbosity < 0, e);
	else if (c->verbosity < 0)
		return;
	else if (e->kind == EVENT_SETTING)
		put_setting(o, e);
	else if (e->kind == EVENT_NOTE)
		put_note(o, e);
}

/* ---- Markdown ---- */

static void put_fenced(struct out *o, const char *s)
{
	out_printf(o, "\n```\n%s", s);
	out_text(o, "```\n");
}

void markdown_advised(struct out *o, const struct event *e)
{
	const struct event_setting *st = &e->setting;
	char text[SENTENCES];

	if (e->kind == EVENT_ADVICE) {
		advice_sentences(text, sizeof(text), e);
		out_printf(o, "\n## %s\n\n    -p ", e->advice.title);
		text_quoted(o, e->group);
		out_printf(o, "\n\n%s\n", text);
	} else if (e->kind == EVENT_SETTING) {
		bound_text(text, sizeof(text), e);
		out_printf(o, "\n### %s\n", st->program);
		if (st->text) {
			out_printf(o, "\n%s%s%s\n", text, st->when ? " " : "", st->when ? st->when : "");
			put_fenced(o, st->text);
		}
		if (st->why)
			out_printf(o, "\n%s\n", st->why);
	} else if (e->kind == EVENT_NOTE) {
		out_printf(o, "%s\n", e->note);
	}
}
