// SPDX-License-Identifier: MIT
/*
 * Parses the specs of probes and faults. `default` is a whole list of groups, so it may take the
 * place of a group, never of a member; an @NAME takes the place of members.
 */
#include "spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults/fault.h"
#include "defaults.h"
#include "params.h"
#include "profiles.h"
#include "quoting.h"
#include "unquoted.h"
#include "base/words.h"

/* Zeroed, and never of size 0, for which calloc may give NULL. */
static int params_alloc(void **params, size_t size, struct error *e)
{
	*params = calloc(1, size ? size : 1);
	return *params ? 0 : out_of_memory(e);
}

/* Writes KEY=VALUE without quotes that it does not need. Returns the end. */
static char *param_print(char *to, const struct param *row, const void *params, const char *text, size_t len)
{
	size_t key = length_until(text, "=") + 1;

	to = mempcpy(to, text, key);
	if (row->unit == UNIT_BYTES)
		return stpcpy(to, bytes_text((const void *)((const char *)params + row->offset)).text);
	snprintf(to, len - key + 1, "%s", text + key);
	value_unquote(to);
	return to + strlen(to);
}

/*
 * The spec again, with the parameters that were typed and each value of bytes in its one form, so that equal
 * specs are equal texts. A byte takes at most four characters, and none typed less than one.
 */
static char *spec_print(const char *name, const struct param *rows, const void *params, const char *text,
			struct error *e)
{
	char *spec = malloc(strlen(name) + 4 * strlen(text) + 2), *to = spec;

	if (!spec) {
		out_of_memory(e);
		return NULL;
	}
	to = stpcpy(to, name);
	while (*text) {
		size_t len = length_until(text, ":");
		const struct param *row = param_find(rows, text, length_until(text, "="));

		*to++ = ':';
		to = param_print(to, row, params, text, len);
		text += len + (text[len] == ':');
	}
	*to = '\0';
	return spec;
}

/* Splits "NAME:PARAMS": the name is cut off in place, and what follows the colon is returned. */
static int name_split(char *spec, const char **rest, const char *what, struct error *e)
{
	size_t len = length_until(spec, ":");

	if (quotes_check(spec, e))
		return -1;
	if (!len)
		return usage(e, "%s: empty %s name", quote(spec).text, what);
	*rest = spec + len;
	if (!spec[len])
		return 0;
	if (!spec[len + 1])
		return usage(e, "%s: nothing after the ':'", quote(spec).text);
	spec[len] = '\0';
	*rest = spec + len + 1;
	return 0;
}

static int chosen_fill(struct chosen *c, const char *name, const char *params, struct error *e)
{
	c->probe = probe_find(name);
	if (!c->probe)
		return usage(e, "%s: unknown probe%s", quote(name).text,
			     hint(name, probe_word, NULL, "see tcpalive list").text);
	if (params_alloc(&c->params, c->probe->params_size, e) ||
	    params_parse(name, c->probe->params, c->params, params, e))
		return -1;
	c->spec = spec_print(name, c->probe->params, c->params, params, e);
	if (!c->spec)
		return -1;
	return c->probe->check ? c->probe->check(c->params, e) : 0;
}

/* "keepalive:idle=1s", len bytes of it. */
static int chosen_parse(struct chosen *c, const char *text, size_t len, struct error *e)
{
	char *name = copy_part(text, len, e);
	const char *params;
	int failed = -1;

	if (!name || name_split(name, &params, "probe", e))
		goto out;
	failed = chosen_fill(c, name, params, e);
out:
	free(name);
	return failed;
}

static int fault_fill(struct chosen_fault *f, const char *name, const char *params,
		      struct error *e)
{
	f->fault = fault_find(name);
	if (!f->fault)
		return usage(e, "%s: unknown fault%s", quote(name).text,
			     hint(name, fault_word, NULL, probe_find(name) ? "a probe: give it with -p" :
									     "see tcpalive list").text);
	if (params_alloc(&f->params, f->fault->params_size, e) ||
	    params_parse(name, f->fault->params, f->params, params, e))
		return -1;
	f->spec = spec_print(name, f->fault->params, f->params, params, e);
	return f->spec ? 0 : -1;
}

int fault_parse(struct chosen_fault *f, const char *text, size_t len, struct error *e)
{
	char *name = copy_part(text, len, e);
	const char *params;
	int failed = -1;

	if (!name || name_split(name, &params, "fault", e))
		goto out;
	failed = fault_fill(f, name, params, e);
out:
	free(name);
	return failed;
}

static int once_in_group(const struct group *g, const struct chosen *c, const char *spec, struct error *e)
{
	for (size_t i = 0; &g->chosen[i] != c; i++)
		if (g->chosen[i].probe == c->probe)
			return usage(e, "%s: %s twice on one connection", quote(spec).text,
				     c->probe->name);
	return 0;
}

static int members_parse(struct group *g, const char *whole, const char *spec, const char *from, struct error *e);

/* "@go", with nothing behind it: the members of what it stands for. */
static int profile_parse(struct group *g, const char *whole, const char *text, size_t len, struct error *e)
{
	size_t name = length_until(text, ":+");
	const struct profile *p = profile_find(text, name);
	char typed[64];

	snprintf(typed, sizeof(typed), "%.*s", (int)name, text);
	if (!p)
		return usage(e, "%s: nothing is known of it%s", quote(typed).text, profile_hint(typed).text);
	if (name < len)
		return usage(e, "%s: %s has no parameters; change what it stands for: -p %s",
			     quote_part(text, len).text, p->name, p->spec);
	return members_parse(g, whole, p->spec, p->name, e);
}

static int member_parse(struct group *g, const char *whole, const char *text, size_t len, const char *from,
			struct error *e)
{
	struct chosen *c = list_add(&g->chosen, &g->count, sizeof(*c), e);

	if (!c)
		return -1;
	if (!len)
		return usage(e, "%s: empty probe name", quote(whole).text);
	c->from = from;
	return chosen_parse(c, text, len, e) || once_in_group(g, c, whole, e) ? -1 : 0;
}

/* spec is split at its plus signs: all of what was typed (whole), or what the profile `from` stands for. */
static int members_parse(struct group *g, const char *whole, const char *spec, const char *from, struct error *e)
{
	for (const char *at = spec;;) {
		size_t len = length_until(at, "+");

		if (*at == PROFILE_MARK ? profile_parse(g, whole, at, len, e) :
					  member_parse(g, whole, at, len, from, e))
			return -1;
		at += len;
		if (!*at++)
			return 0;
	}
}

/* The members' specs with plus signs between; with `names` the profile that they are from instead, once. */
static char *members_join(const struct group *g, bool names, struct error *e)
{
	size_t len = 1;
	char *text, *end;

	for (size_t i = 0; i < g->count; i++)
		len += strlen(g->chosen[i].spec) + PROFILE_NAME + 1;
	text = end = malloc(len);
	if (!text) {
		out_of_memory(e);
		return NULL;
	}
	*text = '\0';
	for (size_t i = 0; i < g->count; i++) {
		const struct chosen *c = &g->chosen[i];

		if (!names || !c->from)
			end += sprintf(end, "%s%s", i ? "+" : "", c->spec);
		else if (!i || c[-1].from != c->from)
			end += sprintf(end, "%s%s", i ? "+" : "", c->from);
	}
	return text;
}

int group_name(struct group *g, struct error *e)
{
	bool named = false;

	for (size_t i = 0; i < g->count; i++)
		named |= g->chosen[i].from != NULL;
	free(g->spec);
	free(g->stands_for);
	g->stands_for = NULL;
	g->spec = members_join(g, true, e);
	if (!g->spec || !named)
		return g->spec ? 0 : -1;
	g->stands_for = members_join(g, false, e);
	return g->stands_for ? 0 : -1;
}

static int group_parse(struct plan *p, const char *text, size_t len, struct error *e)
{
	struct group *g = list_add(&p->groups, &p->ngroups, sizeof(*g), e);
	char *spec = g ? copy_part(text, len, e) : NULL;
	int failed = !spec || members_parse(g, spec, spec, NULL, e) || group_name(g, e);

	free(spec);
	return failed ? -1 : 0;
}

static int groups_add(struct plan *p, const char *spec, struct error *e)
{
	for (const char *at = spec;; at++) {
		size_t len = length_until(at, ",");

		if (!len)
			return usage(e, "%s: empty probe name", quote(spec).text);
		if (len == strlen("default") && !memcmp(at, "default", len)) {
			if (groups_add(p, DEFAULT_PROBES, e))
				return -1;
		} else if (group_parse(p, at, len, e)) {
			return -1;
		}
		at += len;
		if (!*at)
			return 0;
	}
}

static int faults_add(struct plan *p, const char *spec, struct error *e)
{
	for (const char *at = spec;; at++) {
		size_t len = length_until(at, ",");
		struct chosen_fault *f = list_add(&p->lab.faults, &p->lab.nfaults, sizeof(*f), e);

		if (!f || fault_parse(f, at, len, e))
			return -1;
		for (size_t i = 0; i + 1 < p->lab.nfaults; i++)
			if (!strcmp(p->lab.faults[i].spec, f->spec))
				return usage(e, "%s: a fault that is given twice", quote(f->spec).text);
		at += len;
		if (!*at)
			return 0;
	}
}

int groups_parse(struct plan *p, const char *spec, struct error *e)
{
	return groups_add(p, spec, e) ? unquoted_advise(spec, groups_add, e) : 0;
}

int lab_parse(struct plan *p, const char *spec, struct error *e)
{
	return faults_add(p, spec, e) ? unquoted_advise(spec, faults_add, e) : 0;
}
