// SPDX-License-Identifier: MIT
/*
 * What several probes' predictions share. Data that nobody has read hide the end of a
 * connection from some calls and are taken for it by others, so much of it is about who
 * reads, and when.
 */
#include "predict.h"

struct connection_use chosen_use(const struct chosen *c, nsec interval)
{
	struct connection_use u = { .tx_period = NS_NEVER };

	if (c->probe->use)
		c->probe->use(c->params, interval, &u);
	return u;
}

/* ---- the others on the connection ---- */

/* Woken with the socket, or told of any error. */
static bool takes_error_at_once(const struct chosen *c, const struct connection_use *u, const struct effect *e)
{
	unsigned t = c->probe->traits;

	if (!(t & TAKES_ERROR) || t & POLLED)
		return false;
	if (t & TAKES_DATA) /* at a FIN it is done, or listens no more; with a limit it may be done too */
		return !e->fin && (e->rst || !u->gives_up);
	return t & ONLY_SETS_OPTION;
}

static void add_other(struct prediction_view *v, const struct chosen *c)
{
	struct connection_use use = chosen_use(c, v->around->interval);
	unsigned t = c->probe->traits;

	if (t & SENDS_DATA)
		v->others_tx_period = ns_min(v->others_tx_period, use.tx_period);
	v->asks_error |= (t & NEEDS_ERROR) != 0;
	v->others_read |= t & TAKES_DATA && !(t & POLLED);
	v->others_take |= t & TAKES_DATA && t & POLLED;
	v->taken |= takes_error_at_once(c, &use, v->effect);
	v->contested |= (t & TAKES_ERROR) != 0;
}

struct prediction_view prediction_view_open(struct prediction_view v, size_t member)
{
	v.member = member;
	v.me = &v.group->chosen[member];
	v.use = chosen_use(v.me, v.around->interval);
	v.others_tx_period = v.composite->app_period;
	v.others_read = v.others_take = v.asks_error = v.taken = v.contested = false;
	for (size_t i = 0; i < v.group->count; i++)
		if (i != member && !v.group->chosen[i].unsupported)
			add_other(&v, &v.group->chosen[i]);
	return v;
}

bool predict_others_stop(const struct prediction_view *v)
{
	if (!v->effect->echoes || v->composite->app_period != NS_NEVER)
		return false;
	for (size_t i = 0; i < v->group->count; i++) {
		const struct chosen *c = &v->group->chosen[i];
		struct prediction_view other;
		nsec from;

		if (i == v->member || !(c->probe->traits & SENDS_DATA) || c->unsupported)
			continue;
		other = prediction_view_open(*v, i);
		from = c->probe->predict(&other).from;
		if (from != NS_NEVER && from <= v->around->lasts)
			return true;
	}
	return false;
}

/* ---- what there is to see ---- */

nsec predict_established(const struct prediction_view *v)
{
	return -ns_add(v->around->age, v->around->dialing);
}

struct time_range predict_gone(const struct prediction_view *v)
{
	return range_first(v->timeline->fin, v->timeline->end);
}

struct time_range predict_error(const struct prediction_view *v)
{
	return range_first(v->timeline->end, v->timeline->again);
}

/* What the application or a probe made the peer send, and any probe may read. */
static struct time_range arrives(const struct prediction_view *v)
{
	const struct composite *c = v->composite;
	const nsec age = ns_max(0, v->around->age - v->around->path.rtt); /* of the first answer that can have come */

	if (c->app_period != NS_NEVER && !age)
		return range_maybe(predict_established(v), "an answer may be unread");
	if (c->app_period != NS_NEVER) /* streams may overtax the path */
		return (struct time_range){ predict_established(v), -age,
					    v->around->traffic == TRAFFIC_STREAM ? NS_NEVER : -age,
					    "an answer is unread" };
	if (c->echo_unread < age || (c->echo_unread != NS_NEVER && v->effect->echoes))
		return (struct time_range){ predict_established(v), c->echo_unread - age, c->echo_unread - age,
					    "an echo is unread" };
	if (c->echo_unread != NS_NEVER || (c->urgent != NS_NEVER && v->effect->echoes))
		return range_maybe(predict_established(v), "an echo may be unread");
	if (v->effect->final_data)
		return range_at(0, "the final data are unread");
	return RANGE_NEVER("nothing is left unread");
}

struct time_range predict_unread(const struct prediction_view *v)
{
	const struct composite *c = v->composite;
	struct time_range s = arrives(v);

	/* Sent in the silence, and retransmitted. */
	if (s.late > 0 && s.late != NS_NEVER && v->timeline->silence != NS_NEVER)
		s.late = ns_max(s.late, v->timeline->silence + v->timeline->repair.late);
	if ((c->reads || v->others_take) && s.from != NS_NEVER)
		s = range_maybe(s.from, c->reads ? "for a moment, until another probe reads them"
						 : "unless another probe takes them first");
	return s;
}

static bool others_send(const struct prediction_view *v)
{
	return v->composite->senders > 0;
}

bool predict_may_close_unread(const struct prediction_view *v)
{
	return v->effect->fin && v->effect->data == REPLY_RST && v->composite->app_period != NS_NEVER;
}

/* The application reads once a turn, but no more when the connection is closed. */
static struct time_range visible_in_traffic(const struct prediction_view *v)
{
	const char *const why = "unread data hide the end, until the application reads them";
	nsec turn = v->composite->app_period;

	if (v->effect->rst)
		return range_maybe(0, "unread data hide the RST: a closed connection is not read");
	if (v->effect->fin && (v->effect->data == REPLY_ACK || !others_send(v)))
		return (struct time_range){ 0, turn, predict_may_close_unread(v) ? NS_NEVER : turn, why };
	if (v->effect->fin || ((others_send(v) || v->around->behind) && v->effect->data == REPLY_RST))
		return range_maybe(predict_gone(v).from, why);
	return predict_gone(v);
}

struct time_range predict_visible(const struct prediction_view *v)
{
	struct time_range u = predict_unread(v), end = predict_gone(v);

	if (v->composite->reads || u.from > end.by || end.from == NS_NEVER)
		return end;
	if (v->composite->app_period != NS_NEVER)
		return visible_in_traffic(v);
	return u.by <= end.from ? RANGE_NEVER("unread data hide the end") :
		range_maybe(end.from, "unread data hide the end, or come too late for it");
}

struct time_range predict_behind_data(const struct prediction_view *v, struct time_range s)
{
	struct time_range u = predict_unread(v);

	if (v->composite->reads || u.from > s.by)
		return s;
	return u.by <= s.from && v->composite->app_period == NS_NEVER ? RANGE_NEVER("unread data hide the error") :
		range_maybe(s.from, "unread data may hide the error");
}

/* ---- when it is looked at ---- */

struct time_range predict_polled(const struct prediction_view *v, struct time_range s)
{
	return range_then(s, 0, v->around->interval, s.why);
}

struct time_range predict_readable(const struct prediction_view *v)
{
	return range_first(predict_reader(v), predict_unread(v));
}

struct time_range predict_reader(const struct prediction_view *v)
{
	return range_first(predict_gone(v), v->timeline->again);
}

/* Its own next send, at the latest. */
struct time_range predict_sender(const struct prediction_view *v)
{
	struct time_range s = predict_error(v);

	return range_then(s, predict_send_fails_after(v), v->use.tx_period, s.why);
}

/* An option has no call of its own: it learns of an error that another probe took. */
struct time_range predict_option(const struct prediction_view *v)
{
	struct time_range s = range_first(v->timeline->end, v->timeline->icmp);

	return v->asks_error ? range_first(s, predict_polled(v, v->timeline->soft)) : s;
}

/* ---- limits ---- */

/* Is it this probe's own data, and nobody else's, that the RST answers? Not for sure with a
 * peer that is killed: what it has not read then makes an RST at once. */
static bool provokes_alone(const struct prediction_view *v)
{
	const struct composite *c = v->composite;

	return v->effect->data == REPLY_RST && !v->effect->rst && !v->effect->hasty && c->senders == 1 &&
	       c->app_period == NS_NEVER && !(c->keepalive && v->effect->empty == REPLY_RST) &&
	       v->me->probe->traits & SENDS_DATA;
}

nsec predict_send_fails_after(const struct prediction_view *v)
{
	nsec every = v->use.tx_period;

	if (!provokes_alone(v))
		return 0;
	if (v->effect->empty != REPLY_RST || v->composite->echo == NS_NEVER)
		return every;
	return ns_max(0, every - ack_delayed(&v->around->path));
}

bool predict_hasty(const struct prediction_view *v, nsec limit)
{
	return limit <= v->around->path.rtt;
}

struct time_range predict_false_alarm(const struct prediction_view *v, nsec period, nsec limit, const char *why)
{
	const nsec latest = period + limit - v->around->age;

	return (struct time_range){ limit + predict_established(v), latest, latest, why };
}

/* A fault that heals is a race between the limit and the first retransmission that gets through. */
struct time_range predict_overdue(const struct prediction_view *v, nsec before, nsec period, nsec limit,
				  const char *why)
{
	const struct timeline *k = v->timeline;
	struct time_range s = { limit - before, period + limit, period + limit, why };

	if (k->silence == NS_NEVER || k->silence >= period + limit || !v->effect->echoes)
		return s;
	if (limit > ns_add(k->repair.late, before))
		return RANGE_NEVER("what was lost is retransmitted and answered within the limit");
	return range_maybe(s.from, why);
}

/* Whose byte is outstanding does not send, so it learns of the end by its limit. */
static struct time_range no_ack_after_end(const struct prediction_view *v, nsec limit)
{
	struct time_range end = v->timeline->end;

	if (provokes_alone(v))
		return range_then(end, ns_min(limit, predict_send_fails_after(v)), limit,
				  "its byte is answered with an RST and never acknowledged");
	return range_then(end, 0, ns_max(v->use.tx_period, limit),
			  "its next send fails, or the last was in flight and is never acknowledged");
}

struct time_range predict_no_ack(const struct prediction_view *v, nsec before, nsec limit)
{
	nsec period = v->use.tx_period;
	struct time_range closed = v->timeline->closed, s;

	if (predict_hasty(v, limit))
		return predict_false_alarm(v, period, limit, "the round trip takes longer than the limit");
	if (closed.by == NS_NEVER && v->effect->data == REPLY_ACK)
		return RANGE_NEVER("the peer's kernel acknowledges the byte");
	if (closed.by == NS_NEVER && (v->effect->rst || v->effect->data == REPLY_RST))
		return no_ack_after_end(v, limit);
	if (closed.by != NS_NEVER)
		s = range_then(closed, limit - before, ns_add(period, limit),
			       "the window is closed, and the byte stays in the queue");
	else
		s = predict_overdue(v, before, period, limit, "no ACK within the limit");
	/* Where the connection ends before its byte goes, sending it fails. */
	s.from = ns_min(s.from, ns_min(v->timeline->end.from, v->timeline->again.from));
	return s;
}
