// SPDX-License-Identifier: MIT
/* A cell of the lab's matrix. The time in it has two digits, to fit a narrow column. */
#include "svg-cell.h"

#include <stdio.h>
#include <string.h>

#include "probes/probe.h"
#include "base/duration.h"
#include "phrases.h"
#include "base/errno-name.h"
#include "events/reaction.h"
#include "xml.h"

enum shade { AT_ONCE, SOON, PATIENT, LATE, MISS, ALARM, CALM, OPEN, NONE, SHADES };

static const struct {
	const char *class, *sign, *text;
} shades[SHADES] = {
	[AT_ONCE] = { "n1", "", "noticed within 10 ms" }, [SOON] = { "n2", "", "within 1 s" },
	[PATIENT] = { "n3", "", "within 5 s" }, [LATE] = { "n4", "", "later" },
	[MISS] = { "miss", "\xe2\x80\x93", "missed" }, [ALARM] = { "alarm", "!", "false alarm" },
	[CALM] = { "calm", "\xc2\xb7", "the peer lives, and no alarm" },
	[OPEN] = { "open", "?", "inconclusive" },
	[NONE] = { "none", "n/a", "unsupported" },
};

static enum shade shade_of(const struct result_cell *c)
{
	switch (cell_worst(c)) {
	case NOTICED:
		if (c->slowest < 10 * NS_PER_MS)
			return AT_ONCE;
		return c->slowest < NS_PER_S ? SOON : c->slowest < 5 * NS_PER_S ? PATIENT : LATE;
	case MISSED:
		return MISS;
	case FALSE_ALARM:
		return ALARM;
	case STAYED_ALIVE:
		return CALM;
	case INCONCLUSIVE:
		return OPEN;
	default:
		return NONE;
	}
}

static void program_title(struct out *o, const struct event *e)
{
	char text[REACTION_TEXT];

	svg_more(o, "%s: %s", e->program, reaction_text(text, e));
	if (*e->result.reaction.promise)
		svg_more(o, "%s", e->result.reaction.promise);
}

static void member_title(struct out *o, const struct result_cell *c)
{
	const struct event *e = &c->worst;
	struct phrase_seen seen = phrase_seen(&e->verdict);
	char text[DURATION_ROOM];

	svg_more(o, "%s: %s", c->row->name, result_name(e->result.result));
	if (c->total > 1)
		xml_printf(o, " on %u of %u connections", c->count[e->result.result], c->total);
	if (e->after != TIME_NONE && e->after < 0)
		xml_printf(o, " %s s before the fault", duration_seconds(text, -e->after, 6));
	else if (e->after != TIME_NONE)
		xml_printf(o, " after %s s", duration_seconds(text, e->after, 6));
	if (*seen.text)
		svg_more(o, "%s", seen.text);
	if (e->verdict.err && !strstr(e->verdict.how, errno_name(e->verdict.err)))
		xml_printf(o, " (%s)", errno_name(e->verdict.err));
	if (e->verdict.lag != TIME_NONE)
		svg_more(o, "%s behind the kernel", duration_brief(text, e->verdict.lag));
	if (e->result.predicted.known)
		svg_more(o, "predicted: %s", result_name(e->result.predicted.result));
	if (e->result.predicted.known && e->result.predicted.by != NS_NEVER)
		xml_printf(o, " by %s", duration_brief(text, e->result.predicted.by));
	if (e->result.predicted.known && e->result.predicted.off)
		xml_text(o, ", which was wrong");
	if (*e->note)
		svg_more(o, "%s", e->note);
}

static void cell_title(const struct svg *s, struct out *o, const struct results_row *row, size_t fault)
{
	size_t first = (size_t)(row->probe - s->c.probes);

	xml_text(o, s->c.faults[fault].name);
	for (size_t i = first; i < first + (row->members ? row->members : 1); i++) {
		const struct result_cell *c = results_cell(&s->results, s->results.probes[i], fault);

		if (c->total && row->probe->program)
			program_title(o, &c->worst);
		else if (c->total)
			member_title(o, c);
	}
}

/* A program that kept some of its connections. */
static bool is_given_up_in_part(const struct result_cell *c)
{
	return c->row->probe->program && c->worst.result.reaction.given_up;
}

static void cell_text(const struct result_cell *c, char to[DURATION_ROOM])
{
	enum shade shade = shade_of(c);
	char time[DURATION_ROOM] = "";

	if (shade == MISS && is_given_up_in_part(c)) {
		snprintf(to, DURATION_ROOM, "%u/%u", c->worst.result.reaction.given_up, c->worst.result.reaction.connections);
		return;
	}
	if ((shade <= LATE || shade == ALARM) && c->slowest >= 0)
		duration_narrow(time, c->slowest);
	snprintf(to, DURATION_ROOM, "%s%s%.20s", shades[shade].sign,
		 shade == ALARM && *time ? "\xe2\x80\x89" : "", time);
}

/* A composite is off where one of its probes is. */
static bool is_off(const struct results *m, size_t row, size_t fault)
{
	bool off = false;

	for (size_t i = row; i <= row + m->rows[row].members; i++)
		off |= results_cell(m, i, fault)->predicted.off;
	return off;
}

void cell_draw(const struct svg *s, struct out *o, size_t row, size_t fault, double x, double y,
	       int width, int height)
{
	const struct result_cell *c = results_cell(&s->results, row, fault);
	const char *shade = shades[shade_of(c)].class;
	char text[DURATION_ROOM], class[32];

	if (!c->total)
		return;
	cell_text(c, text);
	svg_begin(o);
	cell_title(s, o, &s->results.rows[row], fault);
	svg_titled(o);
	svg_box(o, shade, x, y, width, height);
	if (is_off(&s->results, row, fault))
		svg_box(o, "off", x + 1, y + 1, width - 2, height - 2);
	snprintf(class, sizeof(class), "small mid %s", shade);
	svg_text(o, x + width / 2.0, y + height / 2.0 + 4, class, "%s", text);
	svg_end(o);
}

void cell_legend(const struct svg *s, struct out *o, struct svg_legend *l)
{
	bool has[SHADES] = { false }, off = false, part = false;

	for (size_t i = 0; i < results_count(&s->results); i++) {
		const struct result_cell *c = results_nth(&s->results, i);

		off |= c->predicted.off;
		if (c->total && shade_of(c) == MISS && is_given_up_in_part(c))
			part = true;
		else if (c->total)
			has[shade_of(c)] = true;
	}
	for (size_t i = 0; i < SHADES; i++)
		if (has[i])
			svg_legend_box(l, o, shades[i].class, shades[i].sign, shades[i].text);
	if (part)
		svg_legend_box(l, o, "miss", "1/2", "gave up 1 of 2 connections");
	if (off)
		svg_legend_box(l, o, "off", "", "not as predicted");
}
