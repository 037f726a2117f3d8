// SPDX-License-Identifier: MIT
/* One peer, one truth. First the evidence of all its connections, then the decision about each. */
#include "peer-truth.h"

#include <stdio.h>

#include "liveness.h"
#include "provoked.h"
#include "run.h"
#include "tcp/tcpinfo.h"

#define SENT_AGAIN NS_PER_S /* once a path is back, what was lost on it comes within that */
#define IDLE NS_PER_S /* between what was heard last and what was not answered */

/* Of one peer. Times are TIME_NONE where there is none. */
struct evidence {
	const struct conn *hears;  /* it is heard on this one, at the end */
	nsec gave_up_since;        /* keepalives were unanswered since, until this kernel gave one up */
	nsec heard;                /* when it was last, and heard us, where it has not ended */
	nsec ended;                /* the first end of its own that no byte provoked */
	nsec silent_since, back;   /* its path was silent, and came back then, */
	nsec silent_by;            /* ... and first found to be silent */
	bool in_vain;              /* it was asked in vain on a half-closed one */
	unsigned silent, talking;  /* connections that its application answered: no more, and still */
	nsec fell_silent;          /* the first verdict of those that are silent */
	nsec last_data;            /* ... and when something came from the application last, there */
	nsec data_elsewhere;       /* and on others */
	nsec spoke;                /* when data came last, on any, whatever became of it */
};

static void set_later(nsec *t, nsec at)
{
	if (at > *t)
		*t = at;
}

static void set_earlier(nsec *t, nsec at)
{
	if (*t == TIME_NONE || at < *t)
		*t = at;
}

/* By this kernel, while the peer had not ended, or only half. */
static const struct kernel_event *given_up(const struct conn *c)
{
	const struct kernel_event *k = conn_kernel_event(c, KERNEL_TIMEOUT);

	return k && (k == conn_end(c) || c->fin.took_until != TIME_NONE) ? k : NULL;
}

static bool ended_by_peer(const struct conn *c)
{
	return conn_end(c) && !given_up(c);
}

/* Its application answered it before, and then no more. */
static bool application_silent(const struct conn *c)
{
	for (size_t i = 0; i < c->ninstances; i++)
		if (instance_application_silent(&c->instances[i]))
			return true;
	return false;
}

static bool application_answered(const struct conn *c)
{
	for (size_t i = 0; i < c->ninstances; i++)
		if (c->instances[i].answered)
			return true;
	return false;
}

/* When it proved for the last time that it hears, as far as that is known: what came as an ACK with data, or
 * is data sent again, proves nothing. A half-closed peer sends no data. */
static nsec heard_at(const struct conn *c)
{
	return c->fin.half_closed ? heard_now(c->socket.fd).at : c->liveness.answered_at;
}

static nsec data_at(const struct conn *c)
{
	struct tcp_info ti;

	tcpinfo_read(c->socket.fd, &ti);
	return clock_now() - ti.tcpi_last_data_recv * NS_PER_MS;
}

static void collect_application(struct evidence *e, const struct conn *c)
{
	nsec data = data_at(c);

	if (application_silent(c)) {
		e->silent++;
		set_later(&e->last_data, data);
		for (size_t i = 0; i < c->ninstances; i++)
			if (instance_application_silent(&c->instances[i]))
				set_earlier(&e->fell_silent, c->instances[i].dead_at);
		return;
	}
	e->talking += application_answered(c);
	if (!c->drain.was_full) /* what is dropped may have been written long ago */
		set_later(&e->data_elsewhere, data);
}

static void collect_silence(struct evidence *e, const struct conn *c)
{
	const struct conn_liveness *l = &c->liveness;

	if (l->silent_since == TIME_NONE)
		return;
	if (e->back != TIME_NONE && l->silent_since >= e->back)
		return; /* another one, later */
	set_later(&e->silent_since, l->silent_since);
	set_earlier(&e->silent_by, l->silent_by);
	set_earlier(&e->back, l->silent_until);
}

/* A peer's kernel answers each keepalive, but not always what is sent again, nor each window probe. */
static void collect_given_up(struct evidence *e, const struct conn *c)
{
	struct tcp_info ti;

	tcpinfo_read(c->socket.fd, &ti);
	if (ti.tcpi_probes && !ti.tcpi_retransmits && !c->own.sender)
		set_later(&e->gave_up_since, heard_now(c->socket.fd).at);
}

/* One that spoke before its FIN was asked then, and may not have been in the end. */
static bool asked_in_the_end(const struct conn *c)
{
	return c->liveness.last || !c->fin.half_closed;
}

static void collect(struct evidence *e, const struct conn *c)
{
	const struct conn_liveness *l = &c->liveness;
	bool open = !c->kernel.closed && (!ended_by_peer(c) || c->fin.half_closed || conn_end_too_late(c));

	if (ended_by_peer(c) && !c->own.provoked && !conn_end_too_late(c) && !c->drain.freed_end && !c->fin.half_closed)
		set_earlier(&e->ended, conn_end(c)->at);
	collect_silence(e, c);
	set_later(&e->spoke, data_at(c));
	if (open && l->state == LIVENESS_ANSWERED && asked_in_the_end(c) && !c->drain.cut)
		e->hears = c;
	if (given_up(c))
		collect_given_up(e, c);
	if (open || given_up(c))
		set_later(&e->heard, heard_at(c));
	if (!open)
		return;
	if (c->fin.half_closed)
		e->in_vain |= l->state == LIVENESS_UNANSWERED;
	else
		collect_application(e, c);
}

/* Of what answers no more, the path or the peer's host: dead since it was last heard. */
static struct conn_truth silent_since(const struct conn *c, const struct evidence *e)
{
	struct conn_truth t = { .dead = true, .unheard = true, .since = e->hears ? heard_at(c) : e->heard };

	if (c->watch->at.struck != TIME_NONE)
		set_later(&t.since, c->watch->at.struck);
	return t;
}

/* The peer is heard elsewhere, and nothing was sent here since. */
static bool not_asked_since(const struct conn *c, const struct evidence *e)
{
	return e->hears && e->back != TIME_NONE && c->liveness.sent_at <= e->back;
}

static bool frozen_for_all(const struct evidence *e)
{
	return e->silent && !e->talking && (e->data_elsewhere == TIME_NONE || e->data_elsewhere < e->fell_silent);
}

/* Its kernel lives; does its application? */
static struct conn_truth truth_of_answering(const struct conn *c, const struct evidence *e)
{
	struct conn_truth t = { .since = TIME_NONE };

	if (c->drain.cut && e->ended != TIME_NONE && !e->hears)
		t = (struct conn_truth){ .dead = true, .since = e->ended };
	else if (e->silent && (frozen_for_all(e) || application_silent(c)))
		t = (struct conn_truth){ .dead = true, .frozen = true, .since = e->last_data };
	return t;
}

static struct conn_truth truth_of_unended(const struct conn *c, const struct evidence *e)
{
	if (c->liveness.state == LIVENESS_UNANSWERED && !not_asked_since(c, e))
		return silent_since(c, e);
	return truth_of_answering(c, e);
}

/* A timeout, and a reset that answers: the peer was gone before. To a byte it may also be
 * the answer of a program that disliked it, unless a fault has struck. */
static bool gone_before(const struct conn *c)
{
	const struct kernel_event *k = conn_end(c);
	const struct watch *w = c->watch;

	if (k->what == KERNEL_TIMEOUT || k->answer)
		return true;
	return k->what == KERNEL_RST && w->at.struck != TIME_NONE && k->at >= w->at.struck && provoked_after_own_byte(c);
}

static nsec ended_at(const struct conn *c)
{
	return c->fin.took_until != TIME_NONE ? c->fin.took_until : conn_end(c)->at;
}

/* A FIN that was lost in a silence is sent again at the latest when as much time has passed once more, if
 * nothing that the peer said in between shows that it lived: what it had said before comes at once. */
static bool may_have_ended_in_silence(const struct conn *c, const struct evidence *e)
{
	return e->back != TIME_NONE && ended_at(c) >= e->silent_since &&
	       ended_at(c) <= e->back + (e->back - e->silent_since) && e->spoke <= e->back + SENT_AGAIN;
}

static bool path_was_silent(const struct evidence *e)
{
	return e->back != TIME_NONE || e->gave_up_since != TIME_NONE;
}

static struct conn_truth truth_of_ended(const struct conn *c, const struct evidence *e)
{
	struct conn_truth t = { .dead = true, .since = TIME_NONE };

	if (given_up(c)) {
		if (e->hears)
			return (struct conn_truth){ .outlived = true, .path_silent = path_was_silent(e), .since = TIME_NONE };
		return silent_since(c, e);
	}
	if (conn_end_too_late(c)) /* it speaks, but did it hear anything? */
		t.dead = c->liveness.state == LIVENESS_UNANSWERED && !c->kernel.closed;
	else if (c->fin.half_closed)
		return !e->hears && e->in_vain ? silent_since(c, e) : (struct conn_truth){ .since = TIME_NONE };
	else if (c->drain.freed_end)
		t.since = e->ended;
	else if (may_have_ended_in_silence(c, e))
		t.since = e->silent_since;
	else if (!gone_before(c))
		t.since = ended_at(c);
	return t;
}

/* In seconds. An age has the grain of a jiffy, and may reach back before the start. */
static double since_start(const struct watch *w, nsec at)
{
	const nsec start = w->run->pace.start;

	return at > start ? ns_seconds(at - start) : 0;
}

/* On an idle connection nobody knows when its path fell silent: nothing was sent. */
static void tell_silence(const struct watch *w, const struct evidence *e)
{
	struct event *n;

	if (e->back == TIME_NONE && (!e->hears || e->gave_up_since == TIME_NONE))
		return;
	n = watch_event(w, EVENT_NOTE, clock_now());
	if (e->back == TIME_NONE)
		snprintf(n->note, sizeof(n->note), "the path was silent from %.1f s on, and had come back by %.1f s",
			 since_start(w, e->gave_up_since), since_start(w, e->hears->liveness.answered_at));
	else if (e->silent_by - e->silent_since > IDLE)
		snprintf(n->note, sizeof(n->note), "the path fell silent between %.1f s and %.1f s, and came back by %.1f s",
			 since_start(w, e->silent_since), since_start(w, e->silent_by), since_start(w, e->back));
	else
		snprintf(n->note, sizeof(n->note), "the path was silent from %.1f s to %.1f s and came back",
			 since_start(w, e->silent_since), since_start(w, e->back));
}

/* A process that is gone is told by its kernel, and the kernel of one that is stuck answers: so it is neither. */
static void tell_unheard(const struct watch *w, const struct conn *first, const struct evidence *e)
{
	nsec heard = e->heard;
	struct event *n;

	if (heard == TIME_NONE && given_up(first)) /* this kernel has asked it, and not the judge */
		heard = heard_now(first->socket.fd).at;
	if (!first->truth.unheard || e->hears || heard == TIME_NONE || e->spoke > heard + SENT_AGAIN)
		return;
	n = watch_event(w, EVENT_NOTE, clock_now());
	snprintf(n->note, sizeof(n->note), "nothing was heard of the peer after %.1f s (#%u): its host or the path to it, "
		 "a silence does not tell which", since_start(w, heard), first->id);
}

static void decide_peer(struct watch *w, const struct conn *first)
{
	struct evidence e = { .heard = TIME_NONE, .ended = TIME_NONE, .silent_since = TIME_NONE, .silent_by = TIME_NONE,
			      .back = TIME_NONE, .gave_up_since = TIME_NONE,
			      .spoke = TIME_NONE, .fell_silent = TIME_NONE, .last_data = TIME_NONE, .data_elsewhere = TIME_NONE };
	struct conn *end = w->conns + w->nconns;

	for (struct conn *c = w->conns; c < end; c++)
		if (c->established && !c->accept.refused && conn_same_peer(first, c))
			collect(&e, c);
	for (struct conn *c = w->conns; c < end; c++) {
		if (!c->established || !conn_same_peer(first, c))
			continue;
		c->truth = conn_end(c) || c->kernel.closed ? truth_of_ended(c, &e) : truth_of_unended(c, &e);
		c->truth.known = true;
	}
	tell_silence(w, &e);
	tell_unheard(w, first, &e);
}

/* The fault has said it. */
static struct conn_truth truth_of_fault(const struct conn *c)
{
	const struct watch *w = c->watch;
	struct conn_truth t = { .known = true, .dead = w->truth == TRUTH_DEAD, .since = w->at.struck };

	if (conn_end(c) && !c->fin.half_closed && ended_at(c) < t.since)
		t.since = ended_at(c);
	return t;
}

static void tell_fault(struct conn *c)
{
	const struct run *r = c->watch->run;

	c->truth = truth_of_fault(c);
	if (r->hooks.truth)
		r->hooks.truth(c);
}

void peer_truth_decide(struct watch *w)
{
	for (size_t i = 0; i < w->nconns; i++) {
		struct conn *c = &w->conns[i];

		if (!c->established || c->truth.known)
			continue;
		if (w->truth == TRUTH_UNKNOWN)
			decide_peer(w, c);
		else
			tell_fault(c);
	}
}
