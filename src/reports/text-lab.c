// SPDX-License-Identifier: MIT
/* The lab in words and numbers: a fault that is over, and each probe against all faults. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "layout.h"
#include "results/programs.h"
#include "results/score.h"
#include "text.h"
#include "base/duration.h"
#include "base/utf8.h"

#define PROBE_MOST 26
#define BLIND_LEAST 24 /* columns for the faults that blind a probe; else on lines of their own */

/* The cells of one fault, a composite counted as one. */
struct column_count {
	unsigned results[RESULTS], off, able;
	size_t first; /* who noticed first; nrows if nobody did */
	unsigned together; /* how many noticed with it, itself included */
	const char *unable; /* why the first of those that are unsupported is; NULL */
};

/* One strategy on a connection of its own, and not a program. */
static bool is_strategy(const struct results_row *r)
{
	return !r->member && !r->probe->program;
}

static unsigned count_together(const struct results *m, size_t fault, size_t first)
{
	unsigned n = 0;

	for (size_t i = 0; i < m->nrows; i++) {
		const struct result_cell *c = results_cell(m, i, fault);

		n += is_strategy(&m->rows[i]) && c->total && cell_worst(c) == NOTICED &&
		     c->slowest - results_cell(m, first, fault)->slowest < SAME_WAKE;
	}
	return n;
}

static void count_column(const struct results *m, size_t fault, struct column_count *n)
{
	*n = (struct column_count){ .first = m->nrows };
	for (size_t i = 0; i < m->nrows; i++) {
		const struct result_cell *c = results_cell(m, i, fault);

		n->off += c->predicted.off && !m->rows[i].probe->program;
		if (!n->unable && c->total && cell_worst(c) == UNSUPPORTED)
			n->unable = c->how;
		if (!is_strategy(&m->rows[i]) || !c->total)
			continue;
		n->results[cell_worst(c)]++;
		n->able += cell_worst(c) != UNSUPPORTED;
		if (cell_worst(c) == NOTICED &&
		    (n->first == m->nrows || c->slowest < results_cell(m, n->first, fault)->slowest))
			n->first = i;
	}
	if (n->first < m->nrows)
		n->together = count_together(m, fault, n->first);
}

static size_t sentence(char *to, size_t room, const struct results *m, size_t fault,
		       const struct column_count *n)
{
	char time[DURATION_ROOM];
	const char *noun = results_have_program(m) ? " probes" : "";
	unsigned noticed = n->results[NOTICED], alarms = n->results[FALSE_ALARM];
	int used;

	if (!n->able && n->unable)
		return (size_t)snprintf(to, room, "nothing was measured: %s", n->unable);
	if (!results_died(m, fault) && !alarms)
		return (size_t)snprintf(to, room, "the peer lives, and none of %u%s raised an alarm", n->able, noun);
	if (!results_died(m, fault))
		return (size_t)snprintf(to, room, "the peer lives, and %u of %u%s gave a false alarm", alarms, n->able, noun);
	used = snprintf(to, room, "%u of %u%s noticed", noticed, n->able, noun);
	if (n->first < m->nrows)
		used += snprintf(to + used, room - (size_t)used, ", first %s %s",
				 n->together > 1 ? "after" : utf8_cut(m->rows[n->first].label, 60).text,
				 duration_brief(time, results_cell(m, n->first, fault)->slowest));
	if (alarms)
		used += snprintf(to + used, room - (size_t)used, ", %u false alarm%s", alarms,
				 alarms > 1 ? "s" : "");
	return (size_t)used;
}

void lab_fault(char *to, size_t room, const struct results *m, size_t fault)
{
	struct column_count n;
	size_t used = (size_t)snprintf(to, room, "%s: ", utf8_cut(m->c->faults[fault].name, 60).text);

	count_column(m, fault, &n);
	used += sentence(to + used, room - used, m, fault, &n);
	if (n.off)
		snprintf(to + used, room - used, "; %u not as predicted", n.off);
}

void lab_title(char *to, size_t room, const struct results *m)
{
	size_t all = results_shared(m), nfaults = m->c->nfaults;
	int used;

	if (nfaults == 1)
		used = snprintf(to, room, "fault %s", utf8_cut(m->c->faults[0].name, 60).text);
	else
		used = snprintf(to, room, "%zu faults", nfaults);
	if (results_have_program(m))
		used += snprintf(to + used, room - (size_t)used, ", %s", m->c->probes[0].probe->summary);
	if (all)
		snprintf(to + used, room - (size_t)used, ", %zu probe%s, traffic: %s", all, all == 1 ? "" : "s",
			 m->c->traffic ? m->c->traffic : "idle");
}

/* Did it watch that death, and did it miss it? */
static bool is_blind(const struct results *m, size_t row, size_t fault)
{
	return results_cell(m, row, fault)->count[MISSED] > 0;
}

static bool is_seeing(const struct results *m, size_t row, size_t fault)
{
	const struct result_cell *c = results_cell(m, row, fault);

	return c->count[NOTICED] && !c->count[MISSED];
}

/* All the names, or, where they are most, those of the rest. */
void lab_blind(char *to, size_t room, const struct results *m, size_t row)
{
	unsigned blind = 0, seeing = 0;
	const char *before = "";
	size_t used;

	for (size_t f = 0; f < m->c->nfaults; f++) {
		blind += is_blind(m, row, f);
		seeing += is_seeing(m, row, f);
	}
	if (!blind || !seeing) {
		snprintf(to, room, "%s", blind ? "everything" : seeing ? "nothing" : "-");
		return;
	}
	used = (size_t)snprintf(to, room, "%s", blind > seeing ? "all but " : "");
	for (size_t f = 0; f < m->c->nfaults && used < room; f++) {
		if (!(blind > seeing ? is_seeing(m, row, f) : is_blind(m, row, f)))
			continue;
		used += (size_t)snprintf(to + used, room - used, "%s%s", before, m->c->faults[f].name);
		before = ", ";
	}
}

static void number_text(char to[DURATION_ROOM], int64_t n)
{
	if (n < 0)
		snprintf(to, DURATION_ROOM, "-");
	else if (n < 1000000)
		snprintf(to, DURATION_ROOM, "%" PRId64, n);
	else
		snprintf(to, DURATION_ROOM, "%" PRId64 "k", (n + 500) / 1000);
}

enum { SCORE_PROBE, SCORE_NOTICED, SCORE_ALARMS, SCORE_MEDIAN, SCORE_PACKETS, SCORE_BYTES, SCORES };

/* The name's width is that of the longest. */
static const struct list_column score_columns[SCORES] = {
	[SCORE_PROBE] = { "probe", 0, false }, [SCORE_NOTICED] = { "noticed", 7, true },
	[SCORE_ALARMS] = { "alarms", 6, true }, [SCORE_MEDIAN] = { "median", 6, true },
	[SCORE_PACKETS] = { "packets", 7, true }, [SCORE_BYTES] = { "bytes", 7, true },
};

static void score_texts(char to[SCORES][DURATION_ROOM], const struct results_row *r,
			const struct results_score *s)
{
	snprintf(to[SCORE_NOTICED], DURATION_ROOM, "%u/%u", s->noticed, s->deaths);
	snprintf(to[SCORE_ALARMS], DURATION_ROOM, "%u", s->alarms);
	duration_brief(to[SCORE_MEDIAN], s->median);
	number_text(to[SCORE_PACKETS], r->member ? -1 : s->packets);
	number_text(to[SCORE_BYTES], r->member ? -1 : s->bytes);
}

#define SCORE_GAP 1

/* The column of the faults that blind it, or 0 if there is no room for one. */
static size_t blind_column(const struct out *o, const struct list_column *c)
{
	size_t at = list_width(c, SCORES, SCORE_GAP) + 1;

	return o->columns && at + BLIND_LEAST > text_columns(o) ? 0 : at;
}

static enum style score_style(const struct results_score *s, size_t column)
{
	if (column == SCORE_NOTICED && s->deaths)
		return s->noticed == s->deaths ? GREEN : s->noticed ? PLAIN : RED;
	return column == SCORE_ALARMS && s->alarms ? YELLOW : PLAIN;
}

static void put_score(struct out *o, const struct results *m, size_t row, const struct list_column *c)
{
	size_t blind = blind_column(o, c);
	char text[SCORES][DURATION_ROOM], name[NAME_ROOM + 1], faults[1024];
	struct results_score s;

	results_score(m, row, &s);
	score_texts(text, &m->rows[row], &s);
	snprintf(name, sizeof(name), "%s%s", m->rows[row].member ? " " : "", m->rows[row].label);
	if (utf8_width(name) > c[SCORE_PROBE].width) {
		out_printf(o, "%s\n", name);
		*name = '\0';
	}
	for (size_t i = 0; i < SCORES; i++)
		list_cell(o, c, i, SCORE_GAP, i == SCORE_PROBE ? name : text[i], score_style(&s, i));
	lab_blind(faults, sizeof(faults), m, row);
	if (!blind)
		out_text(o, "\n    blind to ");
	text_spaces(o, blind ? 2 : 0);
	text_words(o, faults, blind ? blind : strlen("    blind to "), blind ? blind : 6);
}

/* Who noticed most without a false alarm comes first; a composite keeps its members. */
static bool better(const struct results_score *a, const struct results_score *b)
{
	if (results_notices_more(a, b) || results_notices_more(b, a))
		return results_notices_more(a, b);
	if (a->alarms != b->alarms)
		return a->alarms < b->alarms;
	return a->median < b->median;
}

/* The best row after the one that was put before; nrows when all were. */
static size_t next_best(const struct results *m, const bool *done)
{
	size_t best = m->nrows;
	struct results_score top = { .deaths = 0 }, s;

	for (size_t i = 0; i < m->nrows; i++) {
		if (done[i] || m->rows[i].member)
			continue;
		results_score(m, i, &s);
		if (best < m->nrows && !better(&s, &top))
			continue;
		best = i;
		top = s;
	}
	return best;
}

static void put_score_head(struct out *o, const struct list_column *c)
{
	text_style(o, BOLD);
	list_titles(o, c, SCORES, SCORE_GAP);
	out_text(o, blind_column(o, c) ? "  blind to" : "");
	text_style(o, PLAIN);
	out_text(o, "\n");
}

static void put_score_legend(struct out *o)
{
	size_t at = 0;

	text_style(o, DIM);
	text_item(o, &at, "", "noticed: of the deaths that it watched");
	text_item(o, &at, "", "alarms: faults with a false alarm");
	text_item(o, &at, "", "packets, bytes: a minute on the wire, both ways");
	text_style(o, PLAIN);
	out_text(o, "\n");
}

void lab_scores(struct out *o, const struct results *m)
{
	struct list_column c[SCORES];
	bool done[512] = { false };
	size_t label = strlen("probe"), n;

	for (size_t i = 0; i < m->nrows; i++) {
		n = utf8_width(m->rows[i].label) + m->rows[i].member;
		label = n > label ? n : label;
	}
	memcpy(c, score_columns, sizeof(c));
	c[SCORE_PROBE].width = label < PROBE_MOST ? label : PROBE_MOST;
	put_score_head(o, c);
	while ((n = next_best(m, done)) < m->nrows && n < sizeof(done)) {
		done[n] = true;
		put_score(o, m, n, c);
		for (size_t i = 1; i <= m->rows[n].members; i++)
			put_score(o, m, n + i, c);
	}
	put_score_legend(o);
}
