// SPDX-License-Identifier: MIT
/* Parses expectations. */
#include "expects.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/words.h"
#include "profiles.h"

static const char *const kinds[] = {
	[EXPECT_ANY] = "any", [EXPECT_ALL] = "all", [EXPECT_ALIVE] = "alive", NULL,
};

static const char grammar[] = "give any, all, alive, PROBE<=DUR or PROBE=never";

static const char *expect_word(const void *list, size_t i)
{
	return i <= EXPECT_ALIVE ? kinds[i] : probe_word(list, i - EXPECT_ALIVE - 1);
}

static int refuse(const struct expect *x, struct error *e, const char *why)
{
	return usage(e, "--expect: %s: %s", quote(x->text).text, why);
}

static bool is_chosen(const struct plan *p, const struct probe *probe)
{
	for (size_t i = 0; i < p->ngroups; i++)
		for (size_t j = 0; j < p->groups[i].count; j++)
			if (p->groups[i].chosen[j].probe == probe)
				return true;
	return false;
}

/* "@go", "peek+@go": a composite that was chosen by that name; NULL if none was. */
static const char *group_find_chosen(const struct plan *p, const char *name)
{
	for (size_t i = 0; i < p->ngroups; i++)
		if (p->groups[i].stands_for && !strcmp(p->groups[i].spec, name))
			return p->groups[i].spec;
	return NULL;
}

static int not_chosen(const struct expect *x, const char *name, struct error *e)
{
	return usage(e, "--expect: %s: %s is not among the probes (add it to --probe)", quote(x->text).text, name);
}

static int unknown(const char *name, struct error *e)
{
	if (*name == PROFILE_MARK)
		return usage(e, "--expect: %s: nothing is known of it%s", quote(name).text, profile_hint(name).text);
	return usage(e, "--expect: %s: unknown probe%s", quote(name).text, hint(name, expect_word, NULL, grammar).text);
}

/* A probe that nobody chose would never break its expectation, so it is refused. */
static int probe_find_chosen(const struct plan *p, struct expect *x, size_t len, struct error *e)
{
	char *name = copy_part(x->text, len, e);
	int failed = 0;

	if (!name)
		return -1;
	x->probe = probe_find(name);
	x->group = group_find_chosen(p, name);
	if (!x->probe && !x->group && !profile_find(name, strlen(name)))
		failed = unknown(name, e);
	else if (!x->group && !(x->probe && is_chosen(p, x->probe)))
		failed = not_chosen(x, name, e);
	free(name);
	return failed;
}

static int limit_parse(struct expect *x, const char *limit, struct error *e)
{
	struct why why;

	x->kind = EXPECT_WITHIN;
	if (duration_parse(limit, NS_PER_US, DURATION_MAX, &x->within, &why))
		return refuse(x, e, why.text);
	return 0;
}

static int expect_parse(const struct plan *p, struct expect *x, struct error *e)
{
	size_t len = strcspn(x->text, "<=>");
	const char *sign = x->text + len;

	for (int kind = EXPECT_ANY; kind <= EXPECT_ALIVE; kind++)
		if (!strcmp(x->text, kinds[kind])) {
			x->kind = (enum expect_kind)kind;
			return 0;
		}
	if (!len)
		return refuse(x, e, grammar);
	if (probe_find_chosen(p, x, len, e))
		return -1;
	if (!strncmp(sign, "<=", 2))
		return limit_parse(x, sign + 2, e);
	x->kind = EXPECT_NEVER;
	if (!strcmp(sign, "=never"))
		return 0;
	return refuse(x, e, "give PROBE<=DUR or PROBE=never");
}

/* alive means that no probe says dead, which contradicts whatever wants one to. */
static int contradiction(const struct expect *a, const struct expect *b)
{
	if (a->kind == EXPECT_ALIVE)
		return b->kind == EXPECT_ANY || b->kind == EXPECT_ALL || b->kind == EXPECT_WITHIN;
	if (a->kind == EXPECT_NEVER)
		return b->kind == EXPECT_ALL ||
		       (b->kind == EXPECT_WITHIN && a->probe == b->probe && a->group == b->group);
	return 0;
}

int expects_check(const struct plan *p, struct error *e)
{
	for (size_t i = 0; i < p->judge.nexpects; i++)
		for (size_t j = 0; j < p->judge.nexpects; j++)
			if (contradiction(&p->judge.expects[i], &p->judge.expects[j]))
				return usage(e, "--expect: %s and %s contradict each other",
					     quote(p->judge.expects[i].text).text,
					     quote(p->judge.expects[j].text).text);
	return 0;
}

int expects_add(struct plan *p, const char *text, struct error *e)
{
	struct expect *x = list_add(&p->judge.expects, &p->judge.nexpects, sizeof(*x), e);

	if (!x)
		return -1;
	x->text = copy_part(text, strlen(text), e);
	return x->text ? expect_parse(p, x, e) : -1;
}
