/* SPDX-License-Identifier: MIT */
/*
 * When something happens, as far as it can be known beforehand: since the fault,
 * negative before it, NS_NEVER if it does not.
 */
#ifndef TCP_RANGE_H
#define TCP_RANGE_H

#include "base/clock.h"

struct time_range {
	nsec from;       /* not before */
	nsec by;         /* not after, if every timer is on time; NS_NEVER beside a from: perhaps never */
	nsec late;       /* ... if every kernel timer on the way is as late as it may be */
	const char *why; /* a phrase, static */
};

#define RANGE_NEVER(reason) ((struct time_range){ NS_NEVER, NS_NEVER, NS_NEVER, reason })

static inline struct time_range range_at(nsec at, const char *why)
{
	return (struct time_range){ at, at, at, why };
}

static inline nsec ns_min(nsec a, nsec b)
{
	return a < b ? a : b;
}

static inline nsec ns_max(nsec a, nsec b)
{
	return a > b ? a : b;
}

/* Whichever comes first. */
static inline struct time_range range_first(struct time_range a, struct time_range b)
{
	return (struct time_range){ ns_min(a.from, b.from), ns_min(a.by, b.by), ns_min(a.late, b.late),
			      b.by < a.by || (b.by == a.by && b.from < a.from) ? b.why : a.why };
}

/* Either of them, nobody knows which. */
static inline struct time_range range_either(struct time_range a, struct time_range b)
{
	return (struct time_range){ ns_min(a.from, b.from), ns_max(a.by, b.by), ns_max(a.late, b.late),
			      b.by > a.by ? b.why : a.why };
}

/* Something that takes from least to most, after a. */
static inline struct time_range range_then(struct time_range a, nsec least, nsec most, const char *why)
{
	return (struct time_range){ ns_add(a.from, least), ns_add(a.by, most), ns_add(a.late, most), why };
}

/* It may happen from then on, and may not at all. */
static inline struct time_range range_maybe(nsec from, const char *why)
{
	return (struct time_range){ from, NS_NEVER, NS_NEVER, why };
}

#endif
