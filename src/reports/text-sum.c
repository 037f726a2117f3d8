// SPDX-License-Identifier: MIT
/* One line that sums up, in whole sentences for none, one and many. */
#include <stdio.h>
#include <string.h>

#include "text.h"

#define NAMES_FEW 3
#define NAMES_MOST 6

static size_t count(const struct tally *t, enum result result)
{
	size_t n = 0;

	for (size_t i = 0; i < t->shown; i++)
		n += row_result(t->order[i]) == result;
	return n;
}

/* " (a, b, c)", or nothing if more than most would have to be named. */
static void put_names(struct out *o, const struct tally *t, enum result result, size_t most)
{
	const char *before = " (";

	if (count(t, result) > most)
		return;
	for (size_t i = 0; i < t->shown; i++) {
		if (row_result(t->order[i]) != result)
			continue;
		out_printf(o, "%s%s", before, t->order[i]->label);
		before = ", ";
	}
	out_text(o, ")");
}

static void put_others(struct out *o, const struct tally *t, enum result result, size_t names,
		       const char *what)
{
	size_t n = count(t, result);

	if (!n)
		return;
	text_style(o, result_style(result));
	out_printf(o, "; %zu %s", n, what);
	put_names(o, t, result, names);
	text_style(o, PLAIN);
}

static void put_first(struct out *o, const struct tally *t, size_t noticed)
{
	size_t together = tally_together(t);
	struct row *last = t->order[noticed - 1];
	char first[256];

	if (!together)
		return;
	if (together == t->shown && together > 1) {
		out_printf(o, ", together %s",
			   tally_when(t, sample_median(&t->order[0]->after)).text);
		return;
	}
	tally_first(t, first, sizeof(first));
	out_printf(o, ", %s", first);
	if (noticed > 1 && noticed == t->shown)
		out_printf(o, ", %s last %s", last->label,
			   tally_when(t, sample_median(&last->after)).text);
}

/* Probes that noticed on some connections only. */
static void put_partly(struct out *o, const struct tally *t)
{
	const char *before = "; not every time: ";

	for (size_t i = 0; i < t->shown; i++) {
		const struct row *r = t->order[i];

		if (!r->results[NOTICED] || !r->results[MISSED])
			continue;
		out_printf(o, "%s%s (missed %u of %u)", before, r->label, r->results[MISSED],
			   r->results[MISSED] + r->results[NOTICED]);
		before = ", ";
	}
}

static void put_single(struct out *o, const struct tally *t, struct row *r)
{
	static const char *const said[RESULTS] = {
		[NOTICED] = "noticed", [MISSED] = "missed it", [FALSE_ALARM] = "cried wolf",
		[STAYED_ALIVE] = "watched a peer that lives", [UNSUPPORTED] = "is unsupported",
	};
	enum result result = row_result(r);

	text_style(o, result_style(result));
	out_printf(o, "%s %s", r->label, said[result]);
	text_style(o, PLAIN);
	if (r->total > 1)
		out_printf(o, " on %u of %u connections", r->results[result], r->total);
	if (r->after.seen && r->total > 1)
		out_printf(o, ", %s at the median", tally_when(t, sample_median(&r->after)).text);
	else if (r->after.seen)
		out_printf(o, " %s", tally_when(t, r->after.least).text);
	if (*r->how)
		out_printf(o, " (%s)", r->how);
	out_text(o, ".\n");
}

static void put_living(struct out *o, const struct tally *t, size_t alarms)
{
	out_text(o, "The peer lives; ");
	if (!alarms) {
		out_printf(o, "none of %zu probes said otherwise", t->shown);
		return;
	}
	text_style(o, YELLOW);
	out_printf(o, "%zu of %zu probes cried wolf", alarms, t->shown);
	put_names(o, t, FALSE_ALARM, NAMES_MOST);
	text_style(o, PLAIN);
}

static void put_dead(struct out *o, const struct tally *t, size_t noticed)
{
	text_style(o, noticed ? GREEN : PLAIN);
	if (!noticed)
		out_printf(o, "None of %zu probes noticed", t->shown);
	else if (noticed == t->shown)
		out_printf(o, "All %zu probes noticed", noticed);
	else
		out_printf(o, "%zu of %zu probes noticed", noticed, t->shown);
	text_style(o, PLAIN);
	if (noticed)
		put_first(o, t, noticed);
	put_others(o, t, MISSED, NAMES_FEW, "missed it");
	put_others(o, t, FALSE_ALARM, NAMES_MOST, "cried wolf");
	put_others(o, t, STAYED_ALIVE, NAMES_FEW, "watched a peer that lives");
}

void text_sum(struct out *o, const struct tally *t)
{
	size_t noticed = count(t, NOTICED), alarms = count(t, FALSE_ALARM);

	if (t->shown == 1) {
		put_single(o, t, t->order[0]);
		return;
	}
	if (!noticed && !count(t, MISSED) && alarms + count(t, STAYED_ALIVE))
		put_living(o, t, alarms);
	else
		put_dead(o, t, noticed);
	put_others(o, t, UNSUPPORTED, NAMES_FEW, "unsupported");
	put_partly(o, t);
	out_text(o, ".\n");
}
