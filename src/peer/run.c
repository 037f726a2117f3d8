// SPDX-License-Identifier: MIT
/*
 * The mortal peer: the other end, which echoes and then dies. The peer is a child
 * process (faults/peer.h), so that somebody can tell what happened to it. With -k another
 * one takes its place, and the dead one stays what it is.
 */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/words.h"
#include "faults/fault.h"
#include "child.h"
#include "engine/address.h"
#include "engine/listeners.h"
#include "engine/resolve.h"
#include "engine/run.h"
#include "peer-sockets.h"
#include "reactions.h"

#define TIMERS 8
#define PAST_MOST 64 /* dead peers that still hold a connection, as a frozen one does for ever */

struct peer_mode {
	struct run run;
	struct peer_child peer;
	struct handler news;
	struct timer strike;           /* this one strikes, or is replaced once it has struck */
	struct addrinfo *relay;
	struct peer_sockets sockets; /* until the child has them */
	bool ordered, struck;          /* to strike: once each peer */
	unsigned generation;           /* of the peer, from 1 */
	struct past {
		struct peer_child peer;
		unsigned generation;
	} past[PAST_MOST]; /* those before this one, the oldest first */
	size_t npast;
	struct reactions reactions;
};

static struct peer_mode *mode_of(const struct run *r)
{
	return container_of(r, struct peer_mode, run);
}

static int start_peer(struct peer_mode *m, struct error *e);

/* ---- what the peer's process tells ---- */

static void set_strike(struct peer_mode *m)
{
	if (m->run.plan->fault.chosen && !timer_is_set(&m->strike) && !m->ordered)
		timer_set(&m->run.loop, &m->strike, ns_add(clock_now(), m->run.plan->fault.at));
}

static struct event *tell_connected(struct peer_mode *m, nsec at)
{
	struct event *ev = feed_event(&m->run.feed, EVENT_CONNECTED, at);

	ev->conn = ++m->run.ids;
	return ev;
}

static void tell_note(struct peer_mode *m, nsec at, unsigned conn, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
static void tell_note(struct peer_mode *m, nsec at, unsigned conn, const char *fmt, ...)
{
	struct event *ev = feed_event(&m->run.feed, EVENT_NOTE, at);
	va_list ap;

	ev->conn = conn;
	va_start(ap, fmt);
	vsnprintf(ev->note, sizeof(ev->note), fmt, ap);
	va_end(ap);
}

static void tell_accepted(struct peer_mode *m, const struct peer_message *news)
{
	struct event *ev = tell_connected(m, news->at);

	address_text(ev->connection.local, (const struct sockaddr *)&news->local, news->local_len);
	address_text(ev->connection.remote, (const struct sockaddr *)&news->remote, news->remote_len);
	reactions_connected(&m->reactions, m->generation, ev->conn, news);
	set_strike(m);
}

/* One that this end has made was established all the same. */
static void tell_refused(struct peer_mode *m, const struct peer_message *news, unsigned generation)
{
	const unsigned conn = reactions_left(&m->reactions, generation, news);
	char client[ADDRESS_TEXT] = "?";

	address_text(client, (const struct sockaddr *)&news->remote, news->remote_len);
	tell_note(m, news->at, conn, "no connection to '%.60s' (%s): closed that of %s", m->run.plan->connect.relay->text,
		  error_reason(news->err), client);
}

static void tell_server_ended(struct peer_mode *m, const struct peer_message *news, unsigned generation)
{
	tell_note(m, news->at, reactions_left(&m->reactions, generation, news), "'%.80s' has %s this connection",
		  m->run.plan->connect.relay->text, news->reset ? "reset" : "closed");
}

static void tell_struck(struct peer_mode *m, nsec at)
{
	feed_event(&m->run.feed, EVENT_FAULT, at)->fault = m->run.plan->fault.chosen->fault->name;
	m->struck = m->run.end.any_died = true;
	reactions_struck(&m->reactions, m->generation, at);
}

static void take_news(struct peer_mode *m, const struct peer_message *news, unsigned generation)
{
	if (news->error.status)
		run_fail(&m->run, &news->error);
	else if (news->news == PEER_CONNECTED && m->run.plan->connect.listen)
		tell_accepted(m, news);
	else if (news->news == PEER_REFUSED)
		tell_refused(m, news, generation);
	else if (news->news == PEER_SERVER_ENDED)
		tell_server_ended(m, news, generation);
	else if (news->news == PEER_ENDED)
		reactions_ended(&m->reactions, generation, news);
	else if (news->news == PEER_STRUCK)
		tell_struck(m, news->at);
}

static void stop_news(struct peer_mode *m)
{
	if (m->news.fd >= 0)
		loop_remove(&m->run.loop, &m->news);
	m->news.fd = -1;
}

static void forget_past(struct peer_mode *m, size_t i)
{
	peer_end(&m->past[i].peer);
	memmove(&m->past[i], &m->past[i + 1], (--m->npast - i) * sizeof(*m->past));
}

/* Its end ends what it held: one whose result is told goes first. */
static void make_room(struct peer_mode *m)
{
	size_t i = 0;

	while (i < PAST_MOST && reactions_is_open(&m->reactions, m->past[i].generation))
		i++;
	if (i == PAST_MOST)
		reactions_cut(&m->reactions, m->past[i = 0].generation);
	forget_past(m, i);
}

/* With -k, the next peer for the next clients. The dead one goes on as its fault left it. */
static void replace_dead(struct peer_mode *m)
{
	struct error e;

	if (!m->struck || !m->run.plan->connect.keep_open || run_is_ending(&m->run))
		return;
	stop_news(m);
	timer_unset(&m->run.loop, &m->strike);
	if (m->npast == PAST_MOST)
		make_room(m);
	m->past[m->npast++] = (struct past){ m->peer, m->generation };
	m->peer = (struct peer_child){ .control = -1 };
	m->ordered = m->struck = false;
	if (start_peer(m, &e))
		run_fail(&m->run, &e);
}

/* What it told may have been taken by now, with the news of a child's end. */
static void news_ready(struct handler *h, uint32_t events, nsec woken)
{
	struct peer_mode *m = container_of(h, struct peer_mode, news);
	struct peer_message news;

	(void)woken;
	(void)h;
	if (peer_read(&m->peer, &news))
		take_news(m, &news, m->generation);
	else if (events & EPOLLHUP)
		stop_news(m);
	replace_dead(m);
}

static void strike_due(struct timer *t, nsec now)
{
	struct peer_mode *m = container_of(t, struct peer_mode, strike);

	(void)now;
	if (m->struck) {
		replace_dead(m);
		return;
	}
	m->ordered = true;
	reactions_strike(&m->reactions);
	peer_order(&m->peer, PEER_STRIKE);
}

/* What it sent before its end, or before it stopped. */
static void take_all_news(struct peer_mode *m)
{
	struct peer_message news;

	for (size_t i = 0; i < m->npast; i++)
		while (peer_read(&m->past[i].peer, &news))
			take_news(m, &news, m->past[i].generation);
	while (m->peer.control >= 0 && peer_read(&m->peer, &news))
		take_news(m, &news, m->generation);
}

static void reactions_want_news(struct reactions *x)
{
	struct peer_mode *m = container_of(x, struct peer_mode, reactions);

	take_all_news(m);
	if (m->struck) /* maybe just now, and no other news wakes us to replace it */
		timer_set(&m->run.loop, &m->strike, clock_now());
}

/* Where nobody asked for a time the peer goes on as its fault left it, as long as somebody may come to it. */
static void result_told(struct reactions *x)
{
	const struct plan *p = x->run->plan;
	const bool asked = p->judge.within != NS_NEVER || p->judge.nexpects;

	if (!reactions_open_results(x) && !p->connect.keep_open && (asked || x->over || !p->connect.listen))
		loop_stop(&x->run->loop);
}

/* Whatever the fault made of them: only their end is of interest. */
static void check_past(struct peer_mode *m)
{
	struct error e;

	for (size_t i = m->npast; i--;)
		if (peer_check(&m->past[i].peer, &e) && !m->past[i].peer.pid)
			forget_past(m, i);
}

/* Killed and stopped is what a fault does to it, too. */
static void child_changed(struct run *r)
{
	struct peer_mode *m = mode_of(r);
	bool there = m->peer.pid > 0;
	struct error e;
	int rc = peer_check(&m->peer, &e);

	take_all_news(m);
	check_past(m);
	if (rc < 0 && !m->struck)
		run_fail(r, &e);
	m->reactions.stopped = rc < 0 && m->struck && m->peer.pid > 0 && !r->plan->connect.keep_open;
	if (there && !m->peer.pid && !(m->struck && r->plan->connect.keep_open)) {
		reactions_over(&m->reactions);
		if (!reactions_open_results(&m->reactions))
			loop_stop(&r->loop);
	}
	replace_dead(m);
}

/* ---- the run ---- */

static void end_early(struct run *r)
{
	loop_stop(&r->loop);
}

static int settle(struct run *r, struct error *e)
{
	(void)e;
	if (!r->end.error.status)
		reactions_tell(&mode_of(r)->reactions);
	return 0;
}

/* One that this end has made: the peer numbers them as they are handed over. */
static void add_made(struct peer_mode *m, size_t i, unsigned id)
{
	struct peer_message made = { .number = (unsigned)i + 1 };

	made.local_len = made.remote_len = sizeof(made.local);
	getsockname(m->sockets.fds[i], (struct sockaddr *)&made.local, &made.local_len);
	getpeername(m->sockets.fds[i], (struct sockaddr *)&made.remote, &made.remote_len);
	reactions_connected(&m->reactions, 1, id, &made);
}

static void tell_sockets(struct peer_mode *m)
{
	const struct plan *p = m->run.plan;
	const nsec now = clock_now();

	for (size_t i = 0; i < m->sockets.count; i++) {
		struct event *ev = p->connect.listen ? feed_event(&m->run.feed, EVENT_LISTENING, now) : tell_connected(m, now);

		address_local(ev->connection.local, m->sockets.fds[i]);
		if (p->connect.listen)
			continue;
		ev->connection.target = ev->connection.text = p->connect.targets[i / p->connect.connections].text;
		address_remote(ev->connection.remote, m->sockets.fds[i]);
		add_made(m, i, ev->conn);
	}
}

/* The listeners once more, as the next peer will need them. */
static int copy_listeners(const struct peer_sockets *s, int copies[LISTENERS_MAX], struct error *e)
{
	for (size_t i = 0; i < s->count; i++) {
		copies[i] = fcntl(s->fds[i], F_DUPFD_CLOEXEC, 0);
		if (copies[i] >= 0)
			continue;
		error_set(e, STATUS_SYSTEM, "the peer's sockets: %s", error_reason(errno));
		while (i--)
			close(copies[i]);
		return -1;
	}
	return 0;
}

/* The sockets are the child's alone, or its end would not be theirs; but with -k the listeners stay. */
static int start_peer(struct peer_mode *m, struct error *e)
{
	const struct connect_plan *c = &m->run.plan->connect;
	struct peer_sockets *s = &m->sockets;
	struct peer_plan plan = {
		.fault = m->run.plan->fault.chosen, .tells = true, .max_clients = c->max_clients, .replaced = c->keep_open,
		.relay = m->relay, .relay_timeout = c->timeout, .say = c->listen ? NULL : c->say, .says = SIZE_MAX,
	};
	int copies[LISTENERS_MAX], rc;

	m->generation++;
	if (c->keep_open && copy_listeners(s, copies, e))
		return -1;
	if (c->listen) {
		plan.listeners = c->keep_open ? copies : s->fds;
		plan.nlisteners = s->count;
	} else {
		plan.connected = s->fds;
		plan.nconnected = s->count;
	}
	rc = peer_start(&m->peer, &plan, e);
	if (!c->keep_open)
		s->count = 0;
	if (rc)
		return -1;
	m->news = (struct handler){ .fd = m->peer.control, .ready = news_ready };
	rc = loop_add(&m->run.loop, &m->news, EPOLLIN);
	if (rc)
		return error_set(e, STATUS_SYSTEM, "the peer's process: %s", error_reason(-rc));
	if (!m->run.plan->connect.listen)
		set_strike(m);
	return 0;
}

/* Before anybody is let in. */
static int resolve_relay(struct peer_mode *m, struct error *e)
{
	const struct connect_plan *c = &m->run.plan->connect;

	return c->relay ? resolve_targets(&m->run, &m->relay, c->relay, 1, AF_UNSPEC, false, e) : 0;
}

/* The protocol is the server's, and some faults speak themselves. */
static void tell_final_data(struct peer_mode *m)
{
	const struct plan *p = m->run.plan;

	if (p->connect.relay && p->fault.chosen && p->fault.chosen->fault->effect.final_data)
		tell_note(m, clock_now(), 0, "'%s' sends final data of its own, which '%.60s' would not say", p->fault.chosen->spec,
			  p->connect.relay->text);
}

static int open_mode(struct peer_mode *m, const struct plan *p, struct error *e)
{
	if (run_open_reports(&m->run, p, p->connect.listen ? 0 : (unsigned)(p->connect.ntargets * p->connect.connections), e))
		return -1;
	m->run.hooks.end = end_early;
	m->run.hooks.child = child_changed;
	m->run.hooks.settle = settle;
	m->reactions.news = reactions_want_news;
	m->reactions.told = result_told;
	reactions_open(&m->reactions, &m->run);
	m->run.end.any_died = !p->fault.chosen; /* without a fault nothing is expected to die */
	m->strike.fire = strike_due;
	if (run_open_loop(&m->run, TIMERS, e) || resolve_relay(m, e) || peer_sockets_open(&m->sockets, &m->run, e))
		return -1;
	tell_sockets(m);
	tell_final_data(m);
	return start_peer(m, e);
}

int run_peer(const struct plan *p, struct error *e)
{
	struct peer_mode *m = calloc(1, sizeof(*m));
	enum status status;

	if (!m)
		return out_of_memory(e), STATUS_SYSTEM;
	m->peer.control = m->news.fd = -1;
	e->status = STATUS_OK;
	if (open_mode(m, p, e))
		run_fail(&m->run, e);
	status = run_loop(&m->run);
	*e = m->run.end.error;
	peer_end(&m->peer);
	while (m->npast)
		forget_past(m, m->npast - 1);
	peer_sockets_close(&m->sockets);
	resolve_free(m->relay);
	reactions_close(&m->reactions);
	status = (enum status)run_close(&m->run, (int)status, e);
	free(m);
	return (int)status;
}
