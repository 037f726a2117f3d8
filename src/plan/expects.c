// SPDX-License-Identifier: MIT
/* Parses expectations. */
#include "expects.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/words.h"
#include "faults/fault.h"
#include "profiles.h"
#include "spec.h"

static const char *const kinds[] = {
	[EXPECT_ANY] = "any", [EXPECT_ALL] = "all", [EXPECT_ALIVE] = "alive", [EXPECT_NOTICED] = "noticed",
	[EXPECT_RECONNECTED] = "reconnected", [EXPECT_NO_EXIT] = "exited",
};
#define KINDS (EXPECT_NO_EXIT + 1)

static const char grammar[] = "give any, all, alive, PROBE<=DUR or PROBE=never";
static const char grammar_of_programs[] = "give noticed<=DUR, reconnected<=DUR, exited=never or alive";
static const char grammar_of_peer[] = "give noticed<=DUR, reconnected<=DUR or alive";

/* Is there a row of the reports that is no probe? */
static bool has_program(const struct plan *p)
{
	enum program_role survivor;

	return p->mode == MODE_PEER || plan_survivor(p, &survivor);
}

static const char *grammar_of(const struct plan *p)
{
	if (p->mode == MODE_PEER)
		return grammar_of_peer;
	return p->ngroups ? grammar : grammar_of_programs;
}

/* For hint(): the kinds that have a name, and the probes. */
static const char *expect_word(const void *list, size_t i)
{
	for (size_t kind = 0; kind < KINDS; kind++)
		if (kinds[kind] && !i--)
			return kinds[kind];
	return probe_word(list, i);
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

static int unknown(const struct plan *p, const char *name, struct error *e)
{
	if (*name == PROFILE_MARK)
		return usage(e, "--expect: %s: nothing is known of it%s", quote(name).text, profile_hint(name).text);
	return usage(e, "--expect: %s: unknown probe%s", quote(name).text, hint(name, expect_word, NULL, grammar_of(p)).text);
}

/* A probe that nobody chose would never break its expectation, so it is refused. */
static int probe_find_chosen(const struct plan *p, struct expect *x, const char *word, size_t len, struct error *e)
{
	char *name = copy_part(word, len, e);
	int failed = 0;

	if (!name)
		return -1;
	x->probe = probe_find(name);
	x->group = group_find_chosen(p, name);
	if (!x->probe && !x->group && !profile_find(name, strlen(name)))
		failed = unknown(p, name, e);
	else if (!x->group && !(x->probe && is_chosen(p, x->probe)))
		failed = not_chosen(x, name, e);
	free(name);
	return failed;
}

static int limit_parse(struct expect *x, const char *limit, struct error *e)
{
	struct why why;

	if (duration_parse(limit, NS_PER_US, DURATION_MAX, &x->within, &why))
		return refuse(x, e, why.text);
	return 0;
}

static int probe_parse(const struct plan *p, struct expect *x, const char *word, struct error *e)
{
	size_t len = strcspn(word, "<=>");
	const char *sign = word + len;

	if (!len || p->mode == MODE_PEER)
		return refuse(x, e, grammar_of(p));
	if (probe_find_chosen(p, x, word, len, e))
		return -1;
	x->kind = EXPECT_WITHIN;
	if (!strncmp(sign, "<=", 2))
		return limit_parse(x, sign + 2, e);
	x->kind = EXPECT_NEVER;
	return strcmp(sign, "=never") ? refuse(x, e, "give PROBE<=DUR or PROBE=never") : 0;
}

/* What the words after the name must be, and of whom they are. */
static int kind_check(const struct plan *p, struct expect *x, const char *sign, struct error *e)
{
	switch (x->kind) {
	case EXPECT_ANY:
	case EXPECT_ALL:
		if (p->mode == MODE_PEER)
			return refuse(x, e, grammar_of_peer);
		if (!p->ngroups)
			return refuse(x, e, "of probes, and there are none (of a program: noticed<=DUR)");
		return *sign ? refuse(x, e, grammar) : 0;
	case EXPECT_ALIVE:
		return *sign ? refuse(x, e, grammar_of(p)) : 0;
	case EXPECT_NO_EXIT:
		if (p->mode == MODE_PEER)
			return refuse(x, e, grammar_of_peer);
		return strcmp(sign, "=never") ? refuse(x, e, "give exited=never") : 0;
	default:
		if (strncmp(sign, "<=", 2))
			return usage(e, "--expect: %s: give %s<=DUR", quote(x->text).text, kinds[x->kind]);
		return limit_parse(x, sign + 2, e);
	}
}

/* Is it one of those that have a name, and not a probe's? */
static bool kind_find(struct expect *x, const char *word)
{
	size_t len = strcspn(word, "<=>");

	for (size_t kind = 0; kind < KINDS; kind++)
		if (kinds[kind] && strlen(kinds[kind]) == len && !memcmp(kinds[kind], word, len)) {
			x->kind = (enum expect_kind)kind;
			return true;
		}
	return false;
}

static int word_parse(const struct plan *p, struct expect *x, const char *word, struct error *e)
{
	if (!kind_find(x, word))
		return probe_parse(p, x, word, e);
	if (x->kind >= EXPECT_NOTICED && !has_program(p))
		return refuse(x, e, p->mode != MODE_LAB ? "of a program in the lab (see tcpalive help lab)" :
			      plan_has_programs(p) ? "no program is measured: the one that there is dies" :
						     "of a program, and there is none (add --client CMD or --server CMD)");
	return kind_check(p, x, word + strcspn(word, "<=>"), e);
}

/* ---- of one fault ---- */

bool expect_is_of(const struct expect *x, const char *fault)
{
	size_t len = x->fault ? strlen(x->fault) : 0;

	if (!x->fault)
		return true;
	if (!fault || strncmp(fault, x->fault, len))
		return false;
	return !fault[len] || (fault[len] == ':' && !strchr(x->fault, ':'));
}

/* One of the lab's by its name, or by its spec in whatever way that is typed; else the error. */
static int fault_choose(const struct plan *p, struct expect *x, const char *typed, struct error *e)
{
	const struct fault *named = fault_find(typed);
	struct chosen_fault f = { 0 };
	int rc = named ? 0 : fault_parse(&f, typed, strlen(typed), e);

	for (size_t i = 0; !rc && !x->fault && i < p->lab.nfaults; i++)
		if (named ? p->lab.faults[i].fault == named : !strcmp(p->lab.faults[i].spec, f.spec))
			x->fault = named ? named->name : p->lab.faults[i].spec;
	if (!rc && !x->fault)
		rc = usage(e, "--expect: %s: %s is not among the faults (add it: tcpalive lab %s)", quote(x->text).text,
			   quote(typed).text, typed);
	free(f.params);
	free(f.spec);
	return rc;
}

/* "flap:for=2s:reconnected<=15s": everything before the last colon is a fault, and behind it begins *word. */
static int fault_split(const struct plan *p, struct expect *x, const char **word, struct error *e)
{
	const char *colon = strrchr(x->text, ':');
	char *name, *typed;
	int rc = -1;

	*word = x->text;
	if (!colon)
		return 0;
	*word = colon + 1;
	if (p->mode != MODE_LAB)
		return refuse(x, e, "for one fault, which is for the lab");
	name = copy_part(x->text, strcspn(x->text, ":"), e);
	typed = copy_part(x->text, (size_t)(colon - x->text), e);
	if (name && typed && !fault_find(name))
		usage(e, "--expect: %s: unknown fault%s", quote(name).text, hint(name, fault_word, NULL, "see tcpalive list").text);
	else if (name && typed)
		rc = fault_choose(p, x, typed, e);
	free(name);
	free(typed);
	return rc;
}

/* ---- of the audit ---- */

/* The column of a fault: the plan has it, or gets it. */
static int column_choose(struct plan *p, struct expect *x, const char *typed, struct error *e)
{
	struct chosen_fault f = { 0 };
	int rc = fault_parse(&f, typed, strlen(typed), e);

	for (x->column = 0; !rc && x->column < p->lab.nfaults; x->column++)
		if (!strcmp(p->lab.faults[x->column].spec, f.spec))
			break;
	if (!rc && x->column == p->lab.nfaults)
		rc = lab_parse(p, typed, e);
	if (!rc)
		x->fault = p->lab.faults[x->column].spec;
	free(f.params);
	free(f.spec);
	return rc;
}

/* "drop<=60s", "reboot-late:for=3s<=10s" */
static int predicted_parse(struct plan *p, struct expect *x, struct error *e)
{
	const char *sign = strstr(x->text, "<=");
	char *typed;
	int rc;

	if (!sign || sign == x->text)
		return refuse(x, e, "give FAULT<=DUR, as in drop<=60s");
	typed = copy_part(x->text, (size_t)(sign - x->text), e);
	if (!typed)
		return -1;
	x->kind = EXPECT_PREDICTED;
	rc = column_choose(p, x, typed, e) ? -1 : limit_parse(x, sign + 2, e);
	free(typed);
	return rc;
}

/* ---- together ---- */

/* Is there a fault for which both are? */
static bool overlap(const struct expect *a, const struct expect *b)
{
	return !a->fault || !b->fault || expect_is_of(a, b->fault) || expect_is_of(b, a->fault);
}

/* alive means that nobody says dead, which contradicts whatever wants one to. */
static bool contradiction(const struct expect *a, const struct expect *b)
{
	if (!overlap(a, b))
		return false;
	if (a->kind == EXPECT_ALIVE)
		return b->kind == EXPECT_ANY || b->kind == EXPECT_ALL || b->kind == EXPECT_WITHIN || b->kind == EXPECT_NOTICED;
	if (a->kind == EXPECT_NEVER)
		return b->kind == EXPECT_ALL ||
		       (b->kind == EXPECT_WITHIN && a->probe == b->probe && a->group == b->group);
	return false;
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

nsec expects_longest(const struct plan *p)
{
	nsec longest = 0;

	for (size_t i = 0; i < p->judge.nexpects; i++) {
		const struct expect *x = &p->judge.expects[i];

		if (x->kind == EXPECT_NOTICED || x->kind == EXPECT_RECONNECTED)
			longest = ns_max(longest, x->within);
	}
	return longest;
}

int expects_add(struct plan *p, const char *text, struct error *e)
{
	struct expect *x = list_add(&p->judge.expects, &p->judge.nexpects, sizeof(*x), e);
	const char *word;

	if (!x)
		return -1;
	x->text = copy_part(text, strlen(text), e);
	if (x->text && p->mode == MODE_AUDIT && !p->ngroups)
		return predicted_parse(p, x, e);
	return x->text && !fault_split(p, x, &word, e) ? word_parse(p, x, word, e) : -1;
}
