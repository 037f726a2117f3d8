/* SPDX-License-Identifier: MIT */
/*
 * Privilege for the lab without being root: a user namespace of one's own, see
 * user_namespaces(7). The caller keeps its user and group ids in there, so files
 * that it writes stay its own.
 */
#ifndef NET_USERNS_H
#define NET_USERNS_H

#include "base/error.h"

#include <stdbool.h>

/* True when this process lacks CAP_SYS_ADMIN or CAP_NET_ADMIN where it is. */
bool userns_needed(void);

/* Is this one within another, so that capabilities here are none of the machine's? */
bool userns_is_inner(void);

/*
 * Moves this (single-threaded) process into a user namespace of its own, where
 * it has every capability. There is no way back. On -1 the error says what
 * forbids it and who can allow it.
 */
int userns_enter(struct error *e);

#endif
