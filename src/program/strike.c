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
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/container-of.h"
#include "faults/act.h"
#include "faults/peer.h"
#include "reboot.h"
#include "victims.h"

struct strike {
	struct peer peer; /* what the fault sees */
	struct program_strike *of;
	struct victims victims;
};

static struct strike *strike_of(struct peer *p)
{
	return container_of(p, struct strike, peer);
}

static void struck(struct peer *p)
{
	moment_stamp(strike_of(p)->of->struck, clock_now());
}

/* One that nobody holds has no descriptor; where all are such, it would strike nobody. */
static int each(struct peer *p, int (*act)(int fd, const void *params), const void *params, struct error *e)
{
	const struct fault *f = strike_of(p)->of->fault->fault;
	const struct victims *v = &strike_of(p)->victims;
	int rc;

	if (!v->copied)
		return error_set(e, STATUS_SYSTEM, "'%s': %s", f->name, v->copies.text);
	if (v->count && !victims_has_copy(v))
		return error_set(e, STATUS_SYSTEM, "'%s': the program has not accepted its connection (see --fault-at)", f->name);
	for (size_t i = 0; i < v->count; i++) {
		rc = v->list[i].fd < 0 ? 0 : act(v->list[i].fd, params);
		if (rc && rc != -ENOTCONN) /* it has ended meanwhile */
			return fault_refused(f, -rc, e);
	}
	return 0;
}

static void close_all(struct peer *p)
{
	const struct victims *v = &strike_of(p)->victims;

	for (size_t i = 0; i < v->count; i++)
		if (v->list[i].fd >= 0)
			shutdown(v->list[i].fd, SHUT_RDWR);
}

/*
 * The copies stay open, and are read. A program that may not write any more closes the connection as soon as it tries to, and
 * data that come later would then be answered with an RST: that is a close, and no half-close.
 */
static int end_output(struct peer *p, struct error *e)
{
	struct program_strike *s = strike_of(p)->of;
	struct victims *v = &strike_of(p)->victims;

	if (each(p, act_end_output, NULL, e))
		return -1;
	s->reads = epoll_create1(EPOLL_CLOEXEC);
	for (size_t i = 0; i < v->count && s->reads >= 0; i++) {
		struct epoll_event ev = { .events = EPOLLIN, .data.fd = v->list[i].fd };

		if (v->list[i].fd >= 0 && !epoll_ctl(s->reads, EPOLL_CTL_ADD, v->list[i].fd, &ev))
			v->list[i].fd = -1;
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

static int abort_all(struct peer *p, struct error *e)
{
	struct strike *t = strike_of(p);
	int rc;

	struck(p);
	rc = victims_end(&t->victims, victim_destroy);
	return rc ? fault_refused(t->of->fault->fault, -rc, e) : 0;
}

/*
 * What ends closes its sockets one after the other, the latest first, and each of several processes when it comes to it. A listener that is there for a
 * moment longer than the connections takes in who comes back at once: that would be connected again by luck. So the listeners go first, and
 * the processes, which are stopped, cannot see it.
 */
static int kill_all(struct strike *t, struct error *e)
{
	nsec at;

	if (program_signal(t->of->program, SIGSTOP, &at, e))
		return -1;
	victims_end_listeners(&t->victims);
	struck(&t->peer);
	victims_close_copies(&t->victims);
	return program_signal(t->of->program, SIGKILL, &at, e);
}

static int signal_all(struct peer *p, int signo, struct error *e)
{
	struct strike *t = strike_of(p);
	nsec at;

	return signo == SIGKILL ? kill_all(t, e) : program_signal(t->of->program, signo, &at, e);
}

static int forget(struct peer *p, nsec silence, struct error *e)
{
	struct strike *t = strike_of(p);

	return program_reboot(t->of, &t->victims, silence, e);
}

static const struct peer_ops ops = {
	.struck = struck, .each = each, .signal = signal_all, .abort = abort_all, .forget = forget, .end_output = end_output,
	.close_all = close_all,
};

int program_strike(struct program_strike *s, struct error *e)
{
	struct strike t = { .peer.ops = &ops, .of = s, .victims = VICTIMS_NONE };
	const struct fault *f = s->fault->fault;
	const nsec before = clock_now();
	int rc = 0;

	s->due = NS_NEVER;
	s->reads = -1;
	if (f->peer)
		rc = victims_open(&t.victims, s, e) || f->peer(&t.peer, s->fault->params, e) ? -1 : 0;
	moment_stamp(s->struck, before); /* for a fault that did not stamp it itself; it comes before what the copies' close may send */
	victims_close(&t.victims);
	return rc;
}
