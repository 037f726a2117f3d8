/* SPDX-License-Identifier: MIT */
/*
 * What the kernel knows of the TCP sockets of a network namespace, whosever they are: sock_diag(7), and the multicast
 * group that tells of each socket that it destroys (SKNLGRP_INET_TCP_DESTROY, SKNLGRP_INET6_TCP_DESTROY of
 * linux/sock_diag.h). Nothing here changes a socket, but diag_destroy.
 *
 * A descriptor belongs to the namespace in which its opener was at that time. None of these waits for anything but the kernel.
 */
#ifndef NET_DIAG_H
#define NET_DIAG_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "tcp/tcpinfo.h"

/* Both ends of a connection, the namespace's own first; of one family. Of a listener the second one is zero. */
struct diag_ends {
	struct sockaddr_storage local, remote;
	/* The index of the network device that the socket is bound to; 0: none. To find a socket: of the device on
	 * which its packets come; with 0 none that is bound is found. */
	unsigned device;
};

struct diag_socket {
	struct diag_ends ends;
	uint8_t state;    /* enum tcp_state */
	uint32_t inode;   /* 0: its program has closed it; or, in STATE_ESTABLISHED and STATE_CLOSE_WAIT, has not accepted it yet */
	uint32_t uid;
	uint32_t unread;  /* bytes that were received and not read; of a listener: connections that wait for accept */
	uint32_t unsent;  /* bytes that were written and not acknowledged; of a listener: how many connections may wait */
	uint8_t timer;    /* idiag_timer: 0 none, 1 retransmission, 2 keepalive, 3 TIME_WAIT, 4 window probe */
	uint8_t retransmits;
	uint32_t expires; /* ms until it */
	bool recverr;     /* IP_RECVERR is set, where the kernel tells; it does not of IPV6_RECVERR */
	uint64_t cookie;  /* no other socket has the same one before the machine is started again */
	bool has_info;
	struct tcp_info info; /* zeroed behind what the kernel knows */
};

/* The port of one of these, host order. */
in_port_t diag_port(const struct sockaddr_storage *end);

/* For diag_find, diag_each and diag_destroy: a descriptor, or -errno. */
int diag_open(void);

/* The socket with these ends: 1; 0 if there is none; or -errno. A hash lookup, some microseconds, however many sockets there are. */
int diag_find(int fd, const struct diag_ends *ends, struct diag_socket *s);

/* Every socket whose state is among those bits (1 << STATE_LISTEN), of both families; ends early where each returns nonzero, and returns
 * that. 0 or -errno. Walks the kernel's whole table but for listeners: milliseconds, so nothing for a loop. One that is made or
 * ends meanwhile may come or not, and seldom twice. each must leave that descriptor alone. */
int diag_each(int fd, unsigned states, int (*each)(const struct diag_socket *s, void *of), void *of);

/* Ends a connection as tcp_abort() of the kernel does: an RST on the wire, ECONNABORTED for its program; where its
 * program has closed it already, in silence for that. Needs CAP_NET_ADMIN, and a kernel with
 * CONFIG_INET_DIAG_DESTROY (EOPNOTSUPP). 0 or -errno. */
int diag_destroy(int fd, const struct diag_ends *ends);

/* Ends a listener with that local end, or one of several, as close(2) does. The same. */
int diag_destroy_listener(int fd, const struct diag_ends *ends);

/* For diag_read: hears of sockets as the kernel destroys them: when nobody holds them any more, and TCP is done with them. Needs
 * CAP_NET_ADMIN over the namespace. A descriptor, non-blocking and readable when there is news, or -errno. */
int diag_listen(void);

/* The next socket that was destroyed, with its last info: 1; 0 if there is none; -ENOBUFS if some were lost; or -errno. */
int diag_read(int fd, struct diag_socket *s);

#endif
