/* SPDX-License-Identifier: MIT */
/*
 * What probes and composites are called in a report: in short, so that it can be read over a
 * column, and never alike. A parameter that all of a kind have alike is left out:
 * `keepalive:cnt=3:idle=1s` beside `keepalive:cnt=3:idle=2s` is "keepalive idle=1s". What
 * is to be typed again is written as it was typed, and not so.
 */
#ifndef RESULTS_NAMES_H
#define RESULTS_NAMES_H

#include "events/context.h"

#define NAME_ROOM 112 /* a name that needs more ends in a ~ */

/* Of p's whole composite, among those of its target that have the same probes. */
void name_composite(char to[NAME_ROOM], const struct report_context *c, const struct report_probe *p);

/* Of p alone, among all probes of its target: with its composite, where it has no parameter of its own. */
void name_probe(char to[NAME_ROOM], const struct report_context *c, const struct report_probe *p);

/* "+keepalive": of p below its composite, among all that share a connection. */
void name_member(char to[NAME_ROOM], const struct report_context *c, const struct report_probe *p);

/* The i-th name in so many columns, unlike those before it: one that is like another begins with a number, "#2 ". */
void name_apart(char to[NAME_ROOM], const char *(*name_at)(const void *of, size_t i), const void *of, size_t i,
		size_t columns);

#endif
