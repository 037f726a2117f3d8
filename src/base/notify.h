/* SPDX-License-Identifier: MIT */
/*
 * What a service manager is told: the protocol of sd_notify(3), datagrams of VARIABLE=VALUE lines to the socket that
 * $NOTIFY_SOCKET names. Nothing waits for the manager, and that it does not listen is no error.
 */
#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

#include <sys/socket.h>
#include <sys/un.h>

#include "clock.h"

struct notify {
	int fd;               /* -1: nobody wants to know */
	struct sockaddr_un to;
	socklen_t len;
	nsec watchdog;        /* WATCHDOG=1 is wanted within that time, again and again; 0: it is not */
};

/* Reads $NOTIFY_SOCKET, $WATCHDOG_USEC and $WATCHDOG_PID, and takes them from the environment: they are not for child
 * processes. A socket that is neither a path nor abstract ("@name") is not known here. */
void notify_open(struct notify *n);
void notify_close(struct notify *n);

/* "READY=1", "STATUS=...": one or more lines. */
void notify_send(const struct notify *n, const char *text);

#endif
