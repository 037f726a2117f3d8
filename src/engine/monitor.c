// SPDX-License-Identifier: MIT
/*
 * The kernel monitor. The reason of an end is inferred, not read, because reading the
 * socket error would take it from the probe that should find it.
 */
#include "monitor.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "adopted.h"
#include "instance.h"
#include "run.h"
#include "tcp/tcpinfo.h"
#include "watch.h"

/* What of these there is. */
static unsigned poll_now(struct conn *c, unsigned wanted)
{
	struct pollfd p = { .fd = c->socket.fd, .events = POLLRDHUP };

	/* Tried again at once: a probe that sees the end before the monitor does seems to be early. */
	for (int tries = 0; tries < 2; tries++)
		if (poll(&p, 1, 0) >= 0)
			return (unsigned)p.revents & wanted;
	conn_look_again(c, "poll", errno);
	return 0;
}

static enum kernel_cause cause_of(int err, bool closed)
{
	switch (err) {
	case ECONNRESET: case EPIPE:
		return KERNEL_RST;
	case ETIMEDOUT:
		return KERNEL_TIMEOUT;
	}
	/* A timeout is reported with the errno of the last ICMP error, if there was one. */
	return closed ? KERNEL_TIMEOUT : KERNEL_UNREACHABLE;
}

/* The error that a call took, unless that was of an unreachable before the end. */
static int error_at_end(const struct conn *c)
{
	return conn_saw(c, KERNEL_UNREACHABLE) ? 0 : c->taken.err;
}

/* A timeout is preceded by silence; a reset is itself a segment that came in. */
static enum kernel_cause why_closed(const struct conn *c, const struct tcp_info *ti)
{
	if (error_at_end(c))
		return cause_of(error_at_end(c), true);
	if (!ti->tcpi_retransmits && !ti->tcpi_probes && !ti->tcpi_backoff)
		return KERNEL_RST;
	return ti->tcpi_segs_in > c->kernel.segs_in ? KERNEL_RST : KERNEL_TIMEOUT;
}

/* The length of a jiffy, the grain of TCP_INFO's ages. */
static nsec jiffy(void)
{
	struct timespec ts = { 0, 10 * NS_PER_MS };

	clock_getres(CLOCK_MONOTONIC_COARSE, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/* A FIN came with the last acknowledgment, or before: where that is older than the wake-up this
 * process looked late. Nothing tells when another end came. */
static nsec came_at(const struct conn *c, enum kernel_cause what, nsec woken, const struct tcp_info *ti)
{
	nsec grain = jiffy(), at = clock_now() - ti->tcpi_last_ack_recv * NS_PER_MS + grain;

	if (what != KERNEL_FIN || woken - at <= 2 * grain)
		return woken;
	return at > c->run->loop.since ? at : c->run->loop.since;
}

static void add_event(struct conn *c, enum kernel_cause what, nsec at, const struct tcp_info *ti)
{
	struct kernel_event *k;
	struct event *e;
	nsec woken;

	if (c->kernel.count == KERNEL_EVENTS_MAX || conn_saw(c, what))
		return;
	watch_check_struck(c->watch);
	woken = at;
	at = came_at(c, what, woken, ti);
	k = &c->kernel.events[c->kernel.count++];
	*k = (struct kernel_event){
		.at = at, .what = what,
		.bytes_acked = ti->tcpi_bytes_acked, .rtt = ti->tcpi_rtt * NS_PER_US,
		.err = what == KERNEL_FIN ? 0 : error_at_end(c),
		.answer = ti->tcpi_retransmits || ti->tcpi_probes,
		.late = at == woken && run_late(c->run) ? woken - c->run->loop.since : 0,
	};
	watch_kernel(c->watch, c, k);
	if (c->liveness.state != LIVENESS_NOT_STARTED)
		return;
	e = conn_event(c, EVENT_KERNEL, at);
	e->kernel.cause = what;
	e->kernel.err = k->err;
	e->late = k->late;
	e->after = watch_after(c->watch, at);
}

static bool peer_finished(int state)
{
	return state == STATE_CLOSE_WAIT || state == STATE_LAST_ACK || state == STATE_CLOSING ||
	       state == STATE_TIME_WAIT;
}

/* What the wake-up did not say yet came after it, perhaps long after, where this process had to wait for its turn in between. */
static nsec seen_at(uint32_t events, uint32_t bit, nsec woken)
{
	return !events || events & bit ? woken : clock_now();
}

/* Not by its peer; what follows is the answer to that. */
static bool ended_by_its_program(struct conn *c, const struct tcp_info *ti)
{
	c->let_go |= c->adopted && !conn_end(c) && adopted_is_shut(c, ti);
	return c->let_go;
}

/* The peer's FIN was told, and its program has answered it with one: no reset ends that. */
static bool closed_by_both(struct conn *c, const struct tcp_info *ti)
{
	c->kernel.closed = c->adopted && ti->tcpi_state == STATE_CLOSE && conn_saw(c, KERNEL_FIN) && adopted_is_shut(c, ti);
	return c->kernel.closed;
}

void monitor_check(struct conn *c, uint32_t events, nsec woken)
{
	const unsigned ends = POLLRDHUP | POLLHUP | POLLERR;
	struct tcp_info ti;
	unsigned now;

	if (!c->established || c->kernel.closed || (events && !(events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))))
		return;
	now = poll_now(c, ends);
	if (!now)
		return;
	tcpinfo_read(c->socket.fd, &ti);
	if (ended_by_its_program(c, &ti) || (!(now & POLLERR) && closed_by_both(c, &ti)))
		return;
	if (peer_finished(ti.tcpi_state)) {
		add_event(c, KERNEL_FIN, seen_at(events, EPOLLRDHUP, woken), &ti);
	} else if (ti.tcpi_state == STATE_CLOSE) {
		c->kernel.closed = true;
		add_event(c, why_closed(c, &ti), seen_at(events, EPOLLHUP, woken), &ti);
	} else if (now & POLLERR && !c->kernel.error_queue) {
		add_event(c, KERNEL_UNREACHABLE, seen_at(events, EPOLLERR, woken), &ti);
	}
	c->kernel.segs_in = ti.tcpi_segs_in;
}

void monitor_refresh(struct conn *c)
{
	struct tcp_info ti;

	if (c->kernel.closed || tcpinfo_read(c->socket.fd, &ti) < 0 || ended_by_its_program(c, &ti) || ti.tcpi_state == STATE_CLOSE)
		return;
	c->kernel.segs_in = ti.tcpi_segs_in;
}

void monitor_errno(struct conn *c, int err)
{
	struct kernel_event *k = c->kernel.count ? &c->kernel.events[c->kernel.count - 1] : NULL;

	if (!k) {
		struct tcp_info ti;

		/* An error without an end: an ICMP error that IP_RECVERR made fatal, already consumed. */
		tcpinfo_read(c->socket.fd, &ti);
		add_event(c, cause_of(err, ti.tcpi_state == STATE_CLOSE), clock_now(), &ti);
		return;
	}
	if (k->what == KERNEL_FIN || k->err)
		return;
	k->err = err;
	k->what = cause_of(err, c->kernel.closed);
	feed_complete(&c->run->feed, c->id, k->at, k->what, err);
}
