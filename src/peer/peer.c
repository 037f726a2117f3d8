// SPDX-License-Identifier: MIT
/* The peer's process: it echoes, and does to itself what its parent orders, and dies with it. */
#include "child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/process.h"
#include "plan/plan.h"
#include "echo.h"
#include "faults/act.h"
#include "faults/fault.h"
#include "faults/peer.h"
#include "other.h"
#include "peer-main.h"
#include "tcp/tcpinfo.h"

#define POLL_INPUT NS_PER_MS

struct process {
	struct peer peer; /* what a fault sees of it */
	struct loop loop;
	struct echo echo;
	struct handler control;
	const struct fault *fault;
	const void *params;
	moment *at, own;     /* when it struck */
	bool done, reported; /* it struck; the parent knows */
	bool replaced;       /* who comes from then on is another peer's */
	bool stays;
	struct timer later;
	void (*then)(struct peer *p, const void *params);
};

/* ---- what the parent hears ---- */

/* Of one that is dead and replaced, the parent may read no more. */
static void send_message(struct process *p, const struct peer_message *m)
{
	const bool may_fail = p->done && p->replaced && p->reported;

	if (send(p->control.fd, m, sizeof(*m), MSG_NOSIGNAL | (may_fail ? MSG_DONTWAIT : 0)) != (ssize_t)sizeof(*m) && !may_fail)
		_exit(1);
}

static void report_news(struct process *p, enum peer_news news, const struct error *e)
{
	struct peer_message m = { .news = news, .at = moment_read(p->at), .error = *e };

	if (news == PEER_STRUCK && p->reported)
		return;
	p->reported |= news == PEER_STRUCK;
	send_message(p, &m);
}

/* ---- what faults call ---- */

static struct process *process_of(struct peer *p)
{
	return container_of(p, struct process, peer);
}

/* Who had ended before does not react to it. */
static void struck(struct peer *peer)
{
	struct process *p = process_of(peer);

	if (!moment_read(p->at))
		echo_find_ended(&p->echo);
	moment_stamp(p->at, clock_now());
}

/* An end of the connection has ended it before, and there is nothing left to do to it. */
static bool is_over(int err)
{
	return err == EPIPE || err == ENOTCONN || err == ECONNRESET || err == ETIMEDOUT;
}

static int each(struct peer *peer, int (*act)(int fd, const void *params), const void *params,
		struct error *e)
{
	struct process *p = process_of(peer);
	int rc;

	for (struct echo_conn *c = NULL; (c = echo_next(&p->echo, c));) {
		rc = act(echo_fd(c), params);
		if (rc && !is_over(-rc))
			return fault_refused(p->fault, -rc, e);
	}
	return 0;
}

static void stop_reading(struct peer *peer)
{
	echo_read(&process_of(peer)->echo, false);
}

static void mute(struct peer *peer, bool muted)
{
	echo_mute(&process_of(peer)->echo, muted);
}

static void close_all(struct peer *peer)
{
	echo_close_all(&process_of(peer)->echo);
}

/* A process that signals itself has the best time stamp. As it ends its latest sockets are closed first; but nobody is to be connected again by luck. */
static int signal_self(struct peer *peer, int signo, struct error *e)
{
	const struct error none = { .status = STATUS_OK };
	struct process *p = process_of(peer);

	if (signo == SIGKILL) {
		echo_stop_listening(&p->echo);
		struck(peer);
	}
	report_news(p, PEER_STRUCK, &none);
	return raise(signo) ? fault_refused(p->fault, errno, e) : 0;
}

static int end_output(struct peer *peer, struct error *e)
{
	return each(peer, act_end_output, NULL, e);
}

/* close(2) sends the RST. */
static int abort_all(struct peer *peer, struct error *e)
{
	if (each(peer, act_abort, NULL, e))
		return -1;
	struck(peer);
	close_all(peer);
	return 0;
}

/* poll and not SIOCINQ, which stops counting at an urgent byte. */
static bool all_have_input(const struct process *p)
{
	for (struct echo_conn *c = NULL; (c = echo_next(&p->echo, c));) {
		struct pollfd input = { .fd = echo_fd(c), .events = POLLIN };

		if (poll(&input, 1, 0) != 1)
			return false;
	}
	return true;
}

static void await_input(struct peer *peer, nsec limit)
{
	const struct timespec interval = { 0, POLL_INPUT };
	const nsec end = ns_add(clock_now(), limit);

	while (!all_have_input(process_of(peer)) && clock_now() < end)
		nanosleep(&interval, NULL);
}

static void on_later(struct timer *t, nsec now)
{
	struct process *p = container_of(t, struct process, later);

	(void)now;
	p->then(&p->peer, p->params);
}

static void later(struct peer *peer, nsec after, void (*then)(struct peer *p, const void *params))
{
	struct process *p = process_of(peer);

	p->then = then;
	timer_set(&p->loop, &p->later, ns_add(clock_now(), after));
}

static int forget_now(struct peer *peer, struct error *e)
{
	if (each(peer, act_repair_close, NULL, e))
		return -1;
	close_all(peer);
	return 0;
}

/* There is nobody to tell, should it fail: the fault's setup tried it. */
static void forget_late(struct peer *peer, const void *params)
{
	struct error e;

	(void)params;
	forget_now(peer, &e);
}

/* Its sockets go on retransmitting what they have in flight, until they are forgotten. */
static int forget(struct peer *peer, nsec silence, struct error *e)
{
	struck(peer);
	if (!silence)
		return forget_now(peer, e);
	if (peer_drop_rx(peer, NULL, e))
		return -1;
	later(peer, silence, forget_late);
	return 0;
}

/* ---- the parent ---- */

static const struct peer_ops ops = {
	.struck = struck, .each = each, .signal = signal_self, .abort = abort_all, .forget = forget, .end_output = end_output,
	.await_input = await_input, .close_all = close_all, .stop_reading = stop_reading, .mute = mute, .later = later,
};

static void report_conn(struct echo *echo, const struct echo_conn *c, struct peer_message *m)
{
	struct process *p = container_of(echo, struct process, echo);
	int fd = echo_fd(c);

	m->at = clock_now();
	m->number = c->number;
	m->local_len = m->remote_len = sizeof(m->local);
	if (getsockname(fd, (struct sockaddr *)&m->local, &m->local_len))
		m->local_len = 0;
	if (getpeername(fd, (struct sockaddr *)&m->remote, &m->remote_len))
		m->remote_len = 0;
	send_message(p, m);
}

static void report_connected(struct echo *echo, const struct echo_conn *c)
{
	struct peer_message m = { .news = PEER_CONNECTED, .since = clock_now() };
	struct tcp_info ti;

	if (tcpinfo_read(echo_fd(c), &ti) > 0)
		m.since = other_since(&ti, m.since);
	report_conn(echo, c, &m);
}

static void report_ended(struct echo *echo, const struct echo_conn *c, enum echo_end how)
{
	struct peer_message m = { .news = PEER_ENDED, .reset = how == ECHO_RESET };

	report_conn(echo, c, &m);
}

static void report_server_ended(struct echo *echo, const struct echo_conn *c, enum echo_end how)
{
	struct peer_message m = { .news = PEER_SERVER_ENDED, .reset = how == ECHO_RESET };

	report_conn(echo, c, &m);
}

static void report_refused(struct echo *echo, const struct echo_conn *c, int err)
{
	struct peer_message m = { .news = PEER_REFUSED, .err = err };

	report_conn(echo, c, &m);
}

static void tell_connections(struct echo *e)
{
	e->connected = report_connected;
	e->ended = report_ended;
	e->server_ended = report_server_ended;
	e->refused = report_refused;
}

static void prepare_fault(struct process *p)
{
	struct error e = { .status = STATUS_OK };

	if (p->fault->prepare)
		p->fault->prepare(&p->peer, p->params, &e);
	report_news(p, PEER_PREPARED, &e);
}

static void carry_out(struct process *p)
{
	struct error e = { .status = STATUS_OK };
	nsec before = clock_now();

	if (p->replaced)
		echo_stop_listening(&p->echo);
	if (p->fault->peer)
		p->fault->peer(&p->peer, p->params, &e);
	else
		struck(&p->peer);
	moment_stamp(p->at, before); /* for a fault that did not stamp it itself */
	p->done = true;
	report_news(p, PEER_STRUCK, &e);
}

static void order_ready(struct handler *h, uint32_t events, nsec woken)
{
	struct process *p = container_of(h, struct process, control);
	enum peer_order order;
	ssize_t n;

	(void)events;
	(void)woken;
	do
		n = recv(h->fd, &order, sizeof(order), 0);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(order))
		_exit(n ? STATUS_SYSTEM : 0);
	if (order == PEER_PREPARE)
		prepare_fault(p);
	else
		carry_out(p);
}

/* ---- the process ---- */

/* Over: it died and has nothing left, or there never can be anything. */
static void stop_if_over(struct loop *l)
{
	struct process *p = l->owner;

	if (!p->echo.conns && !timer_is_set(&p->later) && ((p->done && !p->stays) || !p->echo.nlisteners))
		loop_stop(l);
}

static int open_all(struct process *p, const struct peer_plan *plan, struct error *e)
{
	int rc = 0;

	if (loop_open(&p->loop, 2, e))
		return -1;
	p->loop.owner = p;
	p->loop.idle = stop_if_over;
	p->later.fire = on_later;
	p->control.ready = order_ready;
	echo_open(&p->echo, &p->loop);
	p->echo.most = plan->max_clients;
	p->echo.relay = plan->relay;
	p->echo.relay_timeout = plan->relay_timeout;
	p->echo.silent = plan->silent;
	rc = loop_add(&p->loop, &p->control, EPOLLIN);
	for (size_t i = 0; !rc && i < plan->nlisteners; i++)
		rc = echo_listen(&p->echo, plan->listeners[i]);
	for (size_t i = 0; !rc && i < plan->nconnected; i++)
		rc = echo_add(&p->echo, plan->connected[i], i < plan->says ? plan->say : NULL);
	if (plan->tells)
		tell_connections(&p->echo);
	return rc ? error_set(e, STATUS_SYSTEM, "the peer: %s", error_reason(-rc)) : 0;
}

/* A Ctrl-Z and fg of the parent's job must not wake a frozen peer: hence the session. */
static void start_process(pid_t parent)
{
	struct rlimit limit;

	process_bind(parent, "tcpalive-peer");
	setsid();
	if (!getrlimit(RLIMIT_NOFILE, &limit)) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

void peer_run(const struct peer_plan *plan, int control, pid_t parent)
{
	static struct process p;
	struct error e = { .status = STATUS_OK };
	struct peer_message ready = { .news = PEER_READY };

	start_process(parent);
	p.peer.ops = &ops;
	p.control.fd = control;
	p.fault = plan->fault ? plan->fault->fault : fault_control();
	p.params = plan->fault ? plan->fault->params : NULL;
	p.replaced = plan->replaced;
	p.stays = plan->stays;
	p.at = plan->struck ? plan->struck : &p.own;
	open_all(&p, plan, &ready.error);
	send_message(&p, &ready);
	if (ready.error.status)
		_exit(STATUS_SYSTEM);
	if (!loop_run(&p.loop, &e))
		_exit(0);
	report_news(&p, PEER_READY, &e);
	_exit(STATUS_SYSTEM);
}
