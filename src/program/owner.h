/* SPDX-License-Identifier: MIT */
/* Whose socket is it: from an inode of sock_diag(7) to a process and its descriptor, and a copy of that, see pidfd_getfd(2). */
#ifndef PROGRAM_OWNER_H
#define PROGRAM_OWNER_H

#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

struct owner {
	pid_t pid; /* as this process sees it */
	int fd;    /* its number there */
	char command[16]; /* of /proc/PID/comm, safe to print */
};

/* The first process of that init's program that holds that socket. 0, or -1 with the reason in *e. */
int owner_find(pid_t init, uint32_t inode, struct owner *o, struct error *e);

/* The same of several, in one pass over all descriptors: pid 0 where no process holds that socket, which is no error. -1 where there is
 * a process into which nobody may look, and that may hold one. */
int owner_find_all(pid_t init, const uint32_t *inodes, struct owner *owners, size_t count, struct error *e);

/* A copy of that descriptor, or -1 with the reason in *e ("not permitted: ..."). To be closed as soon as possible:
 * while it is open, the program's own close() ends nothing. */
int owner_copy(const struct owner *o, struct error *e);

#endif
