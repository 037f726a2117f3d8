/* SPDX-License-Identifier: MIT */
/* What the sentences of tests are put together with. */
#ifndef REPORTS_CHECK_TEXT_H
#define REPORTS_CHECK_TEXT_H

#include <stddef.h>

#include "base/clock.h"

#define CHECK_LINE 512

/* Appends to what is in to; cut where there is no room. */
void check_append(char *to, size_t room, const char *text);

/* " after 2.100000 s", " 0.250000 s before the fault", or nothing. */
void check_add_after(char *to, size_t room, nsec after);

#endif
