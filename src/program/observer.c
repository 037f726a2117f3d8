// SPDX-License-Identifier: MIT
/* The observer: its beginning, its end, and when it works. */
#include "observer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "listeners.h"
#include "net/netns.h"
#include "observing.h"

static void set_timer(struct observer *o)
{
	nsec due = clock_now() + (o->undecided ? OBSERVING_SOON : OBSERVING_TICK);

	if (!o->table.lives)
		due = NS_NEVER;
	if (!timer_is_set(&o->timer) || due < o->timer.due)
		timer_set(o->setup.loop, &o->timer, due);
}

static void tick(struct timer *t, nsec now)
{
	struct observer *o = container_of(t, struct observer, timer);

	(void)now;
	observing_refresh(o);
	observing_some(o);
	set_timer(o);
}

static void hear(struct handler *h, uint32_t events, nsec woken)
{
	struct observer *o = container_of(h, struct observer, news);

	(void)events;
	(void)woken;
	observing_refresh(o);
	set_timer(o);
}

void observer_wire(struct observer *o)
{
	observing_refresh(o);
	set_timer(o);
}

void observer_look(struct observer *o)
{
	observing_refresh(o);
	observing_all(o);
	observing_refresh(o); /* news of what was looked at */
	set_timer(o);
}

static int open_in_host(struct observer *o, struct error *e)
{
	struct error other;
	int err;

	if (netns_go(o->setup.ns, e) < 0)
		return -1;
	err = host_open(&o->host);
	if (err == 0)
		err = o->diag = diag_open();
	if (err >= 0)
		err = o->news.fd = diag_listen();
	if (err < 0)
		error_set(e, STATUS_SYSTEM, "sock_diag: %s", err == -EPROTONOSUPPORT ? "this kernel has none for TCP (as root: modprobe tcp_diag)"
										    : error_reason(-err));
	if (netns_go(o->setup.home, err < 0 ? &other : e) < 0)
		return -1;
	return err < 0 ? -1 : 0;
}

struct observer *observer_open(const struct observer_setup *s, struct error *e)
{
	struct observer *o = calloc(1, sizeof(*o));
	int err;

	if (!o) {
		error_set(e, STATUS_SYSTEM, "observer: out of memory");
		return NULL;
	}
	o->setup = *s;
	o->diag = o->news.fd = o->host.fd = -1;
	o->news.ready = hear;
	o->timer.fire = tick;
	err = connections_open(&o->table, s->most);
	if (err < 0)
		error_set(e, STATUS_SYSTEM, "%zu connections: out of memory", s->most);
	else
		err = open_in_host(o, e);
	if (err == 0)
		err = loop_add(s->loop, &o->news, EPOLLIN);
	if (err == 0)
		return o;
	if (err < -1)
		error_set(e, STATUS_SYSTEM, "observer: %s", error_reason(-err));
	observer_close(o);
	return NULL;
}

void observer_close(struct observer *o)
{
	if (!o)
		return;
	timer_unset(o->setup.loop, &o->timer);
	if (o->news.fd >= 0) {
		loop_remove(o->setup.loop, &o->news);
		close(o->news.fd);
	}
	if (o->diag >= 0)
		close(o->diag);
	host_close(&o->host);
	connections_close(&o->table);
	free(o);
}

void observer_over(struct observer *o, nsec at)
{
	observing_await(o);
	observing_refresh(o);
	observing_all(o);
	observing_over(o, at);
	set_timer(o);
}

size_t observer_count(const struct observer *o)
{
	return o->table.count;
}

struct observed *observer_at(const struct observer *o, size_t i)
{
	return &o->table.all[i].seen;
}

size_t observer_beyond(const struct observer *o)
{
	return o->table.beyond;
}

void observer_hint(struct observer *o, char *to, size_t room)
{
	listeners_hint(o->diag, o->setup.listens, o->setup.port, to, room);
	if (!*to && o->tried)
		snprintf(to, room, "it tries port %u", o->tried);
}
