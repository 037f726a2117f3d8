// SPDX-License-Identifier: MIT
/* Fills placeholders in. */
#include "template.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyz_"

/* A placeholder's parts; length with its braces, 0: there is none. */
struct placeholder {
	char name[24], unit[8];
	size_t length;
};

static struct placeholder placeholder_at(const char *s)
{
	struct placeholder p = { .length = 0 };
	int end = 0;

	if (sscanf(s, "{%23[" LETTERS "]%n", p.name, &end) != 1)
		return p;
	if (s[end] == ':') {
		int unit_end = 0;

		if (sscanf(s + end, ":%7[" LETTERS ".]%n", p.unit, &unit_end) != 1)
			return p;
		end += unit_end;
	}
	p.length = s[end] == '}' ? (size_t)end + 1 : 0;
	return p;
}

/* The text's length, or -1: there is no such unit. */
static int write_time(char *to, size_t room, nsec t, const char *unit)
{
	nsec seconds = t / NS_PER_S, rest = t % NS_PER_S;

	if (!*unit)
		return snprintf(to, room, "%s", duration_text(t).text);
	if (!strcmp(unit, "s"))
		return snprintf(to, room, "%" PRId64, seconds);
	if (!strcmp(unit, "us"))
		return snprintf(to, room, "%" PRId64, rest / NS_PER_US);
	if (!strcmp(unit, "ms"))
		return snprintf(to, room, "%" PRId64, (t + NS_PER_MS - 1) / NS_PER_MS);
	if (!strcmp(unit, "s.ms"))
		return snprintf(to, room, "%" PRId64 ".%03" PRId64, seconds, rest / NS_PER_MS);
	return -1;
}

static int write_value(char *to, size_t room, const struct placeholder *p, const struct template_value *values)
{
	for (; values->name; values++) {
		if (strcmp(values->name, p->name))
			continue;
		if (!values->is_count)
			return write_time(to, room, values->value, p->unit);
		return *p->unit ? -1 : snprintf(to, room, "%" PRId64, values->value);
	}
	return -1;
}

int template_fill(char *to, size_t room, const char *template, const struct template_value *values,
		  struct error *e)
{
	size_t used = strlen(to);

	while (*template) {
		struct placeholder p = *template == '{' ? placeholder_at(template) : (struct placeholder){ .length = 0 };
		size_t literal = p.length ? 0 : 1 + strcspn(template + 1, "{");
		int n = literal ? snprintf(to + used, room - used, "%.*s", (int)literal, template) :
				  write_value(to + used, room - used, &p, values);

		if (n < 0)
			return error_set(e, STATUS_SYSTEM, "'%.*s': unknown placeholder", (int)p.length, template);
		used += (size_t)n;
		if (used >= room)
			return error_set(e, STATUS_SYSTEM, "'%.20s...': no room for the text", template);
		template += literal + p.length;
	}
	return 0;
}
