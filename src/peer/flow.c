// SPDX-License-Identifier: MIT
/*
 * The bytes. A FIN passes through a relay as a FIN, behind all that came before it, and an RST as an RST. One that
 * cannot be written to is still read, as after a half-close.
 */
#include "flow.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "echo.h"
#include "relay.h"

static bool holds(const struct echo_conn *c)
{
	return c->from < c->filled;
}

static bool may_read(const struct echo_conn *c)
{
	return c->echo->reading && (c->link || !c->echo->muted);
}

/* Edge-triggered with nothing wanted, as a hang-up would wake us forever. */
static void update_one(struct echo_conn *c)
{
	uint32_t events = 0;

	if (c->socket.fd < 0)
		return;
	if (c->address || holds(c->to))
		events |= EPOLLOUT;
	if (!c->address && !c->to->address && !c->ended && !holds(c) && may_read(c))
		events |= EPOLLIN;
	if (!events)
		events = EPOLLET;
	if (events == c->events)
		return;
	c->events = events;
	loop_modify(c->echo->loop, &c->socket, events);
}

void flow_update(struct echo_conn *c)
{
	update_one(c);
	if (flow_is_relay(c))
		update_one(c->to);
}

static bool has_hung_up(const struct echo_conn *c)
{
	struct pollfd p = { .fd = c->socket.fd };

	return poll(&p, 1, 0) == 1 && (p.revents & POLLHUP);
}

/* Ends both sides, the other one with an RST too. */
static void pass_reset(struct echo_conn *c)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };

	if (!c->link)
		echo_server_ended(c, ECHO_RESET);
	if (flow_is_relay(c))
		setsockopt(c->to->socket.fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	echo_ended(c, ECHO_RESET);
}

/* False if the connection is over. What cannot be written is discarded. An error is told once: nobody else will hear that it was an RST. After a FIN it
 * is EPIPE, as behind an end that this side has shut: then it is over once both were read. */
static bool write_on(struct echo_conn *c)
{
	ssize_t n = send(c->to->socket.fd, c->data + c->from, c->filled - c->from, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n >= 0) {
		c->from += (size_t)n;
	} else if (errno != EAGAIN && errno != EINTR) {
		c->from = c->filled;
		if (errno != EPIPE || (c->to->ended && has_hung_up(c->to)))
			return pass_reset(c->to), false;
	}
	return true;
}

/* False if the connection is over. */
static bool pass_end(struct echo_conn *c)
{
	c->ended = true;
	if (!flow_is_relay(c) || c->to->ended)
		return echo_ended(c, ECHO_CLOSED), false;
	if (c->link)
		echo_tell_ended(c, ECHO_CLOSED);
	else
		echo_server_ended(c, ECHO_CLOSED);
	shutdown(c->to->socket.fd, SHUT_WR);
	return true;
}

/* False if the connection is over. */
static bool read_in(struct echo_conn *c)
{
	ssize_t n = recv(c->socket.fd, c->data, c->room, MSG_DONTWAIT);

	c->from = 0;
	c->filled = n > 0 && !c->echo->silent ? (size_t)n : 0;
	if (n == 0)
		return pass_end(c);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		return pass_reset(c), false;
	return !holds(c) || write_on(c);
}

/* With nothing to be read: an error ends it. Both directions may be shut of a relay's side that still has input. */
static bool hang_up_ends(struct echo_conn *c)
{
	socklen_t len = sizeof(int);
	int err = 0;

	if (!c->link && !may_read(c))
		return true;
	getsockopt(c->socket.fd, SOL_SOCKET, SO_ERROR, &err, &len);
	if (!err)
		return true;
	return pass_reset(c), false;
}

static void conn_ready(struct handler *h, uint32_t events, nsec woken)
{
	struct echo_conn *c = container_of(h, struct echo_conn, socket);

	(void)woken;
	if (c->address) {
		relay_ready(c);
		return;
	}
	if ((events & EPOLLOUT) && holds(c->to) && !write_on(c->to))
		return;
	if ((events & EPOLLIN) && (c->events & EPOLLIN) && !holds(c) && !read_in(c))
		return;
	if ((events & (EPOLLERR | EPOLLHUP)) && !(events & EPOLLIN) && !hang_up_ends(c))
		return;
	flow_update(c);
}

struct echo_conn *flow_new(struct echo *e, size_t room)
{
	struct echo_conn *c = malloc(sizeof(*c) + room);

	if (c)
		*c = (struct echo_conn){ .socket = { .fd = -1, .ready = conn_ready }, .echo = e, .to = c, .room = room };
	return c;
}

int flow_start(struct echo_conn *c, int fd)
{
	int one = 1, rc;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	c->socket.fd = fd;
	c->events = EPOLLET;
	rc = loop_add(c->echo->loop, &c->socket, c->events);
	if (rc)
		c->socket.fd = -1;
	return rc;
}
