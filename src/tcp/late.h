/* SPDX-License-Identifier: MIT */
/*
 * How late is late. A verdict may come later than its worst case for two reasons: the
 * kernel's timers fire late, by up to a share of their delay (timers.h computes it where
 * the timers are known), and a process has to wait for its turn. All that allows for
 * lateness (predictions, advice, deadlines) starts from here.
 */
#ifndef TCP_LATE_H
#define TCP_LATE_H

#include "base/clock.h"

/*
 * What the machine may add to the kernel's own lateness: the link worker, the peer, the
 * fault supervisor and the watcher are processes, each of which may have to wait for its
 * turn before a packet is carried, an answer is given or a call is made. The scheduler's
 * slice is a few ms; a loaded machine hands out several of them in a row.
 */
#define PROCESSES_LATE (250 * NS_PER_MS)

/*
 * A look that is later than that was late by this process's own fault: it was stopped, starved,
 * or busy. Predictions allow for less. So often it wakes to find out.
 */
#define LATE_LEAST PROCESSES_LATE
#define LATE_BEAT (100 * NS_PER_MS)

/* One part in so many of a delay: what its timers add where they are not known one by one. */
#define TIMERS_LATE_SHARE 20

/* What a verdict with that worst case may take: later than this it is late. */
static inline nsec late_limit(nsec worst)
{
	return worst + worst / TIMERS_LATE_SHARE + PROCESSES_LATE;
}

/*
 * When to stop waiting for a verdict with that worst case. Four times the processes'
 * lateness: what is wrong by too short a wait is the result itself.
 */
static inline nsec late_deadline(nsec worst)
{
	return late_limit(worst) + 3 * PROCESSES_LATE;
}

#endif
