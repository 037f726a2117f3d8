// SPDX-License-Identifier: MIT
/* Computed advice as text and as Markdown. Settings are to be copied, so their lines are never broken. */
#include "advised.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "markdown.h"
#include "text.h"
#include "base/duration.h"
#include "base/words.h"

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

/* An hour's packets, or a minute's where they are many. */
static bool is_often(int64_t an_hour)
{
	return an_hour >= 600;
}

static int64_t packets_of(int64_t an_hour, bool often)
{
	return often ? (an_hour + 30) / 60 : an_hour;
}

/* "20 of 20 deaths, at the latest after 9.95s; 32 packets a minute while all is well. ..." */
static void advice_sentences(char *to, size_t room, const struct event *e)
{
	bool often = is_often(e->advice.an_hour);
	char bound[64];

	bound_text(bound, sizeof(bound), e);
	snprintf(to, room, "%u of %u deaths, %s; %" PRId64 " packets %s while all is well.%s%s", e->advice.deaths,
		 e->advice.deaths_of, bound, packets_of(e->advice.an_hour, often),
		 often ? "a minute" : "an hour", e->advice.why ? " " : "", e->advice.why ? e->advice.why : "");
}

/* ---- what the lab found of it ---- */

static void append_packets(char to[ADVISED_TEXT], const struct event_verified *v)
{
	const bool often = is_often(v->promised_an_hour);
	const int64_t measured = packets_of(v->an_hour, often), promised = packets_of(v->promised_an_hour, often);
	const char *const unit = often ? "a minute" : "an hour";
	const char *const reason = v->why ? v->why : !v->holds ? "" : measured < promised ? "timers fire late" : "but for rounding";

	if (v->an_hour < 0)
		words_append(to, ADVISED_TEXT, "; packets were not counted");
	else if (measured == promised)
		words_append(to, ADVISED_TEXT, "; %" PRId64 " packets %s, as promised", measured, unit);
	else
		words_append(to, ADVISED_TEXT, "; %" PRId64 " packets %s, %" PRId64 " promised%s%s", measured, unit, promised, *reason ? ": " : "",
		       reason);
}

void verified_text(char to[ADVISED_TEXT], const struct event *e)
{
	const struct event_verified *v = &e->verified;
	char slowest[DURATION_ROOM], promised[DURATION_ROOM];

	*to = '\0';
	if (*e->note)
		words_append(to, ADVISED_TEXT, "%s; ", e->note);
	words_append(to, ADVISED_TEXT, "%u of %u deaths in time", v->deaths, v->deaths_of);
	if (v->slowest)
		words_append(to, ADVISED_TEXT, ", the slowest (%s) after %s, promised within %s", v->slowest,
		       duration_brief(slowest, e->after), duration_brief(promised, v->promised));
	if (v->alarms)
		words_append(to, ADVISED_TEXT, "; %u false alarm%s", v->alarms, v->alarms > 1 ? "s" : "");
	else
		words_append(to, ADVISED_TEXT, "; no false alarm%s%s%s", v->announced ? " but of " : "", v->announced ? v->announced : "",
		       v->announced ? ", as announced" : "");
	append_packets(to, v);
}

static bool all_hold(const struct results *m)
{
	bool holds = true;

	for (size_t i = 0; i < m->nverified; i++)
		holds &= m->verified[i].verified.holds;
	return holds;
}

/* Where the run did not come to its end nothing is known. */
static const char *verdict(const struct results *m)
{
	if (!m->nverified)
		return "The advice was not measured to the end";
	return all_hold(m) ? "The advice holds, as measured in the lab on idle connections"
			   : "The advice does not hold, as measured in the lab on idle connections";
}

void text_verified(struct out *o, const struct report_context *c, const struct results *m)
{
	char text[ADVISED_TEXT];

	text_style(o, m->nverified && all_hold(m) ? GREEN : RED);
	out_text(o, verdict(m));
	text_style(o, PLAIN);
	out_text(o, ".\n");
	for (size_t i = 0; i < m->nverified; i++) {
		const struct event *e = &m->verified[i];

		if (c->verbosity < 0 && e->verified.holds)
			continue;
		out_text(o, "  -p ");
		text_quoted(o, e->group);
		out_text(o, e->verified.holds ? " holds\n      " : " does not hold\n      ");
		verified_text(text, e);
		text_words(o, text, 6, 6);
	}
	if (c->verbosity >= 0)
		out_text(o, "\n");
}

void markdown_verified(struct out *o, const struct results *m)
{
	char text[ADVISED_TEXT];

	out_printf(o, "%s.\n%s", verdict(m), m->nverified ? "\n" : "");
	for (size_t i = 0; i < m->nverified; i++) {
		const struct event *e = &m->verified[i];

		verified_text(text, e);
		out_printf(o, "- `%s` %s: ", e->group, e->verified.holds ? "holds" : "does not hold");
		markdown_text(o, text);
		out_text(o, "\n");
	}
	out_text(o, "\n");
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

void markdown_advised(struct out *o, const struct report_context *c, const struct event *e)
{
	const struct event_setting *st = &e->setting;
	char text[SENTENCES];

	(void)c;
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

/* ---- what is kept until that is known ---- */

#define PAGE_ROOM ((size_t)64 * 1024)

int advised_open(struct advised *a, const struct out *like)
{
	a->buffer = malloc(PAGE_ROOM);
	if (!a->buffer)
		return -1;
	out_page(&a->page, like, a->buffer, PAGE_ROOM);
	return 0;
}

void advised_close(struct advised *a)
{
	free(a->buffer);
	a->buffer = NULL;
}

bool advised_keeps(struct advised *a, const struct report_context *c, const struct event *e,
		   void (*write)(struct out *o, const struct report_context *c, const struct event *e))
{
	const bool kept = e->kind == EVENT_ADVICE || e->kind == EVENT_SETTING || e->kind == EVENT_NOTE;

	a->begun |= !kept && e->kind != EVENT_START;
	if (!a->buffer || a->begun || !kept)
		return false;
	write(&a->page, c, e);
	return true;
}

void advised_put(struct out *o, struct advised *a)
{
	if (a->buffer)
		out_bytes(o, a->buffer, a->page.used);
}
