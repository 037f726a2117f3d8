// SPDX-License-Identifier: MIT
/* Reads and drops what was unread. Bounded work on each wake-up, as others wait for their turn. */
#include "drain.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include "monitor.h"
#include "run.h"
#include "tcp/tcpinfo.h"

#define DRAIN_ONCE (64 * 1024)              /* for each wake-up */
#define DRAIN_QUIET (200 * NS_PER_MS)       /* and two round trips: nothing comes any more */
#define DRAIN_FLOW (3 * NS_PER_S)           /* what flows for so long, */
#define DRAIN_BUFFER (32 * 1024 * 1024)     /* and is more than a send buffer holds, is being written */
#define DRAIN_LONGEST (10 * NS_PER_S)

static void drain_look(struct timer *t, nsec now);

void drain_start(struct conn *c)
{
	struct conn_drain *d = &c->drain;
	struct tcp_info ti;
	int unread = 0;

	if (d->was_full || c->kernel.closed || conn_saw(c, KERNEL_FIN) || ioctl(c->socket.fd, FIONREAD, &unread) ||
	    !unread)
		return;
	tcpinfo_read(c->socket.fd, &ti);
	*d = (struct conn_drain){ .was_full = true, .active = true, .bytes_in = ti.tcpi_bytes_received,
				  .began = clock_now(), .last = clock_now(), .timer.fire = drain_look };
	c->watch->pending.drains++;
	timer_set(&c->run->loop, &d->timer, d->began);
}

/* False at the end of what is there now. */
static bool drop_some(struct conn *c)
{
	static char nowhere[DRAIN_ONCE];
	ssize_t n = recv(c->socket.fd, nowhere, sizeof(nowhere), MSG_TRUNC | MSG_DONTWAIT);

	if (n <= 0)
		return false;
	c->drain.bytes += (uint64_t)n;
	c->drain.last = clock_now();
	return (size_t)n == sizeof(nowhere);
}

/* New data, and more than the FIN's own place in the stream, came before the end. */
static bool end_was_behind(const struct conn *c)
{
	struct tcp_info ti;

	tcpinfo_read(c->socket.fd, &ti);
	return conn_end(c) && ti.tcpi_bytes_received > c->drain.bytes_in + 1;
}

static bool is_quiet(const struct conn *c, nsec now)
{
	const struct conn_liveness *l = &c->liveness;
	struct tcp_info ti;
	nsec since = c->drain.last;

	if (l->state == LIVENESS_STARTED)
		return false;
	if (l->state == LIVENESS_ANSWERED && l->answered_at > since)
		since = l->answered_at;
	tcpinfo_read(c->socket.fd, &ti);
	return now - since > DRAIN_QUIET + 2 * ti.tcpi_rtt * NS_PER_US;
}

static bool is_done(struct conn *c, nsec now)
{
	struct conn_drain *d = &c->drain;

	if (conn_end(c)) {
		d->freed_end = end_was_behind(c);
		return true;
	}
	if (is_quiet(c, now) || (now - d->began > DRAIN_FLOW && d->bytes > DRAIN_BUFFER))
		return true;
	d->cut = now - d->began > DRAIN_LONGEST && now - d->last < DRAIN_QUIET;
	return d->cut;
}

void drain_cancel(struct conn *c)
{
	timer_unset(&c->run->loop, &c->drain.timer);
	c->drain.active = false;
}

static void drain_look(struct timer *t, nsec now)
{
	struct conn *c = container_of(t, struct conn, drain.timer);
	bool more = drop_some(c);

	monitor_check(c, 0, now);
	if (!is_done(c, now)) {
		timer_set(&c->run->loop, t, more ? now : now + DRAIN_QUIET / 4);
		return;
	}
	drain_cancel(c);
	c->watch->pending.drains--;
	watch_drained(c->watch);
}

void drain_ready(struct conn *c)
{
	if (c->drain.active)
		timer_set(&c->run->loop, &c->drain.timer, clock_now());
}
