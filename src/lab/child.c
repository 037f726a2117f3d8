// SPDX-License-Identifier: MIT
/* A fault supervisor's process. It is one fault's alone, so everything happens in order, and may wait. */
#include "child.h"

#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/process.h"
#include "faults/fault.h"

static void send_news(const struct child *s, enum supervisor_news news, const struct error *e)
{
	struct child_message m;

	memset(&m, 0, sizeof(m)); /* the padding is sent too */
	m.news.news = news;
	m.news.fault = s->index;
	m.news.at = moment_read(s->struck);
	m.news.took = s->took;
	m.port = s->port;
	m.error = *e;
	if (send(s->socket, &m, sizeof(m), MSG_NOSIGNAL) < 0)
		_exit(1);
}

void child_read(struct child *s, struct command *c)
{
	if (recv(s->socket, c, sizeof(*c), 0) == (ssize_t)sizeof(*c))
		return;
	peer_end(&s->peer);
	_exit(0);
}

/* Nothing but the end can come from the measuring process while it waits. */
bool child_wait(struct child *s, int fd, short events, nsec until)
{
	struct pollfd p[] = { { .fd = s->socket, .events = POLLIN }, { .fd = fd, .events = events } };
	struct command end;
	nsec left;

	while ((left = until - clock_now()) > 0) {
		struct timespec ts = { left / NS_PER_S, left % NS_PER_S };

		if (ppoll(p, 2, &ts, NULL) > 0 && p[0].revents)
			child_read(s, &end);
		if (p[1].revents)
			return true;
	}
	return false;
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
		child_read(s, &go);
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

/* The strike on a program; and once it is told, what comes later. */
static void open_strike(struct child *s)
{
	s->strike = (struct program_strike){
		.program = s->program, .fault = s->fault, .net = s->net, .host = &s->net->link[s->index].peer,
		.port = SUPERVISOR_PROGRAMS_PORT, .restarts = s->ends->role == PROGRAM_SERVER, .struck = s->struck,
		.link = &s->link, .due = NS_NEVER, .reads = -1,
	};
}

static void end_strike(struct child *s)
{
	struct error e = { .status = STATUS_OK };

	if (!s->program || s->strike.due == NS_NEVER)
		return;
	child_wait(s, -1, 0, s->strike.due);
	if (program_strike_end(&s->strike, &e))
		send_news(s, SUPERVISOR_STRUCK, &e);
}

/* A server listens from the start; a client waits until it is to connect. */
static void start(struct child *s, struct error *e)
{
	s->link.ops = &child_link_ops;
	s->peer = (struct peer_child){ .control = -1 };
	s->port = htons(SUPERVISOR_PROGRAMS_PORT);
	if (s->program)
		open_strike(s);
	else if (!s->ends || s->ends->role == PROGRAM_SERVER)
		child_listen(s, e);
}

static void connect_there(struct child *s)
{
	struct error e = { .status = STATUS_OK };

	child_connect(s, &e);
	send_news(s, SUPERVISOR_CONNECTED, &e);
}

void child_run(struct child *s, pid_t parent)
{
	struct error e = { .status = STATUS_OK };
	struct command c;

	/* The measuring process ends this one, also after a signal from the terminal. */
	process_bind(parent, "tcpalive-fault");
	process_ignore_signals();
	start(s, &e);
	send_news(s, SUPERVISOR_STRUCK, &e);
	for (child_read(s, &c); c.connect; child_read(s, &c))
		connect_there(s);
	child_wait(s, -1, 0, c.when);
	if (!prepare_fault(s, &e))
		carry_out(s, &e);
	send_news(s, SUPERVISOR_STRUCK, &e);
	end_strike(s);
	while (child_wait(s, s->program ? s->strike.reads : -1, POLLIN, NS_NEVER))
		program_strike_read(&s->strike);
	_exit(0);
}
