/* SPDX-License-Identifier: MIT */
/*
 * Between which two silences the limit lies, and which ones to try next. Pure arithmetic: nothing here knows a connection.
 *
 * Silences grow by one ratio from rung to rung. The one at which a connection was found dead then ends a bracket that is
 * too wide; but those asked before have been silent again since their answers, each for a time of its own, and some of them are within
 * that bracket at this very moment: with a ratio r their silences are (r - 1)^2 / r of its end apart, or less. So
 * a few dozen connections suffice, and nobody waits for a second silence.
 */
#ifndef IDLE_BRACKET_H
#define IDLE_BRACKET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"

#define RUNG_LEAST NS_PER_S /* TCP_KEEPIDLE counts seconds: nothing can be asked sooner */
#define RUNGS_MOST 64       /* a server is not to be burdened with more connections */
#define RUNGS_LEAST 4

struct bracket {
	nsec at_least; /* a silence that was lived through; 0: none was yet */
	nsec at_most;  /* one that was not; NS_NEVER: each was */
};

/* Two that cannot both be of an idle limit. */
static inline bool bracket_contradicts(const struct bracket *b)
{
	return b->at_least >= b->at_most;
}

/* Is its width within so many thousandths of its end? */
bool bracket_is_narrow(const struct bracket *b, unsigned precision);

/* The silences within it that make it narrow, of one ratio, the shortest first, but at most so many; how many there are. With nothing
 * lived through it begins at RUNG_LEAST, and one that ends there has none. */
size_t bracket_points(const struct bracket *b, unsigned precision, nsec *points, size_t most);

/* How many rungs a ladder up to there has, and the i-th silence of n: from RUNG_LEAST to up_to. */
size_t ladder_count(nsec up_to, unsigned precision);
nsec ladder_rung(size_t i, size_t n, nsec up_to);

#endif
