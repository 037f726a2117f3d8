/* SPDX-License-Identifier: MIT */
/*
 * The table of programs and how their settings are written (programs.c).
 *
 * To add a program: a row, with the address of its manual above it. Choose the strategy (search.h)
 * by what it can be told; its values are the placeholders of the text (template.h):
 *
 *     keepalive and a user timeout             BY_OPTIONS    {idle} {intvl} {cnt} {after}
 *     keepalive alone                          BY_KEEPALIVE  {idle} {intvl} {cnt}
 *     a request of its own that is answered    BY_HEARTBEAT  {every} {limit}
 *
 * idle and intvl are whole seconds, so {idle:s} is exact. after, every and limit may have
 * fractions, for which {after:ms} is exact: where a program takes whole seconds of them, or
 * derives its values as Redis and OpenSSH do, it needs a strategy of its own in candidates.c,
 * as rounding would lose the goal or the pause. Nothing else is code.
 */
#ifndef ADVISE_PROGRAMS_H
#define ADVISE_PROGRAMS_H

#include "search.h"

struct program {
	const char *name;       /* one with two kinds of settings has two rows */
	const char *commands;   /* by which names its processes go, separated by blanks: "redis-server"; "python*" begins so; or NULL */
	enum strategy strategy;
	const char *text;       /* as it is typed */
	const char *busy;       /* where the bound holds on idle connections alone, although the strategy's holds on
				 * all: the spec of what notices on the others; else NULL */
	const char *note;       /* what it cannot do, in sentences; or NULL. Knows two more:
	                         * {in_flight}: how long TCP retransmits data in flight, while keepalive is silent;
	                         * {system}: how long keepalive takes with this system's sysctls */

	/* While the program is busy it looks at its socket only each {check}, which is appended to
	 * the text and to the bound; time is left for it. The note begins with the other if there is none. */
	const char *check_text, *no_check_note;
};

extern const struct program programs[];
extern const size_t programs_count;

#endif
