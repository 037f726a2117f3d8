/* SPDX-License-Identifier: MIT */
/* The last lines of a text in one line. */
#ifndef PROGRAM_TAIL_H
#define PROGRAM_TAIL_H

#include <stddef.h>

/* The last `lines` that are not blank, fewer where there is no room, with "; " between them and safe to print.
 * text: any bytes. Returns to. */
const char *tail_lines(const char *text, size_t len, unsigned lines, char *to, size_t room);

#endif
