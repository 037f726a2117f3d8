// SPDX-License-Identifier: MIT
/*
 * What was meant where a value lacks its quotes: want=+PONG parses as a probe called PONG. A value goes on
 * until something follows that can: a probe or a fault behind `,` and `+`, KEY= behind `:`.
 */
#include "unquoted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults/fault.h"
#include "params.h"
#include "quoting.h"
#include "base/words.h"

static size_t until_separator(const char *s)
{
	return length_until(s, ",+:");
}

/* The parameters of the probe or fault whose name s begins with. *known: is there one? */
static const struct param *rows_of(const char *s, bool *known)
{
	const struct probe *probe;
	const struct fault *fault;
	char name[64];

	snprintf(name, sizeof(name), "%.*s", (int)until_separator(s), s);
	probe = probe_find(name);
	fault = fault_find(name);
	*known = probe || fault || !strcmp(name, "default");
	return probe ? probe->params : fault ? fault->params : NULL;
}

/* Can what a separator parts off there not be part of the value? */
static bool follows(const char *separator)
{
	const char *s = separator + 1;
	size_t name = strspn(s, "abcdefghijklmnopqrstuvwxyz-");
	bool known;

	if (*separator == ':')
		return name && s[name] == '=';
	rows_of(s, &known);
	return known || *s == '@';
}

static size_t value_length(const char *value)
{
	size_t len = until_separator(value);

	while (value[len] && !follows(value + len))
		len += 1 + until_separator(value + len + 1);
	return len;
}

/* A parameter, as it is or with quotes. Returns what is behind it; *to moves. */
static const char *param_put(char **to, const struct param *rows, const char *at)
{
	size_t key = length_until(at, "=,+:"), len = until_separator(at);
	const struct param *row = param_find(rows, at, key);
	bool bare = row && row->unit == UNIT_BYTES && at[key] == '=' && at[key + 1] != '"';
	size_t whole = bare ? key + 1 + value_length(at + key + 1) : len;

	if (whole == len)
		*to = mempcpy(*to, at, len);
	else
		*to += sprintf(*to, "%.*s=\"%.*s\"", (int)key, at, (int)(whole - key - 1), at + key + 1);
	return at + whole;
}

/* The spec with quotes around what of its values of bytes separators would part; NULL when memory is short. */
static char *values_quote(const char *spec)
{
	char *quoted = malloc(2 * strlen(spec) + 1), *to = quoted;
	const struct param *rows = NULL;
	bool known;

	for (const char *at = spec; to; at++) {
		if (at == spec || at[-1] != ':') {
			rows = rows_of(at, &known);
			to = mempcpy(to, at, until_separator(at));
			at += until_separator(at);
		} else {
			at = param_put(&to, rows, at);
		}
		*to++ = *at;
		if (!*at)
			break;
	}
	return quoted;
}

/* Writes " (did you mean 'SPEC'?)", or nothing if there is no room. */
static void advice_put(char *to, size_t room, const char *spec)
{
	static const char before[] = " (did you mean '", after[] = "'?)";
	size_t used = sizeof(before) + sizeof(after);

	for (const char *s = spec; *s; s++)
		used += strlen(shell_byte(*s).text);
	if (used > room)
		return;
	to = stpcpy(to, before);
	for (; *spec; spec++)
		to = stpcpy(to, shell_byte(*spec).text);
	strcpy(to, after);
}

/* Where an advice begins that stands in brackets at the end of a message, which may quote brackets itself; else the end. */
static char *advice_find(char *message)
{
	char *end = message + strlen(message), *bracket = strrchr(message, '(');

	return bracket > message && end[-1] == ')' ? bracket - 1 : end;
}

int unquoted_advise(const char *spec, int (*parse)(struct plan *, const char *, struct error *), struct error *e)
{
	char *advice = advice_find(e->text), *quoted = values_quote(spec);
	struct plan tried = { 0 };
	struct error other;

	if (quoted && strncmp(advice, " (did you mean", 14) && strcmp(spec, quoted) && !parse(&tried, quoted, &other))
		advice_put(advice, sizeof(e->text) - (size_t)(advice - e->text), quoted);
	plan_free(&tried);
	free(quoted);
	return -1;
}
