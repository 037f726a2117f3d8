// SPDX-License-Identifier: MIT
/* A fault supervisor's process. It is one fault's alone, so everything happens in order, and may wait. */
#include "child.h"

#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/process.h"
#include "engine/listeners.h"
#include "faults/fault.h"

static void send_news(const struct child *s, enum supervisor_news news, const struct error *e)
{
	struct child_message m;

	memset(&m, 0, sizeof(m)); /* the padding is sent too */
	m.news.news = news;
	m.news.fault = s->index;
	m.news.at = moment_read(s->struck);
	m.port = s->port;
	m.error = *e;
	if (send(s->socket, &m, sizeof(m), MSG_NOSIGNAL) < 0)
		_exit(1);
}

/* The end of the socket is the order to end: the peer goes first. */
static void read_command(struct child *s, struct command *c)
{
	if (recv(s->socket, c, sizeof(*c), 0) == (ssize_t)sizeof(*c))
		return;
	peer_end(&s->peer);
	_exit(0);
}

/* Nothing but the end can come while it waits. */
static void wait_until(struct child *s, nsec when)
{
	struct pollfd p = { .fd = s->socket, .events = POLLIN };
	struct command end;
	nsec left;

	while ((left = when - clock_now()) > 0) {
		struct timespec ts = { left / NS_PER_S, left % NS_PER_S };

		if (ppoll(&p, 1, &ts, NULL) > 0)
			read_command(s, &end);
	}
}

/* The watcher's application must find the peer prepared, and be done before it dies. */
static int prepare_fault(struct child *s, struct error *e)
{
	const struct fault *f = s->fault->fault;
	struct command go;

	if (f->prepare && peer_order_done(&s->peer, PEER_PREPARE, e))
		return -1;
	if (f->application && f->when == FAULT_BEFORE) {
		send_news(s, SUPERVISOR_WAITS, e);
		read_command(s, &go);
	}
	return 0;
}

static int carry_out(struct child *s, struct error *e)
{
	const struct fault *f = s->fault->fault;

	if (!s->worker) /* loopback */
		return link_peer(&s->link, e);
	if (f->link && f->link(&s->link, s->fault->params, e))
		return -1;
	if (f->watcher && f->watcher(&s->link, s->fault->params, e))
		return -1;
	if (!f->link && !f->watcher)
		return link_peer(&s->link, e);
	return 0;
}

/* On loopback the kernel picks a port; in the lab's network it is always the same. */
static int listen_there(struct child *s, int family, struct error *e)
{
	struct sockaddr_in in4 = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	socklen_t len = sizeof(in6);
	int fd;

	if (s->net) {
		in4.sin_port = in6.sin6_port = htons((uint16_t)strtoul(SUPERVISOR_PORT, NULL, 10));
	} else {
		in4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		in6.sin6_addr = in6addr_loopback;
	}
	fd = family == AF_INET6
		? listen_at((struct sockaddr *)&in6, sizeof(in6), false, peer_setup, s->fault, e)
		: listen_at((struct sockaddr *)&in4, sizeof(in4), false, peer_setup, s->fault, e);
	/* Both kinds of address have the port in the same place. */
	if (fd >= 0 && !getsockname(fd, (struct sockaddr *)&in6, &len))
		s->port = in6.sin6_port;
	return fd;
}

static int start_peer(struct child *s, int family, struct error *e)
{
	const struct lab_net *net = s->net;
	struct peer_plan plan = { .fault = s->fault, .nlisteners = 1, .struck = s->struck };
	int fd;

	if (net && netns_go(net->link[s->index].peer.ns, e))
		return -1;
	fd = listen_there(s, family, e);
	if (fd < 0)
		return -1;
	if (net && netns_go(net->home, e)) {
		close(fd);
		return -1;
	}
	plan.listeners = &fd;
	return peer_start(&s->peer, &plan, e);
}

void child_run(struct child *s, int family, pid_t parent)
{
	struct error e = { .status = STATUS_OK };
	struct command c;

	/* The measuring process ends this one, also after a signal from the terminal. */
	process_bind(parent, "tcpalive-fault");
	process_ignore_signals();
	s->link.ops = &child_link_ops;
	s->peer = (struct peer_child){ .control = -1 };
	start_peer(s, family, &e);
	send_news(s, SUPERVISOR_STRUCK, &e);
	read_command(s, &c);
	wait_until(s, c.when);
	if (!prepare_fault(s, &e))
		carry_out(s, &e);
	send_news(s, SUPERVISOR_STRUCK, &e);
	read_command(s, &c);
	_exit(0);
}
