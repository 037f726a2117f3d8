/* SPDX-License-Identifier: MIT */
/* The order in which the pictures have the faults. */
#ifndef REPORTS_SVG_COLUMNS_H
#define REPORTS_SVG_COLUMNS_H

#include "events/context.h"

/* The indices of all faults, the deadly first, of which there are *ndead. To be freed; NULL without memory. */
size_t *svg_columns(const struct report_context *c, size_t *ndead);

#endif
