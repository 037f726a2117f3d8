// SPDX-License-Identifier: MIT
/* The liveness poll of the peer's kernel. Where data waits nothing can be sent, only waited for. */
#include "liveness.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "run.h"
#include "tcp/tcpinfo.h"
#include "monitor.h"

#define LOOK_EVERY (10 * NS_PER_MS)
#define LOOK_SILENT (100 * NS_PER_MS)   /* once it was unanswered */
#define POLL_SEGMENTS_MAX 127           /* MAX_TCP_KEEPCNT */
#define POLL_TIMEOUT 86400000           /* ms: beside a user timeout the kernel does not count segments */
#define POLL_FOR (2500 * NS_PER_MS)     /* what was sent so much later is unanswered: no pause of the path */
#define POLL_LEAST_OFTEN 3              /* at the end of a watch: one segment may be lost */
#define POLL_ANSWER NS_PER_S            /* and two round trips */
#define POLL_LONGEST (30 * NS_PER_S)    /* for the kernel's own segments, which become ever rarer */
#define POLL_LEAST (5 * NS_PER_S)       /* ... and once a signal has come */
#define POLL_SPREAD (50 * NS_PER_US)    /* between two: a burst overflows netdev_max_backlog */
#define ACK_GRAIN (20 * NS_PER_MS)      /* of the age of an ACK: a jiffy, and ms */
#define FLOW_AFTER (2 * NS_PER_S)       /* who hears no ACK sends nothing new any more */
#define FLOW_APART (500 * NS_PER_MS)
#define FLOW_LOOKS 3
#define FIN_AGAIN (900 * NS_PER_MS)     /* who hears no ACK of its FIN sends it again by then; before the next keepalive */
#define SILENCE (1500 * NS_PER_MS)      /* a shorter one is not worth a word */

static bool set_int(int fd, int level, int name, int value)
{
	return !setsockopt(fd, level, name, &value, sizeof(value));
}

static struct heard heard_of(const struct tcp_info *ti)
{
	return (struct heard){
		.segs_in = ti->tcpi_segs_in, .data_segs_in = ti->tcpi_data_segs_in,
		.bytes_acked = ti->tcpi_bytes_acked, .bytes_in = ti->tcpi_bytes_received,
		.at = clock_now() - ti->tcpi_last_ack_recv * NS_PER_MS,
		.in_flight = ti->tcpi_unacked > 0,
		.retransmitted = ti->tcpi_unacked > 0 && ti->tcpi_retransmits > 0,
		.finished = ti->tcpi_state == STATE_CLOSE_WAIT,
	};
}

struct heard heard_now(int fd)
{
	struct tcp_info ti;

	tcpinfo_read(fd, &ti);
	return heard_of(&ti);
}

static uint32_t without_data(const struct heard *h)
{
	return h->segs_in - h->data_segs_in;
}

bool heard_more(const struct heard *then, const struct heard *now, uint32_t resets)
{
	if (now->bytes_acked != then->bytes_acked)
		return true;
	if (now->finished && (!then->finished || now->in_flight))
		return false; /* a FIN, or the same again: what is in flight would be acknowledged */
	return (int32_t)(without_data(now) - without_data(then) - resets) > 0 && now->at > then->at + ACK_GRAIN;
}

/* Does new data still flow in, long after the start? */
static bool flows_on(struct conn_liveness *l, const struct heard *now_heard, nsec now)
{
	if (now < l->flow_at)
		return false;
	l->flows += !l->flows || now_heard->bytes_in != l->flow.bytes_in;
	l->flow = *now_heard;
	l->flow_at = now + FLOW_APART;
	return l->flows >= FLOW_LOOKS;
}

/* A FIN that came during the poll is itself a segment that is taken as an ACK. But who does not
 * hear that it was acknowledged sends it again. */
static enum liveness_state heard_after_fin(struct conn_liveness *l, const struct heard *heard, nsec now)
{
	if (l->finished_at == TIME_NONE) {
		l->finished_at = now;
		l->heard = *heard;
	}
	if (heard->bytes_acked != l->heard.bytes_acked)
		return LIVENESS_ANSWERED;
	if (heard->in_flight || now < l->finished_at + FIN_AGAIN)
		return LIVENESS_STARTED;
	return heard->segs_in == l->heard.segs_in ? LIVENESS_ANSWERED : LIVENESS_UNANSWERED;
}

/* The window is closed, and its probes are the poll. None was sent since it was
 * started; but the last one was answered, as the count starts anew with each answer
 * (net/ipv4/tcp_input.c:tcp_ack). */
static bool window_probes_answered(const struct tcp_info *ti, int len)
{
	return tcpinfo_has(len, tcpi_notsent_bytes) && ti->tcpi_notsent_bytes && !ti->tcpi_unacked &&
	       !ti->tcpi_probes;
}

/* Changes with each segment that the kernel tries to send anew, even where no route lets it. */
static uint32_t sent_anew(const struct tcp_info *ti)
{
	return ti->tcpi_total_retrans + ti->tcpi_retransmits + ti->tcpi_probes;
}

/* Was a segment sent that must be answered, long enough after the start, and had its time? */
static bool polled_in_vain(struct conn_liveness *l, const struct tcp_info *ti, nsec now)
{
	if (sent_anew(ti) != l->sent) {
		if (sent_anew(ti) > l->sent && !l->vain++) /* an answer resets the counts */
			l->vain_at = now;
		l->sent = sent_anew(ti);
		l->sent_at = now;
		if (l->asked_at == TIME_NONE &&
		    ((l->last && l->vain >= POLL_LEAST_OFTEN) || now - l->started_at > POLL_FOR))
			l->asked_at = now;
	}
	return l->asked_at != TIME_NONE && now - l->asked_at > POLL_ANSWER + 2 * ti->tcpi_rtt * NS_PER_US;
}

static enum liveness_state state_now(struct conn *c, nsec now)
{
	struct conn_liveness *l = &c->liveness;
	struct tcp_info ti;
	int len = tcpinfo_read(c->socket.fd, &ti);
	struct heard heard = heard_of(&ti);
	bool in_vain = polled_in_vain(l, &ti, now);

	if (ti.tcpi_state == STATE_CLOSE) {
		monitor_check(c, 0, now); /* was it an answer? */
		return LIVENESS_UNANSWERED;  /* a reset or a timeout: there is no such connection */
	}
	if (c->drain.freed_end)
		return LIVENESS_ANSWERED;
	if (heard.finished && !l->was_finished) {
		enum liveness_state state = heard_after_fin(l, &heard, now);

		if (state != LIVENESS_STARTED)
			return state;
	} else if (heard_more(&l->heard, &heard, 0) || flows_on(l, &heard, now)) {
		return LIVENESS_ANSWERED;
	}
	if (in_vain)
		return LIVENESS_UNANSWERED;
	if (now - l->started_at > (c->run->end.signo ? POLL_LEAST : POLL_LONGEST))
		return window_probes_answered(&ti, len) ? LIVENESS_ANSWERED : LIVENESS_UNANSWERED;
	return LIVENESS_STARTED;
}

/* It was heard again: was the path silent before? */
static void answered(struct conn *c, nsec now)
{
	struct conn_liveness *l = &c->liveness;

	set_int(c->socket.fd, SOL_SOCKET, SO_KEEPALIVE, 0);
	l->answered_at = now;
	if ((l->vain < 2 && !l->heard.retransmitted) || now - l->heard_before < SILENCE)
		return;
	l->silent_since = l->heard_before;
	l->silent_by = l->heard.retransmitted ? l->heard_before : l->vain_at;
	l->silent_until = now;
}

nsec heard_before(int fd, nsec now)
{
	struct tcp_info ti;

	tcpinfo_read(fd, &ti);
	return now - NS_PER_MS * (ti.tcpi_last_data_recv < ti.tcpi_last_ack_recv ? ti.tcpi_last_data_recv : ti.tcpi_last_ack_recv);
}

/* The same, on any connection. */
static nsec peer_heard_before(const struct conn *c, nsec now)
{
	const struct watch *w = c->watch;
	nsec last = c->liveness.heard_before;

	for (const struct conn *other = w->conns; other < w->conns + w->nconns; other++) {
		if (!other->established || other->kernel.closed || !conn_same_peer(other, c))
			continue;
		if (heard_before(other->socket.fd, now) > last)
			last = heard_before(other->socket.fd, now);
	}
	return last;
}

static void look_for_answer(struct timer *t, nsec now)
{
	struct conn *c = container_of(t, struct conn, liveness.timer);
	struct conn_liveness *l = &c->liveness;
	struct watch_pending *pending = &c->watch->pending;
	enum liveness_state was = l->state, state = state_now(c, now);
	bool goes_on = state != LIVENESS_ANSWERED && !c->kernel.closed && !l->last;

	if (was == LIVENESS_UNANSWERED && state == LIVENESS_STARTED)
		state = was;
	if (state == LIVENESS_STARTED || (state == LIVENESS_UNANSWERED && goes_on))
		timer_set(&c->run->loop, t, now + (state == LIVENESS_STARTED ? LOOK_EVERY : LOOK_SILENT));
	if (state == was && (state == LIVENESS_STARTED || goes_on))
		return;
	pending->polls -= was == LIVENESS_STARTED;
	pending->silent -= was == LIVENESS_UNANSWERED;
	pending->silent += state == LIVENESS_UNANSWERED && goes_on;
	l->state = state;
	if (state == LIVENESS_ANSWERED)
		answered(c, now);
	else if (goes_on && pending->silent == 1) /* the first: all of them would be a lot of work */
		l->heard_before = peer_heard_before(c, now);
	watch_polled(c->watch, c);
}

/* Its segments are those of keepalive. */
static bool order_poll(int fd)
{
	return set_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, POLL_TIMEOUT) &&
	       set_int(fd, IPPROTO_TCP, TCP_KEEPCNT, POLL_SEGMENTS_MAX) &&
	       set_int(fd, IPPROTO_TCP, TCP_KEEPINTVL, 1) && set_int(fd, SOL_SOCKET, SO_KEEPALIVE, 1) &&
	       set_int(fd, IPPROTO_TCP, TCP_KEEPIDLE, 1);
}

/* Sends the poll. What was not sent would be unanswered, and that would be no truth. */
static void send_poll(struct timer *t, nsec now)
{
	struct conn *c = container_of(t, struct conn, liveness.timer);
	struct error e;

	if (!order_poll(c->socket.fd)) {
		error_set(&e, STATUS_SYSTEM, "setsockopt: %s: the peer's kernel cannot be polled", error_reason(errno));
		run_fail(c->run, &e);
		return;
	}
	c->liveness.timer.fire = look_for_answer;
	timer_set(&c->run->loop, &c->liveness.timer, now + LOOK_EVERY);
}

void liveness_start(struct conn *c, bool last)
{
	struct conn_liveness *l = &c->liveness;
	bool again = l->state == LIVENESS_UNANSWERED;
	struct tcp_info ti;

	tcpinfo_read(c->socket.fd, &ti);
	l->last = last;
	l->heard = heard_of(&ti);
	l->was_finished = l->heard.finished;
	l->sent = sent_anew(&ti);
	l->sent_at = l->started_at = clock_now();
	l->asked_at = l->finished_at = TIME_NONE;
	l->flows = 0;
	l->flow_at = l->started_at + FLOW_AFTER + 2 * ti.tcpi_rtt * NS_PER_US;
	if (!again) {
		l->heard_before = heard_before(c->socket.fd, l->started_at);
		l->vain = 0;
	}
	c->watch->pending.silent -= again && timer_is_set(&l->timer);
	c->watch->pending.polls++;
	l->state = LIVENESS_STARTED;
	l->timer.fire = send_poll;
	timer_set(&c->run->loop, &l->timer, l->started_at + c->id * POLL_SPREAD % NS_PER_S);
}

void liveness_cancel(struct conn *c)
{
	struct tcp_info ti;

	timer_unset(&c->run->loop, &c->liveness.timer);
	if (c->liveness.state != LIVENESS_STARTED)
		return;
	tcpinfo_read(c->socket.fd, &ti);
	if (ti.tcpi_unacked ? ti.tcpi_retransmits >= 2 : ti.tcpi_probes >= 2)
		c->liveness.state = LIVENESS_UNANSWERED;
}
