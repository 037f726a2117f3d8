/* SPDX-License-Identifier: MIT */
/*
 * The memory of a path: which connections its middlebox has in its table, by when the last segment of each came. The link worker writes
 * it, the process that opened that reads it. Without locks, as all of shared.h: each word has one writer.
 */
#ifndef NET_MEMORY_H
#define NET_MEMORY_H

#include "packet.h"
#include "shared.h"

/* The same whichever of the two is the sender; never 0. */
static inline uint64_t memory_key(uint16_t a, uint16_t b)
{
	return a < b ? (uint64_t)b << 16 | a : (uint64_t)a << 16 | b;
}

/*
 * The worker's, of each segment: may it pass by that rule? It then counts as the last one. A SYN that asks for a connection begins a new
 * entry, and what never had one passes.
 */
bool memory_knows(struct shared_link *l, const struct link_rule *rule, const struct packet *p, nsec at);

/* The reader's: as worker_forgotten. */
nsec memory_forgotten(const struct shared_link *l, uint64_t key, nsec forgets, nsec struck);

#endif
