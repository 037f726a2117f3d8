/* SPDX-License-Identifier: MIT */
/*
 * Counting, on the link worker's side: plain numbers of its own, of which a copy is
 * published to the shared memory (shared.h) after each change.
 */
#ifndef NET_COUNTERS_H
#define NET_COUNTERS_H

#include "packet.h"
#include "shared.h"

/* The connections of a link; slot i of the shared table is slot i of this one. */
struct counters_table {
	uint16_t port[LINK_CONNS]; /* the watcher's; 0: free */
	uint32_t next[LINK_CONNS][LINK_DIRS]; /* the sequence number behind all that was sent */
	uint32_t probe[LINK_CONNS]; /* ... of the watcher's last keepalive or window probe ... */
	bool probed[LINK_CONNS];    /* ... if it sent one */
	struct conn_packets conn[LINK_CONNS];
};

/* Counts a packet that its sender sent in that direction at that time, and publishes the sum. Packets
 * that are not TCP, or of a connection too many, are not counted. */
void counters_add(struct counters_table *t, enum link_dir dir, const struct packet *p, nsec at,
		  struct shared_link *shared);

/* Is that the sequence number of a probe of the watcher's? Linux takes no ICMP error about one. */
bool counters_is_probe(const struct counters_table *t, uint16_t port, uint32_t seq);

#endif
