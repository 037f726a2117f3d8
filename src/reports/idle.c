// SPDX-License-Identifier: MIT
/* What was found out of an idle limit, in sentences. */
#include "idle.h"

#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "markdown.h"

#define PROMPT (60 * NS_PER_S) /* so soon at the most a keepalive's probes follow each other */
#define PROBES 3

bool idle_wanted(const struct report_context *c)
{
	return !strcmp(c->mode, "idle-limit");
}

/* Three digits, as brackets of a few percent need. */
static struct duration_text brief(nsec t)
{
	struct duration_text d;

	_Static_assert(sizeof(d.text) >= DURATION_ROOM, "room for any text");
	duration_brief(d.text, t);
	return d;
}

static void put_known(char *to, size_t room, const struct event_idle_limit *l)
{
	if (l->at_most == NS_NEVER)
		snprintf(to, room, "idle for %s: still known", l->at_least ? brief(l->at_least).text : "0s");
	else if (l->at_least)
		snprintf(to, room, "idle for %s: still known, for %s: forgotten", brief(l->at_least).text, brief(l->at_most).text);
	else
		snprintf(to, room, "idle for %s: forgotten", brief(l->at_most).text);
}

void idle_line(char to[IDLE_TEXT], const struct event *e, nsec now)
{
	const struct event_idle_limit *l = &e->limit;
	nsec left = l->left - (now - e->t);
	size_t used;

	put_known(to, IDLE_TEXT, l);
	used = strlen(to);
	used += (size_t)snprintf(to + used, IDLE_TEXT - used, "; %u asked, %u open", l->asked, l->open);
	if (l->left != TIME_NONE)
		snprintf(to + used, IDLE_TEXT - used, "; at most %s left", left < NS_PER_S ? "1s" : duration_text(left / NS_PER_S * NS_PER_S).text);
}

/* "after 340s to 355s", "after 5.02s", "in less than 1.00s" */
static struct duration_text span(const struct event_idle_limit *l)
{
	struct duration_text d, least = brief(l->at_least), most = brief(l->at_most);

	if (!l->at_least)
		snprintf(d.text, sizeof(d.text), "in less than %.20s", most.text);
	else if (!strcmp(least.text, most.text))
		snprintf(d.text, sizeof(d.text), "after %.20s", most.text);
	else
		snprintf(d.text, sizeof(d.text), "after %.18s to %.18s", least.text, most.text);
	return d;
}

static void put_forgetting(char *to, const struct event_idle_limit *l)
{
	struct duration_text after = span(l);

	if (l->how == FORGETS_BY_PEER)
		snprintf(to, IDLE_SENTENCE, "%s closes an idle connection by itself %s: FINs came without having been asked for, so this is the "
			 "timeout of the server, or of a proxy in its place, and no path that forgets.", l->remote, after.text);
	else if (l->unasked)
		snprintf(to, IDLE_SENTENCE, "%s: an idle connection is reset %s, by RSTs that came without having been asked for: from the server, or "
			 "from a middlebox that tells both ends.", l->remote, after.text);
	else if (l->how == FORGETS_BY_RST)
		snprintf(to, IDLE_SENTENCE, "%s: an idle connection is forgotten %s; who speaks then is answered with RST.", l->remote, after.text);
	else if (l->how == FORGETS_BY_FIN)
		snprintf(to, IDLE_SENTENCE, "%s: an idle connection is forgotten %s; who speaks then is answered with FIN.", l->remote, after.text);
	else
		snprintf(to, IDLE_SENTENCE, "%s: an idle connection is forgotten %s, silently: what is sent then is lost, and nobody is told.",
			 l->remote, after.text);
}

static void put_limit(char *to, const struct event_idle_limit *l)
{
	if (l->contradicts)
		snprintf(to, IDLE_SENTENCE, "%s: no idle limit: a connection did not live through %s of silence, and another one lived through %s. Packets "
			 "were lost for a while, or the connections took different paths.", l->remote, brief(l->at_most).text, brief(l->at_least).text);
	else if (l->at_most != NS_NEVER)
		put_forgetting(to, l);
	else if (!l->at_least)
		snprintf(to, IDLE_SENTENCE, "%s: nothing is known yet.", l->remote);
	else
		snprintf(to, IDLE_SENTENCE, "%s: an idle connection is still known after %s%s.", l->remote, brief(l->at_least).text,
			 l->at_least < l->up_to ? "; longer was not tried" : "");
}

/* Where asking is in vain, and what was heard. */
static void put_directions(char *to, const struct event_idle_limit *l)
{
	if (l->spoke && l->at_most == NS_NEVER)
		snprintf(to, IDLE_SENTENCE, "The peer itself sends something after %s of silence, as its keepalive does, so no silence was longer.",
			 brief(l->spoke).text);
	else if (l->mixed)
		snprintf(to, IDLE_SENTENCE, "Not all were forgotten in the same way.");
	else if (l->inbound)
		snprintf(to, IDLE_SENTENCE, "The other direction still works: the peer was heard where asking was in vain.");
	else if (l->how == FORGETS_SILENTLY && !l->contradicts)
		snprintf(to, IDLE_SENTENCE, "Whether the other direction is forgotten too is not known: the peer sent nothing by itself.");
}

static void put_kept(char *to, const struct event_idle_limit *l)
{
	if (l->contradicts || l->at_most == NS_NEVER || l->kept == KEPT_UNKNOWN)
		return;
	if (l->kept == KEPT_ALIVE)
		snprintf(to, IDLE_SENTENCE, "A connection that was asked with %s at least every %s lived on for %s.", l->question,
			 brief(l->kept_each).text, brief(l->kept_for).text);
	else if (l->how == FORGETS_BY_PEER)
		snprintf(to, IDLE_SENTENCE, "It does not help to ask with %s: a connection that was asked at least every %s ended too. The application there "
			 "counts requests, so raise its timeout, or send one.", l->question, brief(l->kept_each).text);
	else
		snprintf(to, IDLE_SENTENCE, "A connection that was asked with %s at least every %s did not live on either: it is not silence alone that "
			 "ends it.", l->question, brief(l->kept_each).text);
}

/* Idle first, so that a lost probe is followed by others before the limit. */
static void put_advice(char *to, const struct event_idle_limit *l)
{
	long long idle = l->keepalive / NS_PER_S, intvl = l->keepalive / PROBES / NS_PER_S;

	if (l->contradicts || l->keepalive == NS_NEVER || l->kept == KEPT_NOT)
		return;
	intvl = intvl < 1 ? 1 : intvl > PROMPT / NS_PER_S ? PROMPT / NS_PER_S : intvl;
	snprintf(to, IDLE_SENTENCE, "To keep it: SO_KEEPALIVE with TCP_KEEPIDLE %lld and TCP_KEEPINTVL %lld, or for programs that set only SO_KEEPALIVE: "
		 "sysctl -w net.ipv4.tcp_keepalive_time=%lld net.ipv4.tcp_keepalive_intvl=%lld", idle, intvl, idle, intvl);
}

bool idle_sentence(char to[IDLE_SENTENCE], const struct event *e, size_t which)
{
	const struct event_idle_limit *l = &e->limit;

	*to = '\0';
	switch (which) {
	case 0:
		put_limit(to, l);
		return true;
	case 1:
		if (l->known_as)
			snprintf(to, IDLE_SENTENCE, "That is the default of: %s.", l->known_as);
		return true;
	case 2:
		put_directions(to, l);
		return true;
	case 3:
		put_kept(to, l);
		return true;
	case 4:
		put_advice(to, l);
		return true;
	default:
		return false;
	}
}

void markdown_idle(struct out *o, const struct event *e)
{
	char text[IDLE_SENTENCE];

	if (e->kind != EVENT_NOTE && (e->kind != EVENT_IDLE_LIMIT || !e->limit.final))
		return;
	if (e->kind == EVENT_NOTE) {
		out_text(o, "- ");
		markdown_text(o, e->note);
		out_text(o, "\n");
		return;
	}
	for (size_t i = 0; idle_sentence(text, e, i); i++) {
		if (!*text)
			continue;
		out_text(o, "\n");
		markdown_text(o, text);
		out_text(o, "\n");
	}
}
