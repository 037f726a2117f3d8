// SPDX-License-Identifier: MIT
/* Whom is it about, what is looked at, and when is it known? A packet is taken before the kernel's news of an end,
 * and both before a look. */
#include "observing.h"

#include <errno.h>
#include <sys/socket.h>
#include <time.h>

#define SHARE (OBSERVING_TICK / 20) /* so much of a tick is spent on looks */
#define AWAIT (100 * NS_PER_MS)     /* for the link worker, on a busy machine */

enum { FAILURES = 20 }; /* of the kernel's answers, one after the other, until it is of no use */

static void fail(struct observer *o, const char *why)
{
	struct error e;

	if (o->failed)
		return;
	o->failed = true;
	error_set(&e, STATUS_SYSTEM, "sock_diag: %s", why);
	if (o->setup.failed)
		o->setup.failed(o->setup.owner, &e);
}

static void look(struct observer *o, struct connection *c)
{
	const nsec from = clock_now();
	struct diag_socket s;
	int found = diag_find(o->diag, &c->seen.ends, &s);

	if (found < 0) {
		if (++o->failures >= FAILURES)
			fail(o, error_reason(-found));
		return;
	}
	o->failures = 0;
	if (found && !c->cookie && s.state != STATE_SYN_RECV && connections_with(&o->table, s.cookie))
		found = 0; /* of one that had these ports before */
	connection_looked(c, found ? &s : NULL, from, clock_now());
}

/* One that is lost is looked for no more. */
static void settle(struct observer *o, struct connection *c)
{
	const nsec now = clock_now();
	const bool open = connection_is_open_question(c), waits = open && connection_must_wait(c, now, o->heard);

	if (open && !waits)
		connection_settle(c, now, host_is_whole(&o->host, c->seen.ends.local.ss_family));
	o->undecided |= waits || connection_is_closing(c, now);
	if (c->seen.gone)
		connections_retire(&o->table, c);
}

/* May its socket be there although it was not found? A lookup misses one that moves within the kernel's table; a server's comes only when its SYN is taken. */
static bool may_be_there(const struct observer *o, const struct connection *c)
{
	const bool may_come = o->setup.listens && connections_find(&o->table, c->key) == c;

	return c->seen.kernel == TIME_NONE && c->destroyed == TIME_NONE && (c->cookie || may_come);
}

static void look_at(struct observer *o, struct connection *c)
{
	if (!connection_is_lost(c) || may_be_there(o, c))
		look(o, c);
	settle(o, c);
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

/* Is it a SYN that a server had no room for when it came before? */
static bool is_repeated(const struct observer *o, const struct connection *c)
{
	return o->setup.listens && c->seen.established == TIME_NONE && !connection_has_ended(c);
}

/* A SYN: of a new connection, unless it was sent before. Whoever had these ports had ended, though its program may still hold it. */
static struct connection *synchronize(struct observer *o, uint16_t key, const struct wire_event *ev)
{
	struct connection *c = connections_find(&o->table, key);

	if (c && !c->seen.gone && connection_has_ended(c)) {
		connection_replaced(c, (nsec)ev->at);
		settle(o, c);
	} else if (c && !c->seen.gone) {
		look_at(o, c);
	}
	if (c && !c->seen.gone && (!connection_is_lost(c) || is_repeated(o, c)))
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

	if ((o->setup.listens ? ev->port : ev->peer_port) != o->setup.port) {
		if (!o->setup.listens && is_first_syn(o, ev))
			o->tried = ev->peer_port;
		return;
	}
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
		look_at(o, o->table.touched[i]);
	}
	o->table.touches = 0;
}

/* 0 where it is no connection between the two hosts to the server. */
static uint16_t key_of(const struct observer *o, const struct diag_ends *ends)
{
	const uint16_t local = diag_port(&ends->local), remote = diag_port(&ends->remote);

	if (!host_has(ends) || (o->setup.listens ? local : remote) != o->setup.port)
		return 0;
	return o->setup.listens ? remote : local;
}

/* The news of those that the kernel had ended before may still be on its way. */
void observing_over(struct observer *o, nsec at)
{
	for (size_t i = o->table.lives; i-- > 0;) {
		struct connection *c = i < o->table.lives ? o->table.live[i] : NULL;

		if (!c)
			continue;
		connection_over(c, at, host_is_whole(&o->host, c->seen.ends.local.ss_family));
		if (c->seen.gone)
			connections_retire(&o->table, c);
	}
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

void observing_all(struct observer *o)
{
	for (size_t i = o->table.lives; i-- > 0;) /* one that ends makes room for one that was looked at */
		if (i < o->table.lives)
			look_at(o, o->table.live[i]);
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
	observing_all(o);
}

/* Whose socket it was; NULL if nobody's. One of whom no socket is known is looked for: if it is there, it was another one that had these ports. */
static struct connection *owner_of(struct observer *o, const struct diag_socket *s)
{
	struct connection *c = connections_of_socket(&o->table, s->cookie, key_of(o, &s->ends));

	if (!c || c->cookie || connection_is_lost(c))
		return c;
	look(o, c);
	return connection_is_lost(c) ? c : NULL;
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
		c = owner_of(o, &s);
		if (!c)
			continue;
		connection_destroyed(c, &s, at);
		settle(o, c);
	}
	if (got < 0)
		fail(o, got == -ENOBUFS ? "so many connections ended at once that some were missed (as root: sysctl net.core.rmem_max)"
					: error_reason(-got));
}

static bool is_behind(const struct observer *o)
{
	return worker_is_behind(o->setup.worker, o->setup.link);
}

void observing_await(const struct observer *o)
{
	const nsec end = clock_now() + AWAIT;

	while (is_behind(o) && clock_now() < end)
		nanosleep(&(struct timespec){ .tv_nsec = NS_PER_MS }, NULL);
}

void observing_refresh(struct observer *o)
{
	const nsec now = clock_now();
	const bool all = o->undecided && !is_behind(o); /* nobody else waits for it */

	o->undecided = false;
	drain_news(o); /* first, since its time is that of its being read */
	drain_wire(o);
	if (all)
		o->heard = now;
}

void observing_some(struct observer *o)
{
	const nsec end = clock_now() + SHARE;

	for (size_t n = o->table.lives; n > 0 && o->table.lives > 0; n--) {
		if (o->turn >= o->table.lives)
			o->turn = 0;
		look_at(o, o->table.live[o->turn++]);
		if (clock_now() >= end)
			break;
	}
}
