// SPDX-License-Identifier: MIT
/* The judge. Its oddity: it has the peer's kernel asked, and only once nobody looks any more. */
#include "judge.h"
#include "base/errno-name.h"

#include <stdio.h>
#include <string.h>

#include "expect.h"
#include "liveness.h"
#include "run.h"
#include "tcp/tcpinfo.h"

#define SUSPICIOUS (20 * NS_PER_MS) /* chance brings one end in fifty so soon after a byte each second */

/* What the connection cost, before the judge adds a segment of its own. */
static void count_cost(struct conn *c)
{
	struct tcp_info ti;
	int len = tcpinfo_read(c->socket.fd, &ti);

	c->segs_out = tcpinfo_has(len, tcpi_segs_out) ? ti.tcpi_segs_out - c->segs_out_base : 0;
	c->bytes_out = tcpinfo_has(len, tcpi_bytes_sent) ? ti.tcpi_bytes_sent - c->bytes_out_base : 0;
}

static bool ended(const struct conn *c)
{
	return c->closed || conn_saw(c, KERNEL_FIN);
}

bool judge_ask(struct conn *c)
{
	if (c->answer != NOT_ASKED)
		return c->answer == ASKED;
	count_cost(c);
	if (ended(c) || c->watch->truth != TRUTH_UNKNOWN)
		return false;
	liveness_start(c);
	return true;
}

/* When it ended: a half-close is none. */
static nsec ended_at(const struct conn *c)
{
	return c->took_until != TIME_NONE ? c->took_until : conn_end(c)->at;
}

/* A timeout, and a reset that answers: the peer was gone before. To a byte it may also be
 * the answer of a program that disliked it, unless a fault has struck. */
static bool gone_before(const struct conn *c)
{
	const struct kernel_event *k = conn_end(c);

	if (k->what == KERNEL_TIMEOUT || k->answer)
		return true;
	return k->what == KERNEL_RST && c->watch->struck_at != TIME_NONE && k->at >= c->watch->struck_at &&
	       after_own_byte(c);
}

/* Is the connection dead, and since when? TIME_NONE where nothing says when. */
static bool dead_since(const struct conn *c, nsec *since)
{
	const struct watch *w = c->watch;

	*since = TIME_NONE;
	if (w->truth == TRUTH_ALIVE)
		return false;
	if (w->truth == TRUTH_DEAD) {
		*since = w->struck_at;
		if (ended(c) && !c->half_closed && ended_at(c) < w->struck_at)
			*since = ended_at(c);
		return true;
	}
	if (ended(c)) {
		if (conn_end_too_late(c) && c->answer == UNANSWERED && !c->closed)
			return true; /* it speaks, but it heard nothing */
		if (c->half_closed || conn_end_too_late(c))
			return false;
		*since = gone_before(c) ? TIME_NONE : ended_at(c);
		return true;
	}
	return c->answer == UNANSWERED;
}

/* Did the peer's kernel speak after the verdict? Then the verdict was wrong. A
 * reset that answers is a segment too, but not one of a living connection. */
static bool heard_since(const struct instance *l)
{
	const struct conn *c = l->conn;
	struct heard now = heard_now(c->socket.fd);
	uint32_t resets = 0;

	for (size_t i = 0; i < c->nkernel; i++)
		resets += c->kernel[i].what == KERNEL_RST;
	return heard_more(&l->heard_then, &now, resets);
}

/* An application that answered, and then never again, while its kernel lives on. */
static bool application_dead(const struct instance *l)
{
	struct tcp_info ti;

	if (!instance_fell_silent(l) || l->conn->watch->truth != TRUTH_UNKNOWN)
		return false;
	tcpinfo_read(l->context.fd, &ti);
	return ti.tcpi_bytes_received == l->bytes_in_then;
}

static enum result said_dead(const struct instance *l, bool dead, nsec since)
{
	const struct watch *w = l->conn->watch;

	if (application_dead(l))
		return NOTICED;
	if (!dead)
		return FALSE_ALARM;
	if (since != TIME_NONE)
		return l->dead_at >= since ? NOTICED : FALSE_ALARM;
	if (l->kernel_then == KERNEL_NOTHING && w->struck_at != TIME_NONE && l->dead_at < w->struck_at)
		return FALSE_ALARM;
	return heard_since(l) ? FALSE_ALARM : NOTICED;
}

static enum result judge(const struct instance *l)
{
	nsec since;
	bool dead = dead_since(l->conn, &since);

	if (l->unable)
		return UNSUPPORTED;
	if (l->dead_at != TIME_NONE)
		return said_dead(l, dead, since);
	return dead ? MISSED : STAYED_ALIVE;
}

/* Another took the error. Once closed, all but who needs the error find something else:
 * readers 0, writers EPIPE. */
static bool blinded(const struct instance *l)
{
	const struct conn *c = l->conn;

	return c->taken && c->taker != l &&
	       l->context.probe->traits & (c->closed ? NEEDS_ERROR : NEEDS_ERROR | TAKES_ERROR);
}

/* The only connection: no other can tell what would have happened without the byte. */
static bool perhaps_provoked(const struct conn *c)
{
	return c->watch->nconns == 1 && c->watch->struck_at == TIME_NONE && c->own_byte_ago != TIME_NONE &&
	       c->own_byte_ago <= SUSPICIOUS + 2 * conn_end(c)->rtt;
}

/* What else must be known of this result. One thing: the most important. */
static void explain(char note[160], const struct instance *l, enum result r)
{
	const struct conn *c = l->conn;

	note[0] = '\0';
	if (r == NOTICED && application_dead(l) && c->answer == ANSWERED && !ended(c))
		snprintf(note, 160, "its kernel still answers: the process is stopped or stuck");
	else if (c->provoked)
		snprintf(note, 160, "ended %.1f ms after %s's own byte while others lived: that byte provoked it",
			 ns_seconds(c->own_byte_ago) * 1e3, c->culprit->context.probe->name);
	else if (r == MISSED && blinded(l))
		snprintf(note, 160, "blinded: %s took %s", c->taker->context.probe->name, errno_name(c->taken));
	else if (r == FALSE_ALARM && c->half_closed)
		snprintf(note, 160, "a FIN, but the peer still takes data: half-closed, not dead");
	else if (r == FALSE_ALARM && c->took_until != TIME_NONE)
		snprintf(note, 160, "a FIN, but the peer took data for %.1f s after it: half-closed before it died",
			 ns_seconds(c->took_until - conn_end(c)->at));
	else if (perhaps_provoked(c))
		snprintf(note, 160, "ended %.1f ms after %s's own byte: did that byte provoke it?",
			 ns_seconds(c->own_byte_ago) * 1e3, c->culprit->context.probe->name);
	else if (c->nkernel > 1 && c->kernel[1].what == KERNEL_RST && c->sender && c->sender != l)
		snprintf(note, 160, "the RST answered %s's byte", c->sender->context.probe->name);
}

static void tell_result(const struct instance *l, enum result r)
{
	const struct conn *c = l->conn;
	const struct run *run = c->run;
	const struct kernel_event *k = conn_first(c);
	struct event *e = feed_event(&c->run->feed, EVENT_RESULT, clock_now());

	e->conn = c->id;
	e->fault = c->watch->label;
	e->probe = l->context.probe;
	e->group = c->group->spec;
	e->result = r;
	e->call = l->verdict.call;
	e->err = l->verdict.err;
	memcpy(e->how, l->verdict.how, sizeof(e->how));
	explain(e->note, l, r);
	if (l->dead_at != TIME_NONE) {
		e->after = watch_after(c->watch, l->dead_at);
		e->lag = l->kernel_then != KERNEL_NOTHING ? l->dead_at - k->at : TIME_NONE;
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

	if (c->provoked || !c->nkernel || !after_own_byte(c))
		return;
	for (size_t i = 0; i < w->nconns && !c->provoked; i++)
		c->provoked = w->conns[i].answer == ANSWERED && !w->conns[i].nkernel &&
			      conn_same_peer(&w->conns[i], c);
}

void judge_conn(struct conn *c)
{
	const unsigned *count = c->watch->tally.count;
	unsigned noticed = count[NOTICED], missed = count[MISSED];

	liveness_cancel(c);
	if (c->answer == NOT_ASKED)
		count_cost(c);
	for (size_t i = 0; i < c->ninstances; i++)
		tell_result(&c->instances[i], judge(&c->instances[i]));
	c->watch->tally.unnoticed += count[MISSED] > missed && count[NOTICED] == noticed;
}
