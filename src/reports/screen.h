/* SPDX-License-Identifier: MIT */
/*
 * A few lines at the bottom of a terminal's normal screen that change in place. A
 * frame is drawn as text into a page (base/out.h); what reaches the terminal is
 * only what differs from the frame before. See ECMA-48 for the sequences: CUU, CUD,
 * CUF, EL, ED and SGR, which every terminal since the VT100 has.
 *
 * The cursor rests on an empty line below the frame, where a ^C may echo. No mode
 * of the terminal is changed, so whatever ends the program leaves it as it was.
 */
#ifndef REPORTS_SCREEN_H
#define REPORTS_SCREEN_H

#include "base/out.h"

#define SCREEN_ROWS 128
#define SCREEN_COLUMNS 256

struct screen_cell;

struct screen {
	struct screen_cell *shown, *next; /* [row * SCREEN_COLUMNS + column] */
	size_t rows, next_rows;  /* lines on the terminal, and of the frame to come */
	size_t row, column;      /* the cursor, from the frame's first cell on */
	int columns, lines;      /* of the terminal when the frame was shown */
	struct out page;
	char *text;
};

/* 0, or -1 without memory. screen_close frees, also after a failure. */
int screen_open(struct screen *s);
void screen_close(struct screen *s);

/* The rows and columns that a frame may have on that terminal. */
size_t screen_height(const struct out *o);
size_t screen_width(const struct out *o);

/* An empty page for the next frame, to be drawn for o with text, newlines and SGR;
 * what is beyond the height or the width is cut. */
struct out *screen_page(struct screen *s, const struct out *o);

/* Makes the terminal show the page, at once. After a resize it draws anew: a terminal that
 * became narrower has broken the old lines. After a stop whose SIGCONT is still to be read it
 * draws nothing: screen_lost is to come. */
void screen_show(struct screen *s, struct out *o);

/* Takes the frame off the terminal; the cursor is where the frame began. */
void screen_leave(struct screen *s, struct out *o);

/* Others wrote to the terminal: the next frame is drawn anew, where the cursor is. */
void screen_lost(struct screen *s);

#endif
