// SPDX-License-Identifier: MIT
/*
 * --peer: the other end, which echoes and then dies. Its oddity: the peer is a
 * child (faults/peer.h), so that somebody can tell what happened to it.
 */
#include "run.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "faults/fault.h"
#include "child.h"
#include "engine/address.h"
#include "engine/run.h"
#include "peer-sockets.h"

struct peer_mode {
	const struct plan *plan;
	struct loop loop;
	struct feed feed;
	struct peer_child peer;
	struct handler news;
	struct timer strike, timeout;
	struct peer_sockets sockets; /* until the child has them */
	unsigned conns;
	bool struck;
	int signo;
	struct error error; /* what stood in the way, while its status is not 0 */
};

static void fail(struct peer_mode *m, const struct error *e)
{
	if (!m->error.status)
		m->error = *e;
	loop_stop(&m->loop);
}

/* ---- what the peer's process says ---- */

static void arm(struct peer_mode *m)
{
	if (m->plan->fault.chosen && !timer_is_set(&m->strike) && !m->struck)
		timer_set(&m->loop, &m->strike, ns_add(clock_now(), m->plan->fault.at));
}

static struct event *tell_connected(struct peer_mode *m, nsec at)
{
	struct event *ev = feed_event(&m->feed, EVENT_CONNECTED, at);

	ev->conn = ++m->conns;
	return ev;
}

static void tell_accepted(struct peer_mode *m, const struct peer_message *news)
{
	struct event *ev = tell_connected(m, news->at);

	address_text(ev->local, (const struct sockaddr *)&news->local, news->local_len);
	address_text(ev->remote, (const struct sockaddr *)&news->remote, news->remote_len);
	arm(m);
}

static void take(struct peer_mode *m, const struct peer_message *news)
{
	if (news->error.status) {
		fail(m, &news->error);
	} else if (news->news == PEER_CONNECTED) {
		tell_accepted(m, news);
	} else if (news->news == PEER_STRUCK) {
		feed_event(&m->feed, EVENT_FAULT, news->at)->fault = m->plan->fault.chosen->fault->name;
		m->struck = true;
	}
}

static void hear(struct handler *h, uint32_t events, nsec woken)
{
	struct peer_mode *m = container_of(h, struct peer_mode, news);
	struct peer_message news;

	(void)events;
	(void)woken;
	if (peer_hear(&m->peer, &news))
		take(m, &news);
	else
		loop_remove(&m->loop, h);
}

static void strike(struct timer *t, nsec now)
{
	(void)now;
	peer_order(&container_of(t, struct peer_mode, strike)->peer, PEER_STRIKE);
}

/* A stopped peer is a child too, and not gone. */
static void child(struct peer_mode *m)
{
	struct peer_message news;
	struct error e;
	int status;

	if (m->peer.pid <= 0 || waitpid(m->peer.pid, &status, WNOHANG) != m->peer.pid)
		return;
	m->peer.pid = 0;
	while (peer_hear(&m->peer, &news))
		take(m, &news);
	if (WIFSIGNALED(status) && !m->struck) {
		error_set(&e, STATUS_SYSTEM, "the peer's process: killed by signal %d", WTERMSIG(status));
		fail(m, &e);
	}
	loop_stop(&m->loop);
}

/* ---- the loop's hooks ---- */

static void on_signal(struct loop *l, int signo)
{
	struct peer_mode *m = l->owner;

	if (signo == SIGCHLD) {
		child(m);
	} else if (signo == SIGWINCH) {
		feed_resize(&m->feed);
	} else {
		m->signo = signo;
		loop_stop(l);
	}
}

static void on_idle(struct loop *l)
{
	struct peer_mode *m = l->owner;
	struct error e;
	const char *name;
	int err;

	feed_drain(&m->feed);
	err = feed_failed(&m->feed, &name);
	if (!err)
		return;
	error_set(&e, STATUS_SYSTEM, "'%s': %s", name, strerror(err));
	fail(m, &e);
}

static void on_timeout(struct timer *t, nsec now)
{
	(void)now;
	loop_stop(&container_of(t, struct peer_mode, timeout)->loop);
}

/* ---- the run ---- */

static const char *target_of(const struct plan *p, size_t i)
{
	return p->connect.targets[i / p->connect.connections].text;
}

static void tell_sockets(struct peer_mode *m)
{
	const nsec now = clock_now();

	for (size_t i = 0; i < m->sockets.count; i++) {
		struct sockaddr_storage ss;
		socklen_t len = sizeof(ss);
		struct event *ev = m->plan->connect.listen ? feed_event(&m->feed, EVENT_LISTENING, now)
						   : tell_connected(m, now);

		if (!getsockname(m->sockets.fds[i], (struct sockaddr *)&ss, &len))
			address_text(ev->local, (struct sockaddr *)&ss, len);
		if (m->plan->connect.listen)
			continue;
		ev->target = target_of(m->plan, i);
		len = sizeof(ss);
		if (!getpeername(m->sockets.fds[i], (struct sockaddr *)&ss, &len))
			address_text(ev->remote, (struct sockaddr *)&ss, len);
	}
}

static int open_feed(struct peer_mode *m, struct error *e)
{
	const struct plan *p = m->plan;
	const struct report_context context = {
		.mode = "peer", .start = clock_now(), .interval = p->interval, .within = p->judge.within,
		.timeout = p->judge.timeout, .verbosity = p->output.verbosity,
		.connections = p->connect.listen ? 0 : (unsigned)(p->connect.ntargets * p->connect.connections),
	};

	if (feed_open(&m->feed, p, &context, e))
		return -1;
	feed_event(&m->feed, EVENT_START, context.start);
	return 0;
}

static int open_loop(struct peer_mode *m, struct error *e)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGWINCH };

	if (loop_open(&m->loop, 8, e))
		return -1;
	m->loop.owner = m;
	m->loop.on_signal = on_signal;
	m->loop.idle = on_idle;
	m->strike.fire = strike;
	m->timeout.fire = on_timeout;
	feed_attach(&m->feed, &m->loop);
	timer_set(&m->loop, &m->timeout, ns_add(m->feed.context.start, m->plan->judge.timeout));
	return loop_catch(&m->loop, signals, sizeof(signals) / sizeof(*signals), e);
}

/* The sockets are the child's alone, or its end would not be theirs. */
static int start_peer(struct peer_mode *m, struct error *e)
{
	struct peer_sockets *s = &m->sockets;
	struct peer_plan plan = { .fault = m->plan->fault.chosen, .tells = true };
	int rc;

	if (m->plan->connect.listen) {
		plan.listeners = s->fds;
		plan.nlisteners = s->count;
	} else {
		plan.connected = s->fds;
		plan.nconnected = s->count;
	}
	rc = peer_start(&m->peer, &plan, e);
	s->count = 0;
	if (rc)
		return -1;
	m->news = (struct handler){ .fd = m->peer.control, .ready = hear };
	rc = loop_add(&m->loop, &m->news, EPOLLIN);
	if (rc)
		return error_set(e, STATUS_SYSTEM, "the peer's process: %s", strerror(-rc));
	if (!m->plan->connect.listen)
		arm(m);
	return 0;
}

static enum status verdict(const struct peer_mode *m)
{
	if (m->error.status)
		return m->error.status;
	if (m->signo)
		return (enum status)(128 + m->signo);
	return m->plan->fault.chosen && !m->struck ? STATUS_NOTHING : STATUS_OK;
}

static enum status tell_end(struct peer_mode *m)
{
	struct event *ev = feed_event(&m->feed, EVENT_END, clock_now());

	ev->status = (int)verdict(m);
	ev->why = m->error.status ? m->error.text : m->signo ? run_signal_name(m->signo) : NULL;
	return (enum status)ev->status;
}

static void run(struct peer_mode *m)
{
	struct error e;

	if (!peer_sockets_open(&m->sockets, m->plan, &e)) {
		tell_sockets(m);
		if (!open_loop(m, &e) && !start_peer(m, &e) && !loop_run(&m->loop, &e))
			return;
	}
	fail(m, &e);
}

int run_peer(const struct plan *p, struct error *e)
{
	struct peer_mode *m = calloc(1, sizeof(*m));
	enum status status = STATUS_SYSTEM;

	if (!m)
		return error_set(e, STATUS_SYSTEM, "out of memory"), STATUS_SYSTEM;
	m->plan = p;
	m->peer.control = m->loop.epfd = m->loop.timerfd.fd = m->loop.signalfd.fd = -1;
	if (open_feed(m, e))
		goto out;
	run(m);
	status = tell_end(m);
	*e = m->error;
	peer_end(&m->peer);
	peer_sockets_close(&m->sockets);
out:
	if (feed_close(&m->feed, e))
		status = STATUS_SYSTEM;
	loop_close(&m->loop);
	free(m);
	return (int)status;
}
