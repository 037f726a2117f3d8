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

static void due_again(struct timer *t, nsec now)
{
	(void)now;
	dial_more(container_of(t, struct gentle, timer)->run->dialer);
}

int gentle_open(struct gentle *g, struct run *r, struct watch *watches, size_t n, struct error *e)
{
	*g = (struct gentle){ .run = r, .watches = watches, .timer.fire = due_again };
	g->left = calloc(n, sizeof(*g->left));
	g->targets = calloc(n, sizeof(*g->targets));
	if (!g->left || !g->targets)
		return out_of_memory(e);
	for (g->nleft = 0; g->nleft < n; g->nleft++)
		g->left[g->nleft] = g->nleft;
	return 0;
}

void gentle_close(struct gentle *g)
{
	free(g->left);
	free(g->targets);
}

static struct conn *start_next(struct gentle *g, struct gentle_target *t, struct watch *w, nsec now)
{
	struct conn *c = &w->conns[t->started++];

	t->due = now + (w->nestablished < MANY ? GAP : w->nestablished < MOST ? GAP_LATER : 0);
	if (t->started == w->nconns)
		g->left[g->turn] = g->left[--g->nleft];
	else
		g->turn++;
	return c;
}

struct conn *gentle_next(struct gentle *g)
{
	nsec now = clock_now(), due = NS_NEVER;

	for (size_t tries = g->nleft; tries; tries--, g->turn++) {
		struct gentle_target *t;
		struct watch *w;

		g->turn = g->turn < g->nleft ? g->turn : 0;
		t = &g->targets[g->left[g->turn]];
		w = &g->watches[g->left[g->turn]];
		if (t->started - w->nestablished >= IN_FLIGHT + w->nestablished / IN_FLIGHT_EACH)
			continue;
		if (t->due <= now)
			return start_next(g, t, w, now);
		due = t->due < due ? t->due : due;
	}
	if (due != NS_NEVER)
		timer_set(&g->run->loop, &g->timer, due);
	return NULL;
}
