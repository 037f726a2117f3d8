// SPDX-License-Identifier: MIT
/*
 * Listen mode: each client is a watch of its own, as clients die one by one. With
 * -n the clients are dealt out to the probes instead, and are one watch together.
 */
#include "run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "census.h"
#include "strike.h"
#include "listeners.h"
#include "base/words.h"

struct listener {
	struct listen_mode *mode;
	struct handler socket;
};

struct listen_mode {
	struct run run;
	struct listener listeners[LISTENERS_MAX];
	size_t nlisteners;
	struct watch *watches;
	size_t nwatches;
	size_t busy, taken;   /* watches at work; clients so far */
	bool stopping, resting;
	struct census census;
	struct timer pause;   /* after accept ran out of descriptors or memory */
	int shortage;         /* its errno, if it ever did */
};

static struct listen_mode *mode_of(const struct run *r)
{
	return container_of(r, struct listen_mode, run);
}

static size_t clients_of(const struct plan *p)
{
	return p->connect.connections_given ? p->ngroups * p->connect.connections : 1;
}

static size_t watches_of(const struct plan *p)
{
	size_t n = p->connect.max_clients / clients_of(p);

	return n ? n : 1;
}

/* A watch that has room for another client, or NULL. */
static struct watch *watch_with_room(struct listen_mode *m)
{
	struct watch *free_one = NULL;

	if (m->stopping)
		return NULL;
	for (size_t i = 0; i < m->nwatches; i++) {
		struct watch *w = &m->watches[i];

		if (w->nestablished && w->nestablished < w->nconns && w->phase <= WATCHING)
			return w;
		if (!w->nestablished && !free_one)
			free_one = w;
	}
	if (!m->run.plan->connect.keep_open && m->taken >= m->nwatches * clients_of(m->run.plan))
		return NULL;
	return free_one;
}

/* While there is no room the backlog keeps the clients: the listeners sleep. */
static void listen_while_room(struct listen_mode *m)
{
	bool rest = !watch_with_room(m);

	if (rest == m->resting)
		return;
	m->resting = rest;
	for (size_t i = 0; i < m->nlisteners; i++)
		loop_modify(&m->run.loop, &m->listeners[i].socket, rest ? 0 : EPOLLIN);
}

static void pause_over(struct timer *t, nsec now)
{
	struct listen_mode *m = container_of(t, struct listen_mode, pause);

	(void)now;
	for (size_t i = 0; i < m->nlisteners; i++)
		loop_modify(&m->run.loop, &m->listeners[i].socket, m->resting ? 0 : EPOLLIN);
}

static void pause_listening(struct listen_mode *m, int err)
{
	m->shortage = err;
	for (size_t i = 0; i < m->nlisteners; i++)
		loop_modify(&m->run.loop, &m->listeners[i].socket, 0);
	timer_set(&m->run.loop, &m->pause, clock_now() + LISTEN_PAUSE);
}

static void take_client(struct listen_mode *m, struct watch *w, int fd, const struct sockaddr *sa, socklen_t len)
{
	struct conn *c = &w->conns[w->nestablished];
	struct error e;
	int rc;

	m->taken++;
	if (!w->nestablished)
		m->busy++;
	address_text(c->remote, sa, len);
	rc = conn_established(c, fd, clock_now());
	if (!rc)
		return;
	error_set(&e, STATUS_SYSTEM, "accepted connection: %s", error_reason(-rc));
	run_fail(&m->run, &e);
}

/* One client a wake-up: the monitor must not wait for a crowd to be let in. */
static void accept_one(struct handler *h, uint32_t events, nsec woken)
{
	struct listen_mode *m = container_of(h, struct listener, socket)->mode;
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	struct watch *w = watch_with_room(m);
	int fd;

	(void)events;
	(void)woken;
	if (!w)
		return;
	fd = accept4(h->fd, (struct sockaddr *)&ss, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0)
		take_client(m, w, fd, (struct sockaddr *)&ss, len);
	else if (error_is_shortage(errno))
		pause_listening(m, errno);
	listen_while_room(m);
}

static void watch_over(struct watch *w)
{
	struct listen_mode *m = mode_of(w->run);

	m->busy--;
	watch_reset(w);
	if (m->stopping ? !m->busy : !m->run.plan->connect.keep_open && !m->busy &&
				   m->taken >= m->nwatches * clients_of(m->run.plan))
		loop_stop(&m->run.loop);
	listen_while_room(m);
}

static void end_early(struct run *r)
{
	struct listen_mode *m = mode_of(r);
	struct error e;

	m->stopping = true;
	listen_while_room(m);
	if (r->end.timed_out && !m->taken && m->shortage) {
		error_set(&e, STATUS_SYSTEM, "accept: %s", error_reason(m->shortage));
		run_fail(r, &e);
	} else if (r->end.timed_out && !m->taken && expect_has(r->plan, EXPECT_ALIVE)) {
		error_set(&e, STATUS_CONNECT, "'%s': no client before --timeout", r->plan->connect.targets[0].text);
		run_fail(r, &e);
	}
	if (!m->busy)
		loop_stop(&r->loop);
	for (size_t i = 0; i < m->nwatches; i++)
		if (m->watches[i].nestablished)
			watch_end(&m->watches[i]);
}

/* Nothing changes any more. */
static int settle(struct run *r, struct error *e)
{
	(void)e;
	census_tell(&mode_of(r)->census);
	return 0;
}

static void tell_listening(struct listen_mode *m, int fd)
{
	struct event *ev = feed_event(&m->run.feed, EVENT_LISTENING, clock_now());

	address_local(ev->connection.local, fd);
}

static int add_listener(struct listen_mode *m, int fd, struct error *e)
{
	struct listener *l = &m->listeners[m->nlisteners++];
	int rc;

	l->mode = m;
	l->socket = (struct handler){ .fd = fd, .ready = accept_one };
	rc = loop_add(&m->run.loop, &l->socket, EPOLLIN);
	if (rc)
		return error_set(e, STATUS_SYSTEM, "listen: %s", error_reason(-rc));
	tell_listening(m, fd);
	return 0;
}

static int open_listeners(struct listen_mode *m, struct error *e)
{
	int fds[LISTENERS_MAX], rc = 0;
	size_t n;

	if (listeners_open(&m->run, fds, &n, NULL, NULL, e))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (add_listener(m, fds[i], e))
			rc = -1;
	return rc;
}

static int open_watches(struct listen_mode *m, struct error *e)
{
	const struct plan *p = m->run.plan;

	m->watches = calloc(watches_of(p), sizeof(*m->watches));
	if (!m->watches)
		return error_set(e, STATUS_SYSTEM, "%u clients: out of memory", p->connect.max_clients);
	for (; m->nwatches < watches_of(p); m->nwatches++) {
		struct watch *w = &m->watches[m->nwatches];

		if (watch_open(w, &m->run, NULL, clients_of(p), e))
			return -1;
		w->hooks.over = watch_over;
		strike_prepare(w);
	}
	return census_open(&m->census, &m->run, m->watches, m->nwatches, e);
}

static void tear_down(struct listen_mode *m)
{
	for (size_t i = 0; i < m->nlisteners; i++)
		close(m->listeners[i].socket.fd);
	for (size_t i = 0; i < m->nwatches; i++)
		watch_close(&m->watches[i]);
	census_close(&m->census);
	free(m->watches);
}

int run_listen(const struct plan *p, struct error *e)
{
	struct listen_mode *m = calloc(1, sizeof(*m));
	int status;

	if (!m)
		return out_of_memory(e), STATUS_SYSTEM;
	m->pause.fire = pause_over;
	e->status = STATUS_OK;
	if (run_open(&m->run, p, clients_of(p) * watches_of(p), e) || strike_allowed(p, e) ||
	    open_watches(m, e) || open_listeners(m, e))
		run_fail(&m->run, e);
	m->run.hooks.end = end_early;
	m->run.hooks.settle = settle;
	m->run.hooks.child = strike_child_ended;
	status = (int)run_loop(&m->run);
	*e = m->run.end.error;
	tear_down(m);
	status = run_close(&m->run, status, e);
	free(m);
	return status;
}
