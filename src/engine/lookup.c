// SPDX-License-Identifier: MIT
/* A host's addresses, by getaddrinfo(3). */
#include "lookup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* An address list of our own: one block, whoever found the addresses. */
struct block {
	struct addrinfo info;
	struct sockaddr_storage sa;
};

static void port_set(struct sockaddr_storage *sa, in_port_t port)
{
	if (sa->ss_family == AF_INET6)
		((struct sockaddr_in6 *)sa)->sin6_port = port;
	else
		((struct sockaddr_in *)sa)->sin_port = port;
}

struct addrinfo *lookup_list(const struct answer *a, in_port_t port)
{
	struct block *b = calloc(a->count, sizeof(*b));

	for (size_t i = 0; b && i < a->count; i++) {
		b[i].sa = a->address[i].sa;
		port_set(&b[i].sa, port);
		b[i].info = (struct addrinfo){
			.ai_family = b[i].sa.ss_family, .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP,
			.ai_addrlen = a->address[i].len, .ai_addr = (struct sockaddr *)&b[i].sa,
			.ai_next = i + 1 < a->count ? &b[i + 1].info : NULL,
		};
	}
	return b ? &b->info : NULL;
}

void look_up(struct answer *a, const char *host, int family, int flags)
{
	const struct addrinfo hints = {
		.ai_family = family, .ai_flags = flags | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP,
	};
	struct addrinfo *list;

	a->rc = getaddrinfo(host, "0", &hints, &list);
	a->err = errno;
	if (a->rc)
		return;
	for (const struct addrinfo *i = list; i && a->count < ADDRESSES_MOST; i = i->ai_next) {
		memcpy(&a->address[a->count].sa, i->ai_addr, i->ai_addrlen);
		a->address[a->count++].len = i->ai_addrlen;
	}
	freeaddrinfo(list);
}

/* RFC 6761, section 6.3: this name and all below it are the loopback address, and no server is to be asked. */
static bool is_localhost(const char *host)
{
	static const char name[] = "localhost";
	const size_t len = sizeof(name) - 1;
	size_t n = strlen(host);

	n -= n && host[n - 1] == '.';
	return n >= len && !strncasecmp(host + n - len, name, len) && (n == len || host[n - len - 1] == '.');
}

bool lookup_known(struct answer *a, const char *host, int family, int flags)
{
	flags |= AI_NUMERICHOST;
	memset(a, 0, sizeof(*a));
	if (host && is_localhost(host)) {
		if (family != AF_INET)
			look_up(a, "::1", AF_UNSPEC, flags);
		if (family != AF_INET6)
			look_up(a, "127.0.0.1", AF_UNSPEC, flags);
		return true;
	}
	look_up(a, host, family, flags);
	return !host || a->rc != EAI_NONAME;
}
