// SPDX-License-Identifier: MIT
/*
 * The observer: hands what comes from the wire and from the kernel to the connections that it is about, and looks at each of them in
 * turn, for as much of the time as may be spent on it.
 */
#include "observer.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "connection.h"
#include "connections.h"
#include "host.h"
#include "listeners.h"
#include "net/netns.h"

#define TICK (5 * NS_PER_MS)
#define TICK_SHARE (TICK / 20) /* so much of it is spent on looks */
#define SOON NS_PER_MS         /* an end that was seen is to be understood */

enum { FAILURES = 20 }; /* of the kernel's answers, one after the other, until it is of no use */

struct observer {
	struct observer_setup setup;
	struct host host;
	struct connections table;
	struct handler news;   /* of destroyed sockets */
	struct timer timer;
	int diag;
	size_t turn;           /* the live connection to be looked at next */
	unsigned failures;
	bool failed, undecided;
};

static void fail(struct observer *o, const char *what, int err)
{
	struct error e;

	if (o->failed)
		return;
	o->failed = true;
	error_set(&e, STATUS_SYSTEM, "%s: %s", what, error_reason(err));
	if (o->setup.failed)
		o->setup.failed(o->setup.owner, &e);
}

static void look(struct observer *o, struct connection *c)
{
	const nsec at = clock_now();
	struct diag_socket s;
	int found = diag_find(o->diag, &c->seen.ends, &s);

	if (found < 0) {
		if (++o->failures >= FAILURES)
			fail(o, "sock_diag", -found);
		return;
	}
	o->failures = 0;
	connection_looked(c, found ? &s : NULL, at);
}

/* One that is lost is looked for no more. */
static void settle(struct observer *o, struct connection *c, bool force)
{
	if (connection_is_open_question(c) &&
	    !connection_settle(c, clock_now(), force, host_is_whole(&o->host, c->seen.ends.local.ss_family)))
		o->undecided = true;
	o->undecided |= connection_is_closing(c, clock_now());
	if (c->seen.gone)
		connections_retire(&o->table, c);
}

static void look_at(struct observer *o, struct connection *c, bool force)
{
	if (!connection_is_lost(c))
		look(o, c);
	settle(o, c, force);
}

static void set_timer(struct observer *o)
{
	nsec due = clock_now() + (o->undecided ? SOON : TICK);

	if (!o->table.lives)
		due = NS_NEVER;
	if (!timer_is_set(&o->timer) || due < o->timer.due)
		timer_set(o->setup.loop, &o->timer, due);
}

static bool is_foreign(const struct observer *o, uint16_t port)
{
	return o->setup.foreign && !o->setup.listens && o->setup.foreign(o->setup.owner, port);
}

static struct connection *begin(struct observer *o, uint16_t key, int family, nsec at)
{
	struct connection *c;

	if (is_foreign(o, key))
		return NULL;
	c = connections_add(&o->table, key);
	if (!c)
		return NULL;
	connection_begin(c, &o->setup, at);
	if (o->setup.listens)
		host_ends(&o->host, family, o->setup.port, key, &c->seen.ends);
	else
		host_ends(&o->host, family, key, o->setup.port, &c->seen.ends);
	if (o->setup.step)
		o->setup.step(o->setup.owner, PROGRAM_CONNECTING, at, &c->seen);
	return c;
}

/* A SYN: of a new connection, unless it was sent before. Whoever had these ports had ended, though its program may still hold it. */
static struct connection *synchronize(struct observer *o, uint16_t key, const struct wire_event *ev)
{
	struct connection *c = connections_find(&o->table, key);

	if (c && !c->seen.gone && connection_has_ended(c) && !connection_is_lost(c))
		connection_looked(c, NULL, (nsec)ev->at);
	if (c && !c->seen.gone)
		look_at(o, c, false);
	if (c && !c->seen.gone && !connection_is_lost(c))
		return c;
	return begin(o, key, ev->flags & WIRE_IPV6 ? AF_INET6 : AF_INET, (nsec)ev->at);
}

static bool is_first_syn(const struct observer *o, const struct wire_event *ev)
{
	return (ev->flags & (WIRE_SYN | WIRE_ACK)) == WIRE_SYN && ev->dir == (o->setup.listens ? LINK_IN : LINK_OUT);
}

static void take_event(struct observer *o, const struct wire_event *ev)
{
	const uint16_t key = o->setup.listens ? ev->peer_port : ev->port;
	struct connection *c;

	if ((o->setup.listens ? ev->port : ev->peer_port) != o->setup.port)
		return;
	c = is_first_syn(o, ev) ? synchronize(o, key, ev) : connections_find(&o->table, key);
	if (!c || c->seen.gone)
		return;
	connection_wire(c, ev);
	connections_touch(&o->table, c);
}

/* When all packets are known: a look may tell of one that was not read yet. */
static void look_at_touched(struct observer *o)
{
	for (size_t i = 0; i < o->table.touches; i++) {
		o->table.touched[i]->touched = false;
		look_at(o, o->table.touched[i], false);
	}
	o->table.touches = 0;
}

/* 0 where it is no connection between the two hosts to the server. */
static uint16_t key_of(const struct observer *o, const struct diag_ends *ends)
{
	const uint16_t local = host_port(&ends->local), remote = host_port(&ends->remote);

	if (!host_has(ends) || (o->setup.listens ? local : remote) != o->setup.port)
		return 0;
	return o->setup.listens ? remote : local;
}

/* One whose SYN was not told of. */
static int discover(const struct diag_socket *s, void *of)
{
	struct observer *o = of;
	const uint16_t key = key_of(o, &s->ends);
	const struct connection *c = key ? connections_find(&o->table, key) : NULL;

	if (key && (!c || c->seen.gone))
		begin(o, key, s->ends.local.ss_family, clock_now());
	return 0;
}

static void look_at_all(struct observer *o, bool force)
{
	for (size_t i = o->table.lives; i-- > 0;) /* one that ends makes room for one that was looked at */
		if (i < o->table.lives)
			look_at(o, o->table.live[i], force);
}

static void drain_wire(struct observer *o)
{
	struct wire_event ev;
	bool lost = false;
	int got;

	while ((got = worker_wire_read(o->setup.worker, o->setup.link, &ev)) != 0) {
		lost |= got < 0;
		if (got > 0)
			take_event(o, &ev);
	}
	look_at_touched(o);
	if (!lost)
		return;
	diag_each(o->diag, 1 << STATE_ESTABLISHED | 1 << STATE_SYN_SENT | 1 << STATE_CLOSE_WAIT, discover, o);
	look_at_all(o, false);
}

/* The packets of a connection are taken before its end is. */
static void drain_news(struct observer *o)
{
	struct diag_socket s;
	int got;

	while ((got = diag_read(o->news.fd, &s)) > 0) {
		const nsec at = clock_now();
		struct connection *c;

		drain_wire(o);
		c = connections_of_socket(&o->table, s.cookie, key_of(o, &s.ends));
		if (!c)
			continue;
		connection_destroyed(c, &s, at);
		settle(o, c, false);
	}
	if (got < 0)
		fail(o, "news of closed sockets", -got);
}

static void refresh(struct observer *o)
{
	o->undecided = false;
	drain_wire(o);
	drain_news(o);
}

/* As many as may be, of those that are to be looked at. */
static void look_at_some(struct observer *o)
{
	const nsec end = clock_now() + TICK_SHARE;

	for (size_t n = o->table.lives; n > 0 && o->table.lives > 0; n--) {
		if (o->turn >= o->table.lives)
			o->turn = 0;
		look_at(o, o->table.live[o->turn++], false);
		if (clock_now() >= end)
			break;
	}
}

static void tick(struct timer *t, nsec now)
{
	struct observer *o = container_of(t, struct observer, timer);

	(void)now;
	refresh(o);
	look_at_some(o);
	set_timer(o);
}

static void hear(struct handler *h, uint32_t events, nsec woken)
{
	struct observer *o = container_of(h, struct observer, news);

	(void)events;
	(void)woken;
	refresh(o);
	set_timer(o);
}

void observer_wire(struct observer *o)
{
	refresh(o);
	set_timer(o);
}

void observer_look(struct observer *o)
{
	refresh(o);
	look_at_all(o, false);
	refresh(o);
	look_at_all(o, true);
	set_timer(o);
}

static int open_in_host(struct observer *o, struct error *e)
{
	int err;

	if (netns_go(o->setup.ns, e) < 0)
		return -1;
	err = host_open(&o->host);
	if (err == 0)
		err = o->diag = diag_open();
	if (err >= 0)
		err = o->news.fd = diag_listen();
	if (err < 0)
		error_set(e, STATUS_SYSTEM, "sock_diag: %s", err == -EPROTONOSUPPORT ? "this kernel has none for TCP (as root: modprobe tcp_diag)"
										    : error_reason(-err));
	if (netns_go(o->setup.home, err < 0 ? &(struct error){ 0 } : e) < 0)
		return -1;
	return err < 0 ? -1 : 0;
}

struct observer *observer_open(const struct observer_setup *s, struct error *e)
{
	struct observer *o = calloc(1, sizeof(*o));
	int err;

	if (!o) {
		error_set(e, STATUS_SYSTEM, "observer: out of memory");
		return NULL;
	}
	o->setup = *s;
	o->diag = o->news.fd = o->host.fd = -1;
	o->news.ready = hear;
	o->timer.fire = tick;
	err = connections_open(&o->table, s->most);
	if (err < 0)
		error_set(e, STATUS_SYSTEM, "%zu connections: out of memory", s->most);
	else
		err = open_in_host(o, e);
	if (err == 0)
		err = loop_add(s->loop, &o->news, EPOLLIN);
	if (err == 0)
		return o;
	if (err < -1)
		error_set(e, STATUS_SYSTEM, "observer: %s", error_reason(-err));
	observer_close(o);
	return NULL;
}

void observer_close(struct observer *o)
{
	if (!o)
		return;
	timer_unset(o->setup.loop, &o->timer);
	if (o->news.fd >= 0) {
		loop_remove(o->setup.loop, &o->news);
		close(o->news.fd);
	}
	if (o->diag >= 0)
		close(o->diag);
	host_close(&o->host);
	connections_close(&o->table);
	free(o);
}

size_t observer_count(const struct observer *o)
{
	return o->table.count;
}

struct observed *observer_at(const struct observer *o, size_t i)
{
	return &o->table.all[i].seen;
}

size_t observer_beyond(const struct observer *o)
{
	return o->table.beyond;
}

int observer_listens(struct observer *o, struct error *e)
{
	int found = listeners_on(o->diag, o->setup.port);

	return found < 0 ? error_set(e, STATUS_SYSTEM, "sock_diag: %s", error_reason(-found)) : found;
}

void observer_hint(struct observer *o, char *to, size_t room)
{
	listeners_hint(o->diag, o->setup.listens, o->setup.port, to, room);
}
