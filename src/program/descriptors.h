/* SPDX-License-Identifier: MIT */
/* A process as /proc shows it: its name, and the descriptors that are sockets. */
#ifndef PROGRAM_DESCRIPTORS_H
#define PROGRAM_DESCRIPTORS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Calls each with every socket's number there and its inode, until it returns nonzero, and returns that. 0, or -errno: EACCES or EPERM where nobody may
 * look; a process that ends meanwhile is none any more (ENOENT, ESRCH). What is opened meanwhile may come or not. */
int descriptors_each(pid_t pid, int (*each)(int fd, uint32_t inode, void *of), void *of);

/* /proc/PID/comm, safe to print; "" where it is gone. */
void process_command(pid_t pid, char *to, size_t room);

#endif
