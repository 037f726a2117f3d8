// SPDX-License-Identifier: MIT
/* Text from outside, made safe. Bidirectional controls count as control characters, for they lie to the eye. */
#include "utf8.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

static size_t sequence_length(unsigned char c)
{
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c < 0xe0)
		return 2;
	if (c >= 0xe0 && c < 0xf0)
		return 3;
	return c >= 0xf0 && c < 0xf5 ? 4 : 0;
}

size_t utf8_take(const char *s, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = (unsigned char)*s;
	size_t len = sequence_length(first);
	uint32_t value = len == 1 ? first : len ? first & (0x7fu >> len) : 0;

	*c = UTF8_BAD;
	if (!len)
		return 1;
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 1;
		value = value << 6 | ((unsigned char)s[i] & 0x3fu);
	}
	if (value < least[len] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
		return 1;
	*c = value;
	return len;
}

static bool is_harmless(uint32_t c, bool utf8)
{
	if (c < 0x80)
		return c >= 0x20 && c != 0x7f;
	if (!utf8 || c == UTF8_BAD || c < 0xa0)
		return false;
	if ((c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e))
		return false;
	if ((c & 0xfffe) == 0xfffe) /* no characters: neither XML nor YAML takes them */
		return false;
	return !(c >= 0x2066 && c <= 0x2069) && c != 0x61c && c != 0xfeff;
}

size_t utf8_visible_one(char to[UTF8_VISIBLE], const char *s, bool utf8)
{
	uint32_t c;
	size_t len = utf8_take(s, &c);

	if (is_harmless(c, utf8)) {
		memcpy(to, s, len);
		to[len] = '\0';
		return len;
	}
	for (size_t i = 0; i < len; i++)
		snprintf(to + 4 * i, UTF8_VISIBLE - 4 * i, "\\x%02x", (unsigned char)s[i]);
	return len;
}

void utf8_visible(char *to, size_t room, const char *s, bool utf8)
{
	size_t used = 0, cut = 0; /* cut: behind what leaves room for a `~` */

	while (*s) {
		char one[UTF8_VISIBLE];
		size_t len;

		s += utf8_visible_one(one, s, utf8);
		len = strlen(one);
		if (used + len >= room) {
			snprintf(to + cut, room - cut, "~");
			return;
		}
		memcpy(to + used, one, len);
		used += len;
		cut = used + 1 < room ? used : cut;
	}
	to[used] = '\0';
}

struct utf8_cut utf8_cut(const char *s, size_t most)
{
	struct utf8_cut c;

	utf8_visible(c.text, most < UTF8_CUT ? most + 1 : sizeof(c.text), s, true);
	return c;
}

size_t utf8_columns(uint32_t c)
{
	int n = c < 0x80 || c == UTF8_BAD ? 1 : wcwidth((wchar_t)c);

	return n < 0 ? 1 : (size_t)n;
}

size_t utf8_width(const char *s)
{
	size_t width = 0;
	uint32_t c;

	while (*s) {
		s += utf8_take(s, &c);
		width += utf8_columns(c);
	}
	return width;
}

void utf8_shorten(char *s, size_t columns)
{
	size_t seen = 0;

	if (utf8_width(s) <= columns)
		return;
	while (*s) {
		uint32_t c;
		size_t len = utf8_take(s, &c);

		seen += utf8_columns(c);
		if (seen >= columns)
			break;
		s += len;
	}
	memcpy(s, "~", 2);
}
