// SPDX-License-Identifier: MIT
/* Why a result proves nothing: what ended the connection was no death, or nobody ever answered. */
#include "inconclusive.h"

#include <stdio.h>

#include "base/duration.h"
#include "liveness.h"
#include "run.h"
#include "tcp/late.h"
#include "provoked.h"
#include "spare.h"

/* A half-close is no end. */
static bool ended_before_fault(const struct conn *c, nsec *before)
{
	const struct kernel_event *end = conn_end(c);
	nsec at = c->fin.took_until, struck = c->watch->at.struck;

	if (!end || c->fin.half_closed || struck == TIME_NONE)
		return false;
	*before = struck - (at != TIME_NONE ? at : end->at);
	return *before > 0;
}

/* The peer announced its end, and did so before anything was done to it. */
static bool took_leave(const struct conn *c)
{
	return c->leaving && conn_end(c) && !c->fin.half_closed && c->watch->at.struck == TIME_NONE;
}

/* It would have said the same of a peer that lives and does not know this poll. */
static bool never_answered(const struct instance *in, enum result r)
{
	if (!(in->context.probe->traits & NEEDS_ANSWER) || in->answered || in->conn->watch->echoes)
		return false;
	if (in->dead_at == TIME_NONE)
		return r == STAYED_ALIVE;
	return !in->verdict.err && (in->then.kernel == KERNEL_NOTHING || in->then.kernel == KERNEL_UNREACHABLE);
}

/* Another probe of its connection that took what came, if anything did; else NULL. */
static const struct probe *taker_beside(const struct instance *in)
{
	const struct conn *c = in->conn;
	struct heard heard = heard_now(c->socket.fd);

	for (const struct instance *other = c->instances; other < c->instances + c->ninstances; other++)
		if (other != in && other->context.probe->traits & TAKES_DATA && heard.bytes_in > heard.finished)
			return other->context.probe;
	return NULL;
}

static void explain_unanswered(const struct instance *in, enum result r, char why[160])
{
	const struct probe *taker = taker_beside(in);

	if (!in->polls.answers.of && r == STAYED_ALIVE)
		snprintf(why, 160, "the watch ended before anything was asked");
	else if (taker)
		snprintf(why, 160, "%s took what the peer sent on this connection, perhaps its answer too", taker->name);
	else
		snprintf(why, 160, in->polls.answers.of ? "the peer never answered it, and perhaps does not know what is sent" :
							  "the peer did not say what is awaited before anything is asked");
}

/* After the end, as long as it may take. */
static bool had_its_time(const struct instance *in)
{
	const struct conn *c = in->conn;
	nsec worst = c->run->feed.context.probes[in->row].worst_case;

	return worst != NS_NEVER && c->watch->at.over - conn_end(c)->at >= late_deadline(worst);
}

/* It said dead, no end came, and the peer, whom nobody asks, was not heard since. */
static bool never_decided(const struct instance *in)
{
	const struct conn *c = in->conn;
	struct heard now;

	if (!c->adopted || in->dead_at == TIME_NONE || conn_end(c))
		return false;
	now = heard_now(c->socket.fd);
	return !heard_more(&in->then.heard, &now, 0);
}

bool inconclusive(const struct instance *in, enum result r, char why[160])
{
	const struct conn *c = in->conn;
	char time[DURATION_ROOM];
	nsec before;

	if (r == UNSUPPORTED)
		return false;
	if (c->accept.refused)
		snprintf(why, 160, NOT_ACCEPTED);
	else if (took_leave(c))
		snprintf(why, 160, "the peer said, in its protocol, that it would close this connection: it need not be dead");
	else if (c->own.provoked && !c->fin.half_closed)
		snprintf(why, 160, "ended %.1f ms after %s's own byte while others lived: that byte provoked it",
			 ns_seconds(c->own.before_end) * 1e3, c->own.culprit->context.probe->name);
	else if (provoked_perhaps(c) && !c->fin.half_closed)
		snprintf(why, 160, "ended %.1f ms after %s's own byte, and %s",
			 ns_seconds(c->own.before_end) * 1e3, c->own.culprit->context.probe->name,
			 c->own.culprit->answered ? "the answer to it was the first: perhaps the peer closes after each" :
				 "the peer had answered none before: perhaps that byte provoked it");
	else if (ended_before_fault(c, &before))
		snprintf(why, 160, "ended %s before the fault", duration_brief(time, before));
	else if (spare_because_of(in))
		snprintf(why, 160, "not waited for: %s had reported the end", spare_because_of(in)->name);
	else if (r == MISSED && c->let_go && !had_its_time(in))
		snprintf(why, 160, "its program closed it before this probe had its time");
	else if (never_decided(in))
		snprintf(why, 160, "nothing came from its peer since, which is not asked on a connection of another program");
	else if (never_answered(in, r))
		explain_unanswered(in, r, why);
	else
		return false;
	return true;
}
