// SPDX-License-Identifier: MIT
/* Counts the packets of each connection of a link. */
#include "counters.h"

/* The slot of the watcher's port, taken if need be; -1 when the table is full. */
static int slot_of(struct counters_table *t, uint16_t port)
{
	for (size_t i = 0; i < LINK_CONNS; i++) {
		size_t slot = conn_slot(port, i);

		if (t->port[slot] == 0)
			t->port[slot] = port;
		if (t->port[slot] == port)
			return (int)slot;
	}
	return -1;
}

static bool is_bare_ack(const struct packet *p)
{
	return p->payload == 0 && (p->flags & PACKET_ACK) &&
	       !(p->flags & (PACKET_SYN | PACKET_FIN | PACKET_RST));
}

/* The port is published after its numbers, so a reader never finds a slot half made. */
static void publish(const struct counters_table *t, int slot, struct shared_link *shared)
{
	struct shared_conn *out = &shared->conn[slot];

	words_store(out->count, &t->conn[slot], WORDS(struct conn_packets));
	atomic_store_explicit(&out->port, t->port[slot], memory_order_release);
}

/* Keepalive asks with the last sequence number that was acknowledged. */
static bool begins_exchange(const struct packet *p, uint32_t next)
{
	return p->payload > 0 || (is_bare_ack(p) && (int32_t)(p->seq - next) < 0);
}

static void mark_exchange(struct conn_packets *c, const struct packet *p, nsec at)
{
	struct exchanges *x = &c->exchanges;

	x->last = (struct packet_mark){
		.at = (uint64_t)at,
		.packets = c->dir[LINK_OUT].packets + c->dir[LINK_IN].packets,
		.bytes = c->dir[LINK_OUT].bytes + c->dir[LINK_IN].bytes,
	};
	x->begun++;
	x->data += p->payload > 0;
	if (x->begun == 1)
		x->first = x->last;
	if (x->begun == 2)
		x->second = x->last;
}

static void follow_sequence(uint32_t *next, const struct packet *p, struct exchanges *x)
{
	const uint32_t end = p->seq + (uint32_t)p->payload + ((p->flags & (PACKET_SYN | PACKET_FIN)) != 0);
	const bool fresh = p->flags & PACKET_SYN || (int32_t)(end - *next) > 0;

	x->retransmitted += !fresh && p->payload > 0;
	if (fresh && !(p->flags & PACKET_RST))
		*next = end;
}

void counters_add(struct counters_table *t, enum link_dir dir, const struct packet *p, nsec at,
		  struct shared_link *shared)
{
	int slot = p->tcp ? slot_of(t, dir == LINK_OUT ? p->src_port : p->dst_port) : -1;
	struct packet_counters *count;

	if (slot < 0)
		return;
	if (dir == LINK_OUT && p->payload == 0 && begins_exchange(p, t->next[slot][dir])) {
		t->probe[slot] = p->seq;
		t->probed[slot] = true;
	}
	if (dir == LINK_OUT && begins_exchange(p, t->next[slot][dir]))
		mark_exchange(&t->conn[slot], p, at);
	follow_sequence(&t->next[slot][dir], p, &t->conn[slot].exchanges);
	count = &t->conn[slot].dir[dir];
	count->packets++;
	count->bytes += p->len;
	count->acks += is_bare_ack(p);
	publish(t, slot, shared);
}

bool counters_is_probe(const struct counters_table *t, uint16_t port, uint32_t seq)
{
	for (size_t i = 0; i < LINK_CONNS; i++) {
		const size_t slot = conn_slot(port, i);

		if (t->port[slot] == port)
			return t->probed[slot] && t->probe[slot] == seq;
		if (t->port[slot] == 0)
			break;
	}
	return false;
}
