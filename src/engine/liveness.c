// SPDX-License-Identifier: MIT
/* The liveness poll of the peer's kernel. Where data waits nothing can be sent, only waited for. */
#include "liveness.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "run.h"
#include "tcp/tcpinfo.h"
#include "monitor.h"

#define POLL_EVERY (10 * NS_PER_MS)
#define POLL_SEGMENTS 4                 /* keepalive segments, a second apart */
#define POLL_SEGMENTS_MAX 127           /* MAX_TCP_KEEPCNT */
#define POLL_FOR (2500 * NS_PER_MS)     /* what was sent so much later is unanswered: no pause of the path */
#define POLL_ANSWER NS_PER_S            /* and two round trips */
#define POLL_LONGEST (30 * NS_PER_S)    /* for the kernel's own segments, which become ever rarer */
#define POLL_LEAST (5 * NS_PER_S)       /* ... and once a signal has come */
#define POLL_SPREAD (50 * NS_PER_US)    /* between two: a burst overflows netdev_max_backlog */

static void set_int(int fd, int level, int name, int value)
{
	setsockopt(fd, level, name, &value, sizeof(value));
}

static struct heard heard_of(const struct tcp_info *ti)
{
	return (struct heard){
		.segs_in = ti->tcpi_segs_in, .data_segs_in = ti->tcpi_data_segs_in,
		.bytes_acked = ti->tcpi_bytes_acked, .in_flight = ti->tcpi_unacked > 0,
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

/* While data is unacknowledged, a peer that only goes on sending, data or its FIN, does
 * not prove that it hears. Else any segment counts, as it does for the keepalive timer, which it puts off. */
bool heard_more(const struct heard *then, const struct heard *now, uint32_t resets)
{
	uint32_t segs = now->segs_in - then->segs_in - resets;

	if (!then->in_flight)
		return (int32_t)segs > 0;
	return now->bytes_acked != then->bytes_acked ||
	       (!now->finished && (int32_t)(segs - (now->data_segs_in - then->data_segs_in)) > 0);
}

/* The window is closed, and its probes are the poll. None was sent since it was
 * started; but the last one was answered, as the count starts anew with each answer
 * (net/ipv4/tcp_input.c:tcp_ack). */
static bool window_probes_answered(const struct tcp_info *ti, int len)
{
	return tcpinfo_has(len, tcpi_notsent_bytes) && ti->tcpi_notsent_bytes && !ti->tcpi_unacked &&
	       !ti->tcpi_probes;
}

/* Was a segment sent that must be answered, long enough after the start, and had its time? */
static bool polled_in_vain(struct conn *c, const struct tcp_info *ti, nsec now)
{
	uint32_t sent = ti->tcpi_total_retrans + ti->tcpi_probes;

	if (sent != c->liveness.sent) {
		c->liveness.sent = sent;
		c->liveness.sent_at = now;
	}
	return c->liveness.sent_at - c->liveness.started_at > POLL_FOR &&
	       now - c->liveness.sent_at > POLL_ANSWER + 2 * ti->tcpi_rtt * NS_PER_US;
}

static void look_for_answer(struct timer *t, nsec now)
{
	struct conn *c = container_of(t, struct conn, liveness.timer);
	struct tcp_info ti;
	int len = tcpinfo_read(c->socket.fd, &ti);
	struct heard heard = heard_of(&ti);
	bool in_vain = polled_in_vain(c, &ti, now);

	if (ti.tcpi_state == STATE_CLOSE) {
		monitor_check(c, 0, now); /* was it an answer? */
		c->liveness.state = LIVENESS_UNANSWERED;  /* a reset or a timeout: there is no such connection */
	}
	else if (heard_more(&c->liveness.heard, &heard, 0))
		c->liveness.state = LIVENESS_ANSWERED;
	else if (in_vain)
		c->liveness.state = LIVENESS_UNANSWERED;
	else if (now - c->liveness.started_at > (c->run->end.signo ? POLL_LEAST : POLL_LONGEST))
		c->liveness.state = window_probes_answered(&ti, len) ? LIVENESS_ANSWERED : LIVENESS_UNANSWERED;
	else
		timer_set(&c->run->loop, t, now + POLL_EVERY);
	if (c->liveness.state != LIVENESS_STARTED)
		watch_polled(c->watch, c);
}

/* Sends the poll. */
static void send_poll(struct timer *t, nsec now)
{
	struct conn *c = container_of(t, struct conn, liveness.timer);
	struct tcp_info ti;
	int fd = c->socket.fd, count;

	tcpinfo_read(fd, &ti);
	/* Those that a probe's keepalive sent in vain before must not use up the count. */
	count = ti.tcpi_probes + POLL_SEGMENTS < POLL_SEGMENTS_MAX ? ti.tcpi_probes + POLL_SEGMENTS : POLL_SEGMENTS_MAX;
	set_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 0);
	set_int(fd, IPPROTO_TCP, TCP_KEEPCNT, count);
	set_int(fd, IPPROTO_TCP, TCP_KEEPINTVL, 1);
	set_int(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set_int(fd, IPPROTO_TCP, TCP_KEEPIDLE, 1);
	c->liveness.timer.fire = look_for_answer;
	timer_set(&c->run->loop, &c->liveness.timer, now + POLL_EVERY);
}

void liveness_start(struct conn *c)
{
	struct tcp_info ti;

	tcpinfo_read(c->socket.fd, &ti);
	c->liveness.heard = heard_of(&ti);
	c->liveness.sent = ti.tcpi_total_retrans + ti.tcpi_probes;
	c->liveness.state = LIVENESS_STARTED;
	c->liveness.sent_at = c->liveness.started_at = clock_now();
	c->watch->pending.polls++;
	c->liveness.timer.fire = send_poll;
	timer_set(&c->run->loop, &c->liveness.timer, c->liveness.started_at + c->id * POLL_SPREAD % NS_PER_S);
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
