/* SPDX-License-Identifier: MIT */
/* The time of day, to compare a run with what other machines wrote down. Nothing is measured with it: it may jump. */
#ifndef BASE_WALL_H
#define BASE_WALL_H

#include "clock.h"

#define WALL_ROOM 48

/* Nanoseconds of CLOCK_REALTIME. */
nsec wall_now(void);

/* By how much that is ahead of clock_now(). Where this process loses the processor between two readings, others are taken. */
nsec wall_ahead(void);

/* In UTC as of RFC 3339, with 0 to 6 decimals, cut and not rounded: "2026-11-21T16:00:00.000000Z". Returns to. */
const char *wall_text(char to[WALL_ROOM], nsec wall, int decimals);

#endif
