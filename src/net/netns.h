/* SPDX-License-Identifier: MIT */
/*
 * The lab's private network: links of two hosts, each a network namespace of its
 * own with one TUN device (addresses.h), see network_namespaces(7).
 *
 *	watcher [lab0] <- tun -> link worker <- tun -> [lab0] peer
 *
 * One process holds them all as descriptors, enters a host to make sockets there
 * and comes back; a socket stays with the host in which it was made. When the
 * last process that holds a descriptor is gone, the kernel removes the host.
 */
#ifndef NET_NETNS_H
#define NET_NETNS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct lab_host {
	int ns;  /* its network namespace */
	int tun; /* its device; the link worker reads and writes it */
};

struct lab_link {
	struct lab_host watcher, peer;
};

struct lab_net {
	struct lab_link *link;
	size_t links;
	int home;  /* the namespace to come back to */
	bool ipv6; /* false when this kernel has none */
};

/*
 * Makes the links. Without the privilege to do so the process first moves into a
 * user namespace, for good; home is then an empty network and not the one in
 * which the program was started. family AF_INET6 says that IPv6 must be there;
 * with AF_INET it is set up too where the kernel has it. Errors are of
 * STATUS_SYSTEM, and nothing is left behind.
 */
int lab_net_open(struct lab_net *net, size_t links, int family, struct error *e);

/* Closes every descriptor; also right in a child that needs none of them. */
void lab_net_close(struct lab_net *net);

/* Makes this thread's network that of the namespace, see setns(2). 0 or -errno; netns_go
 * says the reason in *e instead. */
int netns_enter(int ns);
int netns_go(int ns, struct error *e);

/*
 * What link-down and addr-gone do to the watcher's host: its device goes down; its
 * addresses, IPv4 and IPv6, are taken away. The process is at home afterwards.
 */
int lab_link_down(const struct lab_net *net, const struct lab_link *link, struct error *e);
int lab_addr_gone(const struct lab_net *net, const struct lab_link *link, struct error *e);

/* Has it sent packets that the link worker has not read? */
bool lab_host_has_sent(const struct lab_host *host);

/*
 * A host's sysctl: "tcp_retries2" and "net.ipv4.tcp_retries2" are the same one.
 * An unknown name or a refused value is an error of STATUS_USAGE.
 */
int lab_sysctl(const struct lab_net *net, const struct lab_host *host, const char *name,
	       const char *value, struct error *e);

#endif
