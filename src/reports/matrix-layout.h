/* SPDX-License-Identifier: MIT */
/* How the lab's matrix lies on a page: faults down or across, in blocks of columns. */
#ifndef REPORTS_MATRIX_LAYOUT_H
#define REPORTS_MATRIX_LAYOUT_H

#include "layout.h"
#include "results/results.h"

#define MATRIX_COLUMNS 256

struct matrix_layout {
	const struct results *m;
	bool faults_down;
	size_t lines, limit; /* limit: the width beside the names at the left */
	struct blocks blocks;
	struct block_column columns[MATRIX_COLUMNS];
};

/* For a page so many columns wide: the way that needs fewer blocks, then fewer lines. */
void matrix_layout(struct matrix_layout *l, const struct results *m, size_t width);

/* Lines of the whole, with an empty one between two blocks. */
size_t matrix_height(const struct matrix_layout *l);

/* The name of a line, and a cell. */
const char *matrix_line_name(const struct matrix_layout *l, size_t line);
const struct result_cell *matrix_cell(const struct matrix_layout *l, size_t line, size_t column);

/* A false alarm has its mark behind the number, where the others have a blank. */
bool matrix_is_marked(const struct result_cell *c);

#endif
