/* SPDX-License-Identifier: MIT */
/*
 * Quoting in specs. A value in double quotes keeps `, + : =` as they are; elsewhere a backslash takes their
 * meaning. In both, `\n`, `\r`, `\t` and `\xHH` are bytes, and `\"` and `\\` the sign itself.
 */
#ifndef PLAN_QUOTING_H
#define PLAN_QUOTING_H

#include "probes/probe.h"

/*
 * How many bytes of s there are before the first character of `stops` that neither a backslash nor double
 * quotes protect. s begins with a name or with KEY=VALUE, not within a value.
 */
size_t length_until(const char *s, const char *stops);

/* Refuses double quotes that do not stand around a whole value. 0, or -1 with the place in *e. */
int quotes_check(const char *spec, struct error *e);

/* "\"a,b\"" becomes "a,b", in place; what is not in quotes stays. */
void value_unquote(char *value);

/* The byte behind a backslash; *s moves behind it. -1: there is no such escape. */
int escaped_byte(const char **s);

/* How a value of bytes is typed with the least escaping; parsed, it is the same bytes again. */
struct bytes_text {
	char text[4 * sizeof(((struct bytes *)0)->data) + sizeof("\"\"")];
};
struct bytes_text bytes_text(const struct bytes *b);

#endif
