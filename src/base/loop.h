/* SPDX-License-Identifier: MIT */
/*
 * A small event loop: epoll(7) for descriptors, one timerfd over a heap of
 * timers, one signalfd, and one hook for what may wait until nothing else does.
 *
 * The loop allocates its heap once, in loop_open. Handlers and timers are
 * embedded in their owners' structs; the loop neither copies nor frees them.
 * A handler or timer may be removed at any moment, also by another one's
 * callback in the same round: a registration is checked again before it fires.
 *
 * In a round every descriptor that is ready is looked at before any timer fires.
 */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

#include "clock.h"
#include "container-of.h"
#include "error.h"

struct loop;

/* A descriptor under watch. ready gets epoll's events and the time at which
 * epoll_wait returned them: nearer to what the kernel knew than any later look. */
struct handler {
	int fd;
	void (*ready)(struct handler *h, uint32_t events, nsec woken);
};

/* A timer fires once; it may set itself again. slot is the heap's: 0 is unset. */
struct timer {
	nsec due;
	size_t slot;
	void (*fire)(struct timer *t, nsec now);
};

#define LOOP_BATCH 512

struct loop {
	int epfd;
	struct handler timerfd, signalfd;
	struct timer **heap; /* heap[1..timers] */
	size_t timers, room;
	nsec armed; /* what the timerfd is set to */
	struct epoll_event batch[LOOP_BATCH];
	int batched, next;
	size_t handlers;      /* how many are added */
	nsec woken;           /* when epoll_wait last returned; after a round the moment before which it told all */
	nsec since;           /* that of the round before: what is new has come since then */
	nsec late;            /* by so much the earliest timer of this round fires late, or one of its further looks came late */
	bool stopping;
	struct error failure; /* a system call of the loop's own failed; status 0: none */
	void (*on_signal)(struct loop *l, int signo);
	void (*idle)(struct loop *l); /* before the loop sleeps: print what was stamped */
	void *owner; /* for the two hooks above */
};

/* timers is the most that can be set at once. -1 with the reason in *e. */
int loop_open(struct loop *l, size_t timers, struct error *e);
void loop_close(struct loop *l);

/* By so much what is found now may have been there before: this round is so late, or its last look so long ago. */
nsec loop_late(const struct loop *l);

/* events as in epoll_ctl(2), EPOLLET included. loop_add returns 0 or -errno; where the
 * others fail the loop does. What is modified is looked at again: an edge that was lost comes back. */
int loop_add(struct loop *l, struct handler *h, uint32_t events);
void loop_modify(struct loop *l, struct handler *h, uint32_t events);
void loop_remove(struct loop *l, struct handler *h);

/* Set, or move if it was set; a due of NS_NEVER unsets it. */
void timer_set(struct loop *l, struct timer *t, nsec due);
void timer_unset(struct loop *l, struct timer *t);
static inline bool timer_is_set(const struct timer *t)
{
	return t->slot != 0;
}

/* Blocks signo (see sigprocmask(2)) and hands it to on_signal from now on.
 * A signal that was ignored when the program started (nohup) stays ignored. */
int loop_catch(struct loop *l, const int *signos, size_t n, struct error *e);

/* Runs until loop_stop. -1 with the reason (status 4) if a call of the loop's own failed. */
int loop_run(struct loop *l, struct error *e);
void loop_stop(struct loop *l);
/* Makes it able to run again, unless it failed. */
void loop_go_on(struct loop *l);
/* The same, and that call failed: the first reason is kept. */
void loop_fail(struct loop *l, const char *call, int err);

#endif
