/* SPDX-License-Identifier: MIT */
/* Inside the peer's process: its connections, and the echo on them. For peer.c. */
#ifndef PEER_ECHO_H
#define PEER_ECHO_H

#include "base/loop.h"

struct echo;

struct echo_listener {
	struct handler socket;
	struct echo *echo;
};

#define ECHO_LISTENERS 8

struct echo {
	struct loop *loop;
	struct echo_listener listeners[ECHO_LISTENERS];
	size_t nlisteners;
	struct echo_conn *conns;
	unsigned nconns, most; /* so many at once at the most, the next wait in the backlog; 0: as many as come */
	bool reading;
	struct timer pause; /* after accept ran out of descriptors or memory */
	void (*connected)(struct echo *e, int fd); /* there is a new connection */
};

/* One timer of the loop is used. Both take the descriptor over; 0 or -errno. */
void echo_open(struct echo *e, struct loop *l);
int echo_listen(struct echo *e, int fd);
int echo_add(struct echo *e, int fd);

/* Accepts nobody any more, and closes the listeners. */
void echo_stop_listening(struct echo *e);

/* Sets reading, for all connections. */
void echo_read(struct echo *e, bool reading);

/* The connection after that one, NULL after the last; with NULL the first. */
struct echo_conn *echo_next(const struct echo *e, struct echo_conn *after);
int echo_fd(const struct echo_conn *c);

void echo_close_all(struct echo *e);

#endif
