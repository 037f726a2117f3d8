// SPDX-License-Identifier: MIT
/* Finds, checks and writes the quotes of specs. */
#include "quoting.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/words.h"

static const char separators[] = ",+:";

/* Behind the closing quote; NULL where there is none. */
static const char *quoted_end(const char *open)
{
	for (const char *at = open + 1; *at; at++) {
		if (*at == '"')
			return at + 1;
		at += *at == '\\' && at[1];
	}
	return NULL;
}

/*
 * Behind the next character, or behind a value in quotes together with its `=`. Of a parameter only the
 * first `=` begins the value: *valued.
 */
static const char *step(const char *at, bool *valued)
{
	bool begins = *at == '=' && !*valued;
	const char *end;

	*valued = (*valued || begins) && !strchr(separators, *at);
	if (!begins || at[1] != '"')
		return at + (*at == '\\' && at[1] ? 2 : 1);
	end = quoted_end(at + 1);
	return end ? end : at + strlen(at);
}

size_t length_until(const char *s, const char *stops)
{
	const char *at = s;
	bool valued = false;

	while (*at && !strchr(stops, *at))
		at = step(at, &valued);
	return (size_t)(at - s);
}

static int bad(struct error *e, const char *spec, const char *place, const char *why)
{
	return usage(e, "%s: at %s: %s", quote(spec).text, quote(place).text, why);
}

int quotes_check(const char *spec, struct error *e)
{
	bool valued = false;

	for (const char *at = spec, *next; *at; at = next) {
		bool quoted;

		if (*at == '"')
			return bad(e, spec, at, "a double quote that begins no value (give KEY=\"VALUE\", or \\\" for the byte)");
		next = step(at, &valued);
		quoted = *at == '=' && next > at + 1;
		if (quoted && !quoted_end(at + 1))
			return bad(e, spec, at + 1, "no closing double quote");
		if (quoted && *next && !strchr(separators, *next))
			return bad(e, spec, next, "text behind the closing double quote");
	}
	return 0;
}

void value_unquote(char *value)
{
	const char *end = *value == '"' ? quoted_end(value) : NULL;
	size_t len = strlen(value);

	if (end != value + len)
		return;
	memmove(value, value + 1, len - 2);
	value[len - 2] = '\0';
}

int escaped_byte(const char **s)
{
	static const char from[] = "nrt,+:=\"\\", to[] = "\n\r\t,+:=\"\\";
	const char *at = **s ? strchr(from, **s) : NULL;
	char hex[3] = { 0 };

	if (at) {
		(*s)++;
		return to[at - from];
	}
	if (**s != 'x' || !isxdigit((unsigned char)(*s)[1]) || !isxdigit((unsigned char)(*s)[2]))
		return -1;
	memcpy(hex, *s + 1, 2);
	*s += 3;
	return (int)strtoul(hex, NULL, 16);
}

/* Writes the character at `from`, which a NUL ends; returns how many bytes of it that was. */
static size_t character_put(char *to, const char *from)
{
	static const char named[] = "\n\r\t\"\\", as[] = "nrt\"\\";
	const char *name = *from ? strchr(named, *from) : NULL;

	if (!*from)
		strcpy(to, "\\x00");
	else if (name)
		sprintf(to, "\\%c", as[name - named]);
	else
		return utf8_visible_one(to, from, true);
	return 1;
}

struct bytes_text bytes_text(const struct bytes *b)
{
	char data[sizeof(b->data) + 1] = { 0 }, one[UTF8_VISIBLE];
	struct bytes_text t;
	char *to = t.text;
	bool quoted = false;

	memcpy(data, b->data, b->len);
	for (size_t i = 0; i < b->len; i++)
		quoted |= data[i] && strchr(separators, data[i]);
	if (quoted)
		*to++ = '"';
	for (size_t i = 0; i < b->len;) {
		i += character_put(one, data + i);
		to = stpcpy(to, one);
	}
	strcpy(to, quoted ? "\"" : "");
	return t;
}
