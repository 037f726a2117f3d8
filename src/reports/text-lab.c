// SPDX-License-Identifier: MIT
/* The lab in words and numbers: a fault that is over, and each probe against all faults. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "base/units.h"
#include "base/utf8.h"

#define PROBE_MOST 26
#define BLIND_LEAST 24 /* columns for the faults that blind a probe; else on lines of their own */

/* The cells of one fault, a composite counted as one. */
struct column_count {
	unsigned results[RESULTS], off, able;
	size_t first; /* who noticed first; nrows if nobody did */
	unsigned together; /* how many noticed with it, itself included */
};

static unsigned count_together(const struct grid *g, size_t fault, size_t first)
{
	unsigned n = 0;

	for (size_t i = 0; i < g->nrows; i++) {
		const struct grid_cell *c = grid_cell(g, i, fault);

		n += !g->rows[i].member && c->total && grid_result(c) == NOTICED &&
		     c->after - grid_cell(g, first, fault)->after < TOGETHER;
	}
	return n;
}

static void count_column(const struct grid *g, size_t fault, struct column_count *n)
{
	*n = (struct column_count){ .first = g->nrows };
	for (size_t i = 0; i < g->nrows; i++) {
		const struct grid_cell *c = grid_cell(g, i, fault);

		n->off += c->off;
		if (g->rows[i].member || !c->total)
			continue;
		n->results[grid_result(c)]++;
		n->able += grid_result(c) != UNSUPPORTED;
		if (grid_result(c) == NOTICED &&
		    (n->first == g->nrows || c->after < grid_cell(g, n->first, fault)->after))
			n->first = i;
	}
	if (n->first < g->nrows)
		n->together = count_together(g, fault, n->first);
}

static size_t sentence(char *to, size_t room, const struct grid *g, size_t fault,
		       const struct column_count *n)
{
	char time[UNITS_TEXT];
	unsigned noticed = n->results[NOTICED], alarms = n->results[FALSE_ALARM];
	int used;

	if (!grid_killed(g, fault) && !alarms)
		return (size_t)snprintf(to, room, "the peer lives, and none of %u said otherwise", n->able);
	if (!grid_killed(g, fault))
		return (size_t)snprintf(to, room, "the peer lives, and %u of %u cried wolf", alarms, n->able);
	used = snprintf(to, room, "%u of %u noticed", noticed, n->able);
	if (n->first < g->nrows)
		used += snprintf(to + used, room - (size_t)used, ", first %.60s %s",
				 n->together > 1 ? "after" : g->rows[n->first].label,
				 units_time(time, grid_cell(g, n->first, fault)->after));
	if (alarms)
		used += snprintf(to + used, room - (size_t)used, ", %u cried wolf", alarms);
	return (size_t)used;
}

void lab_fault(char *to, size_t room, const struct grid *g, size_t fault)
{
	struct column_count n;
	size_t used = (size_t)snprintf(to, room, "%.60s: ", g->c->faults[fault]);

	count_column(g, fault, &n);
	used += sentence(to + used, room - used, g, fault, &n);
	if (n.off)
		snprintf(to + used, room - used, "; %u not as predicted", n.off);
}

void lab_title(char *to, size_t room, const struct grid *g)
{
	size_t all = 0, ways = g->c->nfaults;
	int used;

	for (size_t i = 0; i < g->nrows; i++)
		all += !g->rows[i].member;
	if (ways == 1)
		used = snprintf(to, room, "fault %.60s", g->c->faults[0]);
	else
		used = snprintf(to, room, "%zu faults", ways);
	snprintf(to + used, room - (size_t)used, ", %zu probe%s, traffic: %s", all, all == 1 ? "" : "s",
		 g->c->traffic ? g->c->traffic : "idle");
}

/* Did it watch that death, and did it miss it? */
static bool is_blind(const struct grid *g, size_t row, size_t fault)
{
	return grid_cell(g, row, fault)->results[MISSED] > 0;
}

static bool is_seeing(const struct grid *g, size_t row, size_t fault)
{
	const struct grid_cell *c = grid_cell(g, row, fault);

	return c->results[NOTICED] && !c->results[MISSED];
}

/* All the names, or, where they are most, those of the rest. */
void lab_blind(char *to, size_t room, const struct grid *g, size_t row)
{
	unsigned blind = 0, seeing = 0;
	const char *before = "";
	size_t used;

	for (size_t f = 0; f < g->c->nfaults; f++) {
		blind += is_blind(g, row, f);
		seeing += is_seeing(g, row, f);
	}
	if (!blind || !seeing) {
		snprintf(to, room, "%s", blind ? "everything" : seeing ? "nothing" : "-");
		return;
	}
	used = (size_t)snprintf(to, room, "%s", blind > seeing ? "all but " : "");
	for (size_t f = 0; f < g->c->nfaults && used < room; f++) {
		if (!(blind > seeing ? is_seeing(g, row, f) : is_blind(g, row, f)))
			continue;
		used += (size_t)snprintf(to + used, room - used, "%s%s", before, g->c->faults[f]);
		before = ", ";
	}
}

static void number_text(char to[UNITS_TEXT], int64_t n)
{
	if (n < 0)
		snprintf(to, UNITS_TEXT, "-");
	else if (n < 1000000)
		snprintf(to, UNITS_TEXT, "%" PRId64, n);
	else
		snprintf(to, UNITS_TEXT, "%" PRId64 "k", (n + 500) / 1000);
}

/* The columns behind the name. */
static const char *const titles[] = { "noticed", "alarms", "median", "packets", "bytes" };
static const size_t widths[] = { 7, 6, 6, 7, 7 };
#define SCORES (sizeof(widths) / sizeof(*widths))

static void score_texts(char to[SCORES][UNITS_TEXT], const struct grid_row *r,
			const struct grid_score *s)
{
	snprintf(to[0], UNITS_TEXT, "%u/%u", s->noticed, s->deaths);
	snprintf(to[1], UNITS_TEXT, "%u", s->alarms);
	units_time(to[2], s->median);
	number_text(to[3], r->member ? -1 : s->packets);
	number_text(to[4], r->member ? -1 : s->bytes);
}

/* The column of the faults that blind it, or 0 if there is no room for one. */
static size_t blind_column(const struct out *o, size_t label)
{
	size_t at = label + 2;

	for (size_t i = 0; i < SCORES; i++)
		at += widths[i] + 1;
	return o->columns && at + BLIND_LEAST > text_columns(o) ? 0 : at;
}

static enum style score_style(const struct grid_score *s, size_t column)
{
	if (column == 0 && s->deaths)
		return s->noticed == s->deaths ? GREEN : s->noticed ? PLAIN : RED;
	return column == 1 && s->alarms ? YELLOW : PLAIN;
}

static void put_score(struct out *o, const struct grid *g, size_t row, size_t label)
{
	size_t blind = blind_column(o, label);
	char text[SCORES][UNITS_TEXT], name[96], faults[1024];
	struct grid_score s;

	grid_score(g, row, &s);
	score_texts(text, &g->rows[row], &s);
	snprintf(name, sizeof(name), "%s%.80s", g->rows[row].member ? " " : "", g->rows[row].label);
	if (utf8_width(name) > label) {
		out_printf(o, "%s\n", name);
		*name = '\0';
	}
	text_cell(o, name, label, false);
	for (size_t i = 0; i < SCORES; i++) {
		text_spaces(o, 1);
		text_style(o, score_style(&s, i));
		text_cell(o, text[i], widths[i], true);
		text_style(o, PLAIN);
	}
	lab_blind(faults, sizeof(faults), g, row);
	if (!blind)
		out_text(o, "\n    blind to ");
	text_spaces(o, blind ? 2 : 0);
	text_words(o, faults, blind ? blind : strlen("    blind to "), blind ? blind : 6);
}

/* Who noticed most without a false alarm comes first; a composite keeps its members. */
static bool better(const struct grid_score *a, const struct grid_score *b)
{
	if (a->noticed != b->noticed)
		return a->noticed > b->noticed;
	if (a->alarms != b->alarms)
		return a->alarms < b->alarms;
	return a->median < b->median;
}

/* The best row after the one that was put before; nrows when all were. */
static size_t next_best(const struct grid *g, const bool *done)
{
	size_t best = g->nrows;
	struct grid_score top = { .deaths = 0 }, s;

	for (size_t i = 0; i < g->nrows; i++) {
		if (done[i] || g->rows[i].member)
			continue;
		grid_score(g, i, &s);
		if (best < g->nrows && !better(&s, &top))
			continue;
		best = i;
		top = s;
	}
	return best;
}

static void put_score_head(struct out *o, size_t label)
{
	text_style(o, BOLD);
	text_cell(o, "probe", label, false);
	for (size_t i = 0; i < SCORES; i++) {
		text_spaces(o, 1);
		text_cell(o, titles[i], widths[i], true);
	}
	out_text(o, blind_column(o, label) ? "  blind to" : "");
	text_style(o, PLAIN);
	out_text(o, "\n");
}

static void put_score_legend(struct out *o)
{
	size_t at = 0;

	text_style(o, DIM);
	text_item(o, &at, "", "noticed: of the deaths that it watched");
	text_item(o, &at, "", "alarms: faults at which it cried wolf");
	text_item(o, &at, "", "packets, bytes: a minute on the wire, both ways");
	text_style(o, PLAIN);
	out_text(o, "\n");
}

void lab_scores(struct out *o, const struct grid *g)
{
	bool done[512] = { false };
	size_t label = strlen("probe"), n;

	for (size_t i = 0; i < g->nrows; i++) {
		n = utf8_width(g->rows[i].label) + g->rows[i].member;
		if (n > label)
			label = n < PROBE_MOST ? n : PROBE_MOST;
	}
	put_score_head(o, label);
	while ((n = next_best(g, done)) < g->nrows && n < sizeof(done)) {
		done[n] = true;
		put_score(o, g, n, label);
		for (size_t i = 1; i <= g->rows[n].members; i++)
			put_score(o, g, n + i, label);
	}
	put_score_legend(o);
}
