// SPDX-License-Identifier: MIT
/* What a FIN meant. Its oddity: only who wrote after it can know, so that others are spoken for. */
#include "fin.h"

#include <stdio.h>

#include "run.h"
#include "tcpinfo.h"

#define SETTLED (200 * NS_PER_MS) /* a reset would have come by then */

/* The connections with a FIN: one of which the peer took bytes after it, one that it
 * reset for that, and any. */
struct finished {
	const struct conn *takes, *resets, *any;
};

static bool got_fin(const struct conn *c)
{
	return c->stands && conn_knows(c, KNOWS_FIN) && !conn_fin_too_late(c);
}

static bool takes_data(const struct conn *c, nsec now)
{
	struct tcp_info ti;

	if (c->closed || c->wrote_after_end == TIME_NONE || now - c->wrote_after_end < SETTLED)
		return false;
	tcpinfo_read(c->socket.fd, &ti);
	return ti.tcpi_bytes_acked > conn_first(c)->bytes_acked;
}

static void sort_in(struct finished *f, struct conn *c, nsec now)
{
	f->any = c;
	c->half_closed = takes_data(c, now);
	if (c->half_closed)
		f->takes = c;
	else if (c->wrote_after_end != TIME_NONE && conn_knows(c, KNOWS_RST))
		f->resets = c;
}

static void tell(const struct watch *w, const struct finished *f)
{
	struct event *e = feed_event(&w->run->feed, EVENT_NOTE, clock_now());

	e->fault = w->label;
	if (f->takes)
		snprintf(e->how, sizeof(e->how), "after its FIN the peer took the bytes of %s (#%u): a half-close, it lives",
			 f->takes->sender->look.probe->name, f->takes->id);
	else if (f->resets)
		snprintf(e->how, sizeof(e->how), "after its FIN the peer answered a byte of %s (#%u) with RST: no half-close",
			 f->resets->sender->look.probe->name, f->resets->id);
	else
		snprintf(e->how, sizeof(e->how), "a FIN: a half-close and a close look alike until a byte after it is "
			 "answered, and none was");
}

static void judge_target(const struct watch *w, struct conn *conns, size_t n)
{
	struct finished by_itself = { 0 }, provoked = { 0 };
	nsec now = clock_now();

	for (size_t i = 0; i < n; i++)
		if (got_fin(&conns[i]))
			sort_in(conns[i].provoked ? &provoked : &by_itself, &conns[i], now);
	for (size_t i = 0; by_itself.takes && i < n; i++)
		if (got_fin(&conns[i]) && !conns[i].provoked && !conns[i].closed)
			conns[i].half_closed = true;
	if (w->truth == TRUTH_UNKNOWN && (by_itself.any || provoked.any))
		tell(w, by_itself.any ? &by_itself : &provoked);
}

void fin_judge(struct watch *w)
{
	size_t first = 0;

	for (size_t i = 1; i <= w->nconns; i++)
		if (i == w->nconns || w->conns[i].target != w->conns[first].target) {
			judge_target(w, &w->conns[first], i - first);
			first = i;
		}
}
