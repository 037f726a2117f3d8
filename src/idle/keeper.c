// SPDX-License-Identifier: MIT
/*
 * A connection that is asked again and again, at growing distances that stay below the limit: two fifths of the time that has
 * passed, while the limit is found in at most five quarters of it. So when that is known, it is known as well whether who is
 * asked so often lives on.
 */
#include "idle.h"

#define PART_OF 5 /* of which PARTS */
#define PARTS 2

static void due(struct timer *t, nsec now)
{
	struct idle *d = container_of(t, struct idle, keeper.due);

	(void)now;
	if (idle_keeper(d)->phase == IDLER_SILENT && !d->keeper.last)
		idler_ask(idle_keeper(d));
}

static void set_due(struct idle *d, nsec now)
{
	nsec in = (now - idle_keeper(d)->established) / PART_OF * PARTS;

	d->keeper.due.fire = due;
	timer_set(&d->run.loop, &d->keeper.due, now + (in > RUNG_LEAST ? in : RUNG_LEAST));
}

void keeper_begin(struct idle *d, nsec now)
{
	d->keeper.silence.since = now;
	set_due(d, now);
	if (d->run.plan->idle.ask != ASK_KEEPALIVE)
		idler_ask(idle_keeper(d));
}

void keeper_answered(struct idle *d, nsec now)
{
	struct keeper *k = &d->keeper;

	k->each = k->silence.asked > k->each ? k->silence.asked : k->each;
	k->silence.since = k->until = now;
	k->asked = true;
	set_due(d, now);
	if (k->last)
		idle_end(d);
}

void keeper_lost(struct idle *d)
{
	d->keeper.lost = true;
	if (d->keeper.last)
		idle_end(d);
}

static bool ask_last(struct idle *d)
{
	struct idler *i = idle_keeper(d);

	d->keeper.last = true;
	idler_ask(i);
	return i->phase == IDLER_ASKED;
}

static void last_due(struct timer *t, nsec now)
{
	struct idle *d = container_of(t, struct idle, keeper.due);

	(void)now;
	if (!ask_last(d) && !d->run.loop.stopping)
		idle_end(d);
}

/* It has not lived through the limit yet, and it cannot be asked this soon. */
static bool is_worth_a_wait(const struct idle *d, nsec now)
{
	const nsec limit = d->ended.decided ? d->ended.most : d->search.bracket.at_most;
	const nsec lived = d->keeper.until - d->idlers[d->search.count].established;

	return limit != NS_NEVER && lived <= limit && now - d->keeper.silence.since < RUNG_LEAST;
}

bool keeper_ask_last(struct idle *d, nsec now)
{
	const struct idler *i = idle_keeper(d);

	if (i->phase == IDLER_ASKED)
		return d->keeper.last = true;
	if (i->phase != IDLER_SILENT)
		return false;
	if (is_worth_a_wait(d, now)) {
		d->keeper.last = true;
		d->keeper.due.fire = last_due;
		timer_set(&d->run.loop, &d->keeper.due, d->keeper.silence.since + RUNG_LEAST);
		return true;
	}
	return now - d->keeper.silence.since >= RUNG_LEAST && ask_last(d);
}
