/* SPDX-License-Identifier: MIT */
/* How far the lab is, for its live view. */
#ifndef REPORTS_LIVE_PROGRESS_H
#define REPORTS_LIVE_PROGRESS_H

#include "text.h"

/* A fault has all its results; it struck and has not; its stage has not begun, as others of the program's run before it. */
bool progress_is_over(const struct results *m, size_t fault);
bool progress_is_running(const struct results *m, size_t fault);
bool progress_is_waiting(const struct results *m, size_t fault);
size_t progress_count_over(const struct results *m);

/* What runs, and how many cells are judged; "3 of 23 faults over, 4 waiting, at most 9s left; under way: drop, freeze". */
void progress_title(struct out *o, const struct text *t, nsec now);
void progress_line(struct out *o, const struct results *m, nsec now);

#endif
