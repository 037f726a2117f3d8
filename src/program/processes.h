/* SPDX-License-Identifier: MIT */
/* Lists the processes of a program: its init's descendants. */
#ifndef PROGRAM_PROCESSES_H
#define PROGRAM_PROCESSES_H

#include <stddef.h>
#include <sys/types.h>

/*
 * All that descend from init, which is not among them: at most `most` of them, parents before their children. One
 * that is forked or reparented meanwhile may be missed. Returns how many, or -errno: ENOENT where the kernel lists no
 * children (CONFIG_PROC_CHILDREN), or init is gone or hidden.
 */
ssize_t processes_list(pid_t init, pid_t *list, size_t most);

#endif
