/* SPDX-License-Identifier: MIT */
/*
 * The link worker: one process that carries the packets of all links between their
 * hosts, applies the rules, and counts. It dies with the process
 * that opened it, however that ends.
 *
 * Directions are the watcher's: in is towards it, out is from it.
 */
#ifndef NET_WORKER_H
#define NET_WORKER_H

#include "base/clock.h"
#include "base/error.h"
#include "faults/link.h"
#include "netns.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LINK_CONNS = 128, /* connections counted on a link */
	LINK_QUEUE = 512, /* packets that a delay holds in a direction; more are dropped */
	LINK_QUEUE_A_SECOND = 4096, /* ... and so many more for each second of the path's own */
	LINK_QUEUE_MOST = 8192,
	LINK_MEMORY = 16384, /* connections that a link can forget; those beyond are never forgotten */
};

/* Packets of a connection in one direction, as their sender sent them, lost or not. */
struct packet_counters {
	uint64_t packets, bytes; /* bytes of IP, headers included */
	uint64_t acks;           /* nothing but an ACK: no data, SYN, FIN, RST */
};

/* What was counted, of both directions, before a packet came. */
struct packet_mark {
	uint64_t at; /* CLOCK_MONOTONIC */
	uint64_t packets, bytes;
};

/* What the watcher's side begins unasked: it sends data, or asks for an ACK as keepalive does. All up to the next is
 * one exchange. */
struct exchanges {
	uint64_t begun;
	uint64_t data;          /* ... of them with data */
	uint64_t retransmitted; /* packets with data of either side that were sent before */
	struct packet_mark first, second, last;
};

struct conn_packets {
	struct packet_counters dir[LINK_DIRS];
	struct exchanges exchanges;
};

struct link_worker;

/*
 * Starts to carry the packets of all of net's links, each for half the round trip. With a directory, link i is
 * recorded in DIR/NAMES[i].pcap; both must live as long as the worker, as net must. To be freed
 * with worker_close. NULL and an error of STATUS_SYSTEM when it cannot be.
 */
struct link_worker *worker_open(const struct lab_net *net, nsec rtt, const char *pcap_dir,
				const char *const *pcap_names, struct error *e);

/* Does it carry packets? -1 with the reason in *e where it has ended or is stopped. NULL is accepted. */
int worker_check(struct link_worker *w, struct error *e);

/* Ends it, with all that it recorded on disk; -1 and an error of STATUS_SYSTEM when it was
 * gone before, or a capture failed. NULL is accepted. */
int worker_close(struct link_worker *w, struct error *e);

/*
 * Sets a link's rule, for every packet that the worker takes in from now on. No system
 * call, no waiting. worker_set_rule_until replaces the rule by a second one when it has
 * been in force for hold.
 */
void worker_set_rule(struct link_worker *w, size_t link, const struct link_rule *rule);
void worker_set_rule_until(struct link_worker *w, size_t link, const struct link_rule *rule, nsec hold,
			   const struct link_rule *then);

/* A segment that begins or ends a connection, or an ICMP error about one, but those about a keepalive or window
 * probe, which Linux does not take (net/ipv4/tcp_ipv4.c, tcp_v4_err: the sequence number is below snd_una). Of
 * connections that are not counted those are told too. */
enum wire_flags { WIRE_SYN = 1, WIRE_FIN = 2, WIRE_RST = 4, WIRE_ACK = 8, WIRE_ICMP = 16, WIRE_IPV6 = 32 };

/*
 * OUT: as the watcher's host sent it, whether it got through or not. IN: as it came to the watcher's host, after
 * all delays; those that were dropped are not among them, and those that the link forged are.
 */
struct wire_event {
	uint64_t at;              /* CLOCK_MONOTONIC, read next to the call that read or wrote the packet */
	uint16_t port, peer_port; /* the watcher's, the peer's */
	uint8_t dir;              /* enum link_dir */
	uint8_t flags;            /* of enum wire_flags; with a SYN, ACK means that it is the answer to one */
	uint8_t err;              /* of ICMP: the errno that Linux takes it for */
	uint8_t padding;
};

/* Takes the next one of a link: 1; 0 if there is none now; -1 if since the last call so many came that some were lost. Of
 * one reader, without a system call. */
int worker_wire_read(struct link_worker *w, size_t link, struct wire_event *ev);

/* Readable when events of any link came since it was last read (an eventfd, non-blocking, of the caller's process). */
int worker_wire_fd(const struct link_worker *w);

/* May the watcher's host have sent something of which worker_wire_read does not tell yet? If not, it tells of all that was sent
 * before this call. A system call; the net must be open still. */
bool worker_is_behind(const struct link_worker *w, size_t link);

/*
 * Copies what was counted of the connection with that port of the watcher's; false when it
 * sent and received nothing. May be called while packets flow, not after worker_close.
 */
bool worker_conn(const struct link_worker *w, size_t link, uint16_t port, struct conn_packets *conn);

/*
 * Since when a link whose rule forgets after so long, since that time, has forgotten the connection between those ports (host order);
 * TIME_NONE: it has not by now. Not after worker_close.
 */
nsec worker_forgotten(const struct link_worker *w, size_t link, uint16_t port, uint16_t peer_port, nsec forgets, nsec struck);

#endif
