/* SPDX-License-Identifier: MIT */
/*
 * The one way in for numbers: bounds always, and a reason without the subject,
 * which the caller puts before it ("--interval: '10x': " why).
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdint.h>

#include "duration.h"

/* The longest time that an option takes: a year. */
#define DURATION_MAX ((nsec)8760 * 3600 * NS_PER_S)

struct why {
	char text[192];
};

/*
 * DUR: `250ms`, `10s`, `2m`, `1h`, `20us`; a bare number is seconds; fractions are
 * allowed (`1.5s`, `.5`), and parts are added up (`2h11m15s`), so that every time the
 * program prints can be typed. 0, or -1 with the reason in *why.
 */
int duration_parse(const char *s, nsec min, nsec max, nsec *out, struct why *why);

/* A whole decimal number. 0, or -1 with the reason in *why. */
int count_parse(const char *s, int64_t min, int64_t max, int64_t *out, struct why *why);

#endif
