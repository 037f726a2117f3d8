// SPDX-License-Identifier: MIT
/* What the link worker counted of the lab's connections. */
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "lab.h"

#define HANDSHAKE_WAIT (50 * NS_PER_MS)

static uint16_t port_of(const struct conn *c)
{
	const char *colon = strrchr(c->local, ':');

	return colon ? (uint16_t)strtoul(colon + 1, NULL, 10) : 0;
}

static void read_counters(const struct lab *l, const struct conn *c, struct conn_packets *now)
{
	memset(now, 0, sizeof(*now));
	if (l->world.worker)
		worker_conn(l->world.worker, index_of(l, stage_of(c->watch)), port_of(c), now);
}

/* The link worker is another process: it may not yet have counted the handshake's last ACK. */
static void count_handshake(const struct lab *l, const struct conn *c, struct conn_packets *base)
{
	nsec until = clock_now() + HANDSHAKE_WAIT;

	do
		read_counters(l, c, base);
	while (l->world.worker && !base->dir[LINK_OUT].acks && clock_now() < until && !sched_yield());
}

void packets_add(const struct lab *l, const struct conn *c, struct packets *p)
{
	const struct stage *s = stage_of(c->watch);
	const struct conn_packets *base = &s->counted.base[c - s->watch.conns];
	struct conn_packets now;

	if (!l->world.worker)
		return;
	read_counters(l, c, &now);
	*p = (struct packets){ .time = clock_now() - s->counted.from };
	for (int d = 0; d < LINK_DIRS; d++) {
		p->count += (int64_t)(now.dir[d].packets - base->dir[d].packets);
		p->bytes += (int64_t)(now.dir[d].bytes - base->dir[d].bytes);
	}
}

void packets_begin(const struct lab *l, struct stage *s)
{
	for (size_t i = 0; i < s->watch.nconns; i++)
		count_handshake(l, &s->watch.conns[i], &s->counted.base[i]);
	s->counted.from = s->watch.at.established;
}
