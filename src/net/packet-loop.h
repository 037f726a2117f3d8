/* SPDX-License-Identifier: MIT */
/*
 * The packet loop, all that the link worker does: it serves the links in turn, so that
 * one that floods cannot starve the others. Made before the fork, run after it.
 */
#ifndef NET_PACKET_LOOP_H
#define NET_PACKET_LOOP_H

#include "packet-link.h"

struct packet_loop {
	struct shared_memory *shared;
	int epoll;
	int bell;          /* eventfd: look whether to quit; the caller's */
	bool idle;         /* nothing came lately */
	size_t links;
	struct packet_link link[];
};

/* NULL and an error of STATUS_SYSTEM; pcap_dir as in worker_open. To be freed with packet_loop_free. */
struct packet_loop *packet_loop_new(const struct lab_net *net, nsec rtt, struct shared_memory *shared, int bell,
				    const char *pcap_dir, const char *const *pcap_names,
				    struct error *e);
void packet_loop_free(struct packet_loop *p);

/* Closes every descriptor that is not the loop's own, and carries until told to quit. */
void packet_loop_run(struct packet_loop *p);

#endif
