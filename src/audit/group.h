/* SPDX-License-Identifier: MIT */
/* The same shape of connection many times is one. */
#ifndef AUDIT_GROUP_H
#define AUDIT_GROUP_H

#include <stdbool.h>
#include <stddef.h>

#include "events/event.h"

/* Two of that many faults' predictions: below 0 if a is worse, above if b is. Worse is who never notices, then of whom it is not known, then who
 * notices later; the first fault decides, then the next. */
int predicted_compare(const struct predicted *a, const struct predicted *b, size_t nfaults);

/*
 * Puts the worst first, and of those that are alike but for a port leaves one, the worst, which counts them; with `all` each stays. soonest: room for
 * n * nfaults times, which live as long as the list. How many are left.
 */
size_t audit_group(struct event_socket *list, size_t n, size_t nfaults, nsec *soonest, bool all);

#endif
