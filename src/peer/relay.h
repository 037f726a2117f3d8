/* SPDX-License-Identifier: MIT */
/* The relay's other side: for each client a connection to the server. Each address of its name is tried in turn. */
#ifndef PEER_RELAY_H
#define PEER_RELAY_H

#include "flow.h"

/* The other side of a client, without a socket yet. 0 or -ENOMEM. */
int relay_prepare(struct echo_conn *client, size_t room);

/* Begins. It ends, now or later, with echo_connected or echo_refused, after which the client is gone. */
void relay_connect(struct echo_conn *client);

/* The loop says that something came of it. */
void relay_ready(struct echo_conn *server);

#endif
