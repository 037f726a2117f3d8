// SPDX-License-Identifier: MIT
/* The table of connections. An entry is never given up: their number in a run is small, and the pages behind the rest are never touched. */
#include "memory.h"

/* Knuth's multiplicative hash. */
static size_t slot_of(uint64_t key, size_t i)
{
	return ((size_t)(key * UINT64_C(2654435761) >> 16) + i) % LINK_MEMORY;
}

/* Where the key is, or the free entry that it would take; LINK_MEMORY where there is neither. */
static size_t find(const struct shared_link *l, uint64_t key)
{
	for (size_t i = 0; i < LINK_MEMORY; i++) {
		const size_t slot = slot_of(key, i);
		const uint64_t at = atomic_load_explicit(&l->entry[slot].ports, memory_order_acquire);

		if (at == key || at == 0)
			return slot;
	}
	return LINK_MEMORY;
}

static nsec load(const word *w)
{
	return (nsec)atomic_load_explicit(w, memory_order_relaxed);
}

static void store(word *w, nsec at)
{
	atomic_store_explicit(w, (uint64_t)at, memory_order_relaxed);
}

static bool asks_for_connection(const struct packet *p)
{
	return p->flags & PACKET_SYN && !(p->flags & PACKET_ACK);
}

/* The key comes last, so that a reader finds what belongs to it. */
static void begin(struct shared_entry *e, uint64_t key, nsec at)
{
	store(&e->seen, at);
	store(&e->forgotten, 0);
	atomic_store_explicit(&e->ports, key, memory_order_release);
}

bool memory_knows(struct shared_link *l, const struct link_rule *rule, const struct packet *p, nsec at)
{
	const uint64_t key = memory_key(p->src_port, p->dst_port);
	const size_t slot = find(l, key);
	struct shared_entry *e = &l->entry[slot];

	if (slot == LINK_MEMORY)
		return true;
	if (asks_for_connection(p) || load(&e->ports) != (nsec)key) {
		begin(e, key, at);
		return true;
	}
	if (rule->forgets && !load(&e->forgotten) && at - load(&e->seen) >= rule->forgets)
		store(&e->forgotten, load(&e->seen) + rule->forgets);
	if (load(&e->forgotten))
		return false;
	store(&e->seen, at);
	return true;
}

/* What nobody has tried to use since is forgotten all the same. */
nsec memory_forgotten(const struct shared_link *l, uint64_t key, nsec forgets, nsec struck)
{
	const nsec now = clock_now();
	const size_t slot = find(l, key);
	nsec since;

	if (slot == LINK_MEMORY || load(&l->entry[slot].ports) != (nsec)key)
		return TIME_NONE;
	since = load(&l->entry[slot].forgotten);
	if (!since)
		since = load(&l->entry[slot].seen) + forgets;
	if (since > now)
		return TIME_NONE;
	return since > struck ? since : struck;
}
