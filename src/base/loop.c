// SPDX-License-Identifier: MIT
/* The event loop. The time is read once, right after epoll_wait, before any handler runs: it stamps kernel events. */
#include "loop.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <stdlib.h>
#include <unistd.h>

static void heap_place(struct loop *l, size_t slot, struct timer *t)
{
	l->heap[slot] = t;
	t->slot = slot;
}

static void heap_rise(struct loop *l, size_t slot, struct timer *t)
{
	for (; slot > 1 && l->heap[slot / 2]->due > t->due; slot /= 2)
		heap_place(l, slot, l->heap[slot / 2]);
	heap_place(l, slot, t);
}

static void heap_sink(struct loop *l, size_t slot, struct timer *t)
{
	for (size_t child; (child = slot * 2) <= l->timers; slot = child) {
		if (child < l->timers && l->heap[child + 1]->due < l->heap[child]->due)
			child++;
		if (l->heap[child]->due >= t->due)
			break;
		heap_place(l, slot, l->heap[child]);
	}
	heap_place(l, slot, t);
}

void timer_unset(struct loop *l, struct timer *t)
{
	size_t slot = t->slot;
	struct timer *last;

	if (!slot)
		return;
	t->slot = 0;
	last = l->heap[l->timers--];
	if (last == t)
		return;
	if (slot > 1 && l->heap[slot / 2]->due > last->due)
		heap_rise(l, slot, last);
	else
		heap_sink(l, slot, last);
}

void timer_set(struct loop *l, struct timer *t, nsec due)
{
	timer_unset(l, t);
	if (due == NS_NEVER || l->timers == l->room)
		return;
	t->due = due;
	heap_rise(l, ++l->timers, t);
}

void loop_fail(struct loop *l, const char *call, int err)
{
	if (!l->failure.status)
		error_set(&l->failure, STATUS_SYSTEM, "event loop: %s: %s", call, error_reason(err));
	loop_stop(l);
}

/* Moves the timerfd to the earliest timer, if it is not there yet. */
static void arm_timerfd(struct loop *l)
{
	nsec due = l->timers ? l->heap[1]->due : 0;
	struct itimerspec spec = {0};

	if (due == l->armed)
		return;
	spec.it_value.tv_sec = (time_t)(due / NS_PER_S);
	spec.it_value.tv_nsec = (long)(due % NS_PER_S);
	if (timerfd_settime(l->timerfd.fd, TFD_TIMER_ABSTIME, &spec, NULL))
		loop_fail(l, "timerfd_settime", errno);
	l->armed = due;
}

/* A read that found nothing is done again when epoll says so. */
static bool is_for_later(int err)
{
	return err == EAGAIN || err == EINTR;
}

/* Fires what is due at the moment of the wake-up. What sets itself again does so
 * for later than now, so that no timer starves the sockets. */
static void fire_timers(struct handler *h, uint32_t events, nsec woken)
{
	struct loop *l = container_of(h, struct loop, timerfd);
	uint64_t ticks;

	(void)events;
	if (read(h->fd, &ticks, sizeof(ticks)) < 0 && !is_for_later(errno)) {
		loop_fail(l, "timerfd", errno);
		return;
	}
	l->armed = 0;
	while (l->timers && l->heap[1]->due <= woken && !l->stopping) {
		struct timer *t = l->heap[1];

		timer_unset(l, t);
		t->fire(t, woken);
	}
}

static void read_signal(struct handler *h, uint32_t events, nsec woken)
{
	struct loop *l = container_of(h, struct loop, signalfd);
	struct signalfd_siginfo info;
	ssize_t n;

	(void)events;
	(void)woken;
	while ((n = read(h->fd, &info, sizeof(info))) == (ssize_t)sizeof(info))
		if (l->on_signal)
			l->on_signal(l, (int)info.ssi_signo);
	if (n < 0 && !is_for_later(errno))
		loop_fail(l, "signalfd", errno);
}

static int epoll_change(struct loop *l, int op, struct handler *h, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = h };

	return epoll_ctl(l->epfd, op, h->fd, &ev) ? -errno : 0;
}

int loop_add(struct loop *l, struct handler *h, uint32_t events)
{
	int rc = epoll_change(l, EPOLL_CTL_ADD, h, events);

	l->handlers += !rc;
	return rc;
}

void loop_modify(struct loop *l, struct handler *h, uint32_t events)
{
	int rc = epoll_change(l, EPOLL_CTL_MOD, h, events);

	if (rc)
		loop_fail(l, "epoll_ctl", -rc);
}

void loop_remove(struct loop *l, struct handler *h)
{
	int rc = epoll_change(l, EPOLL_CTL_DEL, h, 0);

	l->handlers -= !rc;
	if (rc && rc != -ENOENT && rc != -EBADF) /* it may never have been added */
		loop_fail(l, "epoll_ctl", -rc);
	for (int i = l->next; i < l->batched; i++)
		if (l->batch[i].data.ptr == h)
			l->batch[i].data.ptr = NULL;
}

int loop_open(struct loop *l, size_t timers, struct error *e)
{
	memset(l, 0, sizeof(*l));
	l->epfd = l->timerfd.fd = l->signalfd.fd = -1;
	l->heap = calloc(timers + 1, sizeof(struct timer *));
	l->room = timers;
	l->timerfd.ready = fire_timers;
	l->signalfd.ready = read_signal;
	l->woken = clock_now();
	l->epfd = epoll_create1(EPOLL_CLOEXEC);
	l->timerfd.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (l->heap && l->epfd >= 0 && l->timerfd.fd >= 0 && !loop_add(l, &l->timerfd, EPOLLIN))
		return 0;
	error_set(e, STATUS_SYSTEM, "event loop: %s", error_reason(errno));
	loop_close(l);
	return -1;
}

void loop_close(struct loop *l)
{
	const int fds[] = { l->epfd, l->timerfd.fd, l->signalfd.fd };

	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	free(l->heap);
	memset(l, 0, sizeof(*l));
	l->epfd = l->timerfd.fd = l->signalfd.fd = -1;
}

int loop_catch(struct loop *l, const int *signos, size_t n, struct error *e)
{
	struct sigaction was;
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < n; i++)
		if (!sigaction(signos[i], NULL, &was) && was.sa_handler != SIG_IGN)
			sigaddset(&set, signos[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	l->signalfd.fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (l->signalfd.fd >= 0 && !loop_add(l, &l->signalfd, EPOLLIN))
		return 0;
	return error_set(e, STATUS_SYSTEM, "signalfd: %s", error_reason(errno));
}

/* What epoll returned, but the timers; were these among it? */
static bool dispatch(struct loop *l, nsec woken)
{
	bool due = false;

	for (l->next = 0; l->next < l->batched && !l->stopping;) {
		struct epoll_event *ev = &l->batch[l->next++];
		struct handler *h = ev->data.ptr;

		if (h == &l->timerfd)
			due = true;
		else if (h)
			h->ready(h, ev->events, woken);
	}
	l->batched = 0;
	return due;
}

/* How many there were, or -1. A stop interrupts the wait, and is a part of it. */
static int next_batch(struct loop *l, int timeout)
{
	do
		l->batched = epoll_wait(l->epfd, l->batch, LOOP_BATCH, timeout);
	while (l->batched < 0 && errno == EINTR);
	l->woken = clock_now();
	if (l->batched >= 0)
		return l->batched;
	l->batched = 0;
	loop_fail(l, "epoll_wait", errno);
	return -1;
}

/* A timer may be set to a moment that has passed: it has been late only since it was set, at seen at the earliest. */
static nsec lateness(const struct loop *l, nsec seen)
{
	nsec due = l->timers ? l->heap[1]->due : NS_NEVER;

	if (due < seen)
		due = seen;
	return l->woken > due ? l->woken - due : 0;
}

nsec loop_late(const struct loop *l)
{
	nsec ago = clock_now() - l->woken;

	return ago > l->late ? ago : l->late;
}

/* Looks again without waiting, which moves seen to the moment before it. How many there were, or -1. */
static int next_look(struct loop *l, nsec *seen)
{
	nsec late;
	int n;

	*seen = l->woken;
	n = next_batch(l, 0);
	late = lateness(l, *seen);
	l->late = late > l->late ? late : l->late;
	return n;
}

/* Sockets first, timers last: what the kernel told is stamped and looked at before a
 * timer's look could find it and seem to have been the first, or the deadline judges
 * without it. The process may have been stopped between a look's end and its stamp, so
 * another one follows it, and all that came before the stamp is known. The ready list is a
 * queue: after so many batches every handler had its turn, also when others never become quiet. */
static void run_round(struct loop *l)
{
	size_t most = l->handlers / LOOP_BATCH + 1;
	bool due = false, last = false;
	nsec seen;
	int n;

	l->since = l->woken;
	n = next_batch(l, -1);
	l->late = lateness(l, l->since);
	seen = l->woken;
	for (size_t i = 0; n > 0; i++) {
		due |= dispatch(l, l->woken);
		if (last || i > most || l->stopping)
			break;
		last = n < LOOP_BATCH;
		n = next_look(l, &seen);
	}
	l->woken = seen;
	if (due && !l->stopping)
		l->timerfd.ready(&l->timerfd, EPOLLIN, l->woken);
}

int loop_run(struct loop *l, struct error *e)
{
	l->woken = clock_now();
	while (!l->stopping) {
		if (l->idle)
			l->idle(l);
		if (!l->stopping)
			arm_timerfd(l);
		if (!l->stopping)
			run_round(l);
	}
	if (!l->failure.status)
		return 0;
	*e = l->failure;
	return -1;
}

void loop_stop(struct loop *l)
{
	l->stopping = true;
}

void loop_go_on(struct loop *l)
{
	l->stopping = l->failure.status != STATUS_OK;
}
