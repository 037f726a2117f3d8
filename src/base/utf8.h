/* SPDX-License-Identifier: MIT */
/* Text from outside, made safe for a terminal, and its width. See RFC 3629. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_BAD UINT32_MAX

/* Takes one character off s, which is not empty: its length in bytes, and *c its
 * code point; or 1 and UTF8_BAD for a byte that begins none. Never reads past the NUL. */
size_t utf8_take(const char *s, uint32_t *c);

/* Writes the first character of s, which is not empty, with what could move a cursor, turn the reading direction or is no UTF-8
 * written as \xHH, and with utf8 false also all else that is not ASCII. Returns how
 * many bytes of s that was. */
#define UTF8_VISIBLE 17
size_t utf8_visible_one(char to[UTF8_VISIBLE], const char *s, bool utf8);

/* The same for a whole string; if room is too small it is cut between characters, and ends in a `~`. */
void utf8_visible(char *to, size_t room, const char *s, bool utf8);

/* A text of at most so many bytes, and UTF8_CUT, for a sentence; cut in the same way. To be used at once. */
#define UTF8_CUT 112
struct utf8_cut {
	char text[UTF8_CUT + 1];
};
struct utf8_cut utf8_cut(const char *s, size_t most);

/* The columns that a character takes on a terminal, and those of s: two of a wide one, none of
 * one that is put over the one before it, as the locale knows them. */
size_t utf8_columns(uint32_t c);
size_t utf8_width(const char *s);

/* Cuts s down to that many columns, at least 1; it then ends in a `~`. */
void utf8_shorten(char *s, size_t columns);

#endif
