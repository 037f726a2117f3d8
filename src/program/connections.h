/* SPDX-License-Identifier: MIT */
/* The observer's connections: as many as were asked for, found by port or by the socket's cookie; those that may change are kept apart. */
#ifndef PROGRAM_CONNECTIONS_H
#define PROGRAM_CONNECTIONS_H

#include "connection.h"

struct connections {
	struct connection *all;   /* in the order in which they came; none moves */
	size_t count, most, beyond;
	struct connection **live; /* those that may change, in no order */
	size_t lives;
	uint32_t *latest;         /* by key: the last that came with it, counted from 1; 0: none */
	struct connection **touched; /* those of which packets came, that are to be looked at */
	size_t touches;
};

/* Of that many at most. 0 or -ENOMEM; to be freed in any case. */
int connections_open(struct connections *t, size_t most);
void connections_close(struct connections *t);

/* A place for a new one, the latest of that key from now on; NULL if there is none left. */
struct connection *connections_add(struct connections *t, uint16_t key);

struct connection *connections_find(const struct connections *t, uint16_t key);

/* The one that has or had the socket with that cookie; NULL: none is known to. */
struct connection *connections_with(const struct connections *t, uint64_t cookie);

/* The live one that had this socket: the one with its cookie, or else the first of that key of which no cookie is known. */
struct connection *connections_of_socket(const struct connections *t, uint64_t cookie, uint16_t key);

void connections_touch(struct connections *t, struct connection *c);

/* It will change no more. */
void connections_retire(struct connections *t, struct connection *c);

#endif
