// SPDX-License-Identifier: MIT
/*
 * Echo, on many connections. One that cannot be written to is still read, as after a
 * half-close; only the other end, or an error, closes it.
 */
#include "echo.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/listeners.h"

struct echo_conn {
	struct handler socket;
	struct echo *echo;
	struct echo_conn *next, **link;
	uint32_t events; /* that it waits for */
	size_t from, to; /* of data: what is still to be echoed */
	unsigned char data[4096];
};

static void listen_for(struct echo *e, uint32_t events)
{
	for (size_t i = 0; i < e->nlisteners; i++)
		loop_modify(e->loop, &e->listeners[i].socket, events);
}

static bool is_full(const struct echo *e)
{
	return e->most && e->nconns >= e->most;
}

static void hang_up(struct echo_conn *c)
{
	bool was_full = is_full(c->echo);

	c->echo->nconns--;
	if (was_full)
		listen_for(c->echo, EPOLLIN);
	loop_remove(c->echo->loop, &c->socket);
	close(c->socket.fd);
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	free(c);
}

/* Nothing is read while something waits to be written: the buffer is bounded. */
static void update_events(struct echo_conn *c)
{
	uint32_t events = c->from < c->to ? EPOLLOUT : c->echo->reading ? EPOLLIN : 0;

	if (events == c->events)
		return;
	c->events = events;
	loop_modify(c->echo->loop, &c->socket, events);
}

static void write_back(struct echo_conn *c)
{
	ssize_t n = send(c->socket.fd, c->data + c->from, c->to - c->from, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n >= 0)
		c->from += (size_t)n;
	else if (errno != EAGAIN && errno != EINTR)
		c->from = c->to;
}

/* True if the connection is over. */
static bool read_in(struct echo_conn *c)
{
	ssize_t n = recv(c->socket.fd, c->data, sizeof(c->data), MSG_DONTWAIT);

	c->from = 0;
	c->to = n > 0 ? (size_t)n : 0;
	return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

static void conn_ready(struct handler *h, uint32_t events, nsec woken)
{
	struct echo_conn *c = container_of(h, struct echo_conn, socket);

	(void)woken;
	if ((events & EPOLLIN) && c->from == c->to && read_in(c)) {
		hang_up(c);
		return;
	}
	if (c->from < c->to)
		write_back(c);
	/* With nothing wanted, these would wake us forever. */
	if ((events & (EPOLLERR | EPOLLHUP)) && !(events & EPOLLIN))
		hang_up(c);
	else
		update_events(c);
}

int echo_add(struct echo *e, int fd)
{
	struct echo_conn *c = malloc(sizeof(*c));
	int one = 1, rc = -ENOMEM;

	if (c) {
		c->socket = (struct handler){ .fd = fd, .ready = conn_ready };
		c->echo = e;
		c->from = c->to = 0;
		c->events = e->reading ? EPOLLIN : 0;
		rc = loop_add(e->loop, &c->socket, c->events);
	}
	if (rc) {
		close(fd);
		free(c);
		return rc;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	c->next = e->conns;
	c->link = &e->conns;
	if (c->next)
		c->next->link = &c->next;
	e->conns = c;
	e->nconns++;
	if (is_full(e))
		listen_for(e, 0);
	if (e->connected)
		e->connected(e, fd);
	return 0;
}

static void listen_again(struct timer *t, nsec now)
{
	struct echo *e = container_of(t, struct echo, pause);

	(void)now;
	listen_for(e, is_full(e) ? 0 : EPOLLIN);
}

static void pause_listening(struct echo *e)
{
	listen_for(e, 0);
	timer_set(e->loop, &e->pause, clock_now() + LISTEN_PAUSE);
}

static void accept_one(struct handler *h, uint32_t events, nsec woken)
{
	struct echo *e = container_of(h, struct echo_listener, socket)->echo;
	int fd;

	(void)events;
	(void)woken;
	if (is_full(e))
		return; /* another listener's client was the last for now */
	fd = accept4(h->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0)
		echo_add(e, fd);
	else if (error_is_shortage(errno))
		pause_listening(e);
}

void echo_open(struct echo *e, struct loop *l)
{
	memset(e, 0, sizeof(*e));
	e->loop = l;
	e->reading = true;
	e->pause.fire = listen_again;
}

int echo_listen(struct echo *e, int fd)
{
	struct echo_listener *l = &e->listeners[e->nlisteners];

	if (e->nlisteners == ECHO_LISTENERS) {
		close(fd);
		return -ENOSPC;
	}
	l->echo = e;
	l->socket = (struct handler){ .fd = fd, .ready = accept_one };
	e->nlisteners++;
	return loop_add(e->loop, &l->socket, EPOLLIN);
}

void echo_stop_listening(struct echo *e)
{
	timer_unset(e->loop, &e->pause);
	while (e->nlisteners) {
		struct handler *h = &e->listeners[--e->nlisteners].socket;

		loop_remove(e->loop, h);
		close(h->fd);
	}
}

void echo_read(struct echo *e, bool reading)
{
	e->reading = reading;
	for (struct echo_conn *c = e->conns; c; c = c->next)
		update_events(c);
}

struct echo_conn *echo_next(const struct echo *e, struct echo_conn *after)
{
	return after ? after->next : e->conns;
}

int echo_fd(const struct echo_conn *c)
{
	return c->socket.fd;
}

void echo_close_all(struct echo *e)
{
	while (e->conns)
		hang_up(e->conns);
}
