/* SPDX-License-Identifier: MIT */
/*
 * The wire's process: all cables, and the loop that serves them in turn, so that
 * one that floods cannot starve the others. Made before the fork, run after it.
 */
#ifndef NET_CARRIER_H
#define NET_CARRIER_H

#include "packet-link.h"

struct packet_loop {
	struct shared_memory *region;
	int epoll;
	int bell;          /* eventfd: look at the region; the caller's */
	bool idle;         /* nothing came lately */
	size_t links;
	struct packet_link cable[];
};

/* NULL and an error of STATUS_SYSTEM; pcap_dir as in worker_open. To be freed with packet_loop_free. */
struct packet_loop *packet_loop_new(const struct lab_net *net, struct shared_memory *region, int bell,
			    const char *pcap_dir, const char *const *pcap_names,
			    struct error *e);
void packet_loop_free(struct packet_loop *c);

/* Closes every descriptor that is not the carrier's own, and carries until told to quit. */
void packet_loop_run(struct packet_loop *c);

#endif
