// SPDX-License-Identifier: MIT
/*
 * The witness. Its oddity: the reason of an end is inferred, not read, because
 * reading the socket error would take it from the probe that should find it.
 */
#include "witness.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "look.h"
#include "run.h"
#include "tcp/tcpinfo.h"
#include "watch.h"

static unsigned poll_now(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLRDHUP };

	return poll(&p, 1, 0) > 0 ? (unsigned)p.revents : 0;
}

static enum knows of_errno(int err, bool closed)
{
	switch (err) {
	case ECONNRESET: case EPIPE:
		return KNOWS_RST;
	case ETIMEDOUT:
		return KNOWS_TIMEOUT;
	}
	/* A timeout is reported with the errno of the last ICMP error, if there was one. */
	return closed ? KNOWS_TIMEOUT : KNOWS_UNREACHABLE;
}

/* The error that a call took, unless that was of an unreachable before the end. */
static int taken(const struct conn *c)
{
	return conn_knows(c, KNOWS_UNREACHABLE) ? 0 : c->taken;
}

/* A timeout is preceded by silence; a reset is itself a segment that came in. */
static enum knows why_closed(const struct conn *c, const struct tcp_info *ti)
{
	if (taken(c))
		return of_errno(taken(c), true);
	if (!ti->tcpi_retransmits && !ti->tcpi_probes && !ti->tcpi_backoff)
		return KNOWS_RST;
	return ti->tcpi_segs_in > c->segs_in_seen ? KNOWS_RST : KNOWS_TIMEOUT;
}

static void know(struct conn *c, enum knows what, nsec at, const struct tcp_info *ti)
{
	struct knowledge *k;
	struct event *e;

	if (c->nknows == KNOWLEDGE_MAX || conn_knows(c, what))
		return;
	watch_ask_struck(c->watch);
	k = &c->knows[c->nknows++];
	*k = (struct knowledge){
		.at = at, .what = what, .segs_in = ti->tcpi_segs_in,
		.bytes_acked = ti->tcpi_bytes_acked, .rtt = ti->tcpi_rtt * NS_PER_US,
		.err = what == KNOWS_FIN ? 0 : taken(c),
		.answer = ti->tcpi_retransmits || ti->tcpi_probes,
	};
	watch_kernel(c->watch, c, k);
	if (c->answer != NOT_ASKED)
		return;
	e = feed_event(&c->run->feed, EVENT_KERNEL, at);
	e->conn = c->id;
	e->fault = c->watch->label;
	e->group = c->group->spec;
	e->knows = what;
	e->err = k->err;
	e->after = watch_after(c->watch, at);
}

static bool peer_finished(int state)
{
	return state == STATE_CLOSE_WAIT || state == STATE_LAST_ACK || state == STATE_CLOSING ||
	       state == STATE_TIME_WAIT;
}

void witness_look(struct conn *c, uint32_t events, nsec woken)
{
	const unsigned ends = POLLRDHUP | POLLHUP | POLLERR;
	struct tcp_info ti;
	unsigned now;

	if (!c->stands || c->closed || (events && !(events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))))
		return;
	now = poll_now(c->socket.fd) & ends;
	if (!now)
		return;
	tcpinfo_read(c->socket.fd, &ti);
	if (peer_finished(ti.tcpi_state)) {
		know(c, KNOWS_FIN, woken, &ti);
	} else if (ti.tcpi_state == STATE_CLOSE) {
		c->closed = true;
		know(c, why_closed(c, &ti), woken, &ti);
	} else if (now & POLLERR && !c->timestamps) {
		know(c, KNOWS_UNREACHABLE, woken, &ti);
	}
	c->segs_in_seen = ti.tcpi_segs_in;
}

void witness_refresh(struct conn *c)
{
	struct tcp_info ti;

	if (c->closed || tcpinfo_read(c->socket.fd, &ti) < 0 || ti.tcpi_state == STATE_CLOSE)
		return;
	c->segs_in_seen = ti.tcpi_segs_in;
}

void witness_errno(struct conn *c, int err)
{
	struct knowledge *k = c->nknows ? &c->knows[c->nknows - 1] : NULL;

	if (!k) {
		struct tcp_info ti;

		/* An error without an end: an ICMP error that IP_RECVERR made fatal, already consumed. */
		tcpinfo_read(c->socket.fd, &ti);
		know(c, of_errno(err, ti.tcpi_state == STATE_CLOSE), clock_now(), &ti);
		return;
	}
	if (k->what == KNOWS_FIN || k->err)
		return;
	k->err = err;
	k->what = of_errno(err, c->closed);
	feed_complete(&c->run->feed, c->id, k->at, k->what, err);
}
