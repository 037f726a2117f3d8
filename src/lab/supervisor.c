// SPDX-License-Identifier: MIT
/* The supervisors. Each fault has a process of its own (child.c), so that none waits for another. */
#include "supervisor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/process.h"
#include "child.h"

#define SUPERVISOR "the fault supervisor"
#define END_LIMIT (2 * NS_PER_S)

struct supervisor_child {
	pid_t pid;  /* 0: no process */
	int socket; /* to it; -1: none */
	in_port_t port; /* where its peer listens */
};

struct supervisor {
	size_t n;
	int epoll;
	moment *struck; /* of each fault, shared */
	struct supervisor_child child[];
};

static void close_others(const struct supervisor *s, size_t self)
{
	close(s->epoll);
	for (size_t i = 0; i < self; i++)
		close(s->child[i].socket);
}

static int start_child(struct supervisor *s, size_t i, struct child *c)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = i };
	pid_t parent = getpid();
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	s->child[i].socket = pair[0];
	s->child[i].pid = fork();
	if (s->child[i].pid == 0) {
		close(pair[0]);
		close_others(s, i);
		c->socket = pair[1];
		child_run(c, parent);
	}
	close(pair[1]);
	if (s->child[i].pid < 0) {
		s->child[i].pid = 0;
		return -errno;
	}
	return epoll_ctl(s->epoll, EPOLL_CTL_ADD, pair[0], &ev) ? -errno : 0;
}

/* Takes a message of that supervisor's: 1, or 0 with EAGAIN, or -1. */
static int read_message(struct supervisor *s, size_t i, int flags, struct child_message *m, struct error *e)
{
	ssize_t n;

	do
		n = recv(s->child[i].socket, m, sizeof(*m), flags);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n != (ssize_t)sizeof(*m))
		return process_await(&s->child[i].pid, s->child[i].socket, SUPERVISOR, e), -1;
	if (!m->error.status)
		return 1;
	*e = m->error;
	return -1;
}

static int start_children(struct supervisor *s, const struct lab_net *net, struct link_worker *worker,
		 const struct chosen_fault *chosen, int family, const struct supervisor_ends *ends, struct error *e)
{
	struct child_message m;
	int rc = 0;

	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->struck = mmap(NULL, s->n * sizeof(*s->struck), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			 -1, 0);
	if (s->epoll < 0 || s->struck == MAP_FAILED)
		rc = -errno;
	for (size_t i = 0; !rc && i < s->n; i++) {
		struct child c = {
			.net = net, .worker = worker, .index = i, .struck = &s->struck[i],
			.fault = &chosen[i], .family = family, .ends = ends,
			.program = ends && ends->dying ? ends->dying[i] : NULL,
		};

		rc = start_child(s, i, &c);
	}
	if (rc)
		return error_set(e, STATUS_SYSTEM, "the lab's peers: %s", error_reason(-rc));
	for (size_t i = 0; i < s->n; i++) {
		if (process_await(&s->child[i].pid, s->child[i].socket, SUPERVISOR, e) ||
		    read_message(s, i, 0, &m, e) < 0)
			return -1;
		s->child[i].port = m.port;
	}
	return 0;
}

struct supervisor *supervisor_open(const struct lab_net *net, struct link_worker *worker,
				   const struct chosen_fault *chosen, size_t n, int family,
				   const struct supervisor_ends *ends, struct error *e)
{
	struct supervisor *s = calloc(1, sizeof(*s) + n * sizeof(*s->child));

	if (!s) {
		error_set(e, STATUS_SYSTEM, "the lab's peers: out of memory");
		return NULL;
	}
	s->n = n;
	s->struck = MAP_FAILED;
	for (size_t i = 0; i < n; i++)
		s->child[i].socket = -1;
	if (!start_children(s, net, worker, chosen, family, ends, e))
		return s;
	supervisor_close(s);
	return NULL;
}

int supervisor_check(struct supervisor *s, struct error *e)
{
	for (size_t i = 0; s && i < s->n; i++)
		if (process_check(&s->child[i].pid, SUPERVISOR, e))
			return -1;
	return 0;
}

/* All are told before the first is waited for. One that is killed takes its peer with it. */
void supervisor_close(struct supervisor *s)
{
	nsec end;
	bool killed;

	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++)
		if (s->child[i].socket >= 0)
			close(s->child[i].socket);
	end = clock_now() + END_LIMIT;
	for (size_t i = 0; i < s->n; i++)
		if (s->child[i].pid > 0)
			process_end(s->child[i].pid, end - clock_now(), &killed);
	if (s->epoll >= 0)
		close(s->epoll);
	if (s->struck != MAP_FAILED)
		munmap(s->struck, s->n * sizeof(*s->struck));
	free(s);
}

in_port_t supervisor_port(const struct supervisor *s, size_t fault)
{
	return s->child[fault].port;
}

int supervisor_fd(const struct supervisor *s)
{
	return s->epoll;
}

nsec supervisor_struck(const struct supervisor *s, size_t fault)
{
	return moment_read(&s->struck[fault]);
}

static int send_command(struct supervisor *s, size_t fault, const struct command *c, struct error *e)
{
	if (send(s->child[fault].socket, c, sizeof(*c), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		return 0;
	return error_set(e, STATUS_SYSTEM, SUPERVISOR ": %s", error_reason(errno));
}

int supervisor_connect(struct supervisor *s, size_t fault, struct error *e)
{
	const struct command c = { .connect = true };

	return send_command(s, fault, &c, e);
}

int supervisor_strike(struct supervisor *s, size_t fault, nsec when, struct error *e)
{
	const struct command c = { .when = when };

	return send_command(s, fault, &c, e);
}

int supervisor_go(struct supervisor *s, size_t fault, struct error *e)
{
	const struct command c = { 0 };

	return send_command(s, fault, &c, e);
}

int supervisor_read(struct supervisor *s, struct supervisor_message *news, struct error *e)
{
	struct epoll_event ev;
	struct child_message m;
	int rc = 0;

	while (!rc && epoll_wait(s->epoll, &ev, 1, 0) == 1) {
		m.news.fault = SIZE_MAX;
		rc = read_message(s, (size_t)ev.data.u64, MSG_DONTWAIT, &m, e);
		if (rc)
			*news = m.news;
	}
	return rc;
}
