/* SPDX-License-Identifier: MIT */
/* The link's watcher seen from inside (net/addresses.h): which connections are between the two hosts, and can it send? */
#ifndef PROGRAM_HOST_H
#define PROGRAM_HOST_H

#include <stdbool.h>

#include "net/diag.h"

struct host {
	int fd;          /* a socket in there, to ask with */
	unsigned device; /* the index of its device */
};

/* Of the namespace in which this process is. 0 or -errno; host_close is right in any case, of one whose fd is -1 too. */
int host_open(struct host *h);
void host_close(struct host *h);

/* A connection between the two hosts, the watcher first. Ports in host order. */
void host_ends(const struct host *h, int family, in_port_t local, in_port_t remote, struct diag_ends *ends);
bool host_has(const struct diag_ends *ends); /* is it one of these? */

/* Is its device up, and has it its address (of IPv4; without it IPv6 goes on)? */
bool host_is_whole(const struct host *h, int family);

#endif
