// SPDX-License-Identifier: MIT
/* Which probes on which connections: --probe, --all, or the defaults. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/defaults.h"
#include "plan/protocol.h"
#include "request.h"
#include "plan/spec.h"
#include "base/words.h"

static void group_free(struct group *g)
{
	for (size_t i = 0; i < g->count; i++) {
		free(g->chosen[i].params);
		free(g->chosen[i].spec);
	}
	free(g->chosen);
	free(g->spec);
	free(g->stands_for);
}

/* In the lab with its quick parameters, once for each set of them. */
static int probe_add(struct plan *p, const struct probe *probe, struct error *e)
{
	const char *const *quick = probe->lab;

	if (p->mode != MODE_LAB || !*quick)
		return groups_parse(p, probe->name, e);
	for (; *quick; quick++) {
		char spec[128];

		snprintf(spec, sizeof(spec), "%s:%s", probe->name, *quick);
		if (groups_parse(p, spec, e))
			return -1;
	}
	return 0;
}

static int all_add(struct plan *p, struct error *e)
{
	for (size_t i = 0; i < probes_count; i++)
		if (probe_add(p, probes[i], e))
			return -1;
	for (size_t i = 0; i < p->ngroups; i++)
		p->groups[i].chosen->compared = true;
	return 0;
}

/*
 * What --probe names is there already where --all came before it (the first `all` groups); else
 * it was typed twice.
 */
static int duplicates_drop(struct plan *p, size_t all, struct error *e)
{
	for (size_t i = 0; i < p->ngroups; i++)
		for (size_t j = i + 1; j < p->ngroups; j++) {
			if (strcmp(p->groups[i].spec, p->groups[j].spec))
				continue;
			if (i >= all)
				return usage(e, "--probe: %s is given twice",
					     quote(p->groups[j].spec).text);
			group_free(&p->groups[j]);
			p->ngroups--;
			memmove(&p->groups[j], &p->groups[j + 1],
				(p->ngroups - j) * sizeof(*p->groups));
			j--;
		}
	return 0;
}

static struct chosen *member_find(struct group *g, const struct probe *probe)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->chosen[i].probe == probe)
			return &g->chosen[i];
	return NULL;
}

/*
 * Moves c into g, or drops it if the same is there. `replace`: what is there came from --all,
 * and gives way.
 */
static int member_move(struct group *g, struct chosen *c, bool replace, const char *hint, struct error *e)
{
	struct chosen *there = member_find(g, c->probe);
	struct chosen old;

	if (!there) {
		there = list_add(&g->chosen, &g->count, sizeof(*there), e);
		if (!there)
			return -1;
	} else if (!replace && strcmp(there->spec, c->spec)) {
		return usage(e, "%s and %s: twice on one connection%s", quote(there->spec).text, quote(c->spec).text, hint);
	}
	old = *there;
	*there = *c;
	*c = old;
	return 0;
}

/* A client of --listen is one connection, and so is one of another program, so there all the groups become one. */
static int groups_join(struct plan *p, size_t all, struct error *e)
{
	const char *hint = p->connect.listen ? " (-n 1 gives each a client of its own)" : "";
	struct group *joined = &p->groups[0];

	for (size_t i = 1; i < p->ngroups; i++)
		for (size_t j = 0; j < p->groups[i].count; j++)
			if (member_move(joined, &p->groups[i].chosen[j], all > 0, hint, e))
				return -1;
	while (p->ngroups > 1)
		group_free(&p->groups[--p->ngroups]);
	return group_name(joined, e);
}

static void supported_ask(struct plan *p)
{
	for (size_t i = 0; i < p->ngroups; i++)
		for (size_t j = 0; j < p->groups[i].count; j++) {
			struct chosen *c = &p->groups[i].chosen[j];
			const char *why = NULL;

			if (c->probe->supported && c->probe->supported(&why))
				c->unsupported = why ? why : "not on this kernel";
		}
}

/* Nobody's connection has to bear them; but who tries a program has asked for no probe. */
static bool all_by_default(const struct plan *p)
{
	return (p->mode == MODE_LAB && !plan_has_programs(p)) || p->mode == MODE_PREDICT;
}

/* All that a connection may carry; nobody chose the default. */
static int groups_choose(struct request *r, const char *by_default, struct error *e)
{
	struct plan *p = r->plan;
	size_t all;

	if ((request_given(r, "--all") || (all_by_default(p) && !r->probes.count)) && all_add(p, e))
		return -1;
	all = p->ngroups;
	for (size_t i = 0; i < r->probes.count; i++)
		if (groups_parse(p, r->probes.words[i], e))
			return -1;
	if (!p->ngroups && !plan_has_programs(p)) {
		p->default_probes |= !strcmp(by_default, DEFAULT_PROBES);
		if (groups_parse(p, by_default, e))
			return -1;
	}
	if (duplicates_drop(p, all, e))
		return -1;
	return p->connect.listen && !p->connect.connections_given ? groups_join(p, all, e) : 0;
}

/* Puts those before the plan's; what the plan has then is all there is to free. */
static int groups_prepend(struct plan *p, struct group *before, size_t count, struct error *e)
{
	struct group *added = p->groups, *all = reallocarray(before, count + p->ngroups + 1, sizeof(*all));
	const size_t n = p->ngroups;

	if (!all) {
		free(before);
		return out_of_memory(e);
	}
	if (n)
		memcpy(all + count, added, n * sizeof(*all));
	free(added);
	p->groups = all;
	p->ngroups = count + n;
	return 0;
}

/* Appends the groups of a target, which speak its protocol. */
static int groups_of_target(struct request *r, struct target *t, struct error *e)
{
	struct plan *p = r->plan;
	struct group *before = p->groups;
	const size_t first = p->ngroups;
	int rc;

	p->groups = NULL;
	p->ngroups = 0;
	rc = groups_choose(r, t->protocol && t->protocol->asks ? DEFAULT_PROBES_OF_PROTOCOL : DEFAULT_PROBES, e);
	t->groups = (struct group_range){ first, p->ngroups };
	for (size_t i = 0; !rc && i < p->ngroups; i++)
		for (size_t j = 0; !rc && j < p->groups[i].count; j++)
			rc = protocol_speak(&p->groups[i].chosen[j], t, e);
	return groups_prepend(p, before, first, e) ? -1 : rc;
}

/* Targets without a protocol have the same probes. */
static int groups_of_targets(struct request *r, struct error *e)
{
	struct connect_plan *c = &r->plan->connect;
	const struct target *plain = NULL;

	for (size_t i = 0; i < c->ntargets; i++) {
		struct target *t = &c->targets[i];

		if (plain && !t->protocol)
			t->groups = plain->groups;
		else if (groups_of_target(r, t, e))
			return -1;
		if (!t->protocol)
			plain = t;
	}
	return 0;
}

/* Upon another program's connections, each of which they share. */
static int groups_borrow(struct request *r, struct error *e)
{
	struct plan *p = r->plan;
	const char *why;

	if (!r->probes.count)
		return 0;
	if (groups_choose(r, DEFAULT_PROBES, e) || groups_join(p, 0, e))
		return -1;
	for (size_t i = 0; i < p->groups->count; i++) {
		why = probe_refusal(p->groups->chosen[i].probe, p->audit.intrusive);
		if (why)
			return usage(e, "'%s': %s", p->groups->chosen[i].probe->name, why);
	}
	supported_ask(p);
	return 0;
}

int probes_fill(struct request *r, struct error *e)
{
	if (r->plan->mode == MODE_AUDIT)
		return groups_borrow(r, e);
	if (r->plan->mode == MODE_CONNECT ? groups_of_targets(r, e) : groups_choose(r, DEFAULT_PROBES, e))
		return -1;
	supported_ask(r->plan);
	return 0;
}
