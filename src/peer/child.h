/* SPDX-License-Identifier: MIT */
/*
 * The peer's process, as its parent sees it (a fault supervisor of the lab, or the peer
 * verb): an echo server that is started, told to die by a fault, and ended.
 */
#ifndef PEER_CHILD_H
#define PEER_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/moment.h"

struct addrinfo;
struct bytes;
struct chosen_fault;

struct peer_child {
	pid_t pid;   /* 0: no process */
	int control; /* readable when the peer has sent a message; -1: none */
};

enum peer_order { PEER_PREPARE, PEER_STRIKE };

/* Those from CONNECTED on are of one connection, if the plan has `tells`. ENDED: the other end closed or reset it. SERVER_ENDED: the
 * server behind a relay did, and REFUSED: it cannot be reached; the other end is told by the same. */
enum peer_news {
	PEER_READY, PEER_PREPARED, PEER_STRUCK, PEER_CONNECTED, PEER_ENDED, PEER_SERVER_ENDED, PEER_REFUSED,
};

struct peer_message {
	enum peer_news news;
	nsec at;
	nsec since;         /* CONNECTED: it is established since then at the latest; 0: before all faults */
	struct error error; /* status 0: none */
	unsigned number;    /* of the connection, from 1: of those that were handed over the index and 1 */
	bool reset;         /* ENDED, SERVER_ENDED: not by a FIN */
	int err;            /* REFUSED */
	struct sockaddr_storage local, remote; /* CONNECTED, REFUSED */
	socklen_t local_len, remote_len;
};

/* What comes first for any socket of the peer's: the setup of a struct chosen_fault,
 * or of none (NULL). -1 where the fault is not allowed (STATUS_SYSTEM). */
int peer_setup(int fd, const void *fault, struct error *e);

/* What the process is made of. */
struct peer_plan {
	const struct chosen_fault *fault; /* NULL: it echoes forever */
	const int *listeners, *connected;
	size_t nlisteners, nconnected;
	unsigned max_clients;             /* accepted at once; 0: as many as come */
	bool replaced;                    /* when it dies, another one accepts at these listeners */
	bool tells;                       /* news of every connection */
	const struct addrinfo *relay;     /* to whom each is relayed; NULL: it echoes */
	nsec relay_timeout;               /* for each address of it */
	const struct bytes *say;          /* what it says first on those that are connected; NULL: nothing ... */
	size_t says;                      /* ... and on how many of them */
	bool silent;                      /* it reads all and echoes nothing */
	bool stays;                       /* it listens on when it has died and has no connection left */
	moment *struck;                   /* in memory that is shared, or NULL */
};

/*
 * Starts the process, which ends with the caller's, however that ends. The
 * sockets are its own from here on: they are closed on this side, also on -1.
 * It ends by itself once it has died in a way that leaves no connection, unless it stays.
 */
int peer_start(struct peer_child *k, const struct peer_plan *plan, struct error *e);

/* Sends an order, and reads a message: 1, or 0 when there is none. Does not wait. */
void peer_order(const struct peer_child *k, enum peer_order order);
int peer_read(const struct peer_child *k, struct peer_message *m);

/* Both at once: 0, or -1 when it could not do it or is gone. */
int peer_order_done(struct peer_child *k, enum peer_order order, struct error *e);

/* Is it at work? See process_check of base/process.h. */
int peer_check(struct peer_child *k, struct error *e);

/* SIGKILL, and waits for its end. */
void peer_end(struct peer_child *k);

#endif
