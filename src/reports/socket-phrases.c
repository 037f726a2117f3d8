// SPDX-License-Identifier: MIT
/* Words for the connections of running processes. */
#include "socket-phrases.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/words.h"

bool sockets_wanted(const struct report_context *c)
{
	return !strcmp(c->mode, "audit") && !c->nprobes;
}

/* ---- its name ---- */

/* The address without its port. */
static int host_width(const char *address)
{
	const char *colon = strrchr(address, ':');

	return (int)(colon ? colon - address : (long)strlen(address));
}

void socket_name(char to[SOCKET_NAME], const struct event_socket *s)
{
	const char *command = *s->command ? s->command : s->pid ? "?" : "(no process)";

	if (s->count > 1 && s->accepted)
		snprintf(to, SOCKET_NAME, "%u %s at %s from %.*s", s->count, command, s->local, host_width(s->remote), s->remote);
	else if (s->count > 1)
		snprintf(to, SOCKET_NAME, "%u %s to %s", s->count, command, s->remote);
	else if (s->pid && s->fd >= 0)
		snprintf(to, SOCKET_NAME, "%s[%d] fd %d to %s", command, (int)s->pid, s->fd, s->remote);
	else if (s->pid)
		snprintf(to, SOCKET_NAME, "%s[%d] to %s", command, (int)s->pid, s->remote);
	else
		snprintf(to, SOCKET_NAME, "%s to %s", command, s->remote);
}

/* ---- its details ---- */

static void append_keepalive(char to[SOCKET_DETAILS], const struct event_socket *s)
{
	const bool system = s->idle_default && s->intvl_default && s->cnt_default;

	if (!s->known)
		words_append(to, SOCKET_DETAILS, "; options not known");
	else if (!s->keepalive)
		words_append(to, SOCKET_DETAILS, "; no keepalive");
	else
		words_append(to, SOCKET_DETAILS, "; keepalive %g/%g/%d%s", ns_seconds(s->idle), ns_seconds(s->intvl), s->cnt, system ? " (the system's)" : "");
	if (s->known && s->user_timeout)
		words_append(to, SOCKET_DETAILS, ", user timeout %s", duration_text(s->user_timeout).text);
}

static void append_bytes(char to[SOCKET_DETAILS], int64_t bytes, const char *what)
{
	if (bytes > 0)
		words_append(to, SOCKET_DETAILS, "; %" PRId64 " byte%s %s", bytes, bytes > 1 ? "s" : "", what);
}

/* Of several these are those of one. */
static void append_now(char to[SOCKET_DETAILS], const struct event_socket *s)
{
	char time[DURATION_ROOM];

	append_bytes(to, s->unread, "unread");
	append_bytes(to, s->in_flight, "in flight");
	append_bytes(to, s->unsent, "not sent");
	if (s->heard != TIME_NONE && s->count == 1)
		words_append(to, SOCKET_DETAILS, "; heard %s ago", duration_brief(time, s->heard));
	if (s->timer && s->expires != TIME_NONE && s->count == 1)
		words_append(to, SOCKET_DETAILS, "; %s timer in %s", socket_timer_name(s->timer), duration_brief(time, s->expires));
	if (s->unanswered)
		words_append(to, SOCKET_DETAILS, "; %u unanswered", s->unanswered);
}

static void append_range(char to[SOCKET_DETAILS], const struct report_context *c, const struct event_socket *s)
{
	char least[DURATION_ROOM], most[DURATION_ROOM];

	for (size_t i = 0; s->soonest && s->predicted && i < c->nfaults; i++) {
		duration_brief(least, s->soonest[i]);
		duration_brief(most, s->predicted[i].by);
		if (strcmp(least, most) != 0)
			words_append(to, SOCKET_DETAILS, "; %s %s to %s", c->faults[i].name, least, most);
	}
}

void socket_details(char to[SOCKET_DETAILS], const struct report_context *c, const struct event_socket *s)
{
	*to = '\0';
	words_append(to, SOCKET_DETAILS, "%s%s", s->state, s->mptcp ? ", MPTCP" : "");
	if (s->elsewhere)
		words_append(to, SOCKET_DETAILS, ", in another network namespace");
	append_keepalive(to, s);
	append_now(to, s);
	append_range(to, c, s);
	if (s->incomplete)
		words_append(to, SOCKET_DETAILS, "; incomplete: %s", s->incomplete);
}

/* ---- what is predicted ---- */

static bool has_fin(const struct event_socket *s)
{
	return !strcmp(s->state, "CLOSE_WAIT") || !strcmp(s->state, "LAST_ACK") || !strcmp(s->state, "CLOSING");
}

void socket_cell(char to[SOCKET_CELL], const struct event_socket *s, size_t fault)
{
	const struct predicted *p = s->predicted ? &s->predicted[fault] : NULL;

	if (p && p->known && p->by != NS_NEVER && !(p->by == 0 && has_fin(s)))
		duration_brief(to, p->by);
	else
		snprintf(to, SOCKET_CELL, "%s", !p ? "-" : !p->known ? "?" : p->by == 0 ? "FIN" : p->perhaps ? "maybe" : "never");
}

enum style socket_style(const struct event_socket *s, size_t fault)
{
	const struct predicted *p = s->predicted ? &s->predicted[fault] : NULL;

	if (!p || (p->known && p->by != NS_NEVER))
		return PLAIN;
	return !p->known || p->perhaps ? YELLOW : p->result == STAYED_ALIVE ? PLAIN : RED;
}

/* ---- all ---- */

void socket_sum_add(struct socket_sum *sum, const struct event_socket *s)
{
	sum->connections += s->count;
	if (s->predicted && !s->predicted->known)
		sum->unknown += s->count;
	else if (s->predicted && s->predicted->by == NS_NEVER)
		sum->never += s->count;
}

void socket_sum_text(char to[SOCKET_SUM], const struct report_context *c, const struct socket_sum *sum)
{
	int used = snprintf(to, SOCKET_SUM, "%u connection%s", sum->connections, sum->connections == 1 ? "" : "s");

	if (!sum->connections)
		snprintf(to, SOCKET_SUM, "no TCP connection");
	else if (sum->never)
		used += snprintf(to + used, SOCKET_SUM - (size_t)used, "; %u would never notice %s", sum->never, c->faults->name);
	else
		used += snprintf(to + used, SOCKET_SUM - (size_t)used, "; %s would notice %s", sum->unknown ? "none is known that never" : "each", c->faults->name);
	if (sum->unknown && sum->connections)
		snprintf(to + used, SOCKET_SUM - (size_t)used, "; of %u it is not known", sum->unknown);
}
