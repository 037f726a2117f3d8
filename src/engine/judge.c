// SPDX-License-Identifier: MIT
/* The judge. It has the peer's kernel polled, and only once no probe looks any more. */
#include "judge.h"
#include "base/errno-name.h"

#include <stdio.h>
#include <string.h>

#include "expect.h"
#include "inconclusive.h"
#include "liveness.h"
#include "provoked.h"
#include "run.h"
#include "tcp/tcpinfo.h"

#define FRESH (100 * NS_PER_MS) /* what was answered so shortly before the end need not be asked again */

/* What the connection cost, before the judge adds a segment of its own. */
static void count_cost(struct conn *c)
{
	struct tcp_info ti;
	int len = tcpinfo_read(c->socket.fd, &ti);

	c->cost.counted = true;
	c->cost.segs = tcpinfo_has(len, tcpi_segs_out) ? ti.tcpi_segs_out - c->cost.segs_before : 0;
	c->cost.bytes = tcpinfo_has(len, tcpi_bytes_sent) ? ti.tcpi_bytes_sent - c->cost.bytes_before : 0;
}

/* A connection with a FIN is asked if the peer went on taking bytes: is it there still? */
static bool may_live(const struct conn *c)
{
	const struct kernel_event *k = conn_end(c);

	return !c->kernel.closed && (!k || heard_now(c->socket.fd).bytes_acked > k->bytes_acked);
}

static bool is_answered(const struct conn *c)
{
	return c->liveness.state == LIVENESS_ANSWERED && clock_now() - c->liveness.answered_at < FRESH;
}

void judge_poll(struct conn *c)
{
	const struct watch *w = c->watch;

	if (!c->cost.counted)
		count_cost(c);
	if (w->truth == TRUTH_UNKNOWN && !w->asks_nobody && c->liveness.state != LIVENESS_STARTED && may_live(c) && !is_answered(c))
		liveness_start(c, watch_is_over(w));
}

/* Did the peer's kernel speak after the verdict? Then the verdict was wrong. A
 * reset that answers is a segment too, but not one of a living connection. */
static bool heard_since(const struct instance *in)
{
	const struct conn *c = in->conn;
	struct heard now = heard_now(c->socket.fd);
	uint32_t resets = 0;

	for (size_t i = 0; i < c->kernel.count; i++)
		resets += c->kernel.events[i].what == KERNEL_RST;
	return heard_more(&in->then.heard, &now, resets);
}

/* An application that answered, and then never again, while its kernel lived on. */
static bool application_dead(const struct instance *in)
{
	const struct conn *c = in->conn;

	return c->watch->truth == TRUTH_UNKNOWN && !c->truth.outlived && instance_application_silent(in);
}

static enum result said_dead(const struct instance *in)
{
	const struct conn_truth *truth = &in->conn->truth;
	const struct watch *w = in->conn->watch;

	if (application_dead(in))
		return NOTICED;
	if (!truth->dead)
		return FALSE_ALARM;
	if (truth->since != TIME_NONE && in->dead_at < truth->since)
		return FALSE_ALARM;
	if (truth->since != TIME_NONE && !truth->unheard)
		return NOTICED;
	if (in->then.kernel == KERNEL_NOTHING && w->at.struck != TIME_NONE && in->dead_at < w->at.struck)
		return FALSE_ALARM;
	return heard_since(in) ? FALSE_ALARM : NOTICED;
}

static enum result judge(const struct instance *in)
{
	if (in->unable)
		return UNSUPPORTED;
	if (in->dead_at != TIME_NONE)
		return said_dead(in);
	return in->conn->truth.dead ? MISSED : STAYED_ALIVE;
}

/* Another took the error. Once closed, all but who needs the error find something else:
 * readers 0, writers EPIPE. */
static bool blinded(const struct instance *in)
{
	const struct conn *c = in->conn;

	return c->taken.err && c->taken.by != in &&
	       in->context.probe->traits & (c->kernel.closed ? NEEDS_ERROR : NEEDS_ERROR | TAKES_ERROR);
}

/* Its verdict is about the RST that came after the FIN, and not about the FIN. */
static bool found_reset(const struct instance *in)
{
	const struct conn_kernel *k = &in->conn->kernel;

	return k->count > 1 && k->events[1].what == KERNEL_RST && in->dead_at != TIME_NONE && in->dead_at >= k->events[1].at;
}

/* Did a probe of this connection set an option that ends it? */
static bool sets_option(const struct conn *c)
{
	for (size_t i = 0; i < c->ninstances; i++)
		if (c->instances[i].context.probe->traits & (ONLY_SETS_OPTION | SENDS_SEGMENTS))
			return true;
	return false;
}

static void note_outlived(char note[160], const struct conn *c)
{
	snprintf(note, 160, "%s ended it (ETIMEDOUT)%s", sets_option(c) ? "its own option" : "its retransmissions",
		 c->truth.path_silent ? " while the path was silent" : ", but the peer lives");
}

/* What else must be known of this result. One thing: the most important. */
static void note_reason(char note[160], const struct instance *in, enum result r)
{
	const struct conn *c = in->conn;

	note[0] = '\0';
	if (c->truth.frozen && (r == NOTICED || r == MISSED))
		snprintf(note, 160, "its kernel still answers: the process is stopped or stuck");
	else if (c->truth.outlived)
		note_outlived(note, c);
	else if (r == MISSED && in->blind)
		snprintf(note, 160, "blinded: %s", in->blind);
	else if (r == MISSED && blinded(in))
		snprintf(note, 160, "blinded: %s took %s", c->taken.by->context.probe->name, errno_name(c->taken.err));
	else if (r == FALSE_ALARM && c->fin.half_closed && c->truth.dead && c->truth.since != TIME_NONE)
		snprintf(note, 160, "a FIN, but the peer was heard for %.1f s after it: half-closed before it died",
			 ns_seconds(c->truth.since - conn_end(c)->at));
	else if (r == FALSE_ALARM && c->fin.half_closed)
		snprintf(note, 160, "a FIN, but the peer still accepts data: half-closed, not dead");
	else if (r == FALSE_ALARM && c->fin.took_until != TIME_NONE)
		snprintf(note, 160, "a FIN, but the peer accepted data for %.1f s after it: half-closed before it died",
			 ns_seconds(c->fin.took_until - conn_end(c)->at));
	else if (found_reset(in) && c->own.sender && c->own.sender != in)
		snprintf(note, 160, "the RST answered %s's byte", c->own.sender->context.probe->name);
	else if (r == STAYED_ALIVE && c->let_go)
		snprintf(note, 160, "alive until its program closed it, or shut it down");
	else if (r == STAYED_ALIVE && c->adopted && heard_now(c->socket.fd).segs_in == c->accept.segs_in)
		snprintf(note, 160, "alive as far as is known: nothing came from its peer, which was not asked");
}

static void count_result(struct result_counts *n, const struct instance *in, const struct event *e)
{
	if (e->result.result == UNSUPPORTED && !n->count[UNSUPPORTED])
		snprintf(n->unable, sizeof(n->unable), "'%s': %.80s", e->probe->name, e->verdict.how);
	n->unwatched += e->result.result == UNSUPPORTED && !in->chosen->compared;
	if (e->result.result == INCONCLUSIVE && !n->count[INCONCLUSIVE])
		memcpy(n->why, e->note, sizeof(n->why));
	n->count[e->result.result]++;
}

/* One poll may be on its way still: who had to say dead of it would have. */
static struct answers answers_of(const struct instance *in)
{
	struct answers a = in->polls.answers;

	a.of -= in->polls.sent_at != TIME_NONE && in->dead_at == TIME_NONE;
	return a;
}

/* Of the probes that share a connection: by result_rank(), then the soonest. */
static bool decides(const struct event *e, const struct event *first)
{
	int order = result_rank(e->result.result) - result_rank(first->result.result);

	return order < 0 || (order == 0 && e->after != TIME_NONE && (first->after == TIME_NONE || e->after < first->after));
}

static void tell_result(const struct instance *in, enum result r, struct event *first)
{
	const struct conn *c = in->conn;
	const struct run *run = c->run;
	const struct kernel_event *k = conn_first(c);
	struct event *e = conn_probe_event(in, EVENT_RESULT, clock_now());

	note_reason(e->note, in, r);
	if (inconclusive(in, r, e->note))
		r = INCONCLUSIVE;
	e->late = in->late;
	if (in->late && !e->note[0])
		snprintf(e->note, sizeof(e->note), "looked %.2f s late: tcpalive was stopped or starved",
			 ns_seconds(in->late));
	e->result.result = r;
	e->result.cause = conn_end(c) ? conn_end(c)->what : KERNEL_NOTHING;
	e->verdict.call = in->verdict.call;
	e->verdict.err = in->verdict.err;
	memcpy(e->verdict.how, in->verdict.how, sizeof(e->verdict.how));
	if (in->dead_at != TIME_NONE) {
		e->after = watch_after(c->watch, in->dead_at);
		e->verdict.silent = in->then.silent;
		e->verdict.lag = in->then.kernel != KERNEL_NOTHING ? in->dead_at - k->at : TIME_NONE;
	}
	e->result.worst_case = run->feed.context.probes[in->row].worst_case;
	if (!c->adopted) { /* else they are its program's */
		e->result.segments_out = c->cost.segs;
		e->result.bytes_out = (int64_t)c->cost.bytes;
	}
	e->result.answers = answers_of(in);
	if (run->hooks.result)
		run->hooks.result(in, e);
	count_result(&c->watch->counts, in, e);
	c->watch->failed |= !expect_result(run->plan, run->end.outcomes, e);
	if (!first->probe || decides(e, first))
		*first = *e;
}

void judge_conn(struct conn *c)
{
	struct result_counts *n = &c->watch->counts, before = *n;
	struct event first = { .probe = NULL };

	if (!c->cost.counted)
		count_cost(c);
	for (size_t i = 0; i < c->ninstances; i++)
		tell_result(&c->instances[i], judge(&c->instances[i]), &first);
	if (first.probe)
		c->watch->failed |= !expect_connection(c->run->plan, c->run->end.outcomes, &first);
	if (n->count[NOTICED] > before.count[NOTICED])
		return;
	n->unproved += n->count[INCONCLUSIVE] > before.count[INCONCLUSIVE] || n->unwatched > before.unwatched;
	n->unnoticed += n->count[MISSED] > before.count[MISSED];
}
