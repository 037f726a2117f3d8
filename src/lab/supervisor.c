// SPDX-License-Identifier: MIT
/* The supervisors. Their oddity: each fault has a process of its own (child.c), so that none waits for another. */
#include "supervisor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"

struct hand {
	pid_t pid;  /* 0: no process */
	int socket; /* to it; -1: none */
	in_port_t port; /* where its peer listens */
};

struct supervisor {
	size_t n;
	int epoll;
	moment *struck; /* of each fault, shared */
	struct hand hands[];
};

static void close_others(const struct supervisor *b, size_t self)
{
	close(b->epoll);
	for (size_t i = 0; i < self; i++)
		close(b->hands[i].socket);
}

static int start_hand(struct supervisor *b, size_t i, struct child *s, int family)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = i };
	pid_t parent = getpid();
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	b->hands[i].socket = pair[0];
	b->hands[i].pid = fork();
	if (b->hands[i].pid == 0) {
		close(pair[0]);
		close_others(b, i);
		s->socket = pair[1];
		child_run(s, family, parent);
	}
	close(pair[1]);
	if (b->hands[i].pid < 0) {
		b->hands[i].pid = 0;
		return -errno;
	}
	return epoll_ctl(b->epoll, EPOLL_CTL_ADD, pair[0], &ev) ? -errno : 0;
}

/* Takes a message of that supervisor's: 1, or 0 with EAGAIN, or -1. */
static int take(struct supervisor *b, size_t i, int flags, struct message *m, struct error *e)
{
	ssize_t n;

	do
		n = recv(b->hands[i].socket, m, sizeof(*m), flags);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n != (ssize_t)sizeof(*m))
		return error_set(e, STATUS_SYSTEM, "the lab: a supervisor's process is gone");
	if (!m->error.status)
		return 1;
	*e = m->error;
	return -1;
}

static int start(struct supervisor *b, const struct lab_net *net, struct link_worker *wire,
		 const struct chosen_fault *chosen, int family, struct error *e)
{
	struct message m;
	int rc = 0;

	b->epoll = epoll_create1(EPOLL_CLOEXEC);
	b->struck = mmap(NULL, b->n * sizeof(*b->struck), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			 -1, 0);
	if (b->epoll < 0 || b->struck == MAP_FAILED)
		rc = -errno;
	for (size_t i = 0; !rc && i < b->n; i++) {
		struct child s = {
			.net = net, .worker = wire, .index = i, .struck = &b->struck[i],
			.fault = &chosen[i],
		};

		rc = start_hand(b, i, &s, family);
	}
	if (rc)
		return error_set(e, STATUS_SYSTEM, "the lab's peers: %s", strerror(-rc));
	for (size_t i = 0; i < b->n; i++) {
		if (take(b, i, 0, &m, e) < 0)
			return -1;
		b->hands[i].port = m.port;
	}
	return 0;
}

struct supervisor *supervisor_open(const struct lab_net *net, struct link_worker *wire,
			     const struct chosen_fault *chosen, size_t n, int family,
			     struct error *e)
{
	struct supervisor *b = calloc(1, sizeof(*b) + n * sizeof(*b->hands));

	if (!b) {
		error_set(e, STATUS_SYSTEM, "the lab's peers: out of memory");
		return NULL;
	}
	b->n = n;
	b->struck = MAP_FAILED;
	for (size_t i = 0; i < n; i++)
		b->hands[i].socket = -1;
	if (!start(b, net, wire, chosen, family, e))
		return b;
	supervisor_close(b);
	return NULL;
}

/* All are told before the first is waited for. */
void supervisor_close(struct supervisor *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->n; i++)
		if (b->hands[i].socket >= 0)
			close(b->hands[i].socket);
	for (size_t i = 0; i < b->n; i++)
		while (b->hands[i].pid > 0 && waitpid(b->hands[i].pid, NULL, 0) < 0 && errno == EINTR)
			;
	if (b->epoll >= 0)
		close(b->epoll);
	if (b->struck != MAP_FAILED)
		munmap(b->struck, b->n * sizeof(*b->struck));
	free(b);
}

in_port_t supervisor_port(const struct supervisor *b, size_t fault)
{
	return b->hands[fault].port;
}

int supervisor_fd(const struct supervisor *b)
{
	return b->epoll;
}

nsec supervisor_struck(const struct supervisor *b, size_t fault)
{
	return moment_read(&b->struck[fault]);
}

static int order(struct supervisor *b, size_t fault, const struct command *c, struct error *e)
{
	if (send(b->hands[fault].socket, c, sizeof(*c), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		return 0;
	return error_set(e, STATUS_SYSTEM, "the lab: a supervisor's process: %s", strerror(errno));
}

int supervisor_strike(struct supervisor *b, size_t fault, nsec when, struct error *e)
{
	const struct command c = { .when = when };

	return order(b, fault, &c, e);
}

int supervisor_go(struct supervisor *b, size_t fault, struct error *e)
{
	const struct command c = { 0 };

	return order(b, fault, &c, e);
}

int supervisor_read(struct supervisor *b, struct struck *news, struct error *e)
{
	struct epoll_event ev;
	struct message m;
	int rc = 0;

	while (!rc && epoll_wait(b->epoll, &ev, 1, 0) == 1) {
		rc = take(b, (size_t)ev.data.u64, MSG_DONTWAIT, &m, e);
		if (rc)
			*news = m.struck;
	}
	return rc;
}
