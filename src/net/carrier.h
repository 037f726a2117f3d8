/* SPDX-License-Identifier: MIT */
/*
 * The wire's process: all cables, and the loop that serves them in turn, so that
 * one that floods cannot starve the others. Made before the fork, run after it.
 */
#ifndef NET_CARRIER_H
#define NET_CARRIER_H

#include "cable.h"

struct carrier {
	struct region *region;
	int epoll;
	int bell;          /* eventfd: look at the region; the caller's */
	bool idle;         /* nothing came lately */
	size_t links;
	struct cable cable[];
};

/* NULL and an error of STATUS_SYSTEM; pcap_dir as in wire_open. To be freed with carrier_free. */
struct carrier *carrier_new(const struct lab_net *net, struct region *region, int bell,
			    const char *pcap_dir, const char *const *pcap_names,
			    struct error *e);
void carrier_free(struct carrier *c);

/* Closes every descriptor that is not the carrier's own, and carries until told to quit. */
void carrier_run(struct carrier *c);

#endif
