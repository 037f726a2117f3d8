/* SPDX-License-Identifier: MIT */
/* What text is drawn with: styles, cells, sentences. */
#ifndef REPORTS_DRAW_H
#define REPORTS_DRAW_H

#include "base/out.h"
#include "events/event.h"

enum style { PLAIN, BOLD, DIM, GREEN, RED, YELLOW, MAGENTA };

/* Switches the style where the output has colours. */
void text_style(struct out *o, enum style s);
enum style result_style(enum result r);

/* "FIN", "RST", ... */
const char *text_kernel(enum kernel_cause k);

void text_spaces(struct out *o, size_t n);

/* s, and spaces up to that many columns, in front of it if right. */
void text_cell(struct out *o, const char *s, size_t width, bool right);

/* The columns to draw for; 80 where nothing is known. */
size_t text_columns(const struct out *o);

/* A sentence and a newline, from column `at` on, broken between words; what does not
 * fit goes on at column indent. Where no width is known a line stays whole, for grep. */
void text_words(struct out *o, const char *s, size_t at, size_t indent);

/* The same from column 0 on, of a sentence that is safe to print and may have styles; only
 * a terminal breaks it. */
void text_sentence(struct out *o, const char *s);

/* In single quotes, for sh. */
void text_quoted(struct out *o, const char *s);

/* An item of a legend, three columns from the one before, on a new line where it does
 * not fit; *at is the column, 0 before the first. */
void text_item(struct out *o, size_t *at, const char *mark, const char *what);

#endif
