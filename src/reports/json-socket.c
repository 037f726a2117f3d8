// SPDX-License-Identifier: MIT
/* A connection of a running process. */
#include "json.h"

#include "base/duration.h"
#include "json-put.h"

static void put_keepalive(struct out *o, const struct event_socket *s)
{
	char text[DURATION_ROOM];

	if (!s->keepalive) {
		out_text(o, ",\"keepalive\":null");
		return;
	}
	out_printf(o, ",\"keepalive\":{\"idle\":%s", duration_seconds(text, s->idle, 0));
	out_printf(o, ",\"intvl\":%s,\"cnt\":%d", duration_seconds(text, s->intvl, 0), s->cnt);
	json_boolean(o, "idle_default", s->idle_default);
	json_boolean(o, "intvl_default", s->intvl_default);
	json_boolean(o, "cnt_default", s->cnt_default);
	out_text(o, "}");
}

/* What is not known is left out. */
static void put_options(struct out *o, const struct event_socket *s)
{
	if (s->known) {
		put_keepalive(o, s);
		json_seconds(o, "user_timeout", s->user_timeout ? s->user_timeout : TIME_NONE);
		json_boolean(o, "recverr", s->recverr);
	}
	json_text_if_any(o, "incomplete", s->incomplete);
}

static void put_state(struct out *o, const struct event_socket *s)
{
	json_number(o, "unread", s->unread);
	json_number(o, "unsent", s->unsent);
	json_number(o, "in_flight", s->in_flight);
	json_seconds(o, "heard", s->heard);
	json_text(o, "timer", socket_timer_name(s->timer));
	json_seconds(o, "expires", s->expires);
	json_number(o, "unanswered", s->unanswered);
}

/* A time for each fault: the latest, or where it is given the soonest. What is not known is left out, and never is null. */
static void put_times(struct out *o, const struct report_context *c, const char *key, const struct predicted *p, const nsec *soonest)
{
	char text[DURATION_ROOM];
	const char *comma = "";

	out_printf(o, ",\"%s\":{", key);
	for (size_t f = 0; p && f < c->nfaults; f++) {
		const nsec time = soonest ? soonest[f] : p[f].by;

		if (!p[f].known)
			continue;
		out_text(o, comma);
		json_string(o, c->faults[f].name);
		out_printf(o, ":%s", time != NS_NEVER ? duration_seconds(text, time, 6) : "null");
		comma = ",";
	}
	out_text(o, "}");
}

void json_socket(struct out *o, const struct report_context *c, const struct event *e)
{
	const struct event_socket *s = &e->socket;

	json_number(o, "pid", s->pid ? s->pid : -1);
	json_text(o, "command", s->command);
	json_number(o, "fd", s->fd);
	json_text(o, "local", s->local);
	json_text(o, "remote", s->remote);
	json_text(o, "state", s->state);
	json_number(o, "count", s->count);
	if (s->count > 1)
		json_boolean(o, "accepted", s->accepted);
	json_boolean(o, "mptcp", s->mptcp);
	json_boolean(o, "elsewhere", s->elsewhere);
	put_options(o, s);
	put_state(o, s);
	put_times(o, c, "predicted", s->predicted, NULL);
	if (s->soonest)
		put_times(o, c, "soonest", s->predicted, s->soonest);
	json_text_if_any(o, "breaks", s->expected.broken);
}
