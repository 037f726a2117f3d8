/* SPDX-License-Identifier: MIT */
/* A cell of the lab's matrix: one strategy against one fault. */
#ifndef REPORTS_SVG_CELL_H
#define REPORTS_SVG_CELL_H

#include "svg.h"

/* The cell of a row of the matrix, in a box; nothing where there are no results. */
void cell_draw(const struct svg *s, struct out *o, size_t row, size_t fault, double x, double y,
	       int width, int height);

/* What cells can look like, of those that there are. */
void cell_legend(const struct svg *s, struct out *o, struct svg_legend *l);

#endif
