/* SPDX-License-Identifier: MIT */
/*
 * What the link worker and the process that opened it share: a mailbox for rules
 * going in, counters and wire events coming out. Each word has one writer, and nobody waits for
 * anybody: all is copied word by word with relaxed atomics, and a sequence number
 * says when a copy of several words is whole.
 */
#ifndef NET_SHARED_H
#define NET_SHARED_H

#include "worker.h"

#include <stdatomic.h>
#include <string.h>

/* Between processes only lock-free atomics mean anything. */
_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "64-bit atomics must be lock-free");

#define WORDS(type) (sizeof(type) / sizeof(uint64_t))

typedef _Atomic uint64_t word;

/* The rule in force at t: t < until ? rule : then. */
struct timed_rule {
	struct link_rule rule, then;
	nsec until;
};

_Static_assert(sizeof(struct timed_rule) % sizeof(uint64_t) == 0, "a rule is whole words");

struct shared_conn {
	_Atomic uint32_t port; /* 0: free; set once, when the words are valid */
	word count[WORDS(struct conn_packets)];
};

enum { WIRE_EVENTS = 4096 }; /* that wait for their reader, on each link */

/* A ring: the worker puts, the reader takes; each word is written by one of them. Both count on and on. */
struct shared_wire {
	word put, lost;
	word taken, told; /* told: how many lost ones the reader knows of */
	word event[WIRE_EVENTS][WORDS(struct wire_event)];
};

_Static_assert(sizeof(struct wire_event) % sizeof(uint64_t) == 0, "an event is whole words");

/* A connection in the memory of the path (memory.h). */
struct shared_entry {
	word ports;     /* of both ends, whichever way; 0: free */
	word seen;      /* when the last segment came that was let through */
	word forgotten; /* since then; 0: it is not */
};

struct shared_link {
	struct shared_entry entry[LINK_MEMORY]; /* an open hash table */
	_Atomic uint32_t sequence; /* of the rule; odd while it is written */
	word rule[WORDS(struct timed_rule)];
	_Atomic int pcap_error;
	struct shared_conn conn[LINK_CONNS]; /* an open hash table by port */
	struct shared_wire wire;
	_Atomic int carries; /* the worker may have read what the watcher's host sent, and not told of it */
};

struct shared_memory {
	_Atomic int quit;
	struct shared_link link[];
};

static inline void words_store(word *to, const void *from, size_t count)
{
	const char *bytes = from;
	uint64_t w;

	for (size_t i = 0; i < count; i++) {
		memcpy(&w, bytes + i * sizeof(w), sizeof(w));
		atomic_store_explicit(&to[i], w, memory_order_relaxed);
	}
}

static inline void words_load(void *to, const word *from, size_t count)
{
	char *bytes = to;
	uint64_t w;

	for (size_t i = 0; i < count; i++) {
		w = atomic_load_explicit(&from[i], memory_order_relaxed);
		memcpy(bytes + i * sizeof(w), &w, sizeof(w));
	}
}

/* The i-th place to look at for a port. */
static inline size_t conn_slot(uint16_t port, size_t i)
{
	return ((size_t)port * 40503 / 64 + i) % LINK_CONNS;
}

#endif
