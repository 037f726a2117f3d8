// SPDX-License-Identifier: MIT
/* The peer's sockets. They are connected one after the other, as nothing else is to be done yet. */
#include "peer-sockets.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "engine/address.h"
#include "engine/listeners.h"
#include "engine/resolve.h"

/* A connection that is being made. */
struct connecting {
	struct run *run;
	struct handler socket;
	struct timer limit;
	bool done;
	int err;
};

static void end_connecting(struct connecting *c, int err)
{
	c->err = err;
	c->done = true;
	loop_stop(&c->run->loop);
}

static void socket_ready(struct handler *h, uint32_t events, nsec woken)
{
	socklen_t len = sizeof(int);
	int err = 0;

	(void)events;
	(void)woken;
	getsockopt(h->fd, SOL_SOCKET, SO_ERROR, &err, &len);
	end_connecting(container_of(h, struct connecting, socket), err);
}

static void limit_passed(struct timer *t, nsec now)
{
	(void)now;
	end_connecting(container_of(t, struct connecting, limit), ETIMEDOUT);
}

/* 0, or -errno; or, with the reason in *e, 1: the run has come to its end. */
static int wait_connected(struct run *r, int fd, struct error *e)
{
	struct connecting c = { .run = r, .socket = { fd, socket_ready }, .limit.fire = limit_passed };
	int rc = loop_add(&r->loop, &c.socket, EPOLLOUT);

	if (rc)
		return rc;
	timer_set(&r->loop, &c.limit, ns_add(clock_now(), r->plan->connect.timeout));
	rc = run_until(r, &c.done, e);
	loop_remove(&r->loop, &c.socket);
	timer_unset(&r->loop, &c.limit);
	return rc ? 1 : -c.err;
}

static int connect_to(struct run *r, const struct target *t, const struct addrinfo *a, struct error *e)
{
	const struct plan *p = r->plan;
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
	char text[ADDRESS_TEXT];
	int rc = 0;

	if (fd < 0)
		return error_set(e, STATUS_SYSTEM, "'%s': %s", t->text, error_reason(errno));
	if (peer_setup(fd, p->fault.chosen, e) ||
	    (p->connect.source && address_bind_source(fd, p->connect.source, r->source, a->ai_family, e)))
		goto fail;
	if (connect(fd, a->ai_addr, a->ai_addrlen))
		rc = errno == EINPROGRESS ? wait_connected(r, fd, e) : -errno;
	if (!rc)
		return fd;
	if (rc > 0 && !r->end.timed_out)
		goto fail;
	address_text(text, a->ai_addr, a->ai_addrlen);
	if (rc > 0)
		error_set(e, STATUS_CONNECT, "'%s' (%s): no connection before --timeout", t->text, text);
	else
		error_set(e, error_connect_status(-rc), "'%s' (%s): %s", t->text, text, error_reason(-rc));
fail:
	close(fd);
	return -1;
}

static int connect_target(struct peer_sockets *s, struct run *r, const struct target *t, struct error *e)
{
	const struct plan *p = r->plan;
	struct addrinfo *list, *a;
	int fd = -1;

	if (resolve_targets(r, &list, t, 1, address_family(p), false, e))
		return -1;
	for (unsigned n = 0; n < p->connect.connections; n++) {
		for (a = list, fd = -1; fd < 0 && a && !run_is_ending(r); a = a->ai_next)
			fd = connect_to(r, t, a, e);
		if (fd < 0)
			break;
		s->fds[s->count++] = fd;
	}
	resolve_free(list);
	return fd < 0 ? -1 : 0;
}

int peer_sockets_open(struct peer_sockets *s, struct run *r, struct error *e)
{
	const struct plan *p = r->plan;
	int rc = 0;

	*s = (struct peer_sockets){
		.room = p->connect.listen ? LISTENERS_MAX : p->connect.ntargets * p->connect.connections,
	};
	s->fds = calloc(s->room + 1, sizeof(*s->fds));
	if (!s->fds)
		return error_set(e, STATUS_SYSTEM, "the peer's sockets: out of memory");
	if (p->connect.listen)
		return listeners_open(r, s->fds, &s->count, peer_setup, p->fault.chosen, e);
	for (size_t i = 0; !rc && i < p->connect.ntargets; i++)
		rc = connect_target(s, r, &p->connect.targets[i], e);
	return rc;
}

void peer_sockets_close(struct peer_sockets *s)
{
	while (s->count)
		close(s->fds[--s->count]);
	free(s->fds);
	s->fds = NULL;
}
