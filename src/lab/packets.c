// SPDX-License-Identifier: MIT
/* What the link worker counted of the lab's connections. */
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "tcp/late.h"
#include "tcp/timers.h"
#include "engine/address.h"
#include "lab.h"

#define HANDSHAKE_WAIT (50 * NS_PER_MS)

/* So long after its first packet the last of an exchange has come, on a path without a round trip: the ACK that
 * ends it may be delayed. */
#define EXCHANGE_TAKES (ACK_DELAYED + PROCESSES_LATE)

/* By the watcher's ports, which are one where connections are accepted. */
static bool are_counted(const struct lab *l)
{
	return l->world.worker && !stage_accepts(l->run.plan);
}

static void read_counters(const struct lab *l, const struct conn *c, struct conn_packets *now)
{
	memset(now, 0, sizeof(*now));
	if (are_counted(l))
		worker_conn(l->world.worker, index_of(l, stage_of(c->watch)), address_port(c->local), now);
}

/* The link worker is another process: it may not yet have counted the handshake's last ACK. */
static void count_handshake(const struct lab *l, const struct conn *c, struct conn_packets *base)
{
	nsec until = clock_now() + HANDSHAKE_WAIT;

	do
		read_counters(l, c, base);
	while (are_counted(l) && !base->dir[LINK_OUT].acks && clock_now() < until && !sched_yield());
}

static struct packets between(struct packet_mark from, struct packet_mark to)
{
	return (struct packets){ .count = (int64_t)(to.packets - from.packets), .bytes = (int64_t)(to.bytes - from.bytes),
				 .time = (nsec)(to.at - from.at) };
}

static struct packet_mark total(const struct conn_packets *c, nsec at)
{
	struct packet_mark m = { .at = (uint64_t)at };

	for (int d = 0; d < LINK_DIRS; d++) {
		m.packets += c->dir[d].packets;
		m.bytes += c->dir[d].bytes;
	}
	return m;
}

/*
 * Whole exchanges, without the first: at the beginning of a connection each segment is acknowledged at once. Of two,
 * the second, if it is over; of one alone, where nobody but keepalive sent, what it cost since the handshake, from which
 * its timer counts. Else count is -1.
 */
static struct packets steady_of(const struct conn_packets *c, nsec established, nsec now, nsec rtt)
{
	const struct exchanges *x = &c->exchanges;
	const struct packet_mark end = total(c, now);
	const bool over = now - (nsec)x->last.at > 2 * rtt + EXCHANGE_TAKES;
	struct packets p = { .count = -1, .bytes = -1 };

	if (x->begun >= 3)
		return between(x->second, x->last);
	if (x->begun == 2)
		p = over ? between(x->last, end) : between(x->first, x->last);
	if (x->begun == 2)
		p.time = (nsec)(x->last.at - x->first.at);
	if (x->begun == 1 && !x->data && over) {
		p = between(x->first, end);
		p.time = (nsec)x->first.at - established;
	}
	return p;
}

void packets_add(const struct lab *l, const struct conn *c, struct event_result *r)
{
	const struct stage *s = stage_of(c->watch);
	const struct conn_packets *base = &s->counted.base[c - s->watch.conns];
	const nsec at = clock_now();
	struct conn_packets now;

	if (!are_counted(l))
		return;
	read_counters(l, c, &now);
	r->packets = between(total(base, s->counted.from), total(&now, at));
	r->steady = steady_of(&now, s->counted.from, at, l->run.plan->lab.rtt);
	r->retransmitted = (int64_t)now.exchanges.retransmitted;
}

void packets_begin(const struct lab *l, struct stage *s)
{
	for (size_t i = 0; i < s->watch.nconns; i++)
		count_handshake(l, &s->watch.conns[i], &s->counted.base[i]);
	s->counted.from = s->watch.at.established;
}
