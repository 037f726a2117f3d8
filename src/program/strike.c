// SPDX-License-Identifier: MIT
/*
 * Strikes a program from outside: what faults/peer.h asks of the lab's own peer, done to processes and sockets of others.
 *
 * A close becomes shutdown(SHUT_RDWR) on a copy of each descriptor. On the wire the two are the same as long as nothing is
 * unread: a FIN, and an RST for data that come later, since a socket that takes no more input resets the connection in
 * tcp_rcv_state_process() as one that nobody holds does. With something unread close sends an RST at once, and so does the
 * program's own close after a shutdown; hence the fault takes what is unread first, as it does with the lab's own peer.
 */
#include "strike.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/container-of.h"
#include "base/words.h"
#include "faults/act.h"
#include "faults/peer.h"
#include "net/diag.h"
#include "owner.h"

#define CONNECTED (1U << STATE_ESTABLISHED | 1U << STATE_CLOSE_WAIT)
#define LEFT (0xfffU & ~(1U << STATE_TIME_WAIT | 1U << STATE_CLOSE)) /* what a host that reboots must not keep */
#define GONE_LIMIT NS_PER_S
#define LOOK_AGAIN NS_PER_MS
#define PATH_SETTLES (10 * NS_PER_MS) /* what the link worker has taken in, but not yet judged */

/* A connection of the program's. */
struct victim {
	struct diag_ends ends;
	uint32_t inode; /* 0: nobody holds it */
	int fd;         /* the copy, or -1 */
};

struct strike {
	struct peer peer; /* what the fault sees */
	struct program_strike *of;
	int diag;
	struct victim *list;
	size_t count;
	bool copied;
	struct error copies; /* why not all of them could be copied, where that is so */
};

static struct strike *strike_of(struct peer *p)
{
	return container_of(p, struct strike, peer);
}

/* ---- the connections ---- */

/* Both kinds of address have the port in the same place. */
static in_port_t port_of(const struct sockaddr_storage *ss)
{
	return ntohs(((const struct sockaddr_in *)ss)->sin_port);
}

static bool is_its(const struct strike *t, const struct diag_ends *ends)
{
	return port_of(&ends->local) == t->of->port || port_of(&ends->remote) == t->of->port;
}

static int add_victim(const struct diag_socket *s, void *of)
{
	struct strike *t = of;
	struct victim *v;

	if (!is_its(t, &s->ends))
		return 0;
	v = list_add(&t->list, &t->count, sizeof(*v), &t->copies);
	if (!v)
		return -ENOMEM;
	*v = (struct victim){ .ends = s->ends, .inode = s->inode, .fd = -1 };
	return 0;
}

/* Before the strike, since finding who holds a socket takes its time. One that nobody holds was not accepted yet, or has ended since. Where
 * it is not permitted the fault may need no copy. */
static int copy_descriptors(struct strike *t)
{
	uint32_t *inodes = calloc(t->count + 1, sizeof(*inodes));
	struct owner *owners = calloc(t->count + 1, sizeof(*owners));
	struct error *e = &t->copies;
	int rc = -1;

	if (!inodes || !owners) {
		out_of_memory(e);
		goto out;
	}
	for (size_t i = 0; i < t->count; i++)
		inodes[i] = t->list[i].inode;
	rc = owner_find_all(program_init(t->of->program), inodes, owners, t->count, e);
	for (size_t i = 0; !rc && i < t->count; i++) {
		if (!inodes[i] || !owners[i].pid)
			continue;
		t->list[i].fd = owner_copy(&owners[i], e);
		rc = t->list[i].fd < 0 ? -1 : 0;
	}
out:
	free(inodes);
	free(owners);
	return rc;
}

/* While they are open, the end of a process ends none of its connections. */
static void close_copies(struct strike *t)
{
	for (size_t i = 0; i < t->count; i++) {
		if (t->list[i].fd >= 0)
			close(t->list[i].fd);
		t->list[i].fd = -1;
	}
}

static int open_strike(struct strike *t, struct error *e)
{
	int rc;

	if (netns_go(t->of->host->ns, e))
		return -1;
	t->diag = diag_open();
	if (netns_go(t->of->net->home, e))
		return -1;
	rc = t->diag < 0 ? t->diag : diag_each(t->diag, CONNECTED, add_victim, t);
	if (rc)
		return error_set(e, STATUS_SYSTEM, "sock_diag: %s", error_reason(-rc));
	t->copied = !copy_descriptors(t);
	return 0;
}

static void close_strike(struct strike *t)
{
	close_copies(t);
	free(t->list);
	if (t->diag >= 0)
		close(t->diag);
}

/* ---- what faults call ---- */

static void struck(struct peer *p)
{
	moment_stamp(strike_of(p)->of->struck, clock_now());
}

static bool holds_any(const struct strike *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->list[i].fd >= 0)
			return true;
	return false;
}

/* One that nobody holds has no descriptor; where all are such, it would strike nobody. */
static int each(struct peer *p, int (*act)(int fd, const void *params), const void *params, struct error *e)
{
	struct strike *t = strike_of(p);
	int rc;

	if (!t->copied)
		return error_set(e, STATUS_SYSTEM, "'%s': %s", t->of->fault->fault->name, t->copies.text);
	if (t->count && !holds_any(t))
		return error_set(e, STATUS_SYSTEM, "'%s': the program has not accepted its connection (see --fault-at)",
				 t->of->fault->fault->name);
	for (size_t i = 0; i < t->count; i++) {
		rc = t->list[i].fd < 0 ? 0 : act(t->list[i].fd, params);
		if (rc && rc != -ENOTCONN) /* it has ended meanwhile */
			return fault_refused(t->of->fault->fault, -rc, e);
	}
	return 0;
}

static void close_all(struct peer *p)
{
	struct strike *t = strike_of(p);

	for (size_t i = 0; i < t->count; i++)
		if (t->list[i].fd >= 0)
			shutdown(t->list[i].fd, SHUT_RDWR);
}

/*
 * The copies stay open, and are read. A program that may not write any more closes the connection as soon as it tries to, and
 * data that come later would then be answered with an RST: that is a close, and no half-close.
 */
static int end_output(struct peer *p, struct error *e)
{
	struct strike *t = strike_of(p);

	if (each(p, act_end_output, NULL, e))
		return -1;
	t->of->reads = epoll_create1(EPOLL_CLOEXEC);
	for (size_t i = 0; i < t->count && t->of->reads >= 0; i++) {
		struct epoll_event ev = { .events = EPOLLIN, .data.fd = t->list[i].fd };

		if (t->list[i].fd >= 0 && !epoll_ctl(t->of->reads, EPOLL_CTL_ADD, t->list[i].fd, &ev))
			t->list[i].fd = -1;
	}
	return 0;
}

void program_strike_read(struct program_strike *s)
{
	static char data[65536];
	struct epoll_event ev;
	ssize_t n;

	if (epoll_wait(s->reads, &ev, 1, 0) != 1)
		return;
	n = recv(ev.data.fd, data, sizeof(data), MSG_DONTWAIT);
	if (n > 0 || (n < 0 && errno == EAGAIN))
		return; /* the program may have been first */
	epoll_ctl(s->reads, EPOLL_CTL_DEL, ev.data.fd, NULL);
	close(ev.data.fd);
}

/* As if tcp_disconnect() were the program's: an RST, see connect(2) for AF_UNSPEC. */
static int disconnect(int fd)
{
	const struct sockaddr none = { .sa_family = AF_UNSPEC };

	return connect(fd, &none, sizeof(none)) ? -errno : 0;
}

/* An RST. A kernel may lack SOCK_DESTROY. */
static int destroy(struct strike *t, const struct victim *v)
{
	int rc = diag_destroy(t->diag, &v->ends);

	if (rc == -EOPNOTSUPP && v->fd >= 0)
		rc = disconnect(v->fd);
	return rc == -ENOENT || rc == -ENOTCONN ? 0 : rc;
}

/* Without a word where that is allowed: the program must have CAP_NET_ADMIN too. */
static int forget_one(struct strike *t, const struct victim *v)
{
	if (v->fd >= 0 && !act_repair_close(v->fd, NULL) && !disconnect(v->fd))
		return 0;
	return destroy(t, v);
}

static int end_each(struct strike *t, int (*end)(struct strike *t, const struct victim *v), struct error *e)
{
	for (size_t i = 0; i < t->count; i++) {
		int rc = end(t, &t->list[i]);

		if (rc)
			return fault_refused(t->of->fault->fault, -rc, e);
	}
	return 0;
}

static int abort_all(struct peer *p, struct error *e)
{
	struck(p);
	return end_each(strike_of(p), destroy, e);
}

static int signal_all(struct peer *p, int signo, struct error *e)
{
	struct strike *t = strike_of(p);
	nsec at;

	if (signo == SIGKILL)
		close_copies(t);
	return program_signal(t->of->program, signo, &at, e);
}

/* ---- a host that reboots ---- */

/* A listener shows that a process is still there. */
static int end_left(const struct diag_socket *s, void *of)
{
	struct strike *t = ((void **)of)[0];
	size_t *left = ((void **)of)[1];

	if (!is_its(t, &s->ends))
		return 0;
	++*left;
	if (s->state != STATE_LISTEN)
		diag_destroy(t->diag, &s->ends);
	return 0;
}

static void pause_shortly(nsec time)
{
	const struct timespec ts = { time / NS_PER_S, time % NS_PER_S };

	nanosleep(&ts, NULL);
}

/* Processes that were killed are gone a little later, and what they leave behind goes with them. */
static void end_all_left(struct strike *t)
{
	const nsec end = clock_now() + GONE_LIMIT;
	size_t left;

	do {
		left = 0;
		diag_each(t->diag, LEFT, end_left, (void *[]){ t, &left });
		if (left)
			pause_shortly(LOOK_AGAIN);
	} while (left && clock_now() < end);
}

/* Until the link worker has taken all that the host sent, so that nothing of it gets through when the path does. */
static void await_path(const struct strike *t)
{
	struct pollfd sent = { .fd = t->of->host->tun, .events = POLLIN };
	const nsec end = clock_now() + GONE_LIMIT;

	while (poll(&sent, 1, 0) == 1 && clock_now() < end)
		pause_shortly(LOOK_AGAIN);
}

/*
 * The path is cut meanwhile, so that the RSTs of sockets that could not be ended without one are lost, and whatever the processes' end
 * sends; where it is to be silent the fault has cut it. The processes are stopped first: they are not to answer the end of their connections.
 */
static int forget(struct peer *p, nsec silence, struct error *e)
{
	struct strike *t = strike_of(p);
	nsec due = ns_add(clock_now(), silence);

	struck(p);
	if (!silence)
		link_set_rule(t->of->link, &LINK_CUT);
	if (signal_all(p, SIGSTOP, e) || end_each(t, forget_one, e) || signal_all(p, SIGKILL, e))
		return -1;
	end_all_left(t);
	await_path(t);
	if (!silence)
		link_set_rule_for(t->of->link, &LINK_CUT, PATH_SETTLES, &LINK_PASS);
	t->of->due = due;
	return silence ? 0 : program_strike_end(t->of, e);
}

int program_strike_end(struct program_strike *s, struct error *e)
{
	s->due = NS_NEVER;
	return s->restarts ? program_restart(s->program, e) : 0;
}

static const struct peer_ops ops = {
	.struck = struck, .each = each, .signal = signal_all, .abort = abort_all, .forget = forget, .end_output = end_output,
	.close_all = close_all,
};

int program_strike(struct program_strike *s, struct error *e)
{
	struct strike t = { .peer.ops = &ops, .of = s, .diag = -1 };
	const struct fault *f = s->fault->fault;
	nsec before = clock_now();
	int rc = 0;

	s->due = NS_NEVER;
	s->reads = -1;
	if (f->peer)
		rc = open_strike(&t, e) || f->peer(&t.peer, s->fault->params, e) ? -1 : 0;
	moment_stamp(s->struck, before); /* for a fault that did not stamp it itself */
	close_strike(&t);
	return rc;
}
