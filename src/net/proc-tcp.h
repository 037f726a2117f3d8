/* SPDX-License-Identifier: MIT */
/*
 * The TCP sockets of a process's network namespace as /proc/PID/net/tcp and tcp6 show them, which needs no permission: for where
 * sock_diag(7) may not be asked. There is no TCP_INFO in it, no cookie and no device.
 */
#ifndef NET_PROC_TCP_H
#define NET_PROC_TCP_H

#include <sys/types.h>

#include "diag.h"

/* As diag_each, of all states. 0, what each returned, or -errno where there is no such file. */
int proc_tcp_each(pid_t pid, int (*each)(const struct diag_socket *s, void *of), void *of);

/* A line of it: 1, or 0 where it is none. family: of the file. */
int proc_tcp_read(const char *line, int family, struct diag_socket *s);

/* What tells one namespace from another where /proc/PID/ns/net may not be read: the inode of that file; 0 where there is none. */
ino_t proc_tcp_inode(pid_t pid);

#endif
