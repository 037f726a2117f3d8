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

/* Moves the timerfd to the earliest timer, if it is not there yet. */
static void arm_timerfd(struct loop *l)
{
	nsec due = l->timers ? l->heap[1]->due : 0;
	struct itimerspec spec = {0};

	if (due == l->armed)
		return;
	spec.it_value.tv_sec = (time_t)(due / NS_PER_S);
	spec.it_value.tv_nsec = (long)(due % NS_PER_S);
	timerfd_settime(l->timerfd.fd, TFD_TIMER_ABSTIME, &spec, NULL);
	l->armed = due;
}

/* Fires what is due at the moment of the wake-up. What sets itself again does so
 * for later than now, so that no timer starves the sockets. */
static void fire_timers(struct handler *h, uint32_t events, nsec woken)
{
	struct loop *l = container_of(h, struct loop, timerfd);
	uint64_t ticks;

	(void)events;
	if (read(h->fd, &ticks, sizeof(ticks)) < 0)
		return;
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

	(void)events;
	(void)woken;
	while (read(h->fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (l->on_signal)
			l->on_signal(l, (int)info.ssi_signo);
}

static int epoll_change(struct loop *l, int op, struct handler *h, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = h };

	return epoll_ctl(l->epfd, op, h->fd, &ev) ? -errno : 0;
}

int loop_add(struct loop *l, struct handler *h, uint32_t events)
{
	return epoll_change(l, EPOLL_CTL_ADD, h, events);
}

int loop_modify(struct loop *l, struct handler *h, uint32_t events)
{
	return epoll_change(l, EPOLL_CTL_MOD, h, events);
}

void loop_remove(struct loop *l, struct handler *h)
{
	epoll_change(l, EPOLL_CTL_DEL, h, 0);
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
	l->epfd = epoll_create1(EPOLL_CLOEXEC);
	l->timerfd.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (l->heap && l->epfd >= 0 && l->timerfd.fd >= 0 && !loop_add(l, &l->timerfd, EPOLLIN))
		return 0;
	error_set(e, STATUS_SYSTEM, "event loop: %s", strerror(errno));
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
	return error_set(e, STATUS_SYSTEM, "signalfd: %s", strerror(errno));
}

/* Sockets first, timers last: what the kernel told is stamped and looked at
 * before a timer's look could find it and seem to have been the first. */
static void dispatch(struct loop *l, nsec woken)
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
	if (due && !l->stopping)
		l->timerfd.ready(&l->timerfd, EPOLLIN, woken);
}

int loop_run(struct loop *l, struct error *e)
{
	while (!l->stopping) {
		if (l->idle)
			l->idle(l);
		if (l->stopping)
			break;
		arm_timerfd(l);
		l->batched = epoll_wait(l->epfd, l->batch, LOOP_BATCH, -1);
		nsec woken = clock_now();

		if (l->batched < 0 && errno != EINTR)
			return error_set(e, STATUS_SYSTEM, "epoll_wait: %s", strerror(errno));
		dispatch(l, woken);
	}
	return 0;
}

void loop_stop(struct loop *l)
{
	l->stopping = true;
}
