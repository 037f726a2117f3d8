// SPDX-License-Identifier: MIT
/* Connecting, gently: one first, which finds the address that all others go to, since another address may be another path. */
#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/address.h"
#include "idle.h"

#define AT_ONCE 2
#define LATER_LEAST NS_PER_S /* once one is established a handshake that takes long is one that the server refuses */
#define LATER_TRIPS 8

static void dial(struct idler *i);

static void hang_up(struct idler *i)
{
	loop_remove(&i->idle->run.loop, &i->socket);
	close(i->socket.fd);
	i->socket.fd = -1;
}

/* The keeper comes first: it finds out whether the question ends the connection. */
static struct idler *next_wanted(struct idle *d)
{
	for (size_t n = d->search.count + 1; n-- > 0;)
		if (d->idlers[n].phase == IDLER_CLOSED && (!d->opened || d->idlers[n].redial))
			return &d->idlers[n];
	return NULL;
}

static void dial_more(struct idle *d)
{
	size_t at_once = d->address ? AT_ONCE : 1;
	struct idler *i;

	while (d->in_flight < at_once && !run_is_ending(&d->run) && (i = next_wanted(d))) {
		d->in_flight++;
		dial(i);
	}
	if (!d->in_flight && !d->opened) {
		d->opened = true;
		if (!run_is_ending(&d->run))
			idle_review(d, clock_now());
	}
}

/* The server lets in no more: the search goes on with those that there are. */
static void refused(struct idle *d, const char *why)
{
	size_t n = 0;

	for (size_t i = 0; i <= d->search.count; i++) {
		n += d->idlers[i].established != 0;
		if (d->idlers[i].phase == IDLER_CLOSED)
			d->idlers[i].phase = IDLER_OVER;
	}
	if (!d->opened) {
		idle_note(d, "only %zu connections could be made: %s", n, why);
		search_spread(&d->search);
	}
	d->refused = true;
	dial_more(d);
	if (d->opened)
		idle_review(d, clock_now());
}

static void failed(struct idler *i, int err)
{
	struct idle *d = i->idle;
	const struct addrinfo *a = d->address ? d->address : d->addresses;
	enum status status = error_connect_status(err);
	char text[ADDRESS_TEXT];
	struct error e;

	if (i->socket.fd >= 0)
		hang_up(i);
	d->in_flight--;
	i->phase = IDLER_OVER;
	address_text(text, a->ai_addr, a->ai_addrlen);
	error_set(&e, status, "'%s' (%s): %s", d->target->text, text, error_reason(err));
	if (d->address && status == STATUS_CONNECT) {
		refused(d, error_reason(err));
		return;
	}
	if (!d->addresses->ai_next || status != STATUS_CONNECT) {
		run_fail(&d->run, &e);
		return;
	}
	d->addresses = d->addresses->ai_next;
	i->phase = IDLER_CLOSED;
	dial_more(d);
}

static void timed_out(struct timer *t, nsec now)
{
	(void)now;
	failed(container_of(t, struct idler, timer), ETIMEDOUT);
}

static void ready(struct handler *h, uint32_t events, nsec woken)
{
	struct idler *i = container_of(h, struct idler, socket);
	struct idle *d = i->idle;
	socklen_t len = sizeof(int);
	int fd = h->fd, err = 0;

	timer_unset(&d->run.loop, &i->timer);
	if (events & (EPOLLERR | EPOLLHUP))
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len);
	if (err) {
		failed(i, err);
		return;
	}
	loop_remove(&d->run.loop, h);
	if (!d->address) {
		d->address = d->addresses;
		address_text(d->remote, d->address->ai_addr, d->address->ai_addrlen);
	}
	d->in_flight--;
	idler_established(i, fd, woken);
	dial_more(d);
}

static nsec timeout_of(const struct idle *d)
{
	nsec later = LATER_LEAST + LATER_TRIPS * d->round_trip, all = d->run.plan->connect.timeout;

	return d->address && later < all ? later : all;
}

static int try_connect(struct idler *i)
{
	struct idle *d = i->idle;
	const struct plan *p = d->run.plan;
	const struct addrinfo *a = d->address ? d->address : d->addresses;
	struct error e;

	i->socket.fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
	if (i->socket.fd < 0)
		return -errno;
	i->socket.ready = ready;
	if (p->connect.source && address_bind_source(i->socket.fd, p->connect.source, d->run.source, a->ai_family, &e)) {
		run_fail(&d->run, &e);
		return 0;
	}
	if (connect(i->socket.fd, a->ai_addr, a->ai_addrlen) && errno != EINPROGRESS)
		return -errno;
	return loop_add(&d->run.loop, &i->socket, EPOLLOUT);
}

static void dial(struct idler *i)
{
	struct idle *d = i->idle;
	int rc;

	i->phase = IDLER_DIALING;
	rc = try_connect(i);
	if (rc) {
		failed(i, -rc);
		return;
	}
	i->timer.fire = timed_out;
	timer_set(&d->run.loop, &i->timer, ns_add(clock_now(), timeout_of(d)));
}

void dialing_start(struct idle *d)
{
	dial_more(d);
}

void dialing_renew(struct idle *d)
{
	size_t wanted = d->refused ? 0 : search_wants(&d->search);

	for (size_t n = 0; n < d->search.count; n++)
		wanted -= wanted && d->idlers[n].redial;
	for (size_t n = 0; n < d->search.count && wanted; n++) {
		struct idler *i = &d->idlers[n];

		if (i->phase != IDLER_OVER || d->each[n].state != SILENCE_LOST || i->redial)
			continue;
		i->redial = true;
		i->phase = IDLER_CLOSED;
		wanted--;
	}
	dial_more(d);
}
