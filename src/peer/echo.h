/* SPDX-License-Identifier: MIT */
/* Inside the peer's process: its connections, and the echo on them, or the relay behind them. For peer.c. */
#ifndef PEER_ECHO_H
#define PEER_ECHO_H

#include "flow.h"

struct bytes;

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
	unsigned numbers; /* connections so far */
	bool reading, muted, silent; /* silent: what was read is not echoed */
	struct timer pause; /* after accept ran out of descriptors or memory */
	const struct addrinfo *relay; /* to whom each is relayed; NULL: it echoes */
	nsec relay_timeout;           /* for each address */
	/* NULL, or called with a client: it is connected, with a relay to both sides; it came to its end by itself; the
	 * server behind it ended it (once), or could not be reached: it is closed then. */
	void (*connected)(struct echo *e, const struct echo_conn *c);
	void (*ended)(struct echo *e, const struct echo_conn *c, enum echo_end how);
	void (*server_ended)(struct echo *e, const struct echo_conn *c, enum echo_end how);
	void (*refused)(struct echo *e, const struct echo_conn *c, int err);
};

/* One timer of the loop is used. Both take the descriptor over; 0 or -errno. */
void echo_open(struct echo *e, struct loop *l);
int echo_listen(struct echo *e, int fd);
int echo_add(struct echo *e, int fd, const struct bytes *say); /* what is said first; or NULL */

/* Accepts nobody any more, and closes the listeners. */
void echo_stop_listening(struct echo *e);

/* Sets reading, for all connections and the servers behind them; muted, for the servers alone. */
void echo_read(struct echo *e, bool reading);
void echo_mute(struct echo *e, bool muted);

/* The connection after that one, NULL after the last; with NULL the first. */
struct echo_conn *echo_next(const struct echo *e, struct echo_conn *after);
int echo_fd(const struct echo_conn *c);

/* Tells of those whose end has come but was not read yet. */
void echo_find_ended(struct echo *e);

void echo_close_all(struct echo *e);

/* For flow.c and relay.c, of either side: the connection is over, and freed; the server of this side ended it; both
 * sides are connected; the server cannot be reached, and the connection is freed. */
void echo_ended(struct echo_conn *c, enum echo_end how);
void echo_tell_ended(struct echo_conn *client, enum echo_end how); /* it has shut its side, and goes on reading */
void echo_server_ended(struct echo_conn *server, enum echo_end how);
void echo_connected(struct echo_conn *client);
void echo_refused(struct echo_conn *client, int err);

#endif
