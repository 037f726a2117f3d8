// SPDX-License-Identifier: MIT
/*
 * Counting. Its oddity: a port is published after its numbers, so a reader never finds
 * a slot half made.
 */
#include "tally.h"

int tally_slot(struct tally_table *t, uint16_t port)
{
	for (size_t i = 0; i < WIRE_CONNS; i++) {
		size_t slot = conn_slot(port, i);

		if (t->port[slot] == 0)
			t->port[slot] = port;
		if (t->port[slot] == port)
			return (int)slot;
	}
	return -1;
}

void tally_add(struct wire_tally *t, const struct packet *p, nsec stamp)
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

void tally_drop(struct wire_tally *t, const struct packet *p)
{
	t->dropped_packets++;
	t->dropped_bytes += p->len;
}

void tally_publish(const struct tally_table *t, size_t slot, struct region_link *shared)
{
	struct region_conn *out = &shared->conn[slot];

	words_store(out->count, &t->conn[slot], WORDS(struct wire_conn));
	atomic_store_explicit(&out->port, t->port[slot], memory_order_release);
}
