/* SPDX-License-Identifier: MIT */
/*
 * Text with placeholders, for the tables of composites and programs.
 *
 *     {idle}       a time as it is typed ("5.6s"), or a count
 *     {idle:s}     whole seconds, rounded down
 *     {idle:us}    ... and the microseconds beyond them
 *     {idle:ms}    milliseconds, rounded up
 *     {idle:s.ms}  seconds with three decimals
 *
 * A brace that is not followed by a name in small letters and a brace (or a colon and a
 * unit) is literal, as in "{ .tv_sec" and "{Enable: true".
 */
#ifndef ADVISE_TEMPLATE_H
#define ADVISE_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/error.h"

struct template_value {
	const char *name;
	nsec value;
	bool is_count; /* else a time */
};

/* Appends to the text that is there. 0, or -1 with the reason in *e: a name or a unit that
 * nobody knows, or too little room. The values end with one that has no name. */
int template_fill(char *to, size_t room, const char *template, const struct template_value *values,
		  struct error *e);

#endif
