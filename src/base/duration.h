/* SPDX-License-Identifier: MIT */
/*
 * Durations as text. Every format is here, and each has a purpose of its own:
 *
 *   duration_text     "1.5s", "2h11m15s"    as a user types it (base/number.h reads it back)
 *   duration_brief    "84.0us", "2.06s"     for people: three digits and a unit
 *   duration_narrow   "84us", "2.1s"        the same with two digits, for a narrow cell
 *   duration_cell     "0.05", "14.1"        seconds in four characters, where the unit is known
 *   duration_seconds  "2.061234"            seconds with so many decimals, for machines and clocks
 *   duration_exact    "2.061234 s"          the same in a sentence
 *   duration_range    "0.21 to 1.1 ms"      the least and the most of several, two digits each
 *   duration_tick     "500ms", "1.5s"       along an axis, alike for a step
 */
#ifndef BASE_DURATION_H
#define BASE_DURATION_H

#include "clock.h"

/* Room for any of the texts below, with its NUL. */
#define DURATION_ROOM 32

/* To be used at once: duration_text(ns).text */
struct duration_text {
	char text[48];
};

/* "250ms", "1.5s", "2h11m15s", "never" for NS_NEVER; to three decimals. */
struct duration_text duration_text(nsec ns);

/* The rest return `to`. */

/* "84.0us", "1.23ms", "2.06s", "2m03s", "2h11m"; "0"; "-" for TIME_NONE and NS_NEVER. */
const char *duration_brief(char to[DURATION_ROOM], nsec t);

/* At most five characters: "84us", "1.2ms", "84ms", "2.1s", "140s", "17m". */
const char *duration_narrow(char to[DURATION_ROOM], nsec t);

/* At most four characters: "0.05", "2.13", "14.1", "940", "12h". */
const char *duration_cell(char to[DURATION_ROOM], nsec t);

/* With 0 to 6 decimals, rounded. */
const char *duration_seconds(char to[DURATION_ROOM], nsec t, int decimals);

/* "2.061234 s", "never" for TIME_NONE and NS_NEVER. */
const char *duration_exact(char to[DURATION_ROOM], nsec t);

/* "0.21 to 1.1 ms", "1.1 ms" where both look alike, "0.9 to 1.2 s" from a second on. */
struct duration_text duration_range(nsec least, nsec most);

/* The least round step (1, 2 or 5 of a power of ten, then round minutes and
 * hours) that is not under least; and a multiple of it: "0", "500ms", "1.5s", "10m". */
nsec duration_step(nsec least);
const char *duration_tick(char to[DURATION_ROOM], nsec t, nsec step);

/* To a few digits, and never to less: for a bound. */
nsec duration_round_up(nsec t);

#endif
