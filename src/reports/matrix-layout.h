/* SPDX-License-Identifier: MIT */
/*
 * How the lab's matrix lies on a page: faults down or across, in blocks of columns. A
 * name over a column is broken at its hyphens, so that the columns can be narrow.
 */
#ifndef REPORTS_MATRIX_LAYOUT_H
#define REPORTS_MATRIX_LAYOUT_H

#include "results/results.h"

#define LAYOUT_COLUMNS 256

struct column {
	size_t width;
	bool mark; /* a place behind the number, for the mark of a false alarm */
};

struct matrix_layout {
	const struct results *m;
	bool faults_down;
	size_t lines, columns;
	size_t label, limit; /* widths: of the names at the left, of the rest */
	struct column column[LAYOUT_COLUMNS];
};

/* For a page so many columns wide: the way that needs fewer blocks, then fewer lines. */
void layout_choose(struct matrix_layout *s, const struct results *m, size_t width);

/* Lines of the whole, with an empty one between two blocks. */
size_t layout_height(const struct matrix_layout *s);

/* The column behind the last one of the block that begins at first. */
size_t layout_block_end(const struct matrix_layout *s, size_t first);

/* Lines of the names over the columns from..to; and how many bytes of a name go on a
 * line of that width, 0 at its end. */
size_t layout_head(const struct matrix_layout *s, size_t from, size_t to);
size_t layout_head_line(const char *name, size_t width);
size_t layout_head_lines(const char *name, size_t width);

/* The name of a line (down) or of a column, and a cell. */
const char *layout_name(const struct matrix_layout *s, bool down, size_t i);
const struct result_cell *layout_cell(const struct matrix_layout *s, size_t line, size_t column);

/* A false alarm has its mark behind the number, where the others have a blank. */
bool layout_marked(const struct result_cell *c);

#endif
