/* SPDX-License-Identifier: MIT */
/* A socket as sock_diag(7) writes it, and as diag.h does. An IPv4-mapped address is an IPv4 address. */
#ifndef NET_DIAG_SOCKET_H
#define NET_DIAG_SOCKET_H

#include <linux/inet_diag.h>
#include <linux/netlink.h>

#include "diag.h"

/* Writes what id has of the ends; its cookie stays. */
void diag_socket_id(const struct diag_ends *ends, struct inet_diag_sockid *id);

/* Reads both, of a socket of that family. */
void diag_ends_read(int family, const struct inet_diag_sockid *id, struct diag_ends *ends);

/* Reads a message that is all there: 1, or -EPROTO where it is no socket. */
int diag_socket_read(const struct nlmsghdr *h, struct diag_socket *s);

#endif
