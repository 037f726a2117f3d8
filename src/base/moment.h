/* SPDX-License-Identifier: MIT */
/* One moment, which a process stamps and another one reads: in shared memory, without a lock. */
#ifndef BASE_MOMENT_H
#define BASE_MOMENT_H

#include <stdatomic.h>

#include "clock.h"

/* 0 until it came. Written before the act that it is of, so that who sees what the act did
 * finds it here, also in another process. */
typedef _Atomic nsec moment;

/* The first stamp counts. */
static inline void moment_stamp(moment *m, nsec at)
{
	if (!atomic_load_explicit(m, memory_order_relaxed))
		atomic_store_explicit(m, at, memory_order_release);
}

static inline nsec moment_read(const moment *m)
{
	return atomic_load_explicit(m, memory_order_acquire);
}

#endif
