// SPDX-License-Identifier: MIT
/* What is known by now, as an event. */
#include <stdio.h>
#include <string.h>

#include "idle.h"
#include "known.h"

/* What a keepalive's idle time must not exceed: half of what was lived through, and whole seconds. */
static nsec keepalive_of(const struct bracket *b)
{
	nsec half = b->at_least / 2 / NS_PER_S * NS_PER_S;

	return b->at_most == NS_NEVER || bracket_contradicts(b) || half < NS_PER_S ? NS_NEVER : half;
}

/* Those that end by themselves say when: to the millisecond, and no longer than the peer waits. */
static void put_limit(const struct idle *d, struct event_idle_limit *e)
{
	struct bracket b = d->search.bracket;

	e->how = b.at_most == NS_NEVER ? FORGETS_NOT : d->how;
	e->mixed = d->mixed;
	if (d->ended.decided) {
		b = (struct bracket){ d->ended.least, d->ended.most };
		e->how = d->ended.rst ? FORGETS_BY_RST : FORGETS_BY_PEER;
		e->unasked = true;
	}
	e->at_least = b.at_least;
	e->at_most = b.at_most;
	e->contradicts = !e->unasked && bracket_contradicts(&b);
	e->keepalive = keepalive_of(&b);
}

static void put_kept(const struct idle *d, struct event_idle_limit *e)
{
	const struct keeper *k = &d->keeper;
	nsec age = k->until - d->idlers[d->search.count].established;

	e->kept_each = k->each;
	e->kept_for = age;
	if (k->lost)
		e->kept = KEPT_NOT;
	else if (k->asked && e->at_most != NS_NEVER && age > e->at_most)
		e->kept = KEPT_ALIVE;
}

static unsigned count_open(const struct idle *d)
{
	unsigned n = 0;

	for (size_t i = 0; i <= d->search.count; i++)
		n += d->idlers[i].phase >= IDLER_GREETING && d->idlers[i].phase <= IDLER_ASKED;
	return n;
}

void idle_tell(struct idle *d, bool final, nsec now)
{
	struct event_idle_limit *e = &feed_event(&d->run.feed, EVENT_IDLE_LIMIT, now)->limit;
	nsec ends = search_ends(&d->search, now, idle_vain(d));

	e->final = final;
	snprintf(e->remote, sizeof(e->remote), "%s", d->remote);
	e->question = ask_name(d->run.plan->idle.ask);
	e->up_to = d->search.up_to;
	put_limit(d, e);
	put_kept(d, e);
	e->inbound = d->inbound;
	e->spoke = d->search.heard;
	e->asked = d->search.asked;
	e->open = count_open(d);
	e->left = final ? TIME_NONE : ends - now;
	if (!final)
		return;
	known_limits(d->known, sizeof(d->known), &(struct bracket){ e->at_least, e->at_most }, e->how);
	e->known_as = *d->known ? d->known : NULL;
}
