/* SPDX-License-Identifier: MIT */
/* Sockets that listen: for --listen, for the peer, and for the lab's peers. */
#ifndef ENGINE_LISTENERS_H
#define ENGINE_LISTENERS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/error.h"
#include "plan/plan.h"

struct run;

/* accept(2) failed for a shortage (base/error.h): wait so long before the next. */
#define LISTEN_PAUSE (50 * NS_PER_MS)

#define LISTENERS_MAX 4 /* addresses of one name */

/* What comes first for a socket, before it is bound; or NULL. 0, or -1 with the reason. */
typedef int socket_setup(int fd, const void *arg, struct error *e);

/* A non-blocking socket that listens at that address; both: an IPv6 one takes IPv4
 * too. The descriptor, or -1: address in use (STATUS_CONNECT), no socket available. */
int listen_at(const struct sockaddr *sa, socklen_t len, bool both, socket_setup *setup,
	      const void *arg, struct error *e);

/*
 * Listens at all addresses of the plan's target, or, where it names none, at any: one IPv6
 * socket that takes IPv4 too, where there is IPv6. Port 0 is picked once for all.
 * 0 with at least one descriptor, for the caller to close; or -1 with none.
 */
int listeners_open(struct run *r, int fds[LISTENERS_MAX], size_t *count, socket_setup *setup, const void *arg,
		   struct error *e);

#endif
