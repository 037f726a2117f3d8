// SPDX-License-Identifier: MIT
/* Until when a watch goes on. */
#include "deadline.h"

#include "run.h"
#include "tcp/late.h"

#define PAUSE_SHOWS NS_PER_S /* what answers again does so within that */

/* How long the undecided may still take: their worst case, and what timers run
 * late. A probe that never says anything gets two intervals to prove it. */
static nsec longest_wait(const struct watch *w)
{
	const struct report_context *c = &w->run->feed.context;
	nsec longest = 0;

	if (w->run->plan->judge.within != NS_NEVER)
		return w->run->plan->judge.within;
	for (size_t i = 0; i < w->nrows; i++) {
		nsec worst = c->probes[w->rows + i].worst_case;

		if (worst == NS_NEVER)
			worst = 2 * w->run->plan->interval;
		if (w->pending.by_probe[i] && worst > longest)
			longest = worst;
	}
	return late_deadline(longest);
}

/* How long after the death an answer may still tell that it was only a pause. Nobody knows; but what a command
 * did is done once it is over, and shows when as much time has passed once more: retransmissions double. */
static nsec pause_wait(const struct watch *w)
{
	const struct watch_times *at = &w->at;
	nsec shows;

	if (at->done == TIME_NONE)
		return w->run->within;
	shows = at->done + (at->done - at->struck) + PAUSE_SHOWS - at->died;
	return shows < w->run->within ? shows : w->run->within;
}

bool deadline_is_open(const struct watch *w)
{
	return w->pending.undecided > w->pending.spare;
}

nsec deadline_of(const struct watch *w)
{
	nsec wait = 0, due;

	/* What is to strike must, or an earlier death would pass for its work. */
	if (w->at.struck == TIME_NONE && w->strikes)
		return NS_NEVER;
	/* Once every probe has spoken there is nothing to wait for. */
	if (w->phase == WATCHING)
		return deadline_is_open(w) || w->pending.polls || w->asks_nobody ? NS_NEVER : clock_now();
	if (deadline_is_open(w))
		wait = ns_add(longest_wait(w), w->timers.later);
	/* Was it only a pause? An answer would tell. */
	if (pause_wait(w) > wait && (w->silent_application || w->pending.silent || (w->pending.polls && !deadline_is_open(w))))
		wait = pause_wait(w);
	due = ns_max(ns_add(w->at.died, ns_add(wait, w->timers.lost)), w->timers.least);
	return due < w->timers.latest ? due : w->timers.latest;
}
