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

void counters_add(struct counters_table *t, enum link_dir dir, const struct packet *p,
		  struct shared_link *shared)
{
	int slot = p->tcp ? slot_of(t, dir == LINK_OUT ? p->src_port : p->dst_port) : -1;
	struct packet_counters *count;

	if (slot < 0)
		return;
	count = &t->conn[slot].dir[dir];
	count->packets++;
	count->bytes += p->len;
	count->acks += is_bare_ack(p);
	publish(t, slot, shared);
}
