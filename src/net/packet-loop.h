/* SPDX-License-Identifier: MIT */
/*
 * The packet loop, all that the link worker does: it serves the links in turn, so that
 * one that floods cannot starve the others. Made before the fork, run after it.
 */
#ifndef NET_PACKET_LOOP_H
#define NET_PACKET_LOOP_H

#include "packet-link.h"

/* Eventfds, the caller's. */
struct packet_bells {
	int quit; /* the loop is to look whether to quit */
	int wire; /* the reader of wire events is to look */
};

struct packet_loop {
	struct shared_memory *shared;
	int epoll;
	struct packet_bells bell;
	int *ours;         /* descriptors that it keeps */
	bool idle;         /* nothing came lately */
	size_t links;
	struct packet_link link[];
};

/* NULL and an error of STATUS_SYSTEM; pcap_dir as in worker_open. To be freed with packet_loop_free. */
struct packet_loop *packet_loop_new(const struct lab_net *net, nsec rtt, struct shared_memory *shared,
				    struct packet_bells bell, const char *pcap_dir, const char *const *pcap_names,
				    struct error *e);
void packet_loop_free(struct packet_loop *p);

/* Closes every descriptor that is not the loop's own, and carries until told to quit. */
void packet_loop_run(struct packet_loop *p);

#endif
