// SPDX-License-Identifier: MIT
/*
 * Counting. Its oddity: a port is published after its numbers, so a reader never finds
 * a slot half made.
 */
#include "counters.h"

int counters_slot(struct counters_table *t, uint16_t port)
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

void counters_add(struct packet_counters *t, const struct packet *p, nsec stamp)
{
	t->packets++;
	t->bytes += p->len;
	if (t->first == 0)
		t->first = stamp;
	t->last = stamp;
	if (!p->tcp)
		return;
	t->data += p->payload > 0;
	t->syn += (p->flags & PACKET_SYN) != 0;
	t->fin += (p->flags & PACKET_FIN) != 0;
	t->rst += (p->flags & PACKET_RST) != 0;
	t->acks += p->payload == 0 && (p->flags & PACKET_ACK) &&
		!(p->flags & (PACKET_SYN | PACKET_FIN | PACKET_RST));
}

void counters_drop(struct packet_counters *t, const struct packet *p)
{
	t->dropped_packets++;
	t->dropped_bytes += p->len;
}

void counters_publish(const struct counters_table *t, size_t slot, struct shared_link *shared)
{
	struct shared_conn *out = &shared->conn[slot];

	words_store(out->count, &t->conn[slot], WORDS(struct conn_packets));
	atomic_store_explicit(&out->port, t->port[slot], memory_order_release);
}
