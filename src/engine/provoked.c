// SPDX-License-Identifier: MIT
/* Ends that a probe's own byte provoked. No byte provokes a timeout: that is this kernel's own doing. */
#include "provoked.h"

#define PROVOKED_WITHIN (250 * NS_PER_MS) /* and two round trips */
#define SUSPICIOUS (20 * NS_PER_MS)
#define CHANCE 50 /* of the time between two bytes: by chance one end in so many comes so soon after one */
#define SAME_CAUSE (100 * NS_PER_MS)        /* connections that end so close to each other have one reason */

void provoked_at_end(struct conn *c, const struct kernel_event *k)
{
	c->own.before_end = c->own.sender && k->what != KERNEL_TIMEOUT ? k->at - c->own.sent_at : TIME_NONE;
	c->own.culprit = c->own.sender;
	c->own.culprit_gap = c->own.gap;
	c->own.culprit_answered = c->own.answered;
}

static bool ended_within(const struct conn *c, nsec limit)
{
	return c->own.before_end != TIME_NONE && c->own.before_end <= limit + 2 * conn_end(c)->rtt;
}

bool provoked_after_own_byte(const struct conn *c)
{
	return ended_within(c, PROVOKED_WITHIN);
}

/* So soon after its own byte that it is hardly chance. */
static bool ended_at_once(const struct conn *c)
{
	nsec chance = c->own.culprit_gap / CHANCE;

	return ended_within(c, chance && chance < SUSPICIOUS ? chance : SUSPICIOUS);
}

static bool another_lives(const struct watch *w, const struct conn *c)
{
	for (size_t i = 0; i < w->nconns; i++)
		if (w->conns[i].kernel.unended && conn_same_peer(&w->conns[i], c))
			return true;
	return false;
}

bool provoked_while_others_live(struct conn *c)
{
	const struct watch *w = c->watch;

	c->own.provoked = w->at.struck == TIME_NONE && w->at.ended == TIME_NONE && provoked_after_own_byte(c) &&
			  another_lives(w, c);
	return c->own.provoked;
}

nsec provoked_first_end(struct watch *w, nsec unprovoked)
{
	nsec first = unprovoked;

	for (size_t i = 0; i < w->nconns; i++) {
		struct conn *c = &w->conns[i];
		const struct kernel_event *k = conn_end(c);

		if (!k || !c->own.provoked || unprovoked - k->at > SAME_CAUSE)
			continue;
		c->own.provoked = false;
		if (k->at < first)
			first = k->at;
	}
	return first;
}

/* Was it alive after the end of c? A poll that nobody answered, or only a reset, says the contrary. */
static bool outlived(const struct conn *other, const struct conn *c)
{
	const struct kernel_event *k = conn_end(other);

	if (other == c || !other->established || !conn_same_peer(other, c))
		return false;
	if (!k)
		return other->liveness.state != LIVENESS_UNANSWERED;
	return !k->answer && k->at - conn_end(c)->at > SAME_CAUSE;
}

void provoked_withdraw(struct conn *c)
{
	const struct watch *w = c->watch;

	for (size_t i = 0; i < w->nconns; i++)
		if (!c->own.provoked || outlived(&w->conns[i], c))
			return;
	c->own.provoked = false;
}

void provoked_by_poll(struct conn *c)
{
	const struct watch *w = c->watch;

	if (c->own.provoked || !c->kernel.count || !provoked_after_own_byte(c))
		return;
	for (size_t i = 0; i < w->nconns && !c->own.provoked; i++)
		c->own.provoked = w->conns[i].liveness.state == LIVENESS_ANSWERED && !w->conns[i].kernel.count &&
			      conn_same_peer(&w->conns[i], c);
}

/* One that ended without such a byte. */
static bool another_ended(const struct conn *c)
{
	const struct watch *w = c->watch;

	for (const struct conn *other = w->conns; other < w->conns + w->nconns; other++)
		if (other != c && conn_end(other) && conn_same_peer(other, c) && !ended_at_once(other))
			return true;
	return false;
}

bool provoked_perhaps(const struct conn *c)
{
	return c->watch->at.struck == TIME_NONE && !c->own.culprit_answered && ended_at_once(c) && !another_ended(c);
}
