/* SPDX-License-Identifier: MIT */
/* Who comes back after a fault: a new connection from the host of one that was lost takes its place. */
#ifndef PEER_RETURNS_H
#define PEER_RETURNS_H

#include "reactions.h"

/* A connection that came after a strike, if it was not placed yet; all that there are. */
void returns_find_one(struct reactions *x, struct other *new);
void returns_find(struct reactions *x);

/* A SYN arrived for that connection. */
void returns_arrive(struct reactions *x, struct strike *s, const struct other *new);

/* Finds those that a peer which is stopped will never accept. */
void returns_look(struct reactions *x);

#endif
