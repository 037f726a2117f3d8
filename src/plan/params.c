// SPDX-License-Identifier: MIT
/*
 * Parses parameters by their rows. The text is split before quotes and backslashes are removed, so that \:
 * can be part of a value.
 */
#include "params.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/words.h"
#include "quoting.h"

const struct param *param_find(const struct param *rows, const char *name, size_t len)
{
	for (; rows && rows->name; rows++)
		if (strlen(rows->name) == len && !memcmp(rows->name, name, len))
			return rows;
	return NULL;
}

static const char *param_word(const void *rows, size_t i)
{
	return rows ? ((const struct param *)rows)[i].name : NULL;
}

const char *param_kind(const struct param *row)
{
	static const char *const kinds[] = {
		[UNIT_TIME] = "DUR",
		[UNIT_COUNT] = "N",
		[UNIT_BYTES] = "BYTES",
		[UNIT_WORD] = "WORD",
	};

	return kinds[row->unit];
}

static void words_join(char *to, size_t room, const char *const *words)
{
	size_t len = 0;

	*to = '\0';
	for (; *words && len < room; words++)
		len += (size_t)snprintf(to + len, room - len, "%s%s", len ? ", " : "", *words);
}

struct param_text param_bounds(const struct param *row)
{
	const char *or_system = row->system ? ", or system" : "";
	struct param_text t;

	switch (row->unit) {
	case UNIT_TIME:
		snprintf(t.text, sizeof(t.text), "%s to %s%s", duration_text(row->min).text,
			 duration_text(row->max).text, or_system);
		break;
	case UNIT_COUNT:
		snprintf(t.text, sizeof(t.text), "%" PRId64 " to %" PRId64 "%s", row->min,
			 row->max, or_system);
		break;
	case UNIT_BYTES:
		snprintf(t.text, sizeof(t.text), "%" PRId64 " to %" PRId64 " bytes", row->min,
			 row->max);
		break;
	case UNIT_WORD:
		words_join(t.text, sizeof(t.text), row->words);
		break;
	}
	return t;
}

static int bytes_parse(const struct param *row, const char *s, struct bytes *b, struct why *why)
{
	size_t room = row->max < (int64_t)sizeof(b->data) ? (size_t)row->max : sizeof(b->data);

	b->len = 0;
	while (*s) {
		int byte = (unsigned char)*s++;

		if (byte == '\\')
			byte = escaped_byte(&s);
		if (byte < 0) {
			snprintf(why->text, sizeof(why->text),
				 "unknown escape (\\n \\r \\t \\xHH, or a backslash before one "
				 "of , + : = \" \\)");
			return -1;
		}
		if (b->len == room)
			goto bounds;
		b->data[b->len++] = (unsigned char)byte;
	}
	if ((int64_t)b->len >= row->min)
		return 0;
bounds:
	snprintf(why->text, sizeof(why->text), "must be %s", param_bounds(row).text);
	return -1;
}

static int word_parse(const struct param *row, const char *s, int64_t *value, struct why *why)
{
	for (*value = 0; row->words[*value]; (*value)++)
		if (!strcmp(row->words[*value], s))
			return 0;
	snprintf(why->text, sizeof(why->text), "must be one of %s", param_bounds(row).text);
	return -1;
}

static int number_parse(const struct param *row, const char *s, void *to, struct why *why)
{
	int failed;

	if (row->system && !strcmp(s, "system")) {
		*(int64_t *)to = PARAM_SYSTEM;
		return 0;
	}
	if (row->unit == UNIT_TIME)
		failed = duration_parse(s, row->min, row->max, to, why);
	else
		failed = count_parse(s, row->min, row->max, to, why);
	if (failed && row->system && !strncmp(why->text, "must be ", 8))
		strcat(why->text, ", or system");
	return failed;
}

int param_value(const struct param *row, const char *s, void *to, struct why *why)
{
	switch (row->unit) {
	case UNIT_TIME:
	case UNIT_COUNT:
		return number_parse(row, s, to, why);
	case UNIT_BYTES:
		return bytes_parse(row, s, to, why);
	case UNIT_WORD:
		return word_parse(row, s, to, why);
	}
	return -1;
}

static int unknown_param(const char *owner, const struct param *rows, const char *name,
			 struct error *e)
{
	char all[120] = "it has none";
	size_t len = strlen("it has ");

	for (const struct param *row = rows; row && row->name && len < sizeof(all); row++)
		len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%s",
					row == rows ? "" : ", ", row->name);
	return usage(e, "%s: %s: unknown parameter%s", owner, quote(name).text,
		     hint(name, param_word, rows, all).text);
}

/* One KEY=VALUE, without the colon before it. *seen has a bit for each row. */
static int param_parse(const char *owner, const struct param *rows, void *params, char *text,
		       uint64_t *seen, struct error *e)
{
	size_t len = length_until(text, "=");
	const struct param *row = param_find(rows, text, len);
	struct quoted whole = quote(text);
	struct why why = { "" };
	bool assigned = text[len] == '=';

	text[len] = '\0';
	if (!len)
		return usage(e, "%s: %s: empty parameter name (give KEY=VALUE)", owner,
			     whole.text);
	if (!row)
		return unknown_param(owner, rows, text, e);
	if (!assigned)
		return usage(e, "%s: %s: no value (give %s=%s)", owner, whole.text, row->name,
			     param_kind(row));
	if (*seen & UINT64_C(1) << (row - rows))
		return usage(e, "%s: %s: %s is given twice", owner, whole.text, row->name);
	*seen |= UINT64_C(1) << (row - rows);
	value_unquote(text + len + 1);
	if (param_value(row, text + len + 1, (char *)params + row->offset, &why))
		return usage(e, "%s: %s: %s", owner, whole.text, why.text);
	return 0;
}

/* A default that its own row refuses is a slip in the table: said, not hidden. */
static int params_default(const char *owner, const struct param *rows, void *params,
			  struct error *e)
{
	struct why why = { "" };

	for (const struct param *row = rows; row && row->name; row++)
		if (param_value(row, row->def, (char *)params + row->offset, &why))
			return usage(e, "%s: default '%s=%s': %s", owner, row->name, row->def,
				     why.text);
	return 0;
}

int params_parse(const char *owner, const struct param *rows, void *params, const char *text,
		 struct error *e)
{
	uint64_t seen = 0;
	size_t len;

	if (params_default(owner, rows, params, e))
		return -1;
	while (*text) {
		char *one;
		int failed;

		len = length_until(text, ":");
		one = copy_part(text, len, e);
		if (!one)
			return -1;
		failed = param_parse(owner, rows, params, one, &seen, e);
		free(one);
		if (failed)
			return -1;
		text += len;
		if (*text == ':' && !*++text)
			return usage(e, "%s: nothing after the last ':'", owner);
	}
	return 0;
}
