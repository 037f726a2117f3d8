/* SPDX-License-Identifier: MIT */
/*
 * How the lab's matrix lies on a page: faults down or across, in blocks of columns. A
 * name over a column is broken at its hyphens, so that the columns can be narrow.
 */
#ifndef REPORTS_SHEET_H
#define REPORTS_SHEET_H

#include "grid.h"

#define SHEET_COLUMNS 256

struct column {
	size_t width;
	bool mark; /* a place behind the number, for the mark of a false alarm */
};

struct sheet {
	const struct grid *g;
	bool faults_down;
	size_t lines, columns;
	size_t label, limit; /* widths: of the names at the left, of the rest */
	struct column column[SHEET_COLUMNS];
};

/* For a page so many columns wide: the way that needs fewer blocks, then fewer lines. */
void sheet_choose(struct sheet *s, const struct grid *g, size_t width);

/* Lines of the whole, with an empty one between two blocks. */
size_t sheet_height(const struct sheet *s);

/* The column behind the last one of the block that begins at first. */
size_t sheet_block_end(const struct sheet *s, size_t first);

/* Lines of the names over the columns from..to; and how many bytes of a name go on a
 * line of that width, 0 at its end. */
size_t sheet_head(const struct sheet *s, size_t from, size_t to);
size_t sheet_head_line(const char *name, size_t width);
size_t sheet_head_lines(const char *name, size_t width);

/* The name of a line (down) or of a column, and a cell. */
const char *sheet_name(const struct sheet *s, bool down, size_t i);
const struct grid_cell *sheet_cell(const struct sheet *s, size_t line, size_t column);

/* A false alarm has its mark behind the number, where the others have a blank. */
bool sheet_marked(const struct grid_cell *c);

#endif
