// SPDX-License-Identifier: MIT
/*
 * Connections that end without having been asked: by the server's own idle timeout, or by who sends a RST at the end of a
 * silence. That is a limit if it befalls all that are silent for so long; a server that lets in a few only, or has
 * restarted a worker, ends some, and others live on.
 */
#include "idle.h"

#define GRACE (2 * NS_PER_S) /* servers look at their clients each second, */
#define GRACE_PART 50        /* or are late in proportion */

void ended_add(struct idle *d, const struct idler *i, nsec silence, bool rst, nsec now)
{
	struct ended *n = &d->ended;
	bool fresh = i->number < d->search.count && d->each[i->number].fresh;

	if (d->over)
		return;
	if (!n->fresh && !n->asked) {
		n->grace.fire = ended_judge;
		n->least = NS_NEVER;
		n->most = 0;
		timer_set(&d->run.loop, &n->grace, now + GRACE + silence / GRACE_PART);
	}
	n->rst = rst;
	if (!fresh) {
		n->asked++;
		return;
	}
	n->fresh++;
	n->least = silence < n->least ? silence : n->least;
	n->most = silence > n->most ? silence : n->most;
}

/* Those that have been silent from the beginning. */
static unsigned count_fresh(const struct idle *d)
{
	unsigned n = 0;

	for (size_t i = 0; i < d->search.count; i++)
		n += d->idlers[i].phase == IDLER_SILENT && d->each[i].fresh;
	return n;
}

void ended_judge(struct timer *t, nsec now)
{
	struct idle *d = container_of(t, struct idle, ended.grace);
	struct ended *n = &d->ended;
	unsigned alive = count_fresh(d);

	if (n->fresh && !alive) {
		n->decided = true;
	} else {
		idle_note(d, "%u connection%s ended by the peer, and %u that %s as idle live%s on: that is no idle limit",
			  n->fresh + n->asked, n->fresh + n->asked > 1 ? "s were" : " was", alive, alive > 1 ? "are" : "is",
			  alive > 1 ? "" : "s");
		n->fresh = n->asked = 0;
	}
	idle_review(d, now);
}
