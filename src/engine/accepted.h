/* SPDX-License-Identifier: MIT */
/*
 * Was a connection accepted by the peer? A listener whose accept queue is full drops the last
 * ACK of the handshake: this side is established, and the peer repeats its SYN-ACK after 1, 3,
 * 7, 15 and 31 s, until there is room or it gives up. TCP_INFO alone cannot tell that from a
 * keepalive segment of the peer (one segment came, that acknowledged nothing); TCPSYNChallenge
 * of /proc/net/netstat counts the answers to a repeated SYN-ACK, of all connections.
 */
#ifndef ENGINE_ACCEPTED_H
#define ENGINE_ACCEPTED_H

#include "watch.h"

struct accepted {
	struct watch *watches;
	size_t n;
	int64_t challenges; /* TCPSYNChallenge at first; -1: not known */
	struct timer timer;
};

/* Looks now and then at the connections of these watches, and tells a note of each that is
 * not accepted, and of each that is after all. Fills in conn.accept. */
void accepted_start(struct accepted *a, struct watch *watches, size_t n);

/* Looks once more at one, before it is judged. */
void accepted_judge(struct conn *c);

#endif
