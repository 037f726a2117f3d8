// SPDX-License-Identifier: MIT
/* Accepts the probes' connections. */
#include "accepting.h"

#include <errno.h>
#include <unistd.h>

#include "engine/listeners.h"
#include "lab.h"

static void take(struct accepting *a, int fd)
{
	struct stage *s = a->stage;
	struct error e;
	int rc;

	if (s->dialed == s->watch.nconns) {
		close(fd);
		return;
	}
	s->watch.conns[s->dialed].target = s->fault->spec;
	rc = conn_established(&s->watch.conns[s->dialed++], fd, clock_now());
	if (!rc)
		return;
	error_set(&e, STATUS_SYSTEM, "'%s': %s", s->fault->spec, error_reason(-rc));
	run_fail(s->watch.run, &e);
}

static void client_ready(struct handler *h, uint32_t events, nsec woken)
{
	int fd = accept4(h->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	(void)woken;
	if (fd >= 0)
		take(container_of(h, struct accepting, listener), fd);
}

static int listen_there(struct accepting *a, int family, struct error *e)
{
	const struct sockaddr_in in4 = { .sin_family = AF_INET, .sin_port = htons(SUPERVISOR_PROBES_PORT) };
	const struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(SUPERVISOR_PROBES_PORT) };

	a->listener.fd = family == AF_INET6 ? listen_at((const struct sockaddr *)&in6, sizeof(in6), false, NULL, NULL, e)
					    : listen_at((const struct sockaddr *)&in4, sizeof(in4), false, NULL, NULL, e);
	return a->listener.fd < 0 ? -1 : 0;
}

int accepting_open(struct accepting *a, struct stage *s, struct error *e)
{
	const struct run *r = s->watch.run;
	int rc;

	*a = (struct accepting){ .listener = { .fd = -1, .ready = client_ready }, .stage = s };
	if (netns_go(s->watch.netns.sockets, e))
		return -1;
	rc = listen_there(a, r->plan->connect.family, e);
	if (netns_go(s->watch.netns.home, e) || rc)
		return -1;
	rc = loop_add(&s->watch.run->loop, &a->listener, EPOLLIN);
	return rc ? error_set(e, STATUS_SYSTEM, "the probes' listener: %s", error_reason(-rc)) : 0;
}

void accepting_close(struct accepting *a)
{
	if (a->stage && a->listener.fd >= 0)
		close(a->listener.fd);
}
