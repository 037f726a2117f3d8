// SPDX-License-Identifier: MIT
/*
 * Text into XML 1.0, whose section 2.2 lists the characters. Control characters
 * cannot even be escaped there, so they are made visible as on a terminal.
 */
#include "xml.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

static const char *escaped(const char *one)
{
	switch (*one) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	default:
		return one;
	}
}

void xml_text(struct out *o, const char *s)
{
	while (*s) {
		char one[UTF8_VISIBLE];

		s += utf8_visible_one(one, s, true);
		out_text(o, escaped(one));
	}
}

void xml_printf(struct out *o, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	xml_text(o, text);
}

void xml_attribute(struct out *o, const char *name, const char *value)
{
	out_printf(o, " %s=\"", name);
	xml_text(o, value);
	out_text(o, "\"");
}
