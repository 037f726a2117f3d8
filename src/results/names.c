// SPDX-License-Identifier: MIT
/* Short names: a parameter is shown where one of the same kind lacks it. What was asked for as @NAME is called
 * that: nobody typed its parameters. */
#include "names.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "plan/quoting.h"

#define TEXT 512
#define NUMBER_WIDTH 4 /* "#99 " */

/* Whose names must differ by their parameters? */
typedef bool (*alike)(const struct report_probe *p, const struct report_probe *q);

static bool same_probe(const struct report_probe *p, const struct report_probe *q)
{
	return p->probe == q->probe && p->target == q->target;
}

static bool same_probe_sharing(const struct report_probe *p, const struct report_probe *q)
{
	return same_probe(p, q) && q->members > 1;
}

/* At the same place of composites that have the same probes. */
static bool same_composite(const struct report_probe *p, const struct report_probe *q)
{
	if (!same_probe(p, q) || p->members != q->members || p->member != q->member)
		return false;
	p -= p->member;
	q -= q->member;
	for (size_t i = 0; i < p->members; i++)
		if (p[i].probe != q[i].probe)
			return false;
	return true;
}

/* The parameter behind `at`, or the first of a spec: its length, 0 behind the last. */
static size_t next_param(const char **at)
{
	*at += length_until(*at, ":");
	if (!**at)
		return 0;
	return length_until(++*at, ":");
}

static bool has_param(const struct report_probe *p, const char *param, size_t len)
{
	const char *at = p->spec;

	for (size_t n; (n = next_param(&at));)
		if (n == len && !memcmp(at, param, n))
			return true;
	return false;
}

static bool all_have(const struct report_context *c, const struct report_probe *p, alike is, const char *param,
		     size_t len)
{
	for (size_t i = 0; i < c->nprobes; i++)
		if (is(p, &c->probes[i]) && !has_param(&c->probes[i], param, len))
			return false;
	return true;
}

static bool has_params_of(const struct report_probe *p, const struct report_probe *q)
{
	const char *at = q->spec;

	for (size_t n; (n = next_param(&at));)
		if (!has_param(p, at, n))
			return false;
	return true;
}

static bool has_double(const struct report_context *c, const struct report_probe *p)
{
	for (size_t i = 0; i < c->nprobes; i++) {
		const struct report_probe *q = &c->probes[i];

		if (q != p && same_probe(p, q) && has_params_of(p, q) && has_params_of(q, p))
			return true;
	}
	return false;
}

/* Appends to the text; cut where there is no room. */
static void append(char text[TEXT], const char *s, size_t len)
{
	size_t used = strlen(text);

	snprintf(text + used, TEXT - used, "%.*s", (int)len, s);
}

static void append_short(char text[TEXT], const struct report_context *c, const struct report_probe *p, alike is)
{
	const char *at = p->spec;

	append(text, p->probe->name, strlen(p->probe->name));
	for (size_t n; (n = next_param(&at));) {
		if (all_have(c, p, is, at, n))
			continue;
		append(text, " ", 1);
		append(text, at, n);
	}
}

static bool is_only_one(const struct report_context *c, const struct report_probe *p)
{
	for (size_t i = 0; i < c->nprobes; i++)
		if (&c->probes[i] != p && same_probe(p, &c->probes[i]))
			return false;
	return true;
}

static void append_composite(char text[TEXT], const struct report_context *c, const struct report_probe *p)
{
	if (p->stands_for) {
		append(text, p->group, strlen(p->group));
		return;
	}
	for (size_t i = 0; i < p->members; i++) {
		append(text, "+", i > 0);
		append_short(text, c, p - p->member + i, same_composite);
	}
}

void name_composite(char to[NAME_ROOM], const struct report_context *c, const struct report_probe *p)
{
	char text[TEXT] = "";

	append_composite(text, c, p);
	utf8_visible(to, NAME_ROOM, text, c->utf8);
}

/* A member of an @NAME: "keepalive", or "keepalive in @go" where there is another. */
static void append_of_named(char text[TEXT], const struct report_context *c, const struct report_probe *p)
{
	if (p->members > 1)
		append(text, p->probe->name, strlen(p->probe->name));
	if (p->members > 1 && is_only_one(c, p))
		return;
	append(text, " in ", p->members > 1 ? 4 : 0);
	append_composite(text, c, p);
}

void name_probe(char to[NAME_ROOM], const struct report_context *c, const struct report_probe *p)
{
	char text[TEXT] = "";

	if (p->stands_for) {
		append_of_named(text, c, p);
	} else {
		append_short(text, c, p, same_probe);
		if (p->members > 1 && has_double(c, p)) {
			append(text, " in ", 4);
			append_composite(text, c, p);
		}
	}
	utf8_visible(to, NAME_ROOM, text, c->utf8);
}

void name_member(char to[NAME_ROOM], const struct report_context *c, const struct report_probe *p)
{
	char text[TEXT] = "+";

	if (p->stands_for)
		append(text, p->probe->name, strlen(p->probe->name));
	else
		append_short(text, c, p, same_probe_sharing);
	utf8_visible(to, NAME_ROOM, text, c->utf8);
}

static void cut(char to[NAME_ROOM], const char *name, size_t columns)
{
	snprintf(to, NAME_ROOM, "%s", name);
	utf8_shorten(to, columns);
}

/* How many of the first n are like the name, in so many columns? */
static unsigned count_like(const char *name, const char *(*name_at)(const void *of, size_t i), const void *of, size_t n,
			   size_t columns)
{
	char own[NAME_ROOM], other[NAME_ROOM];
	unsigned like = 0;

	cut(own, name, columns);
	for (size_t k = 0; k < n; k++) {
		cut(other, name_at(of, k), columns);
		like += !strcmp(other, own);
	}
	return like;
}

/* to may be the i-th name itself. A number takes room, and so it counts all that are alike in what is left: two
 * pairs that differ at their ends alone may have nothing else to tell them apart. */
void name_apart(char to[NAME_ROOM], const char *(*name_at)(const void *of, size_t i), const void *of, size_t i,
		size_t columns)
{
	const char *name = name_at(of, i);
	const size_t left = columns > NUMBER_WIDTH ? columns - NUMBER_WIDTH : 1;
	char text[NAME_ROOM + 16];

	if (count_like(name, name_at, of, i, columns))
		snprintf(text, sizeof(text), "#%u %s", count_like(name, name_at, of, i, left) + 1, name);
	else
		snprintf(text, sizeof(text), "%s", name);
	utf8_visible(to, NAME_ROOM, text, true);
	utf8_shorten(to, columns);
}
