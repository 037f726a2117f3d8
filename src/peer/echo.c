// SPDX-License-Identifier: MIT
/* Many connections: who is accepted, and who is there. What goes over them is flow.c's. */
#include "echo.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/listeners.h"
#include "probes/probe.h"
#include "relay.h"

#define ECHO_ROOM 4096 /* fits what a peer says first */
#define RELAY_ROOM 32768

static void listen_for(struct echo *e, uint32_t events)
{
	for (size_t i = 0; i < e->nlisteners; i++)
		loop_modify(e->loop, &e->listeners[i].socket, events);
}

static bool is_full(const struct echo *e)
{
	return e->most && e->nconns >= e->most;
}

static void free_side(struct echo_conn *c)
{
	if (c->socket.fd >= 0) {
		loop_remove(c->echo->loop, &c->socket);
		close(c->socket.fd);
	}
	free(c);
}

static void hang_up(struct echo_conn *c)
{
	bool was_full = is_full(c->echo);

	c->echo->nconns--;
	if (was_full)
		listen_for(c->echo, EPOLLIN);
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	if (flow_is_relay(c))
		free_side(c->to);
	free_side(c);
}

static struct echo_conn *client_of(struct echo_conn *c)
{
	return c->link ? c : c->to;
}

void echo_tell_ended(struct echo_conn *client, enum echo_end how)
{
	if (client->echo->ended && client->connected)
		client->echo->ended(client->echo, client, how);
	client->connected = false;
}

void echo_ended(struct echo_conn *c, enum echo_end how)
{
	c = client_of(c);
	echo_tell_ended(c, how);
	hang_up(c);
}

void echo_server_ended(struct echo_conn *server, enum echo_end how)
{
	if (server->echo->server_ended)
		server->echo->server_ended(server->echo, server->to, how);
}

void echo_connected(struct echo_conn *client)
{
	client->connected = true;
	if (client->echo->connected)
		client->echo->connected(client->echo, client);
}

void echo_refused(struct echo_conn *client, int err)
{
	if (client->echo->refused)
		client->echo->refused(client->echo, client, err);
	hang_up(client);
}

static void link_client(struct echo *e, struct echo_conn *c)
{
	c->next = e->conns;
	c->link = &e->conns;
	if (c->next)
		c->next->link = &c->next;
	e->conns = c;
	e->nconns++;
	c->number = ++e->numbers;
	if (is_full(e))
		listen_for(e, 0);
}

/* Whoever is read by its other side finds it there. */
static void say_first(struct echo_conn *c, const struct bytes *say)
{
	memcpy(c->to->data, say->data, say->len);
	c->to->filled = say->len;
}

static int start_client(struct echo_conn *c, int fd)
{
	int rc = flow_start(c, fd);

	if (!rc && c->echo->relay)
		rc = relay_prepare(c, RELAY_ROOM);
	return rc;
}

int echo_add(struct echo *e, int fd, const struct bytes *say)
{
	struct echo_conn *c = flow_new(e, e->relay ? RELAY_ROOM : ECHO_ROOM);
	int rc = c ? start_client(c, fd) : -ENOMEM;

	if (rc) {
		if (!c || c->socket.fd < 0)
			close(fd);
		if (c)
			free_side(c);
		return rc;
	}
	link_client(e, c);
	if (say)
		say_first(c, say);
	if (e->relay) {
		relay_connect(c);
	} else {
		flow_update(c);
		echo_connected(c);
	}
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
		echo_add(e, fd, NULL);
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

static void update_all(struct echo *e)
{
	for (struct echo_conn *c = e->conns; c; c = c->next)
		flow_update(c);
}

void echo_read(struct echo *e, bool reading)
{
	e->reading = reading;
	update_all(e);
}

void echo_mute(struct echo *e, bool muted)
{
	e->muted = muted;
	update_all(e);
}

struct echo_conn *echo_next(const struct echo *e, struct echo_conn *after)
{
	return after ? after->next : e->conns;
}

int echo_fd(const struct echo_conn *c)
{
	return c->socket.fd;
}

static unsigned find_ended(struct echo *e)
{
	unsigned found = 0;

	for (struct echo_conn *c = e->conns; c; c = c->next) {
		struct pollfd p = { .fd = c->socket.fd, .events = POLLRDHUP };

		if (!c->connected || poll(&p, 1, 0) != 1)
			continue;
		echo_tell_ended(c, p.revents & (POLLERR | POLLHUP) ? ECHO_RESET : ECHO_CLOSED);
		found++;
	}
	return found;
}

/* To tell takes time, in which others may end. */
void echo_find_ended(struct echo *e)
{
	while (e->ended && find_ended(e))
		;
}

void echo_close_all(struct echo *e)
{
	while (e->conns)
		hang_up(e->conns);
}
