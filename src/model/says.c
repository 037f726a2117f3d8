// SPDX-License-Identifier: MIT
/*
 * The calls. Its oddity: data that nobody has read hide the end from some of them and
 * are taken for it by others, so it has to be known who reads, and when.
 */
#include "says.h"

#include <string.h>

#include "waits.h"

/* The kernel knows by now: FIN, RST or its own verdict. */
static struct time_range gone(const struct view *v)
{
	return range_first(v->timeline->fin, v->timeline->end);
}

/* An error that a call can take. */
static struct time_range error(const struct view *v)
{
	return range_first(v->timeline->end, v->timeline->again);
}

/* A polled probe looks once each interval. */
static struct time_range look(const struct view *v, struct time_range s)
{
	return range_then(s, 0, v->around->interval, s.why);
}

/* Its own next send, at the latest. */
static struct time_range send_next(const struct view *v, struct time_range s)
{
	nsec every = chosen_period(v->me, v->around->interval);

	return range_then(s, send_fails_after(v), every, s.why);
}

/* ---- data that nobody has read ---- */

/* When the connection stood for the first time, or may have. */
static nsec armed(const struct view *v)
{
	return -ns_add(v->around->age, v->around->dialing);
}

/* The first data that may stay unread, and whether they surely do by then. */
static struct time_range unread(const struct view *v)
{
	const struct composite *c = v->composite;
	struct time_range s = RANGE_NEVER("nothing is left unread");

	if (v->effect->words)
		s = range_at(0, "the last words are there to be read");
	if (c->app_period != NS_NEVER)
		s = (struct time_range){ armed(v), -v->around->age,
				   v->around->traffic == TRAFFIC_STREAM ? NS_NEVER : -v->around->age,
				   "an answer is there to be read" }; /* streams may overtax the path */
	else if (c->echo_unread < v->around->age || (c->echo_unread != NS_NEVER && v->effect->echoes))
		s = (struct time_range){ armed(v), c->echo_unread - v->around->age, c->echo_unread - v->around->age,
				   "an echo is there to be read" };
	else if (c->echo_unread != NS_NEVER || (c->urgent != NS_NEVER && v->effect->echoes))
		s = range_maybe(armed(v), "an echo may be there to be read");
	/* Said in the silence, and repeated. */
	if (s.late > 0 && s.late != NS_NEVER && v->timeline->silence != NS_NEVER)
		s.late = ns_max(s.late, v->timeline->silence + v->timeline->repair.late);
	if (c->reads && s.from != NS_NEVER)
		s = range_maybe(s.from, "for a moment, until another probe reads them");
	return s;
}

static bool others_send(const struct view *v)
{
	return v->composite->senders > 0;
}

/* Amid traffic a peer that closes may be caught with unread input, and then it is an RST. */
static bool may_be_caught(const struct view *v)
{
	return v->effect->fin && v->effect->data == REPLY_RST && v->composite->app_period != NS_NEVER;
}

/* The application reads once a turn, but no more when the connection is closed. */
static struct time_range visible_in_traffic(const struct view *v)
{
	const char *const why = "unread data hide the end, until the application reads them";

	if (v->effect->rst)
		return range_maybe(0, "unread data hide the RST: nobody reads a closed connection");
	if (v->effect->fin && (v->effect->data == REPLY_ACK || !others_send(v)))
		return (struct time_range){ 0, v->composite->app_period, may_be_caught(v) ? NS_NEVER : v->composite->app_period, why };
	if (v->effect->fin || ((others_send(v) || v->around->behind) && v->effect->data == REPLY_RST))
		return range_maybe(gone(v).from, why);
	return gone(v);
}

/* When a call that asks for the next byte sees the end. */
static struct time_range visible(const struct view *v)
{
	struct time_range u = unread(v), end = gone(v);

	if (v->composite->reads || u.from > end.by || end.from == NS_NEVER)
		return end;
	if (v->composite->app_period != NS_NEVER)
		return visible_in_traffic(v);
	return u.by <= end.from ? RANGE_NEVER("unread data hide the end") :
		range_maybe(end.from, "unread data hide the end, or come too late for it");
}

/* ---- the probes that ask for data ---- */

/* An error too waits behind data. */
static struct time_range behind_data(const struct view *v, struct time_range s)
{
	struct time_range u = unread(v);

	if (v->composite->reads || u.from > s.by)
		return s;
	return u.by <= s.from && v->composite->app_period == NS_NEVER ? RANGE_NEVER("unread data hide the error") :
		range_maybe(s.from, "unread data may hide the error");
}

static struct time_range peek(const struct view *v)
{
	return look(v, range_first(visible(v), behind_data(v, v->timeline->again)));
}

static struct time_range zero_recv(const struct view *v)
{
	return look(v, range_first(range_first(gone(v), v->timeline->again), unread(v)));
}

static struct time_range zero_read(const struct view *v)
{
	(void)v;
	return RANGE_NEVER("a read of no bytes always succeeds");
}

static struct time_range zero_write(const struct view *v)
{
	return look(v, error(v));
}

/* At the first look that finds nothing to read. */
static struct time_range fionread(const struct view *v)
{
	struct time_range first = look(v, (struct time_range){ armed(v), -v->around->age, -v->around->age,
						   "0 bytes to read on an idle connection" });
	bool dries_up = !v->effect->echoes && !v->effect->rst && !others_send(v);
	nsec turn = v->composite->app_period;

	if (turn == NS_NEVER)
		return unread(v).from > first.by ? first : range_maybe(first.from, first.why);
	if (!dries_up)
		return range_maybe(first.from, "between two answers there are 0 bytes to read");
	first.by = ns_add(turn, v->around->interval);
	first.late = may_be_caught(v) || v->around->behind ? NS_NEVER : first.by;
	first.why = "no more answers come, and what came is read";
	return first;
}

static struct time_range poll_fionread(const struct view *v)
{
	struct time_range s = visible(v);

	return unread(v).from < s.by ? look(v, s) : s;
}

static struct time_range reader(const struct view *v)
{
	return range_first(gone(v), v->timeline->again);
}

/* ---- the probes that ask for the state or the error ---- */

static struct time_range hup(const struct view *v)
{
	return range_first(v->timeline->end, v->timeline->icmp);
}

static struct time_range rdhup(const struct view *v)
{
	return gone(v);
}

static struct time_range peername(const struct view *v)
{
	return look(v, v->timeline->end);
}

static struct time_range tcp_info(const struct view *v)
{
	return look(v, gone(v));
}

static struct time_range so_error(const struct view *v)
{
	struct time_range s = look(v, error(v)), soft = look(v, v->timeline->soft);

	if (v->contested || v->taken)
		s = range_maybe(s.from, "another probe takes the error, unless this one happens to look first");
	return range_first(s, soft);
}

/* ---- the probes that send, or have the kernel send ---- */

static struct time_range writer(const struct view *v)
{
	return send_next(v, error(v));
}

/* An option has no call of its own: it is told of an error that another probe took. */
static struct time_range option(const struct view *v)
{
	struct time_range s = range_first(v->timeline->end, v->timeline->icmp);

	return v->asks_error ? range_first(s, look(v, v->timeline->soft)) : s;
}

static const struct {
	const char *name;
	struct time_range (*when)(const struct view *v);
} probes_say[] = {
	{ "read", reader },
	{ "peek", peek },
	{ "zero-recv", zero_recv },
	{ "zero-read", zero_read },
	{ "zero-write", zero_write },
	{ "fionread", fionread },
	{ "poll-fionread", poll_fionread },
	{ "hup", hup },
	{ "rdhup", rdhup },
	{ "so-error", so_error },
	{ "peername", peername },
	{ "tcp-info", tcp_info },
	{ "write-probe", writer },
	{ "oob", writer },
	{ "keepalive", option },
	{ "user-timeout", option },
	{ "icmp", option },
	{ "uring", reader },
	{ "ack-age", old_ack },
	{ "unacked", no_ack },
	{ "tx-ack", no_ack },
	{ "heartbeat", no_answer },
	{ "idle", nothing_heard },
};

struct time_range says_dead_when(const struct view *v)
{
	for (size_t i = 0; i < sizeof(probes_say) / sizeof(*probes_say); i++)
		if (chosen_is(v->me, probes_say[i].name))
			return probes_say[i].when(v);
	return range_maybe(armed(v), "nobody has said what this probe does");
}
