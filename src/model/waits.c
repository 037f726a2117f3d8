// SPDX-License-Identifier: MIT
/*
 * The probes with a limit. Its oddity: a fault that heals is a race between the limit and
 * the first repetition that gets through.
 */
#include "waits.h"

#include <string.h>

#include "tcp/timers.h"

#define UNANSWERED_IGNORE 1 /* of heartbeat's words */

bool provokes_alone(const struct view *v)
{
	const struct composite *c = v->composite;

	return v->effect->data == REPLY_RST && !v->effect->rst && !v->effect->hasty && c->senders == 1 &&
	       c->app_period == NS_NEVER && !(c->keepalive && v->effect->empty == REPLY_RST) &&
	       v->me->probe->traits & SENDS_DATA;
}

nsec send_fails_after(const struct view *v)
{
	nsec every = chosen_period(v->me, v->around->interval);

	if (!provokes_alone(v))
		return 0;
	if (v->effect->empty != REPLY_RST || v->composite->echo == NS_NEVER)
		return every;
	return ns_max(0, every - ack_delayed(&v->around->path));
}

/*
 * Something is lost or remains without an answer, at the earliest `before` the fault and
 * at the latest `period` after it, and limit later the probe says dead, unless the
 * fault heals in time.
 */
static struct time_range overdue(const struct view *v, nsec before, nsec period, nsec limit,
			   const char *why)
{
	const struct timeline *k = v->timeline;
	struct time_range s = { limit - before, period + limit, period + limit, why };

	if (k->silence == NS_NEVER || k->silence >= period + limit || !v->effect->echoes)
		return s;
	if (limit > ns_add(k->repair.late, before))
		return RANGE_NEVER("what was lost is repeated and answered within the limit");
	return range_maybe(s.from, why);
}

/* ---- unacked, tx-ack ---- */

/* One whose byte is outstanding does not send, so it learns of the end by its limit. */
static struct time_range after_end(const struct view *v, nsec period, nsec limit)
{
	struct time_range end = v->timeline->end;

	if (provokes_alone(v))
		return range_then(end, ns_min(limit, send_fails_after(v)), limit, "its byte is answered with an RST and never acknowledged");
	return range_then(end, 0, ns_max(period, limit),
			 "its next send fails, or the last was in flight and is never acknowledged");
}

static struct time_range unacknowledged(const struct view *v)
{
	nsec period = chosen_period(v->me, v->around->interval), limit = chosen_number(v->me, "limit");
	nsec before = chosen_is(v->me, "unacked") ? ns_min(v->around->interval, limit) : 0;
	struct time_range closed = v->timeline->closed, waits;

	if (closed.by == NS_NEVER && v->effect->data == REPLY_ACK)
		return RANGE_NEVER("the peer's kernel acknowledges the byte");
	if (closed.by == NS_NEVER && (v->effect->rst || v->effect->data == REPLY_RST))
		return after_end(v, period, limit);
	if (closed.by != NS_NEVER)
		waits = range_then(closed, limit - before, ns_add(period, limit),
				  "the window is closed, and the byte stays in the queue");
	else
		waits = overdue(v, before, period, limit, "no ACK within the limit");
	/* Where the connection ends before its byte goes, sending it fails. */
	waits.from = ns_min(waits.from, ns_min(v->timeline->end.from, v->timeline->again.from));
	return waits;
}

/* The looks that unacked takes while its byte is out: one a pause, and one when the limit is over. */
struct looks {
	nsec pause, limit;
	nsec delay;    /* so long a byte may stay in the queue that the peer acknowledges */
	int64_t shown; /* and be seen by so many looks, but for the last */
};

/* How many bytes of others it takes, each sent right before a look, so that none finds the queue
 * empty. The first looks may still find its own. */
static int64_t bytes_needed(const struct looks *k)
{
	int64_t own = k->shown - 1, looks = k->limit / k->pause;

	return (looks - own + k->shown - 1) / k->shown + (k->limit % k->pause > k->delay);
}

/* How many they may send from the first look that needs one. One sender alone cannot do it twice in
 * a row, unless it is quick enough. */
static int64_t bytes_sent(const struct view *v, const struct looks *k)
{
	nsec span = ns_max(0, k->limit - k->shown * k->pause + k->delay);
	unsigned others = v->composite->app_period != NS_NEVER;
	int64_t n = others ? span / v->composite->app_period + 1 : 0;

	if (v->others_tx_period <= k->pause + k->delay)
		return INT64_MAX;
	for (size_t i = 0; i < v->group->count; i++) {
		const struct chosen *c = &v->group->chosen[i];

		if (i == v->member || c->unsupported || !(c->probe->traits & SENDS_DATA))
			continue;
		n += span / chosen_period(c, v->around->interval) + 1;
		others++;
	}
	return others == 1 ? 1 : n;
}

/* When others fill the queue right before it looks each time, unacked may never see it empty;
 * with a peer that does not answer, and so has nothing to send its ACKs with, even less. */
static bool is_confused(const struct view *v)
{
	struct looks k = { .delay = v->effect->echoes ? 0 : ack_delayed(&v->around->path) };

	if (!chosen_is(v->me, "unacked"))
		return false;
	k.limit = chosen_number(v->me, "limit");
	k.pause = ns_min(v->around->interval, k.limit / 2);
	k.shown = 1 + k.delay / k.pause;
	return bytes_sent(v, &k) >= bytes_needed(&k);
}

struct time_range no_ack(const struct view *v)
{
	nsec limit = chosen_number(v->me, "limit"), stood = ns_add(v->around->age, v->around->dialing);
	struct time_range s = unacknowledged(v);

	if (is_confused(v))
		s.from = ns_min(s.from, limit - stood);
	return s;
}

/* ---- heartbeat ---- */

static bool contains(const struct bytes *all, const struct bytes *part)
{
	return !part->len || memmem(all->data, all->len, part->data, part->len);
}

/* The peer echoes: what it says is what it was told, and all of it goes to one reader. */
static bool can_be_answered(const struct view *v)
{
	const struct bytes *want = chosen_bytes(v->me, "want");

	return contains(chosen_bytes(v->me, "send"), want) && !(want->len && v->others_read);
}

static struct time_range unanswered(const struct view *v)
{
	nsec every = chosen_number(v->me, "every"), limit = chosen_number(v->me, "limit");
	bool ignore = chosen_number(v->me, "unanswered") == UNANSWERED_IGNORE;
	nsec stood = v->around->age, longest = ns_add(stood, v->around->dialing);
	struct time_range s;

	if (!can_be_answered(v))
		return ignore ? RANGE_NEVER("no answer is expected") :
			(struct time_range){ limit - longest, every + limit - stood,
				       every + limit - stood, "the peer never gives the answer that is wanted" };
	if (v->effect->echoes && v->timeline->silence == NS_NEVER)
		return RANGE_NEVER("the peer answers");
	s = overdue(v, 0, every, limit, "no answer within the limit");
	return ignore && every >= stood ? range_maybe(s.from, "if the peer has ever answered before") : s;
}

/* With eof=ignore a FIN means that no answer can come: only a send that fails tells. */
struct time_range no_answer(const struct view *v)
{
	nsec every = chosen_number(v->me, "every");
	const struct timeline *k = v->timeline;
	struct time_range end = range_first(k->end, k->again);

	if (!ignores_fin(v->me))
		return range_first(range_first(k->fin, end), unanswered(v));
	if (v->effect->fin)
		return range_then(end, send_fails_after(v), every,
				 k->end.by == NS_NEVER ? k->end.why : "the next question cannot be sent");
	return range_first(end, unanswered(v));
}

/* ---- idle ---- */

/* Silence before the fault, or between two answers, is as long as the limit allows. */
static struct time_range too_quiet(const struct view *v, nsec limit)
{
	const struct timeline *k = v->timeline;
	nsec stood = v->around->age, echo = v->composite->echo;
	struct time_range s = { limit - ns_add(stood, v->around->dialing), limit - stood, limit - stood,
			  "nobody says anything for the limit" };

	if (echo != NS_NEVER)
		s.by = s.late = v->effect->echoes ? 2 * limit - stood : limit;
	/* Urgent bytes that are repeated together come as data, but for the last one. */
	else if (v->composite->urgent != NS_NEVER && k->silence != NS_NEVER && v->effect->echoes)
		s.late = ns_add(ns_add(k->silence, k->repair.late), limit);
	return s;
}

static struct time_range silent(const struct view *v, nsec limit)
{
	const struct timeline *k = v->timeline;
	nsec echo = v->composite->echo, heard = ns_min(echo, ns_add(v->around->age, v->around->dialing));
	struct time_range s = { limit - heard, limit, limit, "nothing arrives for the limit" };

	if (v->effect->echoes && echo < limit + PROCESSES_LATE && echo > limit - PROCESSES_LATE)
		return range_maybe(limit - ns_add(v->around->age, v->around->dialing),
				    "the answers come when the limit is over");
	if (echo >= limit)
		return too_quiet(v, limit);
	if (!v->effect->echoes)
		return s;
	if (v->falls_silent)
		return range_maybe(s.from, "who made the peer talk may have said dead, and is silent");
	if (k->silence == NS_NEVER || limit > ns_add(echo, k->repair.late))
		return RANGE_NEVER("the answers go on within the limit");
	return k->silence < limit ? range_maybe(s.from, s.why) : s;
}

struct time_range nothing_heard(const struct view *v)
{
	const struct timeline *k = v->timeline;
	struct time_range ends = range_first(range_first(k->fin, k->end), k->again);

	return range_first(ends, silent(v, chosen_number(v->me, "limit")));
}

/* ---- ack-age ---- */

/* The peer's repetitions arrive, and each is heard: the silence begins between two of them. */
static struct time_range between_repeats(const struct circumstances *s, nsec from, nsec limit)
{
	struct time_range r = { .from = from,
			  .why = "what the peer repeats is heard, until it pauses for the limit" };
	unsigned k = 0;

	while (k < 64 && retransmit_at(k + 1, &s->path, ON_TIME) - retransmit_at(k, &s->path, ON_TIME) <= limit)
		k++;
	r.by = ns_add(retransmit_at(k, &s->path, ON_TIME), limit);
	r.late = ns_add(retransmit_at(k + 1, &s->path, LATEST), limit);
	return r;
}

/* How old the last ACK gets in a silence that heals. */
static nsec oldest(const struct view *v)
{
	const struct composite *c = v->composite;
	nsec gap = ns_max(c->idle, c->intvl), intvl = timer_fires(c->intvl, LATEST);

	if (c->tx_period != NS_NEVER)
		return ns_add(c->tx_period, v->timeline->repair.late);
	return timer_fires(gap, LATEST) + (v->timeline->silence + c->intvl - 1) / c->intvl * intvl;
}

static struct time_range ages(const struct view *v, nsec limit)
{
	const struct composite *c = v->composite;
	nsec gap = ns_max(c->idle, c->intvl), second = gap + c->intvl;
	nsec late = timer_fires(gap, LATEST) + timer_fires(c->intvl, LATEST);
	struct time_range heard = v->timeline->heard;
	struct time_range s = { limit + heard.from, ns_max(limit, second) + heard.by,
			  ns_max(limit, late) + heard.late, "the last ACK is older than the limit" };

	if (v->timeline->closed.by != NS_NEVER) {
		s.by = ns_max(s.by, window_probe_after(heard.by, &v->around->path, ON_TIME));
		s.late = ns_max(s.late, window_probe_after(heard.late, &v->around->path, LATEST));
	}
	if (v->effect->repeats && c->echo != NS_NEVER)
		s = between_repeats(v->around, s.from, limit);
	s.late = ns_add(s.late, v->around->interval);
	if (!v->effect->echoes || v->timeline->silence >= s.late)
		return s;
	return oldest(v) < limit && v->timeline->end.from == NS_NEVER ?
		RANGE_NEVER("the silence is over before the limit") : range_maybe(s.from, s.why);
}

struct time_range old_ack(const struct view *v)
{
	nsec limit = chosen_number(v->me, "limit");
	struct time_range end = v->timeline->end, s;

	if (v->effect->echoes && v->timeline->silence == NS_NEVER)
		return RANGE_NEVER("the peer's kernel answers keepalive");
	if (v->effect->data == REPLY_ACK || v->effect->fin) {
		if (end.from == NS_NEVER)
			return RANGE_NEVER("the peer's kernel answers keepalive");
		s = range_then(end, 0, limit, "reset, and then silent for the limit");
		s.from = ns_max(s.from, limit + v->timeline->heard.from);
		s.late = ns_add(s.late, v->around->interval);
		return s;
	}
	return ages(v, limit);
}
