/* SPDX-License-Identifier: MIT */
/*
 * Who lives on a link of the lab. The addresses are those set aside for
 * documentation (RFC 5737, RFC 3849) and the same on every link, because each
 * host has a network namespace of its own.
 */
#ifndef NET_ADDRESSES_H
#define NET_ADDRESSES_H

#include <netinet/in.h>
#include <sys/socket.h>

#define LAB_DEVICE "lab0"
#define LAB_MTU 1500

#define LAB_IPV4_WATCHER "192.0.2.1"
#define LAB_IPV4_PEER "192.0.2.2"
#define LAB_IPV4_ROUTER "192.0.2.254" /* nobody: what sends ICMP errors */
#define LAB_IPV4_PREFIX 24

#define LAB_IPV6_WATCHER "2001:db8::1"
#define LAB_IPV6_PEER "2001:db8::2"
#define LAB_IPV6_ROUTER "2001:db8::fe"
#define LAB_IPV6_PREFIX 64

/* For a socket of that family: one of these two, zeroed otherwise, and the port, which is in network order. Returns
 * its length. Any family but AF_INET6 is AF_INET. */
socklen_t addresses_fill(struct sockaddr_storage *a, int family, const char *v4, const char *v6, in_port_t port);

#endif
