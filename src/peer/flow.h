/* SPDX-License-Identifier: MIT */
/*
 * Inside the peer's process: bytes from a socket to a socket. An echo goes back to where it came from; a relay has two
 * of these that point to each other. What was read is held, bounded, until it is written: nothing is read meanwhile.
 */
#ifndef PEER_FLOW_H
#define PEER_FLOW_H

#include <netdb.h>

#include "base/loop.h"

struct echo;

struct echo_conn {
	struct handler socket; /* fd -1: none */
	struct echo *echo;
	struct echo_conn *to; /* who gets what is read here: itself, or the relay's other side, whose `to` is this one */
	struct echo_conn *next, **link; /* the clients'; link NULL: a relay's server */
	const struct addrinfo *address; /* it is being connected to; else NULL */
	unsigned number;      /* of a client, from 1 */
	bool connected;       /* ... with a relay to both sides, and was not told to have ended */
	uint32_t events;      /* that it waits for */
	bool ended;           /* its FIN was read */
	size_t from, filled, room; /* of data: what is still to be written to the other */
	unsigned char data[];
};

/* How a client's connection came to its end, where it was not the fault. */
enum echo_end { ECHO_CLOSED, ECHO_RESET };

/* Not in any list; without a socket. NULL: out of memory. */
struct echo_conn *flow_new(struct echo *e, size_t room);

/* Adds its socket to the loop. 0 or -errno. */
int flow_start(struct echo_conn *c, int fd);

/* Waits for what both sides want now. */
void flow_update(struct echo_conn *c);

static inline bool flow_is_relay(const struct echo_conn *c)
{
	return c->to != c;
}

#endif
