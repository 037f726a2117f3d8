// SPDX-License-Identifier: MIT
/*
 * Forecasts on a page. Its oddity: of a composite only the members that decide are shown: those
 * that cry wolf, else the first to notice.
 */
#include "forecasts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults/fault.h"
#include "base/number.h"
#include "print.h"

#define COLUMN 18

struct outcome {
	struct prediction f;
	const char *name;   /* what is listed */
	char members[64];   /* of a composite, who decides: "keepalive, user-timeout"; else "" */
};

/* Of a composite's members the one of the lowest rank decides. */
static int rank(enum result r)
{
	static const int ranks[] = {
		[NOTICED] = 1, [MISSED] = 3, [FALSE_ALARM] = 0, [STAYED_ALIVE] = 2, [UNSUPPORTED] = 4,
	};

	return ranks[r];
}

static int sooner(const struct prediction *a, const struct prediction *b)
{
	if (a->result != NOTICED || a->by == b->by)
		return 0;
	return a->by < b->by ? -1 : 1;
}

static int decides(const struct prediction *a, const struct prediction *b)
{
	int first = rank(a->result) - rank(b->result);

	return first ? first : sooner(a, b);
}

/* The order on the page: noticed, missed, false alarms, and the rest. */
static int compare(const struct prediction *a, const struct prediction *b)
{
	int first = (int)a->result - (int)b->result;

	return first ? first : sooner(a, b);
}

/* Only a verdict is somebody's. */
static void add_member(struct outcome *o, const char *name)
{
	size_t len = strlen(o->members);

	if (o->f.result == NOTICED || o->f.result == FALSE_ALARM)
		snprintf(o->members + len, sizeof(o->members) - len, "%s%s", len ? ", " : "", name);
}

/* On a connection that has stood for ages; and where a probe would have cried wolf by then, but
 * not in its first second, on one that the peer spoke on just before. */
static struct prediction foretell(const struct group *g, size_t member, const struct chosen_fault *f,
				const struct circumstances *s)
{
	struct prediction first, then = predict_member(g, member, f, s);
	struct circumstances young = *s;

	if (then.result != FALSE_ALARM)
		return then;
	young.age = NS_PER_S;
	first = predict_member(g, member, f, &young);
	young.age = 0;
	return first.result == FALSE_ALARM ? first : predict_member(g, member, f, &young);
}

static struct outcome foresee(const struct group *g, const struct chosen_fault *f,
			      const struct circumstances *s)
{
	struct outcome best = { .name = NULL };

	for (size_t i = 0; i < g->count; i++) {
		struct prediction next = foretell(g, i, f, s);
		int order = i ? decides(&next, &best.f) : -1;

		if (order < 0) {
			best.f = next;
			best.members[0] = '\0';
		}
		if (g->count > 1 && (order < 0 || (order == 0 && !strcmp(next.why, best.f.why))))
			add_member(&best, g->chosen[i].probe->name);
	}
	return best;
}

static bool alike(const struct outcome *a, const struct outcome *b)
{
	return compare(&a->f, &b->f) == 0 && !strcmp(a->members, b->members) &&
	       !strcmp(a->f.why, b->f.why);
}

/* By what ends first; what ends alike stays in the order of the table. */
static void sort(struct outcome *o, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct outcome moved = o[i];
		size_t at = i;

		while (at && compare(&moved.f, &o[at - 1].f) < 0) {
			o[at] = o[at - 1];
			at--;
		}
		o[at] = moved;
	}
}

/* To a few digits, and never to less: it is the latest. */
static nsec rounded(nsec by)
{
	nsec grain = by >= 60 * NS_PER_S ? NS_PER_S : by >= NS_PER_S ? NS_PER_S / 100 : NS_PER_MS;

	return by > NS_NEVER - grain ? by : (by + grain - 1) / grain * grain;
}

static int put_label(const struct prediction *f)
{
	static const char *const labels[] = {
		[MISSED] = "never",
		[FALSE_ALARM] = "cries wolf",
		[STAYED_ALIVE] = "rightly silent",
		[UNSUPPORTED] = "cannot run",
	};

	if (f->result != NOTICED)
		return printf("  %s", labels[f->result]);
	if (f->by == 0)
		return printf("  at once");
	return printf("  within %s", duration_text(rounded(f->by)).text);
}

/* "  within 14s     drop, drop-in (keepalive gives up)" */
static void put_line(const struct outcome *o, size_t count, bool why)
{
	char text[2048];
	size_t len = 0;

	for (size_t i = 0; i < count && len < sizeof(text); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", i ? ", " : "", o[i].name);
	if (len < sizeof(text) && why && *o->f.why)
		snprintf(text + len, sizeof(text) - len, " (%s%s%s)", o->members,
			 *o->members ? ": " : "", o->f.why);
	printf("%*s", COLUMN - put_label(&o->f), "");
	print_wrapped(text, COLUMN, COLUMN);
}

/* Moves what is alike up behind the first; returns how many these are. */
static size_t gather(struct outcome *o, size_t count, bool why)
{
	size_t same = 1;

	for (size_t i = 1; i < count; i++) {
		struct outcome moved = o[i];

		if (why ? !alike(o, &moved) : compare(&o->f, &moved.f) != 0)
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

int forecasts_of_group(const struct group *g, const struct plan *p, const struct circumstances *s,
		       const struct circumstances *than)
{
	struct outcome *o = calloc(p->lab.nfaults + 1, sizeof(*o));
	int count = 0;

	if (!o)
		return -1;
	for (size_t i = 0; i < p->lab.nfaults; i++) {
		struct outcome next = foresee(g, &p->lab.faults[i], s);

		if (than) {
			struct outcome other = foresee(g, &p->lab.faults[i], than);

			if (compare(&next.f, &other.f) == 0)
				continue;
		}
		next.name = p->lab.faults[i].fault->name;
		o[count++] = next;
	}
	put_lines(o, (size_t)count, true);
	free(o);
	return count;
}

int forecasts_of_fault(const struct chosen_fault *f, const struct plan *p,
		       const struct circumstances *s)
{
	struct outcome *o = calloc(p->ngroups + 1, sizeof(*o));

	if (!o)
		return -1;
	for (size_t i = 0; i < p->ngroups; i++) {
		o[i] = foresee(&p->groups[i], f, s);
		o[i].name = p->groups[i].spec;
	}
	put_lines(o, p->ngroups, false);
	free(o);
	return 0;
}
