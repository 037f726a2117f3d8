/* SPDX-License-Identifier: MIT */
/*
 * Counting, on the wire's side: plain numbers of its own, of which a copy is
 * published to the region (shared.h) after each change.
 */
#ifndef NET_TALLY_H
#define NET_TALLY_H

#include "packet.h"
#include "shared.h"

/* The connections of a link; slot i of the region's table is slot i of this one. */
struct counters_table {
	uint16_t port[LINK_CONNS]; /* the watcher's; 0: free */
	struct conn_packets conn[LINK_CONNS];
};

/* The slot of the watcher's port, taken if need be; -1 when the table is full. */
int counters_slot(struct counters_table *t, uint16_t port);

/* A packet that its sender put on the wire; and that it does not get across. */
void counters_add(struct packet_counters *t, const struct packet *p, nsec stamp);
void counters_drop(struct packet_counters *t, const struct packet *p);

void counters_publish(const struct counters_table *t, size_t slot, struct shared_link *shared);

#endif
