// SPDX-License-Identifier: MIT
/* What a FIN meant. Only who wrote after it can tell, and tells for its peer's other connections too. */
#include "fin.h"

#include <stdio.h>

#include "liveness.h"
#include "run.h"
#include "tcp/tcpinfo.h"

#define SETTLED (200 * NS_PER_MS) /* a reset would have come by then */

/* A peer's connections with a FIN: one of which it takes bytes after that, one of which it
 * took some before a reset, or before it fell silent, one that it reset at once for them, and
 * any; and one that ended with a reset alone. */
struct finished {
	const struct conn *takes, *took, *fell_silent, *resets, *any, *without;
};

static bool got_fin(const struct conn *c)
{
	return c->established && conn_saw(c, KERNEL_FIN) && !conn_end_too_late(c);
}

/* When it is known what the first byte after its FIN came to, or what was on its way then. */
static nsec settled_at(const struct conn *c)
{
	nsec since = c->own.after_end != TIME_NONE ? c->own.after_end : conn_end(c)->at;

	return since + SETTLED + 2 * conn_end(c)->rtt;
}

/* A peer that closed resets a connection whose bytes it does not take. */
static bool took_data(const struct conn *c, uint64_t bytes_acked)
{
	return (c->own.sender || c->adopted) && bytes_acked > conn_end(c)->bytes_acked;
}

/* Who sent them. */
static const char *sender_of(const struct conn *c)
{
	return c->own.sender ? c->own.sender->context.probe->name : "its program";
}

static bool takes_data(const struct conn *c, nsec now)
{
	struct tcp_info ti;

	if (c->kernel.closed || now < settled_at(c))
		return false;
	tcpinfo_read(c->socket.fd, &ti);
	return took_data(c, ti.tcpi_bytes_acked);
}

static void classify(struct finished *f, struct conn *c, nsec now)
{
	const struct kernel_event *reset = conn_kernel_event(c, KERNEL_RST), *timeout = conn_kernel_event(c, KERNEL_TIMEOUT);

	f->any = c;
	c->fin.half_closed = takes_data(c, now);
	if (c->fin.half_closed) {
		f->takes = c;
	} else if (reset && took_data(c, reset->bytes_acked)) {
		c->fin.took_until = reset->at;
		f->took = c;
	} else if (reset && c->own.after_end != TIME_NONE) {
		f->resets = c;
	} else if (timeout && took_data(c, timeout->bytes_acked)) {
		c->fin.took_until = heard_now(c->socket.fd).at;
		f->fell_silent = c;
	}
}

/* One of which it took bytes after its FIN. */
static const struct conn *accepts(const struct finished *f)
{
	return f->takes ? f->takes : f->took ? f->took : f->fell_silent;
}

/* One that contradicts the half-close of another. */
static const struct conn *contradicts(const struct finished *f)
{
	if (!accepts(f))
		return NULL;
	return f->resets ? f->resets : f->without;
}

static const char *what_became(const struct finished *f)
{
	if (f->takes && f->takes->liveness.state != LIVENESS_UNANSWERED)
		return ": a half-close, it is alive";
	return f->took && !f->takes ? " until it reset it: a half-close before" : ": a half-close, but now it is silent";
}

/* With --keep it would be said of each death. */
static bool is_told(const struct watch *w, const struct finished *f)
{
	const bool told = w->run->fin_explained && !contradicts(f) && !accepts(f) && !f->resets;

	w->run->fin_explained = w->run->plan->connect.keep;
	return told;
}

static void tell_meaning(const struct watch *w, const struct conn *first, const struct finished *f)
{
	struct event *e;

	if (is_told(w, f))
		return;
	e = watch_event(w, EVENT_NOTE, clock_now());
	if (contradicts(f))
		snprintf(e->note, sizeof(e->note), "after its FIN the peer accepted the bytes of #%u, but it reset #%u: each is judged by "
			 "itself", accepts(f)->id, contradicts(f)->id);
	else if (accepts(f))
		snprintf(e->note, sizeof(e->note), "after its FIN the peer accepted the bytes of %s (#%u)%s",
			 sender_of(accepts(f)), accepts(f)->id, what_became(f));
	else if (f->resets)
		snprintf(e->note, sizeof(e->note), "after its FIN the peer answered a byte of %s (#%u) with RST: no half-close",
			 f->resets->own.sender->context.probe->name, f->resets->id);
	else
		snprintf(e->note, sizeof(e->note), "a FIN (#%u) does not tell whether the peer died or closed this connection "
			 "alone; a half-close looks alike until a byte after it is answered, and none was", first->id);
}

static void apply_to(struct conn *c, const struct finished *f)
{
	c->fin.half_closed = f->takes;
	if (!f->takes && accepts(f) && accepts(f)->fin.took_until > conn_end(c)->at)
		c->fin.took_until = accepts(f)->fin.took_until;
}

/* All connections of one peer, of which this one is the first with a FIN. */
static void judge_peer(const struct watch *w, const struct conn *first)
{
	const struct conn *end = w->conns + w->nconns;
	struct finished by_itself = { 0 }, provoked = { 0 };
	nsec now = clock_now();

	for (struct conn *c = w->conns; c < end; c++) {
		if (!c->established || !conn_same_peer(first, c))
			continue;
		c->fin.judged = true;
		if (got_fin(c))
			classify(c->own.provoked ? &provoked : &by_itself, c, now);
		else if (!c->own.provoked && c->liveness.state == LIVENESS_NOT_STARTED && conn_saw(c, KERNEL_RST))
			by_itself.without = c;
	}
	for (struct conn *c = w->conns; !contradicts(&by_itself) && c < end; c++)
		if (got_fin(c) && conn_same_peer(first, c) && !c->own.provoked && !c->kernel.closed)
			apply_to(c, &by_itself);
	if (w->truth == TRUTH_UNKNOWN)
		tell_meaning(w, first, by_itself.any ? &by_itself : &provoked);
}

nsec fin_settled(const struct watch *w)
{
	nsec last = 0;

	for (size_t i = 0; w->truth == TRUTH_UNKNOWN && i < w->nconns; i++) {
		const struct conn *c = &w->conns[i];

		if (!c->kernel.closed && got_fin(c) && c->own.after_end != TIME_NONE && settled_at(c) > last)
			last = settled_at(c);
	}
	return last;
}

void fin_judge(struct watch *w)
{
	for (size_t i = 0; i < w->nconns; i++)
		if (got_fin(&w->conns[i]) && !w->conns[i].fin.judged)
			judge_peer(w, &w->conns[i]);
}
