// SPDX-License-Identifier: MIT
/* How a fault supervisor starts the lab's own peer, in the peer's host: a server, or where one is under test its client. */
#include "child.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/address.h"
#include "engine/listeners.h"
#include "net/addresses.h"
#include "net/diag.h"
#include "plan/plan.h"

/* A socket stays in the host in which it was made. */
static int enter_host(const struct child *s, struct error *e)
{
	return s->net ? netns_go(s->net->link[s->index].peer.ns, e) : 0;
}

static int leave_host(const struct child *s, struct error *e)
{
	return s->net ? netns_go(s->net->home, e) : 0;
}

/* ---- a server, to which a program may connect again ---- */

/* On loopback the kernel picks a port; in the lab's network it is always the same. */
static int listen_there(struct child *s, struct error *e)
{
	struct sockaddr_storage a;
	socklen_t len;
	int fd;

	if (s->net)
		len = addresses_fill(&a, s->family, "0.0.0.0", "::", htons(s->ends ? SUPERVISOR_PROGRAMS_PORT : SUPERVISOR_PORT));
	else
		len = addresses_fill(&a, s->family, "127.0.0.1", "::1", 0);
	fd = listen_at((struct sockaddr *)&a, len, false, peer_setup, s->fault, e);
	if (fd >= 0 && !getsockname(fd, (struct sockaddr *)&a, &len))
		s->port = htons(diag_port(&a));
	return fd;
}

int child_listen(struct child *s, struct error *e)
{
	struct peer_plan plan = { .fault = s->fault, .nlisteners = 1, .struck = s->struck, .stays = s->ends != NULL };
	int fd;

	if (enter_host(s, e))
		return -1;
	fd = listen_there(s, e);
	if (fd < 0)
		return -1;
	if (leave_host(s, e)) {
		close(fd);
		return -1;
	}
	plan.listeners = &fd;
	return peer_start(&s->peer, &plan, e);
}

/* ---- a client ---- */

/* Until the kernel knows; 0 or -errno. */
static int await_connected(struct child *s, int fd)
{
	socklen_t len = sizeof(int);
	int err = 0;

	child_wait(s, fd, POLLOUT, NS_NEVER);
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len);
	return -err;
}

static int connect_once(struct child *s, const struct sockaddr_storage *a, socklen_t len, struct error *e)
{
	int fd = socket(a->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP), rc = 0;
	char text[ADDRESS_TEXT];

	if (fd < 0)
		return error_set(e, STATUS_SYSTEM, "socket: %s", error_reason(errno));
	if (peer_setup(fd, s->fault, e))
		goto fail;
	if (connect(fd, (const struct sockaddr *)a, len))
		rc = errno == EINPROGRESS ? await_connected(s, fd) : -errno;
	if (!rc)
		return fd;
	address_text(text, (const struct sockaddr *)a, len);
	error_set(e, error_connect_status(-rc), "%s: the server at %s: %s", s->fault->spec, text, error_reason(-rc));
fail:
	close(fd);
	return -1;
}

/* The server's come first: on these it says something. */
static int connect_all(struct child *s, int *fds, unsigned all, struct error *e)
{
	struct sockaddr_storage a;
	socklen_t len;

	for (unsigned n = 0; n < all; n++) {
		len = addresses_fill(&a, s->family, LAB_IPV4_WATCHER, LAB_IPV6_WATCHER,
				 n < s->ends->connections ? s->port : htons(SUPERVISOR_PROBES_PORT));
		fds[n] = connect_once(s, &a, len, e);
		if (fds[n] >= 0)
			continue;
		while (n--)
			close(fds[n]);
		return -1;
	}
	return 0;
}

int child_connect(struct child *s, struct error *e)
{
	const unsigned all = s->ends->connections + s->ends->probes;
	struct peer_plan plan = {
		.fault = s->fault, .nconnected = all, .struck = s->struck, .silent = true, .say = s->ends->say,
		.says = s->ends->connections,
	};
	int *fds = calloc(all + 1, sizeof(*fds)), rc;

	if (!fds)
		return error_set(e, STATUS_SYSTEM, "the lab's client: out of memory");
	rc = enter_host(s, e) || connect_all(s, fds, all, e) || leave_host(s, e) ? -1 : 0;
	plan.connected = fds;
	if (!rc)
		rc = peer_start(&s->peer, &plan, e);
	free(fds);
	return rc;
}
