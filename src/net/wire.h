/* SPDX-License-Identifier: MIT */
/*
 * The segments that begin or end a connection, and the ICMP errors about one: from the link worker to the process that opened it, in a
 * ring of the shared memory, one for each link. Neither waits for the other; for what the ring has no room
 * it is only noted that it was lost.
 */
#ifndef NET_WIRE_H
#define NET_WIRE_H

#include "packet.h"
#include "shared.h"

/* The worker's: tells of a packet, if it is one of those. True if it did: then the reader is to be woken. */
bool wire_put(struct shared_wire *w, enum link_dir dir, const struct packet *p, nsec at);

/* Is it an ICMP error about TCP? Then the watcher's port of what it quotes, and the sequence number of that. */
bool wire_quotes(const struct packet *p, enum link_dir dir, uint16_t *port, uint32_t *seq);

/* The reader's, as worker_wire_read. */
int wire_take(struct shared_wire *w, struct wire_event *ev);

#endif
