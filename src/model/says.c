// SPDX-License-Identifier: MIT
/*
 * The calls. Its oddity: data that nobody has read hide the end from some of them and
 * are taken for it by others, so it has to be known who reads, and when.
 */
#include "says.h"

#include <string.h>

#include "waits.h"

/* The kernel knows by now: FIN, RST or its own verdict. */
static struct span gone(const struct view *v)
{
	return span_first(v->course->fin, v->course->end);
}

/* An error that a call can take. */
static struct span error(const struct view *v)
{
	return span_first(v->course->end, v->course->again);
}

/* A polled probe looks once each interval. */
static struct span look(const struct view *v, struct span s)
{
	return span_then(s, 0, v->around->interval, s.why);
}

/* Its own next send, at the latest. */
static struct span send_next(const struct view *v, struct span s)
{
	nsec every = chosen_period(v->me, v->around->interval);

	return span_then(s, send_fails_after(v), every, s.why);
}

/* ---- data that nobody has read ---- */

/* When the connection stood for the first time, or may have. */
static nsec armed(const struct view *v)
{
	return -ns_add(v->around->stood, v->around->dialing);
}

/* The first data that may stay unread, and whether they surely do by then. */
static struct span unread(const struct view *v)
{
	const struct company *c = v->company;
	struct span s = SPAN_NEVER("nothing is left unread");

	if (v->effect->words)
		s = span_at(0, "the last words are there to be read");
	if (c->turn != NS_NEVER)
		s = (struct span){ armed(v), -v->around->stood,
				   v->around->traffic == TRAFFIC_STREAM ? NS_NEVER : -v->around->stood,
				   "an answer is there to be read" }; /* streams may overtax the path */
	else if (c->left < v->around->stood || (c->left != NS_NEVER && v->effect->echoes))
		s = (struct span){ armed(v), c->left - v->around->stood, c->left - v->around->stood,
				   "an echo is there to be read" };
	else if (c->left != NS_NEVER || (c->urgent != NS_NEVER && v->effect->echoes))
		s = span_perhaps(armed(v), "an echo may be there to be read");
	/* Said in the silence, and repeated. */
	if (s.late > 0 && s.late != NS_NEVER && v->course->silence != NS_NEVER)
		s.late = ns_max(s.late, v->course->silence + v->course->repair.late);
	if (c->reads && s.from != NS_NEVER)
		s = span_perhaps(s.from, "for a moment, until another probe reads them");
	return s;
}

static bool others_send(const struct view *v)
{
	return v->company->senders > 0;
}

/* Amid traffic a peer that closes may be caught with unread input, and then it is an RST. */
static bool may_be_caught(const struct view *v)
{
	return v->effect->fin && v->effect->data == REPLY_RST && v->company->turn != NS_NEVER;
}

/* The application reads once a turn, but no more when the connection is closed. */
static struct span visible_in_traffic(const struct view *v)
{
	const char *const why = "unread data hide the end, until the application reads them";

	if (v->effect->rst)
		return span_perhaps(0, "unread data hide the RST: nobody reads a closed connection");
	if (v->effect->fin && (v->effect->data == REPLY_ACK || !others_send(v)))
		return (struct span){ 0, v->company->turn, may_be_caught(v) ? NS_NEVER : v->company->turn, why };
	if (v->effect->fin || ((others_send(v) || v->around->behind) && v->effect->data == REPLY_RST))
		return span_perhaps(gone(v).from, why);
	return gone(v);
}

/* When a call that asks for the next byte sees the end. */
static struct span visible(const struct view *v)
{
	struct span u = unread(v), end = gone(v);

	if (v->company->reads || u.from > end.by || end.from == NS_NEVER)
		return end;
	if (v->company->turn != NS_NEVER)
		return visible_in_traffic(v);
	return u.by <= end.from ? SPAN_NEVER("unread data hide the end") :
		span_perhaps(end.from, "unread data hide the end, or come too late for it");
}

/* ---- the probes that ask for data ---- */

/* An error too waits behind data. */
static struct span behind_data(const struct view *v, struct span s)
{
	struct span u = unread(v);

	if (v->company->reads || u.from > s.by)
		return s;
	return u.by <= s.from && v->company->turn == NS_NEVER ? SPAN_NEVER("unread data hide the error") :
		span_perhaps(s.from, "unread data may hide the error");
}

static struct span peek(const struct view *v)
{
	return look(v, span_first(visible(v), behind_data(v, v->course->again)));
}

static struct span zero_recv(const struct view *v)
{
	return look(v, span_first(span_first(gone(v), v->course->again), unread(v)));
}

static struct span zero_read(const struct view *v)
{
	(void)v;
	return SPAN_NEVER("a read of no bytes always succeeds");
}

static struct span zero_write(const struct view *v)
{
	return look(v, error(v));
}

/* At the first look that finds nothing to read. */
static struct span fionread(const struct view *v)
{
	struct span first = look(v, (struct span){ armed(v), -v->around->stood, -v->around->stood,
						   "0 bytes to read on an idle connection" });
	bool dries_up = !v->effect->echoes && !v->effect->rst && !others_send(v);
	nsec turn = v->company->turn;

	if (turn == NS_NEVER)
		return unread(v).from > first.by ? first : span_perhaps(first.from, first.why);
	if (!dries_up)
		return span_perhaps(first.from, "between two answers there are 0 bytes to read");
	first.by = ns_add(turn, v->around->interval);
	first.late = may_be_caught(v) || v->around->behind ? NS_NEVER : first.by;
	first.why = "no more answers come, and what came is read";
	return first;
}

static struct span poll_fionread(const struct view *v)
{
	struct span s = visible(v);

	return unread(v).from < s.by ? look(v, s) : s;
}

static struct span reader(const struct view *v)
{
	return span_first(gone(v), v->course->again);
}

/* ---- the probes that ask for the state or the error ---- */

static struct span hup(const struct view *v)
{
	return span_first(v->course->end, v->course->icmp);
}

static struct span rdhup(const struct view *v)
{
	return gone(v);
}

static struct span peername(const struct view *v)
{
	return look(v, v->course->end);
}

static struct span tcp_info(const struct view *v)
{
	return look(v, gone(v));
}

static struct span so_error(const struct view *v)
{
	struct span s = look(v, error(v)), soft = look(v, v->course->soft);

	if (v->contested || v->taken)
		s = span_perhaps(s.from, "another probe takes the error, unless this one happens to look first");
	return span_first(s, soft);
}

/* ---- the probes that send, or have the kernel send ---- */

static struct span writer(const struct view *v)
{
	return send_next(v, error(v));
}

/* An option has no call of its own: it is told of an error that another probe took. */
static struct span option(const struct view *v)
{
	struct span s = span_first(v->course->end, v->course->icmp);

	return v->asks_error ? span_first(s, look(v, v->course->soft)) : s;
}

static const struct {
	const char *name;
	struct span (*when)(const struct view *v);
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

struct span says_dead_when(const struct view *v)
{
	for (size_t i = 0; i < sizeof(probes_say) / sizeof(*probes_say); i++)
		if (chosen_is(v->me, probes_say[i].name))
			return probes_say[i].when(v);
	return span_perhaps(armed(v), "nobody has said what this probe does");
}
