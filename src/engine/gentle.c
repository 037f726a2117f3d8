// SPDX-License-Identifier: MIT
/* How gently: measured against servers with a backlog of 5, and of 0 to 5 that accept nobody. */
#include "gentle.h"

#include <stdlib.h>

#include "dial.h"
#include "base/words.h"

#define IN_FLIGHT 2           /* to a target, of which nothing is known yet ... */
#define IN_FLIGHT_EACH 16     /* ... and one more for so many that it has taken */
#define GAP (2 * NS_PER_MS)   /* between two to a target; */
#define GAP_LATER (100 * NS_PER_US) /* once it has taken MANY; none after MOST */
#define MANY 64
#define MOST 256
#define AT_ONCE 64            /* in flight to a target */
#define CATCH_UP (10 * NS_PER_MS) /* of what a late wake-up has cost a rate */

static void due_again(struct timer *t, nsec now)
{
	(void)now;
	dial_more(container_of(t, struct gentle, timer)->run->dialer);
}

int gentle_open(struct gentle *g, struct run *r, struct watch *watches, size_t n, struct error *e)
{
	*g = (struct gentle){ .run = r, .watches = watches, .timer.fire = due_again };
	g->queue = calloc(n, sizeof(*g->queue));
	g->targets = calloc(n, sizeof(*g->targets));
	if (!g->queue || !g->targets)
		return out_of_memory(e);
	g->n = n;
	return 0;
}

void gentle_close(struct gentle *g)
{
	free(g->queue);
	free(g->targets);
}

/* Where there is a rate: when the next one is due. */
static void count_to_rate(struct gentle *g, nsec now)
{
	const unsigned rate = g->run->plan->connect.rate;

	if (rate)
		g->due = ns_max(g->due, now - CATCH_UP) + NS_PER_S / rate;
}

static bool has_room(const struct gentle_target *t, const struct watch *w)
{
	const size_t in_flight = t->started - w->nestablished;

	return in_flight < IN_FLIGHT + w->nestablished / IN_FLIGHT_EACH && in_flight < AT_ONCE;
}

static void put_last(struct gentle *g, size_t target)
{
	g->queue[(g->head + g->count++) % g->n] = target;
}

void gentle_add(struct gentle *g, size_t target)
{
	put_last(g, target);
}

static size_t take_first(struct gentle *g)
{
	size_t target = g->queue[g->head];

	g->head = (g->head + 1) % g->n;
	g->count--;
	return target;
}

static struct conn *start_next(struct gentle *g, size_t target, nsec now)
{
	struct gentle_target *t = &g->targets[target];
	struct watch *w = &g->watches[target];
	struct conn *c = &w->conns[t->started++];

	count_to_rate(g, now);
	t->due = now + (w->nestablished < MANY ? GAP : w->nestablished < MOST ? GAP_LATER : 0);
	if (t->started < w->nconns)
		put_last(g, target);
	return c;
}

struct conn *gentle_next(struct gentle *g)
{
	nsec now = clock_now(), due = g->count && g->due > now ? g->due : NS_NEVER;

	for (size_t tries = due == NS_NEVER ? g->count : 0; tries; tries--) {
		size_t target = take_first(g);
		const struct gentle_target *t = &g->targets[target];

		if (watch_is_over(&g->watches[target]))
			continue;
		if (t->due <= now && has_room(t, &g->watches[target]))
			return start_next(g, target, now);
		put_last(g, target);
		if (has_room(t, &g->watches[target]))
			due = t->due < due ? t->due : due;
	}
	if (due != NS_NEVER)
		timer_set(&g->run->loop, &g->timer, due);
	return NULL;
}
