// SPDX-License-Identifier: MIT
/*
 * Predictions on a page. Of a composite only the members that decide are shown: those that
 * raise a false alarm, else the first to notice.
 */
#include "predictions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults/fault.h"
#include "base/number.h"
#include "print.h"

#define COLUMN 18

struct outcome {
	struct prediction p;
	const char *name;   /* what is listed */
	char members[64];   /* of a composite, who decides: "keepalive, user-timeout"; else "" */
};

/* The order on the page: noticed, missed, false alarms, and the rest. */
static int compare(const struct prediction *a, const struct prediction *b)
{
	if (a->result != b->result)
		return (int)a->result - (int)b->result;
	if (a->result == NOTICED && a->by != b->by)
		return a->by < b->by ? -1 : 1;
	return prediction_perhaps(a) - prediction_perhaps(b);
}

static void name_members(struct outcome *o, const struct group *g, uint64_t members)
{
	size_t len = 0;

	for (size_t i = 0; i < g->count && i < 64 && len < sizeof(o->members); i++)
		if (members >> i & 1)
			len += (size_t)snprintf(o->members + len, sizeof(o->members) - len, "%s%s",
						len ? ", " : "", g->chosen[i].probe->name);
}

static struct outcome outcome_of(const struct group *g, const struct chosen_fault *f,
				 const struct circumstances *s)
{
	struct composite_prediction p = predict_composite(g, f, s);
	struct outcome o = { .p = p.first };

	if (g->count > 1)
		name_members(&o, g, p.alike);
	return o;
}

static bool alike(const struct outcome *a, const struct outcome *b)
{
	return compare(&a->p, &b->p) == 0 && !strcmp(a->members, b->members) &&
	       !strcmp(a->p.why, b->p.why);
}

/* By what ends first; what ends alike stays in the order of the table. */
static void sort(struct outcome *o, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct outcome moved = o[i];
		size_t at = i;

		while (at && compare(&moved.p, &o[at - 1].p) < 0) {
			o[at] = o[at - 1];
			at--;
		}
		o[at] = moved;
	}
}

static int put_label(const struct prediction *p)
{
	static const char *const labels[] = {
		[MISSED] = "never",
		[FALSE_ALARM] = "false alarm",
		[STAYED_ALIVE] = "alive",
		[INCONCLUSIVE] = "inconclusive", [UNSUPPORTED] = "cannot run",
	};

	if (prediction_perhaps(p))
		return printf("  maybe");
	if (p->result != NOTICED)
		return printf("  %s", labels[p->result]);
	if (p->by == 0)
		return printf("  at once");
	return printf("  within %s", duration_text(duration_round_up(p->by)).text);
}

/* "  within 14s     drop, drop-in (keepalive gives up)" */
static void put_line(const struct outcome *o, size_t count, bool why)
{
	char text[2048];
	size_t len = 0;

	for (size_t i = 0; i < count && len < sizeof(text); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", i ? ", " : "", o[i].name);
	if (len < sizeof(text) && why && *o->p.why)
		snprintf(text + len, sizeof(text) - len, " (%s%s%s)", o->members,
			 *o->members ? ": " : "", o->p.why);
	printf("%*s", COLUMN - put_label(&o->p), "");
	print_wrapped(text, COLUMN, COLUMN);
}

/* Moves what is alike up behind the first; returns how many these are. */
static size_t gather(struct outcome *o, size_t count, bool why)
{
	size_t same = 1;

	for (size_t i = 1; i < count; i++) {
		struct outcome moved = o[i];

		if (why ? !alike(o, &moved) : compare(&o->p, &moved.p) != 0)
			continue;
		memmove(&o[same + 1], &o[same], (i - same) * sizeof(*o));
		o[same++] = moved;
	}
	return same;
}

static void put_lines(struct outcome *o, size_t count, bool why)
{
	sort(o, count);
	while (count) {
		size_t same = gather(o, count, why);

		put_line(o, same, why);
		o += same;
		count -= same;
	}
}

int predictions_of_group(const struct group *g, const struct plan *p, const struct circumstances *s,
		       const struct circumstances *than)
{
	struct outcome *o = calloc(p->lab.nfaults + 1, sizeof(*o));
	int count = 0;

	if (!o)
		return -1;
	for (size_t i = 0; i < p->lab.nfaults; i++) {
		struct outcome next = outcome_of(g, &p->lab.faults[i], s);

		if (than) {
			struct outcome other = outcome_of(g, &p->lab.faults[i], than);

			if (compare(&next.p, &other.p) == 0)
				continue;
		}
		next.name = p->lab.faults[i].fault->name;
		o[count++] = next;
	}
	put_lines(o, (size_t)count, true);
	free(o);
	return count;
}

int predictions_of_fault(const struct chosen_fault *f, const struct plan *p,
		       const struct circumstances *s)
{
	struct outcome *o = calloc(p->ngroups + 1, sizeof(*o));

	if (!o)
		return -1;
	for (size_t i = 0; i < p->ngroups; i++) {
		o[i] = outcome_of(&p->groups[i], f, s);
		o[i].name = p->groups[i].spec;
	}
	put_lines(o, p->ngroups, false);
	free(o);
	return 0;
}
