/* SPDX-License-Identifier: MIT */
/*
 * Table layout, for all tables of the text report. There are two kinds:
 *
 * - a list: each column has a title and a width; a column that is left out has none;
 * - a matrix, which may be wider than the page: it comes in blocks of columns, and the name
 *   over a column is broken at its hyphens, so that the column can be narrow.
 *
 * No line ends with blanks, unless a cell at its end does.
 */
#ifndef REPORTS_LAYOUT_H
#define REPORTS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "draw.h"

/* ---- a list ---- */

struct list_column {
	const char *title;
	size_t width;     /* 0: left out */
	bool right;       /* to the right of its width */
};

/* The columns that the first n take, with a gap behind each. */
size_t list_width(const struct list_column *c, size_t n, size_t gap);

/* The gap before column i, and a text in it. */
void list_cell(struct out *o, const struct list_column *c, size_t i, size_t gap, const char *text,
	       enum style s);
/* All titles. */
void list_titles(struct out *o, const struct list_column *c, size_t n, size_t gap);

/* ---- a matrix ---- */

struct block_column {
	const char *name;
	size_t width, mark; /* mark: columns behind the width, which no name is over */
};

struct blocks {
	const char *title;  /* over the names at the left */
	size_t label;       /* the width of these */
	size_t gap;         /* before each column */
	size_t columns;
	struct block_column *column;
};

/* As wide as a name needs if it may have so many columns where its cells need fewer. */
size_t blocks_name_width(const char *name, size_t width);

/* The column behind the last one of a block that begins at first, with so much room
 * beside the names at the left; how many blocks there are. */
size_t blocks_end(const struct blocks *b, size_t first, size_t room);
size_t blocks_count(const struct blocks *b, size_t room);

/* The lines of the names over the columns from..to; and these lines. */
size_t blocks_head_height(const struct blocks *b, size_t from, size_t to);
void blocks_head(struct out *o, const struct blocks *b, size_t from, size_t to);

#endif
