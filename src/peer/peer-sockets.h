/* SPDX-License-Identifier: MIT */
/* The peer's sockets, made before its process is: those that listen, or those that are connected. */
#ifndef PEER_PEER_SOCKETS_H
#define PEER_PEER_SOCKETS_H

#include "engine/run.h"

struct peer_sockets {
	int *fds;
	size_t count, room;
};

/* As the plan says, each with the fault's setup. The run's loop waits for names and connections.
 * 0, or -1 with the reason in *e, status 0 if a signal ended the wait; peer_sockets_close is
 * needed after either. */
int peer_sockets_open(struct peer_sockets *s, struct run *r, struct error *e);

/* Closes them and frees the list; after peer_start count must be 0: they are the child's then. */
void peer_sockets_close(struct peer_sockets *s);

#endif
