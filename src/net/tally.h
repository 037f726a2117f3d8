/* SPDX-License-Identifier: MIT */
/*
 * Counting, on the wire's side: plain numbers of its own, of which a copy is
 * published to the region (region.h) after each change.
 */
#ifndef NET_TALLY_H
#define NET_TALLY_H

#include "packet.h"
#include "region.h"

/* The connections of a link; slot i of the region's table is slot i of this one. */
struct tally_table {
	uint16_t port[WIRE_CONNS]; /* the watcher's; 0: free */
	struct wire_conn conn[WIRE_CONNS];
};

/* The slot of the watcher's port, taken if need be; -1 when the table is full. */
int tally_slot(struct tally_table *t, uint16_t port);

/* A packet that its sender put on the wire; and that it does not get across. */
void tally_add(struct wire_tally *t, const struct packet *p, nsec stamp);
void tally_drop(struct wire_tally *t, const struct packet *p);

void tally_publish(const struct tally_table *t, size_t slot, struct region_link *shared);

#endif
