// SPDX-License-Identifier: MIT
/* The parent's side of the peer's process: start, orders, end. */
#include "child.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"
#include "plan/plan.h"
#include "faults/fault.h"
#include "peer-main.h"

#define PEER "the peer's process"

int peer_setup(int fd, const void *fault, struct error *e)
{
	const struct chosen_fault *f = fault;
	int rc = f && f->fault->setup ? f->fault->setup(fd, f->params) : 0;

	return rc ? fault_refused(f->fault, -rc, e) : 0;
}

static void close_sockets(const struct peer_plan *plan)
{
	for (size_t i = 0; i < plan->nlisteners; i++)
		close(plan->listeners[i]);
	for (size_t i = 0; i < plan->nconnected; i++)
		close(plan->connected[i]);
}

static int fork_peer(struct peer_child *k, const struct peer_plan *plan)
{
	pid_t parent = getpid();
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	k->pid = fork();
	if (k->pid == 0) {
		close(pair[0]);
		peer_run(plan, pair[1], parent);
	}
	close(pair[1]);
	if (k->pid > 0) {
		k->control = pair[0];
		return 0;
	}
	k->pid = 0;
	close(pair[0]);
	return -errno;
}

/* Of one that is to send it. Stopped, it never would. */
static int await_message(struct peer_child *k, struct peer_message *m, struct error *e)
{
	if (process_await(&k->pid, k->control, PEER, e))
		return -1;
	if (!peer_read(k, m))
		return error_set(e, STATUS_SYSTEM, PEER ": it has ended");
	if (!m->error.status)
		return 0;
	*e = m->error;
	return -1;
}

int peer_start(struct peer_child *k, const struct peer_plan *plan, struct error *e)
{
	struct peer_message m;
	int rc;

	*k = (struct peer_child){ .control = -1 };
	rc = fork_peer(k, plan);
	close_sockets(plan);
	if (rc)
		return error_set(e, STATUS_SYSTEM, PEER ": %s", error_reason(-rc));
	if (!await_message(k, &m, e))
		return 0;
	peer_end(k);
	return -1;
}

/* A process that is gone is noticed by hearing nothing of it. */
void peer_order(const struct peer_child *k, enum peer_order order)
{
	ssize_t n = send(k->control, &order, sizeof(order), MSG_NOSIGNAL);

	(void)n;
}

int peer_read(const struct peer_child *k, struct peer_message *m)
{
	ssize_t n;

	do
		n = recv(k->control, m, sizeof(*m), MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(*m);
}

int peer_order_done(struct peer_child *k, enum peer_order order, struct error *e)
{
	struct peer_message m;

	peer_order(k, order);
	return await_message(k, &m, e);
}

int peer_check(struct peer_child *k, struct error *e)
{
	return process_check(&k->pid, PEER, e);
}

void peer_end(struct peer_child *k)
{
	if (k->pid > 0) {
		kill(k->pid, SIGKILL);
		while (waitpid(k->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	if (k->control >= 0)
		close(k->control);
	*k = (struct peer_child){ .control = -1 };
}
