// SPDX-License-Identifier: MIT
/* The last lines that a program wrote. The very last one counts most: where there is no room, the first ones are left out. */
#include "tail.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

#define LONGEST 2048 /* of all lines together, as they came */
#define ESCAPE '\033'

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

/* The indentation of a line from a usage or a traceback says nothing here. */
static size_t skip_blanks(const char *text, size_t begin, size_t end)
{
	while (begin < end && is_blank(text[begin]))
		begin++;
	return begin;
}

/* Where the last line of text begins, and its end; false: there is none that is not blank. */
static bool last_line(const char *text, size_t *begin, size_t *end)
{
	while (*end && is_blank(text[*end - 1]))
		--*end;
	for (*begin = *end; *begin && text[*begin - 1] != '\n'; --*begin)
		;
	return *end;
}

/* How long a terminal's control sequence is, such as a colour's; 0: none is there. */
static size_t sequence(const char *s, size_t len)
{
	size_t n = 2;

	if (len < 3 || s[0] != ESCAPE || s[1] != '[')
		return 0;
	while (n < len && (unsigned char)s[n] < 0x40)
		n++;
	return n < len ? n + 1 : 0;
}

/* Puts a line before what is there already, which is at *at of a buffer; false: there is no room. */
static bool put_before(char *buffer, size_t *at, const char *line, size_t len)
{
	char clean[LONGEST];
	size_t n = 0, skip;

	if (len > sizeof(clean)) {
		line += len - sizeof(clean);
		len = sizeof(clean);
	}
	for (size_t i = 0; i < len; i += skip ? skip : 1) {
		skip = sequence(line + i, len - i);
		if (!skip)
			clean[n++] = line[i] ? line[i] : '?';
	}
	if (n + 2 > *at)
		return false;
	if (buffer[*at]) {
		buffer[--*at] = ' ';
		buffer[--*at] = ';';
	}
	*at -= n;
	memcpy(buffer + *at, clean, n);
	return true;
}

static bool fits(const char *s, size_t room)
{
	char one[UTF8_VISIBLE];
	size_t len = 0;

	while (*s && len < room) {
		s += utf8_visible_one(one, s, true);
		len += strlen(one);
	}
	return len < room;
}

const char *tail_lines(const char *text, size_t len, unsigned lines, char *to, size_t room)
{
	char joined[LONGEST + 3];
	size_t begin, end = len, from, at = sizeof(joined) - 1, before;

	joined[at] = '\0';
	for (unsigned i = 0; i < lines && last_line(text, &begin, &end); i++, end = begin) {
		before = at;
		from = skip_blanks(text, begin, end);
		if (!put_before(joined, &at, text + from, end - from))
			break;
		if (i && !fits(joined + at, room)) {
			at = before;
			break;
		}
	}
	utf8_visible(to, room, joined + at, true);
	return to;
}
