// SPDX-License-Identifier: MIT
/* Dialing. A socket belongs to the network namespace in which it was made, so the lab's are made elsewhere. */
#include "dial.h"

#include <errno.h>
#include <netdb.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "address.h"

static void hang_up(struct conn *c)
{
	if (c->socket.fd < 0)
		return;
	loop_remove(&c->run->loop, &c->socket);
	close(c->socket.fd);
	c->socket.fd = -1;
}

static void dial(struct conn *c);

/* The watch ended while this one was still dialing: nobody waits for it any more. */
static bool too_late(struct conn *c)
{
	if (!watch_is_over(c->watch))
		return false;
	hang_up(c);
	dial_forget(c);
	return true;
}

void dial_forget(struct conn *c)
{
	c->run->dialer->in_flight -= c->dial.active;
	c->dial.active = false;
}

/* A listener that accepts nobody lets in as many as its backlog holds, and then answers no SYN. */
const char *dial_hint(const struct watch *w)
{
	return w->nestablished ? "; others are established, perhaps its backlog is full" : "";
}

/* This address did not work: the next one, or the end. */
static void dial_failed(struct conn *c, int err)
{
	struct dialer *d = c->run->dialer;
	char text[ADDRESS_TEXT];
	struct error e;

	if (too_late(c))
		return;
	address_text(text, c->dial.address->ai_addr, c->dial.address->ai_addrlen);
	error_set(&e, error_connect_status(err), "'%s' (%s): %s%s", c->target, text, error_reason(err),
		  err == ETIMEDOUT ? dial_hint(c->watch) : "");
	hang_up(c);
	c->dial.address = c->dial.address->ai_next;
	if (c->dial.address && e.status == STATUS_CONNECT) {
		dial(c);
	} else if (d->failed && e.status == STATUS_CONNECT) {
		dial_forget(c);
		d->failed(d, c, text, err);
	} else {
		run_fail(c->run, &e);
	}
}

static void dial_timed_out(struct timer *t, nsec now)
{
	struct conn *c = container_of(t, struct conn, dial.timeout);

	(void)now;
	dial_failed(c, ETIMEDOUT);
	dial_more(c->run->dialer);
}

static void dial_ready(struct handler *h, uint32_t events, nsec woken)
{
	struct conn *c = container_of(h, struct conn, socket);
	int fd = h->fd, err = 0, rc;
	socklen_t len = sizeof(err);
	struct error e;

	timer_unset(&c->run->loop, &c->dial.timeout);
	if (too_late(c))
		return;
	if (events & (EPOLLERR | EPOLLHUP))
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len);
	if (err) {
		dial_failed(c, err);
		dial_more(c->run->dialer);
		return;
	}
	loop_remove(&c->run->loop, h);
	dial_forget(c);
	address_remote(c->remote, fd);
	if (!c->remote[0]) /* reset already: the kernel does not know its peer any more */
		address_text(c->remote, c->dial.address->ai_addr, c->dial.address->ai_addrlen);
	rc = conn_established(c, fd, woken);
	if (rc) {
		error_set(&e, STATUS_SYSTEM, "'%s': %s", c->target, error_reason(-rc));
		run_fail(c->run, &e);
	}
	dial_more(c->run->dialer);
}

static int try_connect(struct conn *c)
{
	const struct plan *p = c->run->plan;
	const struct addrinfo *a = c->dial.address;
	struct error e;

	c->socket.fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
	if (c->socket.fd < 0)
		return -errno;
	c->socket.ready = dial_ready;
	if (p->connect.source && address_bind_source(c->socket.fd, p->connect.source, c->run->source, a->ai_family, &e)) {
		run_fail(c->run, &e);
		return 0;
	}
	if (connect(c->socket.fd, a->ai_addr, a->ai_addrlen) && errno != EINPROGRESS)
		return -errno;
	return loop_add(&c->run->loop, &c->socket, EPOLLOUT);
}

/* That this cannot be says nothing of the peer. */
static bool enter(struct conn *c, int ns)
{
	struct error e;

	if (!setns(ns, CLONE_NEWNET))
		return true;
	error_set(&e, STATUS_SYSTEM, "network namespace: %s", error_reason(errno));
	run_fail(c->run, &e);
	return false;
}

/* Makes the socket in the watch's namespace, and comes back. */
static int try_there(struct conn *c)
{
	const struct watch *w = c->watch;
	int rc;

	if (w->netns.sockets < 0)
		return try_connect(c);
	if (!enter(c, w->netns.sockets))
		return 0;
	rc = try_connect(c);
	return enter(c, w->netns.home) ? rc : 0;
}

static void dial(struct conn *c)
{
	int rc;

	c->run->dialer->in_flight += !c->dial.active;
	c->dial.active = true;
	rc = try_there(c);
	if (rc) {
		dial_failed(c, -rc);
		return;
	}
	c->dial.timeout.fire = dial_timed_out;
	timer_set(&c->run->loop, &c->dial.timeout, ns_add(clock_now(), c->run->plan->connect.timeout));
}

void dial_more(struct dialer *d)
{
	const struct run_end *end = &d->run->end;
	struct conn *c;

	while (d->in_flight < d->most && !end->error.status && !end->signo && (c = d->next(d)))
		dial(c);
}

void dial_start(struct dialer *d)
{
	d->run->dialer = d;
	dial_more(d);
}
