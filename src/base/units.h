/* SPDX-License-Identifier: MIT */
/* Times as a person reads them. */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include "clock.h"

/* Room for any of the texts below, with its NUL. */
#define UNITS_TEXT 32

/* Three digits and a unit: "84.0us", "1.23ms", "2.06s", "2m03s", "2h11m"; "-" for
 * TIME_NONE and NS_NEVER. Returns to. */
const char *units_time(char to[UNITS_TEXT], nsec t);

/* Seconds in at most four characters, for a cell of a matrix: "0.05", "2.13", "14.1",
 * "940", "12h". */
const char *units_short(char to[UNITS_TEXT], nsec t);

/* Seconds with that many decimals (0 to 6), rounded down: "12.3456". */
const char *units_seconds(char to[UNITS_TEXT], nsec t, int decimals);

/* The least round step (1, 2 or 5 of a power of ten, then round minutes and
 * hours) that is not under least. */
nsec units_step(nsec least);

/* A multiple of a step, written alike along one axis: "0", "500ms", "1.5s", "10m". */
const char *units_tick(char to[UNITS_TEXT], nsec t, nsec step);

#endif
