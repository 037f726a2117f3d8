/* SPDX-License-Identifier: MIT */
/*
 * Words broken into lines, for any output:
 *
 *	struct wrap w = wrap_open(text, at, indent, line);
 *
 *	while (wrap_next(&w))
 *		write a newline if w.breaks, w.blanks blanks, and w.len bytes of w.word
 */
#ifndef BASE_WRAP_H
#define BASE_WRAP_H

#include <stdbool.h>
#include <stddef.h>

struct wrap {
	const char *word;
	size_t len, blanks;
	bool breaks;
	size_t at, first, indent, line; /* columns */
};

/* text has blanks and newlines between its words, and may have styles (SGR), which take no
 * column. The first word comes at column `at`, the other lines begin at `indent`; a line
 * has so many columns, or more if one word is longer than that. */
struct wrap wrap_open(const char *text, size_t at, size_t indent, size_t line);

/* The next word; false after the last. */
bool wrap_next(struct wrap *w);

#endif
