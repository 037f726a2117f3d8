// SPDX-License-Identifier: MIT
/*
 * Parses the specs of probes and faults. `default` is a whole list of groups, so it may take the
 * place of a group, never of a member.
 */
#include "spec.h"

#include <stdlib.h>
#include <string.h>

#include "faults/fault.h"
#include "defaults.h"
#include "params.h"
#include "base/words.h"

/* Zeroed, and never of size 0, for which calloc may give NULL. */
static int params_alloc(void **params, size_t size, struct error *e)
{
	*params = calloc(1, size ? size : 1);
	return *params ? 0 : out_of_memory(e);
}

/* Splits "NAME:PARAMS": the name is cut off in place, and what follows the colon is returned. */
static int name_split(char *spec, const char **rest, const char *what, struct error *e)
{
	size_t len = length_until(spec, ":");

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
	return c->probe->check ? c->probe->check(c->params, e) : 0;
}

/* "keepalive:idle=1s", len bytes of it. */
static int chosen_parse(struct chosen *c, const char *text, size_t len, struct error *e)
{
	char *name = copy_part(text, len, e);
	const char *params;
	int failed = -1;

	c->spec = copy_part(text, len, e);
	if (!name || !c->spec || name_split(name, &params, "probe", e))
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
			     hint(name, fault_word, NULL, "see tcpalive list").text);
	if (params_alloc(&f->params, f->fault->params_size, e))
		return -1;
	return params_parse(name, f->fault->params, f->params, params, e);
}

int fault_parse(struct chosen_fault *f, const char *text, size_t len, struct error *e)
{
	char *name = copy_part(text, len, e);
	const char *params;
	int failed = -1;

	f->spec = copy_part(text, len, e);
	if (!name || !f->spec || name_split(name, &params, "fault", e))
		goto out;
	failed = fault_fill(f, name, params, e);
out:
	free(name);
	return failed;
}

static int once_in_group(const struct group *g, const struct chosen *c, struct error *e)
{
	for (size_t i = 0; &g->chosen[i] != c; i++)
		if (g->chosen[i].probe == c->probe)
			return usage(e, "%s: %s twice on one connection", quote(g->spec).text,
				     c->probe->name);
	return 0;
}

/* g->spec, split at its plus signs. */
static int members_parse(struct group *g, struct error *e)
{
	const char *at = g->spec;

	for (;;) {
		size_t len = length_until(at, "+");
		struct chosen *c = list_add(&g->chosen, &g->count, sizeof(*c), e);

		if (!c)
			return -1;
		if (!len)
			return usage(e, "%s: empty probe name", quote(g->spec).text);
		if (chosen_parse(c, at, len, e) || once_in_group(g, c, e))
			return -1;
		at += len;
		if (!*at++)
			return 0;
	}
}

static int group_parse(struct plan *p, const char *text, size_t len, struct error *e)
{
	struct group *g = list_add(&p->groups, &p->ngroups, sizeof(*g), e);

	if (!g)
		return -1;
	g->spec = copy_part(text, len, e);
	return g->spec ? members_parse(g, e) : -1;
}

int groups_parse(struct plan *p, const char *spec, struct error *e)
{
	for (const char *at = spec;; at++) {
		size_t len = length_until(at, ",");

		if (!len)
			return usage(e, "%s: empty probe name", quote(spec).text);
		if (len == strlen("default") && !memcmp(at, "default", len)) {
			if (groups_parse(p, DEFAULT_PROBES, e))
				return -1;
		} else if (group_parse(p, at, len, e)) {
			return -1;
		}
		at += len;
		if (!*at)
			return 0;
	}
}

int lab_parse(struct plan *p, const char *spec, struct error *e)
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
