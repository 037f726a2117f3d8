/* SPDX-License-Identifier: MIT */
/* The addresses of one host, as an answer that can be sent from one process to another. */
#ifndef ENGINE_LOOKUP_H
#define ENGINE_LOOKUP_H

#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define ADDRESSES_MOST 32

/* getaddrinfo's result, its errno, and the addresses, without a port. */
struct answer {
	int rc, err;
	size_t count;
	struct {
		struct sockaddr_storage sa;
		socklen_t len;
	} address[ADDRESSES_MOST];
};

/* Adds to the answer; may wait for as long as name servers keep silent. host NULL: any. */
void look_up(struct answer *a, const char *host, int family, int flags);

/* Is the answer known without asking anybody? Then it is in *a: of what is numeric, of `localhost` and of the names below it. */
bool lookup_known(struct answer *a, const char *host, int family, int flags);

/* As a list, with that port; one block, to be freed with resolve_free. NULL without memory. */
struct addrinfo *lookup_list(const struct answer *a, in_port_t port);

#endif
