// SPDX-License-Identifier: MIT
/* The question to the peer's kernel. Its oddity: where data waits, it cannot be put, only waited for. */
#include "liveness.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "run.h"
#include "tcp/tcpinfo.h"
#include "monitor.h"

#define ASK_EVERY (10 * NS_PER_MS)
#define ASK_COUNT 4                     /* keepalive segments, a second apart */
#define ASK_FOR (2500 * NS_PER_MS)      /* what was sent so much later is unanswered: no pause of the path */
#define ANSWER_TIME NS_PER_S            /* and two round trips */
#define ASK_LONGEST (30 * NS_PER_S)     /* for the kernel's own segments, which become ever rarer */
#define SPREAD (50 * NS_PER_US)         /* between two: a burst overflows netdev_max_backlog */
#define ASK_LEAST (5 * NS_PER_S)        /* ... and once a signal has come */
#define ASK_COUNT_MAX 127

static void set_int(int fd, int level, int name, int value)
{
	setsockopt(fd, level, name, &value, sizeof(value));
}

static struct heard heard_of(const struct tcp_info *ti)
{
	return (struct heard){
		.segs_in = ti->tcpi_segs_in, .data_segs_in = ti->tcpi_data_segs_in,
		.bytes_acked = ti->tcpi_bytes_acked, .in_flight = ti->tcpi_unacked > 0,
		.repeated = ti->tcpi_unacked > 0 && ti->tcpi_retransmits > 0,
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

/* The window is closed, and its probes stand in for the question. None came since it was
 * put; but the last one was answered, as the count starts anew with each answer
 * (net/ipv4/tcp_input.c:tcp_ack). */
static bool window_probes_answered(const struct tcp_info *ti, int len)
{
	return tcpinfo_has(len, tcpi_notsent_bytes) && ti->tcpi_notsent_bytes && !ti->tcpi_unacked &&
	       !ti->tcpi_probes;
}

/* Went a segment out that must be answered, long enough after the question, and had its time? */
static bool asked_in_vain(struct conn *c, const struct tcp_info *ti, nsec now)
{
	uint32_t sent = ti->tcpi_total_retrans + ti->tcpi_probes;

	if (sent != c->sent_seen) {
		c->sent_seen = sent;
		c->sent_seen_at = now;
	}
	return c->sent_seen_at - c->asked_at > ASK_FOR &&
	       now - c->sent_seen_at > ANSWER_TIME + 2 * ti->tcpi_rtt * NS_PER_US;
}

static void look_for_answer(struct timer *t, nsec now)
{
	struct conn *c = container_of(t, struct conn, patience);
	struct tcp_info ti;
	int len = tcpinfo_read(c->socket.fd, &ti);
	struct heard heard = heard_of(&ti);
	bool in_vain = asked_in_vain(c, &ti, now);

	if (ti.tcpi_state == STATE_CLOSE) {
		monitor_check(c, 0, now); /* was it an answer? */
		c->answer = UNANSWERED;  /* a reset or a timeout: there is no such connection */
	}
	else if (heard_more(&c->heard_asked, &heard, 0))
		c->answer = ANSWERED;
	else if (in_vain)
		c->answer = UNANSWERED;
	else if (now - c->asked_at > (c->run->signo ? ASK_LEAST : ASK_LONGEST))
		c->answer = window_probes_answered(&ti, len) ? ANSWERED : UNANSWERED;
	else
		timer_set(&c->run->loop, t, now + ASK_EVERY);
	if (c->answer != ASKED)
		watch_answered(c->watch, c);
}

/* Puts the question. */
static void put(struct timer *t, nsec now)
{
	struct conn *c = container_of(t, struct conn, patience);
	struct tcp_info ti;
	int fd = c->socket.fd, count;

	tcpinfo_read(fd, &ti);
	/* Those that a probe's keepalive sent in vain before must not use up the count. */
	count = ti.tcpi_probes + ASK_COUNT < ASK_COUNT_MAX ? ti.tcpi_probes + ASK_COUNT : ASK_COUNT_MAX;
	set_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 0);
	set_int(fd, IPPROTO_TCP, TCP_KEEPCNT, count);
	set_int(fd, IPPROTO_TCP, TCP_KEEPINTVL, 1);
	set_int(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set_int(fd, IPPROTO_TCP, TCP_KEEPIDLE, 1);
	c->patience.fire = look_for_answer;
	timer_set(&c->run->loop, &c->patience, now + ASK_EVERY);
}

void liveness_start(struct conn *c)
{
	struct tcp_info ti;

	tcpinfo_read(c->socket.fd, &ti);
	c->heard_asked = heard_of(&ti);
	c->sent_seen = ti.tcpi_total_retrans + ti.tcpi_probes;
	c->answer = ASKED;
	c->sent_seen_at = c->asked_at = clock_now();
	c->watch->asked++;
	c->patience.fire = put;
	timer_set(&c->run->loop, &c->patience, c->asked_at + c->id * SPREAD % NS_PER_S);
}

void liveness_cancel(struct conn *c)
{
	struct tcp_info ti;

	timer_unset(&c->run->loop, &c->patience);
	if (c->answer != ASKED)
		return;
	tcpinfo_read(c->socket.fd, &ti);
	if (ti.tcpi_unacked ? ti.tcpi_retransmits >= 2 : ti.tcpi_probes >= 2)
		c->answer = UNANSWERED;
}
