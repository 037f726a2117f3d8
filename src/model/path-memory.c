// SPDX-License-Identifier: MIT
/* Who sends, and how long the gaps between are. */
#include "path-memory.h"

#include "tcp/late.h"

#define JIFFIES (20 * NS_PER_MS) /* by what a timer that counts in them may seem early */

/* An answered keepalive segment is followed by the next after intvl, if that is longer. */
static nsec keepalive_gap(const struct composite *c)
{
	return c->keepalive ? ns_max(c->idle, c->intvl) : NS_NEVER;
}

bool path_memory_kept_by(nsec every, nsec forgets, nsec rtt)
{
	return every != NS_NEVER && ns_add(timer_fires(every, LATEST), PROCESSES_LATE + rtt) < forgets;
}

nsec path_memory_longest(nsec grain, nsec forgets, nsec rtt)
{
	nsec low = 0, high = forgets / grain;

	while (low < high) {
		const nsec middle = low + (high - low + 1) / 2;

		if (path_memory_kept_by(middle * grain, forgets, rtt))
			low = middle;
		else
			high = middle - 1;
	}
	return low * grain;
}

static unsigned count_senders(const struct composite *c)
{
	return c->senders + (c->app_period != NS_NEVER);
}

/* A period that is surely too long, wherever in the path it is measured. */
static bool is_too_slow(nsec every, nsec forgets, nsec rtt)
{
	return every == NS_NEVER || every - ACK_DELAYED - JIFFIES - rtt >= forgets;
}

/* Of two senders one may come between the other's. Beside data keepalive counts from what was heard. */
static bool surely_forgotten(const struct composite *c, nsec forgets, nsec rtt)
{
	if (!is_too_slow(c->tx_period, forgets, rtt) || count_senders(c) > 1)
		return false;
	if (!c->keepalive)
		return true;
	return is_too_slow(count_senders(c) ? c->idle : keepalive_gap(c), forgets, rtt);
}

/* A young connection's first segment may come sooner after the handshake than the others after each other; and with two
 * timers one may fire right after the other's segment. */
static nsec extra_of(const struct composite *c, nsec forgets, nsec age)
{
	const bool young = age < forgets;

	if (!count_senders(c))
		return c->keepalive && young && c->idle < forgets ? c->intvl : 0;
	return (young ? forgets - age : 0) + (c->keepalive ? forgets : 0);
}

struct path_memory path_memory_of(const struct composite *c, nsec forgets, const struct circumstances *s)
{
	const nsec age = s->age, oldest = ns_add(s->age, s->dialing), rtt = s->path.rtt;
	struct path_memory f = { .keeping = MEMORY_MAY_FORGET };

	f.from = ns_max(0, forgets - oldest);
	f.extra = extra_of(c, forgets, age);
	f.by = ns_add(count_senders(c) || c->keepalive ? forgets : ns_max(0, forgets - age), f.extra + PROCESSES_LATE);
	if (path_memory_kept_by(ns_min(c->tx_period, keepalive_gap(c)), forgets, rtt) || s->lasts < f.from)
		f.keeping = MEMORY_KEEPS;
	else if (surely_forgotten(c, forgets, rtt) && s->lasts >= f.by)
		f.keeping = MEMORY_FORGETS;
	return f;
}
