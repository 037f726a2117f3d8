/* SPDX-License-Identifier: MIT */
/* The rows of the matrix, and what they are called. */
#ifndef RESULTS_ROWS_H
#define RESULTS_ROWS_H

#include "results.h"

/* Lists the context's probes and composites: rows, nrows, composites and probes, which have room. */
void rows_list(struct results *r);

#endif
