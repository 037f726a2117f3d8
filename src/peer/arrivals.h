/* SPDX-License-Identifier: MIT */
/*
 * Segments that arrive at this host, also those that a socket's filter drops before TCP sees them: packet(7), for
 * which CAP_NET_RAW is needed. Of connections in general those that begin or end one; of the ports that are listed
 * every one.
 */
#ifndef PEER_ARRIVALS_H
#define PEER_ARRIVALS_H

#include "base/loop.h"
#include "net/packet.h"

#define ARRIVALS_PORTS 100

struct arrivals;

struct arrivals_socket {
	struct handler socket;
	struct arrivals *arrivals;
};

struct arrivals {
	struct loop *loop;
	bool open, lost;
	struct arrivals_socket sockets[2]; /* IPv4, IPv6 */
	/* One came, at that time. */
	void (*arrived)(struct arrivals *a, const struct packet *p, nsec at);
};

/* False where this is not allowed. arrived is to be set before. */
bool arrivals_open(struct arrivals *a, struct loop *l);
void arrivals_close(struct arrivals *a);

/* Did some come so fast that they were lost? */
bool arrivals_lost(struct arrivals *a);

/* From now on every segment from these n ports of other ends (host order) is told; where they are more than ARRIVALS_PORTS, from none. */
void arrivals_list(struct arrivals *a, const uint16_t *ports, size_t n);

#endif
