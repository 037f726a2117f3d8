// SPDX-License-Identifier: MIT
/* The faults of the pictures: those that leave the peer alive come last. */
#include "svg-columns.h"

#include <stdlib.h>

static size_t list(const struct report_context *c, bool dead, size_t *to)
{
	size_t n = 0;

	for (size_t f = 0; f < c->nfaults; f++)
		if (c->faults[f].dead == dead)
			to[n++] = f;
	return n;
}

size_t *svg_columns(const struct report_context *c, size_t *ndead)
{
	size_t *columns = calloc(c->nfaults + 1, sizeof(*columns));

	if (!columns)
		return NULL;
	*ndead = list(c, true, columns);
	list(c, false, columns + *ndead);
	return columns;
}
