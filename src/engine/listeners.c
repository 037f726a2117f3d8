// SPDX-License-Identifier: MIT
/* Sockets that listen. An address that is not available is no error as long as another of the same name is. */
#include "listeners.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "resolve.h"

#define BACKLOG 4096 /* the kernel cuts it down to net.core.somaxconn */

int listen_at(const struct sockaddr *sa, socklen_t len, bool both, socket_setup *setup,
	      const void *arg, struct error *e)
{
	int one = 1, only6 = !both;
	int fd = socket(sa->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
	char text[ADDRESS_TEXT];

	if (fd < 0)
		return error_set(e, STATUS_SYSTEM, "socket: %s", error_reason(errno));
	if (setup && setup(fd, arg, e))
		goto fail;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (sa->sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only6, sizeof(only6));
	if (!bind(fd, sa, len) && !listen(fd, BACKLOG))
		return fd;
	address_text(text, sa, len);
	error_set(e, error_connect_status(errno), "'%s': %s", text, error_reason(errno));
fail:
	close(fd);
	return -1;
}

static in_port_t *port_of(struct sockaddr_storage *ss)
{
	return ss->ss_family == AF_INET6 ? &((struct sockaddr_in6 *)ss)->sin6_port
					 : &((struct sockaddr_in *)ss)->sin_port;
}

/* The address, with the port that the first of them got. */
static void address_of(struct sockaddr_storage *ss, const struct addrinfo *a, const int *fds, size_t count)
{
	struct sockaddr_storage first = { 0 };
	socklen_t len = sizeof(first);

	memset(ss, 0, sizeof(*ss));
	memcpy(ss, a->ai_addr, a->ai_addrlen);
	if (count && !getsockname(fds[0], (struct sockaddr *)&first, &len))
		*port_of(ss) = *port_of(&first);
}

int listeners_open(struct run *r, int fds[LISTENERS_MAX], size_t *count, socket_setup *setup, const void *arg,
		   struct error *e)
{
	const struct target *t = &r->plan->connect.targets[0];
	int family = r->plan->connect.family;
	bool both = !t->host && family == AF_UNSPEC;
	struct sockaddr_storage ss;
	struct addrinfo *list;

	*count = 0;
	if (resolve_targets(r, &list, t, 1, family, true, e))
		return -1;
	for (int f = AF_INET6; f; f = f == AF_INET6 ? AF_INET : 0)
		for (const struct addrinfo *a = list; a && *count < LISTENERS_MAX; a = a->ai_next) {
			if (a->ai_family != f || (both && *count))
				continue;
			address_of(&ss, a, fds, *count);
			fds[*count] = listen_at((struct sockaddr *)&ss, a->ai_addrlen, both, setup, arg, e);
			*count += fds[*count] >= 0;
		}
	resolve_free(list);
	if (!*count)
		return -1;
	service_begun(&r->service);
	return 0;
}
