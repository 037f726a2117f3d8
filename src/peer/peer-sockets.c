// SPDX-License-Identifier: MIT
/* The peer's sockets. They are connected one after the other, and waited for, as nothing else is to be done yet. */
#include "peer-sockets.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "engine/address.h"
#include "engine/listeners.h"

static int wait_connected(int fd, nsec limit)
{
	const struct timespec ts = { limit / NS_PER_S, limit % NS_PER_S };
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	int n = ppoll(&p, 1, &ts, NULL), err = 0;
	socklen_t len = sizeof(err);

	if (n < 0)
		return -errno;
	if (!n)
		return -ETIMEDOUT;
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len);
	return -err;
}

static int connect_to(const struct plan *p, const struct target *t, const struct addrinfo *a,
		      struct error *e)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
	char text[ADDRESS_TEXT];
	int rc = 0;

	if (fd < 0)
		return error_set(e, STATUS_SYSTEM, "'%s': %s", t->text, error_reason(errno));
	if (peer_setup(fd, p->fault.chosen, e) ||
	    (p->connect.source && address_bind_source(fd, p->connect.source, a->ai_family, e)))
		goto fail;
	if (connect(fd, a->ai_addr, a->ai_addrlen))
		rc = errno == EINPROGRESS ? wait_connected(fd, p->connect.timeout) : -errno;
	if (!rc)
		return fd;
	address_text(text, a->ai_addr, a->ai_addrlen);
	error_set(e, error_connect_status(-rc), "'%s' (%s): %s", t->text, text, error_reason(-rc));
fail:
	close(fd);
	return -1;
}

static int connect_target(struct peer_sockets *s, const struct plan *p, const struct target *t,
			  struct error *e)
{
	struct addrinfo *list, *a;
	int fd = -1;

	if (address_resolve(&list, t, address_family(p), 0, e))
		return -1;
	for (unsigned n = 0; n < p->connect.connections; n++) {
		for (a = list, fd = -1; fd < 0 && a; a = a->ai_next)
			fd = connect_to(p, t, a, e);
		if (fd < 0)
			break;
		s->fds[s->count++] = fd;
	}
	freeaddrinfo(list);
	return fd < 0 ? -1 : 0;
}

int peer_sockets_open(struct peer_sockets *s, const struct plan *p, struct error *e)
{
	int rc = 0;

	*s = (struct peer_sockets){
		.room = p->connect.listen ? LISTENERS_MAX : p->connect.ntargets * p->connect.connections,
	};
	s->fds = calloc(s->room + 1, sizeof(*s->fds));
	if (!s->fds)
		return error_set(e, STATUS_SYSTEM, "the peer's sockets: out of memory");
	if (p->connect.listen)
		return listeners_open(s->fds, &s->count, &p->connect.targets[0], p->connect.family, peer_setup, p->fault.chosen, e);
	for (size_t i = 0; !rc && i < p->connect.ntargets; i++)
		rc = connect_target(s, p, &p->connect.targets[i], e);
	return rc;
}

void peer_sockets_close(struct peer_sockets *s)
{
	while (s->count)
		close(s->fds[--s->count]);
	free(s->fds);
	s->fds = NULL;
}
