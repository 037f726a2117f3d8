// SPDX-License-Identifier: MIT
/* The judge. Its oddity: it is the one part that sends a segment of its own, and only once nobody looks any more. */
#include "judge.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "expect.h"
#include "run.h"
#include "tcpinfo.h"

#define ASK_EVERY (10 * NS_PER_MS)
#define ASK_PATIENCE (4500 * NS_PER_MS) /* three segments a second apart, after a second of silence */
#define SUSPICIOUS (20 * NS_PER_MS) /* chance brings one end in fifty so soon after a byte each second */

static void set_int(int fd, int level, int name, int value)
{
	setsockopt(fd, level, name, &value, sizeof(value));
}

/* What the connection cost, before the judge adds a segment of its own. */
static void count_cost(struct conn *c)
{
	struct tcp_info ti;
	int len = tcpinfo_read(c->socket.fd, &ti);

	c->segs_in_asked = ti.tcpi_segs_in;
	c->segs_out = tcpinfo_has(len, tcpi_segs_out) ? ti.tcpi_segs_out - c->segs_out_base : 0;
	c->bytes_out = tcpinfo_has(len, tcpi_bytes_sent) ? ti.tcpi_bytes_sent - c->bytes_out_base : 0;
}

/* Data in flight keeps the keepalive timer from sending: its retransmissions are the question then. */
static bool retransmits_in_vain(const struct tcp_info *ti)
{
	return ti->tcpi_unacked > 0 && ti->tcpi_retransmits >= 2;
}

/* The window is closed, and its probes stand in for the question. They become rare; but
 * the last one was answered, as the count starts anew with each answer (net/ipv4/tcp_input.c:tcp_ack). */
static bool window_probes_answered(const struct tcp_info *ti, int len)
{
	return tcpinfo_has(len, tcpi_notsent_bytes) && ti->tcpi_notsent_bytes && !ti->tcpi_unacked &&
	       !ti->tcpi_probes;
}

static void look_for_answer(struct timer *t, nsec now)
{
	struct conn *c = container_of(t, struct conn, patience);
	struct tcp_info ti;
	int len = tcpinfo_read(c->socket.fd, &ti);

	if (ti.tcpi_state == STATE_CLOSE)
		c->answer = UNANSWERED; /* a reset or a timeout: there is no such connection */
	else if (ti.tcpi_segs_in != c->segs_in_asked)
		c->answer = ANSWERED;
	else if (now - c->asked_at > ASK_PATIENCE)
		c->answer = window_probes_answered(&ti, len) ? ANSWERED : UNANSWERED;
	else if (retransmits_in_vain(&ti))
		c->answer = UNANSWERED;
	else
		timer_set(&c->run->loop, t, now + ASK_EVERY);
	if (c->answer != ASKED)
		watch_answered(c->watch, c);
}

static bool ended(const struct conn *c)
{
	return c->closed || conn_knows(c, KNOWS_FIN);
}

bool judge_ask(struct conn *c)
{
	if (c->answer != NOT_ASKED)
		return c->answer == ASKED;
	count_cost(c);
	if (ended(c) || c->watch->truth != TRUTH_UNKNOWN)
		return false;
	c->answer = ASKED;
	c->asked_at = clock_now();
	c->watch->asked++;
	set_int(c->socket.fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 0);
	set_int(c->socket.fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
	set_int(c->socket.fd, IPPROTO_TCP, TCP_KEEPINTVL, 1);
	set_int(c->socket.fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set_int(c->socket.fd, IPPROTO_TCP, TCP_KEEPIDLE, 1);
	c->patience.fire = look_for_answer;
	timer_set(&c->run->loop, &c->patience, c->asked_at + ASK_EVERY);
	return true;
}

/* Is the connection dead, and since when? TIME_NONE where nothing says when. */
static bool dead_since(const struct conn *c, nsec *since)
{
	const struct watch *w = c->watch;
	const struct knowledge *k = conn_first(c);

	*since = TIME_NONE;
	if (w->truth == TRUTH_ALIVE)
		return false;
	if (w->truth == TRUTH_DEAD) {
		*since = ended(c) && k->at < w->struck_at ? k->at : w->struck_at;
		return true;
	}
	if (ended(c)) {
		if (c->half_closed || conn_fin_too_late(c))
			return false;
		*since = k->what == KNOWS_TIMEOUT || k->answer ? TIME_NONE : k->at;
		return true;
	}
	return c->answer == UNANSWERED;
}

/* Did the peer's kernel speak after the verdict? Then the verdict was wrong. A
 * reset that answers is a segment too, but not one of a living connection. */
static bool heard_since(const struct looker *l)
{
	const struct conn *c = l->look.conn;
	struct tcp_info ti;
	uint32_t heard;

	tcpinfo_read(c->socket.fd, &ti);
	heard = ti.tcpi_segs_in;
	for (size_t i = 0; i < c->nknows; i++)
		if (c->knows[i].what == KNOWS_RST)
			heard--;
	return (int32_t)(heard - l->segs_in_then) > 0;
}

/* An application that answered, and then never again, while its kernel lives on. */
static bool application_dead(const struct looker *l)
{
	struct tcp_info ti;

	if (!l->answered || l->look.conn->watch->truth != TRUTH_UNKNOWN)
		return false;
	tcpinfo_read(l->look.fd, &ti);
	return ti.tcpi_bytes_received == l->bytes_in_then;
}

static enum result said_dead(const struct looker *l, bool dead, nsec since)
{
	const struct watch *w = l->look.conn->watch;

	if (application_dead(l))
		return NOTICED;
	if (!dead)
		return FALSE_ALARM;
	if (since != TIME_NONE)
		return l->said_at >= since ? NOTICED : FALSE_ALARM;
	if (l->knew_then == KNOWS_NOTHING && w->struck_at != TIME_NONE && l->said_at < w->struck_at)
		return FALSE_ALARM;
	return heard_since(l) ? FALSE_ALARM : NOTICED;
}

static enum result judge(const struct looker *l)
{
	nsec since;
	bool dead = dead_since(l->look.conn, &since);

	if (l->unable)
		return UNSUPPORTED;
	if (l->said_at != TIME_NONE)
		return said_dead(l, dead, since);
	return dead ? MISSED : STAYED_ALIVE;
}

/* Another took the error. Once closed, all but who needs the error find something else:
 * readers 0, writers EPIPE. */
static bool blinded(const struct looker *l)
{
	const struct conn *c = l->look.conn;

	return c->taken && c->taker != l &&
	       l->look.probe->traits & (c->closed ? NEEDS_ERROR : NEEDS_ERROR | TAKES_ERROR);
}

/* The only connection: no other can tell what would have happened without the byte. */
static bool perhaps_provoked(const struct conn *c)
{
	return c->watch->nconns == 1 && c->watch->struck_at == TIME_NONE && c->own_byte_ago != TIME_NONE &&
	       c->own_byte_ago <= SUSPICIOUS + 2 * conn_first(c)->rtt;
}

/* What else must be known of this result. One thing: the most important. */
static void explain(char note[160], const struct looker *l, enum result r)
{
	const struct conn *c = l->look.conn;

	note[0] = '\0';
	if (r == NOTICED && application_dead(l) && !ended(c))
		snprintf(note, 160, "its kernel still answers: the process is stopped or stuck");
	else if (c->provoked)
		snprintf(note, 160, "ended %.1f ms after %s's own byte while others lived: that byte provoked it",
			 ns_seconds(c->own_byte_ago) * 1e3, c->culprit->look.probe->name);
	else if (r == MISSED && blinded(l))
		snprintf(note, 160, "blinded: %s took %s", c->taker->look.probe->name, errno_name(c->taken));
	else if (r == FALSE_ALARM && c->half_closed)
		snprintf(note, 160, "a FIN, but the peer still takes data: half-closed, not dead");
	else if (perhaps_provoked(c))
		snprintf(note, 160, "ended %.1f ms after %s's own byte: did that byte provoke it?",
			 ns_seconds(c->own_byte_ago) * 1e3, c->culprit->look.probe->name);
	else if (c->nknows > 1 && c->knows[1].what == KNOWS_RST && c->sender && c->sender != l)
		snprintf(note, 160, "the RST answered %s's byte", c->sender->look.probe->name);
}

static void tell_result(const struct looker *l, enum result r)
{
	const struct conn *c = l->look.conn;
	const struct run *run = c->run;
	const struct knowledge *k = conn_first(c);
	struct event *e = feed_event(&c->run->feed, EVENT_RESULT, clock_now());

	e->conn = c->id;
	e->fault = c->watch->label;
	e->probe = l->look.probe;
	e->group = c->group->spec;
	e->result = r;
	e->call = l->verdict.call;
	e->err = l->verdict.err;
	memcpy(e->how, l->verdict.how, sizeof(e->how));
	explain(e->note, l, r);
	if (l->said_at != TIME_NONE) {
		e->after = watch_after(c->watch, l->said_at);
		e->lag = l->knew_then != KNOWS_NOTHING ? l->said_at - k->at : TIME_NONE;
	}
	e->worst_case = run->feed.context.probes[run_row(run, l->chosen)].worst_case;
	e->segments_out = c->segs_out;
	e->bytes_out = (int64_t)c->bytes_out;
	if (run->result)
		run->result(l, e);
	c->watch->tally.count[r]++;
	c->watch->failed |= !expect_result(run->plan, run->outcomes, e);
}

/* A byte of its own, then the end, while others of the same peer live on. */
void judge_provoked(struct conn *c)
{
	const struct watch *w = c->watch;

	if (c->provoked || !c->nknows || !after_own_byte(c))
		return;
	for (size_t i = 0; i < w->nconns && !c->provoked; i++)
		c->provoked = w->conns[i].target == c->target && w->conns[i].answer == ANSWERED &&
			      !w->conns[i].nknows;
}

void judge_conn(struct conn *c)
{
	const unsigned *count = c->watch->tally.count;
	unsigned noticed = count[NOTICED], missed = count[MISSED];

	timer_unset(&c->run->loop, &c->patience);
	if (c->answer == NOT_ASKED)
		count_cost(c);
	for (size_t i = 0; i < c->nlookers; i++)
		tell_result(&c->lookers[i], judge(&c->lookers[i]));
	c->watch->tally.unnoticed += count[MISSED] > missed && count[NOTICED] == noticed;
}
