// SPDX-License-Identifier: MIT
/* The watcher's application. What the peer echoes is thrown away, unless a probe on the connection took it first. */
#include "traffic.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "engine/run.h"

static const char request[16] = "are you there?\r\n";
static char stream[1024], scratch[65536];

static void read_echo(int fd)
{
	int there = 0;

	if (ioctl(fd, FIONREAD, &there) || there <= 0)
		return;
	recv(fd, scratch, (size_t)there < sizeof(scratch) ? (size_t)there : sizeof(scratch), MSG_DONTWAIT);
}

static void send_message(int fd, enum traffic kind)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	if (poll(&p, 1, 0) > 0 && p.revents == POLLOUT)
		send(fd, kind == TRAFFIC_STREAM ? stream : request,
		     kind == TRAFFIC_STREAM ? sizeof(stream) : sizeof(request), MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void traffic_turn(struct timer *timer, nsec now)
{
	struct traffic_timer *t = container_of(timer, struct traffic_timer, timer);

	for (size_t i = 0; i < t->watch->nconns; i++) {
		const struct conn *c = &t->watch->conns[i];

		if (!c->established || c->kernel.closed)
			continue;
		read_echo(c->socket.fd);
		send_message(c->socket.fd, t->kind);
	}
	timer_set(&t->watch->run->loop, timer,
		  now + (t->kind == TRAFFIC_STREAM ? TRAFFIC_STREAM_EVERY : TRAFFIC_REQUEST_EVERY));
}

void traffic_start(struct traffic_timer *t, struct watch *w, enum traffic kind)
{
	t->watch = w;
	t->kind = kind;
	t->timer.fire = traffic_turn;
	if (kind != TRAFFIC_IDLE)
		traffic_turn(&t->timer, clock_now());
}

void traffic_stop(struct traffic_timer *t)
{
	if (t->watch)
		timer_unset(&t->watch->run->loop, &t->timer);
}
