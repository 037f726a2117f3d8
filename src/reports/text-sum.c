// SPDX-License-Identifier: MIT
/* One line that sums up, in whole sentences for none, one and many. */
#include <stdio.h>
#include <string.h>

#include "phrases.h"
#include "probes/probe.h"
#include "text.h"

#define NAMES_FEW 3
#define NAMES_MOST 6

/* How many probes have results. */
static size_t count_probes(const struct results *m)
{
	return m->shown - m->leading;
}

static size_t count_result(const struct results *m, enum result result)
{
	size_t n = 0;

	for (size_t i = m->leading; i < m->shown; i++)
		n += cell_result(m->order[i]) == result;
	return n;
}

/* " (a, b, c)", or nothing if more than most would have to be named. */
static void put_names(struct out *o, const struct results *m, enum result result, size_t most)
{
	const char *before = " (";

	if (count_result(m, result) > most)
		return;
	for (size_t i = m->leading; i < m->shown; i++) {
		if (cell_result(m->order[i]) != result)
			continue;
		out_printf(o, "%s%s", before, m->order[i]->row->name);
		before = ", ";
	}
	out_text(o, ")");
}

/* Only to a request does the process itself answer; all else its kernel does, though it be frozen. */
static bool process_answered(const struct results *m)
{
	for (size_t i = m->leading; i < m->shown; i++)
		if (cell_result(m->order[i]) == STAYED_ALIVE && m->order[i]->row->probe->probe->traits & NEEDS_ANSWER)
			return true;
	return false;
}

/* What is known of a peer of which no probe reported a death. */
static const char *watched(const struct results *m)
{
	if (process_answered(m))
		return "watched a peer that lives";
	return m->c->unasked ? "saw no end" : "watched a peer whose kernel answers";
}

static void put_others(struct out *o, const struct results *m, enum result result, size_t names,
		       const char *what)
{
	size_t n = count_result(m, result);

	if (!n)
		return;
	text_style(o, result_style(result));
	out_printf(o, "; %zu %s", n, what);
	put_names(o, m, result, names);
	text_style(o, PLAIN);
}

static void put_first(struct out *o, const struct results *m, size_t noticed)
{
	size_t together = results_together(m);
	struct result_cell *const *order = m->order + m->leading, *last = order[noticed - 1];
	char first[256];

	if (!together)
		return;
	if (together == count_probes(m) && together > 1) {
		out_printf(o, ", together %s",
			   phrase_when(m, sample_median(&order[0]->after)).text);
		return;
	}
	phrase_first(m, first, sizeof(first));
	out_printf(o, ", %s", first);
	if (noticed > 1 && noticed == count_probes(m))
		out_printf(o, ", %s last %s", last->row->name,
			   phrase_when(m, sample_median(&last->after)).text);
}

/* Probes that noticed on some connections only. */
static void put_partly(struct out *o, const struct results *m)
{
	const char *before = "; not every time: ";

	for (size_t i = m->leading; i < m->shown; i++) {
		const struct result_cell *r = m->order[i];

		if (!r->count[NOTICED] || !r->count[MISSED])
			continue;
		out_printf(o, "%s%s (missed %u of %u)", before, r->row->name, r->count[MISSED],
			   r->count[MISSED] + r->count[NOTICED]);
		before = ", ";
	}
}

static void put_single(struct out *o, const struct results *m, struct result_cell *r)
{
	static const char *const phrases[RESULTS] = {
		[NOTICED] = "noticed", [MISSED] = "missed it", [FALSE_ALARM] = "gave a false alarm",
		[INCONCLUSIVE] = "is inconclusive",
		[UNSUPPORTED] = "is unsupported",
	};
	enum result result = cell_result(r);

	text_style(o, result_style(result));
	out_printf(o, "%s %s", r->row->name, phrases[result] && !process_answered(m) ? phrases[result] : watched(m));
	text_style(o, PLAIN);
	if (r->total > 1)
		out_printf(o, " on %u of %u connections", r->count[result], r->total);
	if (r->after.seen && r->total > 1)
		out_printf(o, ", %s at the median", phrase_when(m, sample_median(&r->after)).text);
	else if (r->after.seen)
		out_printf(o, " %s", phrase_when(m, r->after.least).text);
	if (*r->how)
		out_printf(o, " (%s)", r->how);
	if (result == INCONCLUSIVE)
		out_printf(o, ": %s", r->note);
	out_text(o, ".\n");
}

static void put_living(struct out *o, const struct results *m, size_t alarms)
{
	size_t open = count_result(m, INCONCLUSIVE);

	out_text(o, process_answered(m) ? "The peer lives; " : m->c->unasked ? "No end was seen; " : "The peer's kernel answers; ");
	if (!alarms && open)
		out_printf(o, "%zu of %zu probes raised no alarm", count_probes(m) - open, count_probes(m));
	else if (!alarms)
		out_printf(o, "none of %zu probes raised an alarm", count_probes(m));
	if (!alarms)
		return;
	text_style(o, YELLOW);
	out_printf(o, "%zu of %zu probes gave a false alarm", alarms, count_probes(m));
	put_names(o, m, FALSE_ALARM, NAMES_MOST);
	text_style(o, PLAIN);
}

static void put_dead(struct out *o, const struct results *m, size_t noticed)
{
	text_style(o, noticed ? GREEN : PLAIN);
	if (!noticed)
		out_printf(o, "None of %zu probes noticed", count_probes(m));
	else if (noticed == count_probes(m))
		out_printf(o, "All %zu probes noticed", noticed);
	else
		out_printf(o, "%zu of %zu probes noticed", noticed, count_probes(m));
	text_style(o, PLAIN);
	if (noticed)
		put_first(o, m, noticed);
	put_others(o, m, MISSED, NAMES_FEW, "missed it");
	put_others(o, m, FALSE_ALARM, NAMES_MOST, count_result(m, FALSE_ALARM) > 1 ? "false alarms" : "false alarm");
	put_others(o, m, STAYED_ALIVE, NAMES_FEW, m->c->unasked ? watched(m) : "watched a peer that lives");
}

/* With the reason, where there is one for all of them. */
static void put_inconclusive(struct out *o, const struct results *m)
{
	const char *note = NULL;
	bool same = true;

	put_others(o, m, INCONCLUSIVE, NAMES_MOST, "inconclusive");
	for (size_t i = m->leading; i < m->shown; i++) {
		if (cell_result(m->order[i]) != INCONCLUSIVE)
			continue;
		same &= !note || !strcmp(note, m->order[i]->note);
		note = m->order[i]->note;
	}
	if (note && same)
		out_printf(o, ": %s", note);
}

void text_sum(struct out *o, const struct results *m)
{
	size_t noticed = count_result(m, NOTICED), alarms = count_result(m, FALSE_ALARM);

	if (!count_probes(m))
		return;
	if (count_probes(m) == 1) {
		put_single(o, m, m->order[m->leading]);
		return;
	}
	if (!noticed && !count_result(m, MISSED) && alarms + count_result(m, STAYED_ALIVE))
		put_living(o, m, alarms);
	else if (!noticed && count_result(m, INCONCLUSIVE) && !count_result(m, MISSED))
		out_text(o, "Nothing was proved");
	else
		put_dead(o, m, noticed);
	put_inconclusive(o, m);
	put_others(o, m, UNSUPPORTED, NAMES_FEW, "unsupported");
	put_partly(o, m);
	out_text(o, ".\n");
}
