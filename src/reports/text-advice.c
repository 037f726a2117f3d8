// SPDX-License-Identifier: MIT
/* What to use, as a -p argument that a shell takes without a change, and one line that sums the lab up. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "results/score.h"
#include "text.h"
#include "base/duration.h"

void advice_text(char *to, size_t room, const struct results_advice *a)
{
	char time[DURATION_ROOM], who[40];
	int used;

	if (a->deaths_of == 1)
		snprintf(who, sizeof(who), "that death");
	else if (a->deaths == a->deaths_of)
		snprintf(who, sizeof(who), "all %u deaths", a->deaths);
	else
		snprintf(who, sizeof(who), "%u of %u deaths", a->deaths, a->deaths_of);
	used = snprintf(to, room, "notices %s, the slowest after %s", who,
			duration_brief(time, a->slowest));
	if (a->packets >= 0)
		snprintf(to + used, room - (size_t)used,
			 "; %" PRId64 " packets and %" PRId64 " bytes a minute on the wire",
			 a->packets, a->bytes);
}

static void put_advice(struct out *o, const struct results *m, bool answer, const char *title)
{
	char text[256];
	bool any = false;

	for (size_t i = 0; i < m->nadvice; i++) {
		const struct results_advice *a = &m->advice[i];

		if (a->needs_answer != answer)
			continue;
		if (!any)
			out_printf(o, "%s\n", title);
		any = true;
		out_text(o, "  -p ");
		text_style(o, GREEN);
		text_quoted(o, a->spec);
		text_style(o, PLAIN);
		advice_text(text, sizeof(text), a);
		out_text(o, "\n      ");
		text_words(o, text, 6, 6);
	}
}

void lab_advice(struct out *o, const struct results *m)
{
	if (!m->nadvice || m->nrows - m->c->programs < 3)
		return; /* of two there is nothing to choose */
	out_text(o, "\n");
	text_style(o, BOLD);
	out_text(o, "What to use, against these faults\n");
	text_style(o, PLAIN);
	put_advice(o, m, true, "where the peer's application answers:");
	put_advice(o, m, false, "without an answer from the peer's application:");
}

struct sum {
	unsigned rows, alarms, deaths; /* composites, those with a false alarm, faults that killed */
	struct results_agreement cells;
	size_t best;
	struct results_score top;
};

static void sum_up(const struct results *m, struct sum *s)
{
	struct results_score one;

	*s = (struct sum){ .best = m->nrows };
	for (size_t f = 0; f < m->c->nfaults; f++)
		s->deaths += results_died(m, f);
	s->cells = results_agreement(m);
	for (size_t i = 0; i < m->nrows; i++) {
		if (m->rows[i].member || m->rows[i].probe->program)
			continue;
		results_score(m, i, &one);
		s->rows++;
		s->alarms += one.alarms > 0;
		if (one.alarms || !one.noticed ||
		    (s->best < m->nrows && (results_notices_more(&s->top, &one) ||
		     (!results_notices_more(&one, &s->top) && one.slowest >= s->top.slowest))))
			continue;
		s->best = i;
		s->top = one;
	}
}

static void put_best(struct out *o, const struct results *m, const struct sum *s)
{
	char time[DURATION_ROOM];

	if (!s->deaths) {
		out_text(o, "Nobody died");
		return;
	}
	if (s->best == m->nrows) {
		out_printf(o, "%u death%s, and no probe noticed any without a false alarm elsewhere", s->deaths,
			   s->deaths > 1 ? "s" : "");
		return;
	}
	text_style(o, GREEN);
	out_printf(o, "%s noticed %u of %u deaths", m->rows[s->best].label, s->top.noticed, s->top.deaths);
	text_style(o, PLAIN);
	out_printf(o, ", within %s and without a false alarm%s", duration_brief(time, s->top.slowest),
		   s->rows > 1 ? ", the best of all" : "");
}

void lab_sum(struct out *o, const struct results *m)
{
	struct sum s;

	if (m->c->nprobes == m->c->programs)
		return;
	sum_up(m, &s);
	put_best(o, m, &s);
	if (s.alarms) {
		text_style(o, YELLOW);
		out_printf(o, "; %u of %u probes gave a false alarm", s.alarms, s.rows);
		text_style(o, PLAIN);
	}
	if (s.cells.off) {
		text_style(o, RED);
		out_printf(o, "; %u of %u cells not as predicted", s.cells.off, s.cells.predicted);
		text_style(o, PLAIN);
	} else if (s.cells.predicted) {
		out_printf(o, "; all %u cells as predicted", s.cells.predicted);
	}
	if (s.cells.open)
		out_printf(o, "; %u cells not finished", s.cells.open);
	out_text(o, ".\n");
}
