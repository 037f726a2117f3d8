// SPDX-License-Identifier: MIT
/*
 * The promise of socket options: as a composite they are what a profile is (plan/profiles.c), for which there is a model, and
 * a sentence says what the model found.
 */
#include "promise.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/duration.h"
#include "faults/fault.h"
#include "model/predict.h"
#include "plan/profiles.h"
#include "plan/spec.h"

/* ---- reading ---- */

/* Another family's option is 0. */
static int get(int fd, int level, int name)
{
	int value = 0;
	socklen_t len = sizeof(value);

	return getsockopt(fd, level, name, &value, &len) ? 0 : value;
}

int options_read(int fd, struct socket_options *o)
{
	int on = 0;
	socklen_t len = sizeof(on);

	*o = (struct socket_options){ .known = true };
	if (getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, &len)) {
		int err = errno;

		o->known = false;
		snprintf(o->why, sizeof(o->why), "getsockopt: %s", error_reason(err));
		return -err;
	}
	o->keepalive = on;
	o->idle = get(fd, IPPROTO_TCP, TCP_KEEPIDLE) * NS_PER_S;
	o->intvl = get(fd, IPPROTO_TCP, TCP_KEEPINTVL) * NS_PER_S;
	o->cnt = get(fd, IPPROTO_TCP, TCP_KEEPCNT);
	o->syn_retries = get(fd, IPPROTO_TCP, TCP_SYNCNT);
	o->user_timeout = get(fd, IPPROTO_TCP, TCP_USER_TIMEOUT) * NS_PER_MS;
	o->recverr = get(fd, IPPROTO_IP, IP_RECVERR) || get(fd, IPPROTO_IPV6, IPV6_RECVERR);
	return 0;
}

/* ---- the model ---- */

/* -1 where there is no memory. */
static int ask_model(const struct socket_options *o, const struct chosen_fault *f, const struct circumstances *around, struct prediction *to)
{
	const struct connection_use use = {
		.keepalive = o->keepalive, .idle = o->idle, .intvl = o->intvl, .cnt = o->cnt,
		.user_timeout = o->user_timeout, .recverr = o->recverr,
	};
	struct plan p = { .groups = NULL };
	char spec[PROFILE_SPEC];
	struct error e;
	int rc;

	profile_of_options(spec, &use);
	rc = groups_parse(&p, spec, &e);
	if (!rc)
		*to = predict_composite(&p.groups[0], f, around).first;
	plan_free(&p);
	return rc;
}

/* ---- the sentence ---- */

struct sentence {
	const struct socket_options *options;
	const struct fault *fault;
	const struct effect *effect;
	const struct circumstances *around;
	struct prediction promised; /* however long it takes */
	nsec silence; /* the fault's, if it heals */
	bool wrote;     /* something is in flight, or waits for the window */
	char what[160]; /* the options that count */
	const char *s;  /* of the verb behind them */
	const char *never; /* where nothing comes of them */
};

/* Data in flight silence keepalive, and the kernel's own limit is what is left. */
static void name_options(struct sentence *s)
{
	const struct socket_options *o = s->options;
	const bool keepalive = o->keepalive && !s->wrote;
	char alive[56];

	s->s = keepalive && o->user_timeout ? "" : "s";
	snprintf(alive, sizeof(alive), "keepalive of %lld/%lld/%d", (long long)(o->idle / NS_PER_S), (long long)(o->intvl / NS_PER_S), o->cnt);
	if (keepalive && o->user_timeout)
		snprintf(s->what, sizeof(s->what), "its %s and user timeout of %s", alive, duration_text(o->user_timeout).text);
	else if (keepalive)
		snprintf(s->what, sizeof(s->what), "its %s", alive);
	else if (o->user_timeout)
		snprintf(s->what, sizeof(s->what), "its user timeout of %s", duration_text(o->user_timeout).text);
	else
		snprintf(s->what, sizeof(s->what), "tcp_retries2 of %lld", (long long)s->around->path.sys->retries2);
}

/* Its path forgets, and did not. */
static void of_memory(const struct sentence *s, char *to, size_t room)
{
	const struct socket_options *o = s->options;

	if (!s->wrote && o->keepalive)
		snprintf(to, room, "its keepalive of %lld/%lld/%d keeps the connection in the path's memory",
			 (long long)(o->idle / NS_PER_S), (long long)(o->intvl / NS_PER_S), o->cnt);
	else
		snprintf(to, room, "one end or the other sent often enough for the path not to forget the connection");
}

static bool has_timer(const struct sentence *s)
{
	return s->wrote || s->options->keepalive;
}

/* The peer lives. */
static void of_life(const struct sentence *s, char *to, size_t room)
{
	if (s->fault->forgets)
		of_memory(s, to, room);
	else if (s->effect->fin)
		snprintf(to, room, "a FIN says only that no more comes: no option tells whether the peer lives");
	else if (!s->effect->heals)
		snprintf(to, room, "the peer answers: no option ends a living connection");
	else if (!has_timer(s))
		snprintf(to, room, "%s: nothing minds the silence", s->options->user_timeout ? "its user timeout needs data in flight" :
									   "no keepalive, no user timeout");
	else if (s->promised.result == FALSE_ALARM)
		snprintf(to, room, "%s end%s a living connection: the silence is longer", s->what, s->s);
	else if (prediction_perhaps(&s->promised))
		snprintf(to, room, "%s may end a living connection before the silence is over", s->what);
	else
		snprintf(to, room, "%s outlast%s the silence", s->what, s->s);
}

/* Nothing will come of them. */
static void of_nothing(const struct sentence *s, char *to, size_t room)
{
	if (s->effect->data == REPLY_ACK && s->options->keepalive)
		snprintf(to, room, "its keepalive sees the path, not the process: %s", s->never);
	else if (s->effect->data == REPLY_ACK)
		snprintf(to, room, "the peer's kernel answers for its process: %s", s->never);
	else if (s->options->user_timeout)
		snprintf(to, room, "its user timeout of %s needs data in flight: with none, %s",
			 duration_text(s->options->user_timeout).text, s->never);
	else
		snprintf(to, room, "no keepalive, no user timeout: %s", s->never);
}

/* Has the peer's host, or who speaks for it, answered with an RST by then? */
static bool is_answered(const struct sentence *s)
{
	const struct effect *e = s->effect;

	return e->empty == REPLY_RST || (e->heals && e->healed == REPLY_RST && s->promised.by >= s->silence);
}

/* What decides once it wrote; the time counts from then, which the model has at the end of an application's period. */
static void of_write(const struct sentence *s, char *to, size_t room)
{
	const struct effect *e = s->effect;
	const struct socket_options *o = s->options;
	char time[DURATION_ROOM];

	if (e->data == REPLY_RST)
		snprintf(to, room, "its next data are answered with an RST, whatever its options");
	else if (is_answered(s))
		snprintf(to, room, "what it retransmits is answered with an RST when the silence is over, unless given up before");
	else if (e->data == REPLY_ICMP && o->recverr)
		snprintf(to, room, "its IP_RECVERR makes the ICMP error fatal, which answers its next data");
	else
		snprintf(to, room, "%s%s promises %s from its write", o->keepalive && !o->user_timeout ?
			 "data in flight silence its keepalive: " : "", s->what, duration_brief(time, s->promised.by - TRAFFIC_REQUEST_EVERY));
}

static void of_time(const struct sentence *s, char *to, size_t room)
{
	char time[DURATION_ROOM];

	snprintf(to, room, "%s promise%s %s%s", s->what, s->s, duration_brief(time, s->promised.by),
		 s->effect->full ? " with a closed window" : is_answered(s) ? ": an RST answers it" : "");
}

static void of_death(const struct sentence *s, char *to, size_t room)
{
	const struct effect *e = s->effect;

	if (e->rst)
		snprintf(to, room, "an RST tells at once, whatever its options");
	else if (e->fin)
		snprintf(to, room, "a FIN%s tells at once who reads, whatever its options", e->hasty ? ", or with unread data an RST," : "");
	else if (s->promised.result != NOTICED)
		of_nothing(s, to, room);
	else if (s->wrote && !e->full)
		of_write(s, to, room);
	else
		of_time(s, to, room);
}

/* Beside it what was measured, unless the kernel had no part in it, or in that of another connection. */
static void add_measured(const struct event_result *r, nsec after, char *to, size_t room)
{
	char time[DURATION_ROOM];
	size_t used = strlen(to);

	if ((r->result == NOTICED || r->result == FALSE_ALARM) && r->reaction.told && after != TIME_NONE)
		snprintf(to + used, room - used, "; measured %s", duration_brief(time, after));
	else if (r->result == MISSED && r->reaction.told >= r->reaction.connections && r->reaction.kernel != TIME_NONE)
		snprintf(to + used, room - used, "; its kernel knew after %s", duration_brief(time, r->reaction.kernel));
}

/* What became of the connections is known: a path that forgets has forgotten them, or left them in peace. */
static struct chosen_fault met(const struct chosen_fault *f, const struct event_result *r, struct fault *forgotten)
{
	if (!f->fault->forgets)
		return *f;
	if (r->result != NOTICED && r->result != MISSED)
		return (struct chosen_fault){ .fault = fault_control() };
	*forgotten = *f->fault;
	forgotten->effect = *fault_effect(f->fault, f->params);
	forgotten->effect_of = NULL;
	forgotten->forgets = NULL;
	return (struct chosen_fault){ .fault = forgotten };
}

void promise_fill(const struct socket_options *o, const struct chosen_fault *f, const struct circumstances *around, bool wrote,
		  const struct event_result *r, nsec after, struct predicted *p, char *text, size_t room)
{
	struct circumstances as_watched = *around, forever;
	struct fault forgotten;
	const struct chosen_fault as_met = met(f, r, &forgotten);
	struct sentence s = {
		.options = o, .fault = f->fault, .effect = &as_met.fault->effect, .around = around,
		.wrote = wrote || as_met.fault->effect.full,
		.silence = f->fault->silence ? f->fault->silence(f->params) : 0,
		.never = r->result == NOTICED && !r->reaction.told ? "nothing but its own timer tells it" : "nothing will ever tell it",
	};
	struct prediction watched;

	*p = (struct predicted){ .by = NS_NEVER };
	*text = '\0';
	as_watched.traffic = wrote ? TRAFFIC_REQUEST : TRAFFIC_IDLE;
	forever = as_watched;
	forever.lasts = NS_NEVER;
	if (!o->known) {
		snprintf(text, room, "its socket options could not be read: %s", o->why);
		return;
	}
	if (ask_model(o, &as_met, &as_watched, &watched) || ask_model(o, &as_met, &forever, &s.promised))
		return;
	*p = (struct predicted){
		.known = true, .result = watched.result, .by = watched.result == NOTICED ? watched.late : watched.by,
		.perhaps = prediction_perhaps(&watched), .why = watched.why,
	};
	name_options(&s);
	(as_met.fault->dead ? of_death : of_life)(&s, text, room);
	add_measured(r, after, text, room);
}
