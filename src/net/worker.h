/* SPDX-License-Identifier: MIT */
/*
 * The wire: one process that carries the packets of all links between their
 * hosts, breaks what it is told to break, and counts. It dies with the process
 * that opened it, however that ends.
 *
 * Directions are the watcher's: in is towards it, out is from it.
 */
#ifndef NET_WIRE_H
#define NET_WIRE_H

#include "base/clock.h"
#include "base/error.h"
#include "forge.h"
#include "netns.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LINK_CONNS = 128, /* connections counted on a link */
	LINK_QUEUE = 512, /* packets that a delay holds in a direction; more are dropped */
};

/* Packets of a connection in one direction, as their sender put them on the wire. */
struct packet_counters {
	uint64_t packets, bytes;                 /* bytes of IP, headers included */
	uint64_t dropped_packets, dropped_bytes; /* those of them that did not get across */
	uint64_t acks;                           /* nothing but an ACK: no data, SYN, FIN, RST */
	uint64_t data;                           /* with payload */
	uint64_t syn, fin, rst;                  /* with that flag; a FIN may carry data too */
	nsec first, last;                        /* stamps; 0: none yet */
};

struct conn_packets {
	struct packet_counters dir[LINK_DIRS];
	struct packet_counters forged; /* answers of the wire to the watcher: ICMP, RST */
};

struct link_packets {
	struct packet_counters dir[LINK_DIRS]; /* everything, other protocols than TCP too */
	struct packet_counters forged;
	uint64_t stray;     /* multicast and other noise: not carried, counted nowhere else */
	uint64_t untracked; /* TCP packets of a connection too many */
	uint64_t overflow;  /* dropped as a delay's queue was full */
	uint64_t refused;   /* the receiving host's device was down */
	uint64_t unrecorded; /* missing in the capture, whose buffer was full */
};

struct link_worker;

/*
 * Starts to carry the packets of all of net's links. With a directory, link i is
 * recorded in DIR/NAMES[i].pcap; both must live as long as the wire. To be freed
 * with worker_close. NULL and an error of STATUS_SYSTEM when it cannot be.
 */
struct link_worker *worker_open(const struct lab_net *net, const char *pcap_dir,
		       const char *const *pcap_names, struct error *e);

/* Ends it, with all that it recorded on disk; -1 as worker_check. NULL is accepted. */
int worker_close(struct link_worker *w, struct error *e);

/* -1 and an error of STATUS_SYSTEM when the wire is gone or a capture failed. */
int worker_check(struct link_worker *w, struct error *e);

/*
 * Sets a link's rule, for every packet that the wire takes in from now on, and
 * returns that moment. No system call, no waiting. worker_set_rule_until replaces the
 * rule by a second one when it has been in force for hold.
 */
nsec worker_set_rule(struct link_worker *w, size_t link, const struct link_rule *rule);
nsec worker_set_rule_until(struct link_worker *w, size_t link, const struct link_rule *rule, nsec hold,
		     const struct link_rule *then);

/*
 * Waits until the rule in force has met every packet that the link's hosts sent
 * before the call: to be called between dropping a packet and letting pass again.
 * Takes as long as the wire needs to be scheduled; -1 when that exceeds limit.
 */
int worker_settle(struct link_worker *w, size_t link, nsec limit, struct error *e);

/*
 * Copies what was counted; of a connection by the watcher's port, false when it
 * sent and received nothing. May be called while packets flow, also after
 * worker_check failed, not after worker_close.
 */
bool worker_conn(const struct link_worker *w, size_t link, uint16_t port, struct conn_packets *conn);
void worker_link(const struct link_worker *w, size_t link, struct link_packets *count);

#endif
