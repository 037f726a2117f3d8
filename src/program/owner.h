/* SPDX-License-Identifier: MIT */
/* Whose socket is it: from an inode of sock_diag(7) to a process and its descriptor, and a copy of that, see pidfd_getfd(2). */
#ifndef PROGRAM_OWNER_H
#define PROGRAM_OWNER_H

#include <stdbool.h>
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

/* The same of several descriptors of one process: a descriptor of that, which stays with it whoever gets its number, or -errno; and a
 * copy, or -errno. The first is readable once the process has ended. owner_refused says why, and what would be needed, in *e; -1. */
int owner_open(pid_t pid);
int owner_copy_of(int process, int fd);
int owner_refused(const struct owner *o, int err, struct error *e);

/* What this process lacks for the descriptors of other users' processes, to list them and to copy them: "CAP_SYS_PTRACE is needed"; NULL: nothing. */
const char *owner_needs(void);

/* Is there a process, or a thread, with that number? Even one that /proc hides from this user. */
bool owner_exists(pid_t pid);

#endif
