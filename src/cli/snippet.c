// SPDX-License-Identifier: MIT
/* Prints the C of a probe's page. */
#include "snippet.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "plan/params.h"

#define INDENT 4
#define LITERAL_MOST 40 /* columns of a string, before it goes on in the next line */

/* A byte that is no letter is written in octal, which ends after three digits; \x would swallow
 * what follows. */
static void bytes_put(const struct bytes *b)
{
	int column = 0;

	putchar('"');
	for (size_t i = 0; i < b->len; i++) {
		unsigned char c = b->data[i];

		if (column > LITERAL_MOST) {
			printf("\"\n%*s\"", 3 * INDENT, "");
			column = 0;
		}
		if (c < 0x80 && (isalnum(c) || c == ' '))
			column += printf("%c", c);
		else
			column += printf("\\%03o", c);
	}
	putchar('"');
}

static const void *value_of(const struct chosen *c, const struct param *row)
{
	return (const char *)c->params + row->offset;
}

/* The parameter and its unit, without the first '@'. Returns what follows the last. */
static const char *value_put(const struct chosen *c, const char *at)
{
	const char *unit = at + strcspn(at, ":@");
	const struct param *row = param_find(c->probe->params, at, (size_t)(unit - at));
	int64_t value;

	if (row->unit == UNIT_BYTES) {
		bytes_put(value_of(c, row));
		return strchr(unit, '@') + 1;
	}
	value = *(const int64_t *)value_of(c, row);
	if (value == PARAM_SYSTEM)
		putchar('0');
	else if (!strncmp(unit, ":ms", 3))
		printf("%" PRId64, (value + NS_PER_MS - 1) / NS_PER_MS);
	else if (!strncmp(unit, ":s", 2))
		printf("%" PRId64, value / NS_PER_S);
	else if (row->unit == UNIT_TIME)
		fputs(duration_text(value).text, stdout);
	else
		printf("%" PRId64, value);
	return strchr(unit, '@') + 1;
}

static bool left_to_system(const struct chosen *c, const struct param *row)
{
	return row->system && *(const int64_t *)value_of(c, row) == PARAM_SYSTEM;
}

/* Is there something to say in the place of each '@'? Else the line falls out. */
static bool line_stays(const struct chosen *c, const char *at, const char *end)
{
	while ((at = memchr(at, '@', (size_t)(end - at)))) {
		const char *name = at + 1, *unit = name + strcspn(name, ":@");
		const struct param *row = param_find(c->probe->params, name, (size_t)(unit - name));

		if (!row || (left_to_system(c, row) && strncmp(unit, ":ms0", 4)))
			return false;
		at = strchr(unit, '@') + 1;
	}
	return true;
}

static void line_put(const struct chosen *c, const char *at, const char *end)
{
	if (at < end)
		printf("%*s", INDENT, "");
	while (at < end) {
		if (*at == '\t')
			printf("%*s", INDENT, "");
		else if (*at != '@')
			putchar(*at);
		at = *at == '@' ? value_put(c, at + 1) : at + 1;
	}
	putchar('\n');
}

void snippet_print(const struct chosen *c)
{
	for (const char *line = c->probe->code; *line;) {
		const char *end = line + strcspn(line, "\n");

		if (line_stays(c, line, end))
			line_put(c, line, end);
		line = end + (*end == '\n');
	}
}
