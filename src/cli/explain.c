// SPDX-License-Identifier: MIT
/*
 * explain: the pages. Times are computed for this machine's sysctls, so a page may differ from
 * one machine to the next.
 */
#include "explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tcp/sysctls.h"
#include "faults/fault.h"
#include "base/number.h"
#include "options.h"
#include "pages.h"
#include "plan/params.h"
#include "plan/profiles.h"
#include "plan/quoting.h"
#include "reports/phrases.h"
#include "print.h"
#include "plan/spec.h"
#include "base/words.h"
#include "predictions.h"

#define NARROWEST 60
#define USUAL 80
#define WIDEST 100

void explain_title(const char *name, const char *summary)
{
	size_t column = strlen(name) + strlen(" - ");

	if (column + strlen(summary) < USUAL) {
		printf("%s - ", name);
	} else {
		printf("%s -\n    ", name);
		column = 4;
	}
	print_wrapped(summary, column, column);
	putchar('\n');
}

void explain_fact(const char *label, const char *text)
{
	printf("%-13s", label);
	print_wrapped(text, 13, 13);
}

void explain_params(const struct param *rows)
{
	if (!rows || !rows->name)
		return;
	puts("\nParameters:");
	for (; rows->name; rows++) {
		char head[64];

		snprintf(head, sizeof(head), "%s=%s", rows->name, param_kind(rows));
		printf("  %-16s", head);
		print_wrapped(rows->help, 18, 18);
		printf("%18s%s; default %s\n", "", param_bounds(rows).text,
		       *rows->def ? rows->def : "empty");
	}
}

/* The default of --interval, as the option's row has it. */
static nsec default_interval(void)
{
	const struct option_row *row = option_find("--interval");
	struct why why;
	nsec interval = 0;

	duration_parse(row->def, row->min, row->max, &interval, &why);
	return interval;
}

/* A window of unreasonable width is taken for the nearest reasonable one. */
static size_t columns(void)
{
	const char *s = getenv("COLUMNS");
	int64_t count = USUAL;
	struct why why;

	if (s && count_parse(s, 1, INT16_MAX, &count, &why))
		count = USUAL;
	if (count < NARROWEST)
		count = NARROWEST;
	return (size_t)(count < WIDEST ? count : WIDEST);
}

static int all_faults(struct plan *p, struct error *e)
{
	for (size_t i = 0; i < faults_count; i++)
		if (lab_parse(p, faults[i]->name, e))
			return -1;
	return 0;
}

static int all_probes(struct plan *p, struct error *e)
{
	for (size_t i = 0; i < probes_count; i++)
		if (groups_parse(p, probes[i]->name, e))
			return -1;
	return 0;
}

static int explain_groups(const struct plan *p, const struct circumstances *s, struct error *e)
{
	for (size_t i = 0; i < p->ngroups; i++) {
		if (i)
			fputs("\n\n", stdout);
		if (explain_group(&p->groups[i], p, s, e))
			return -1;
	}
	return 0;
}

static void program_fact(const char *label, const char *what, const char *why)
{
	char text[128];

	if (!why)
		return;
	snprintf(text, sizeof(text), "%s: %s", what, why);
	explain_fact(label, text);
}

static int fault_page(const struct chosen_fault *c, const struct plan *all,
		      const struct circumstances *s, struct error *e)
{
	const struct fault *f = c->fault;

	explain_title(f->name, f->summary);
	print_text(f->text, 0);
	putchar('\n');
	explain_fact("Breaks:", f->breaks);
	explain_fact("Afterwards:", outcome_phrase(f));
	explain_fact("Verbs:", places_phrase(f).text);
	if (f->needs)
		explain_fact("Needs:", f->needs);
	program_fact("Programs:", "none dies so", f->not_program);
	program_fact(f->not_program ? "" : "Programs:", "none is measured against it", f->not_survivor);
	explain_params(f->params);
	puts("\nWho notices it, on an idle connection:");
	if (predictions_of_fault(c, all, s))
		return out_of_memory(e);
	if (f->dead)
		puts("\n" PHRASE_TIMERS);
	return 0;
}

static int explain_faults(const struct plan *p, const struct circumstances *s, struct error *e)
{
	for (size_t i = 0; i < p->lab.nfaults; i++) {
		if (i)
			fputs("\n\n", stdout);
		if (fault_page(&p->lab.faults[i], p, s, e))
			return -1;
	}
	return 0;
}

static void put_name(const char *name, const char *summary)
{
	printf("  %-18s", name);
	print_wrapped(summary, 20, 20);
}

/* "redis://": of its names the usual one. */
static struct phrase scheme_of(const struct protocol *p)
{
	struct phrase t;

	snprintf(t.text, sizeof(t.text), "%s://", p->names[0]);
	return t;
}

static int explain_index(struct error *e)
{
	puts("tcpalive explain NAME prints one of these pages. A probe or a fault may have");
	puts("parameters, and a plus sign joins probes: keepalive:idle=10s+user-timeout.\n");
	puts("Probes:");
	for (size_t i = 0; i < probes_count; i++)
		put_name(probes[i]->name, probes[i]->summary);
	puts("\nFaults:");
	for (size_t i = 0; i < faults_count; i++)
		put_name(faults[i]->name, faults[i]->summary);
	puts("\nProtocols:");
	for (size_t i = 0; i < protocols_count; i++)
		put_name(scheme_of(&protocols[i]).text, asks_phrase(&protocols[i]).text);
	puts("\nPrograms, out of the box:");
	for (size_t i = 0; i < profiles_count; i++)
		put_name(profiles[i].name, profiles[i].what);
	return page_done(e);
}

static const char *probe_or_fault_word(const void *list, size_t i)
{
	return i < probes_count ? probe_word(list, i) : fault_word(list, i - probes_count);
}

/* The pages of one word, or with s NULL only whether there are any. */
static int explain_word(const char *spec, const struct circumstances *s, struct error *e)
{
	struct plan p = { .mode = MODE_LAB };
	char name[64];
	int failed;

	snprintf(name, sizeof(name), "%.*s", (int)length_until(spec, ":+,"), spec);
	if (fault_find(name))
		failed = lab_parse(&p, spec, e) || all_probes(&p, e) ||
			 (s && explain_faults(&p, s, e));
	else if (probe_find(name) || *name == PROFILE_MARK || !strcmp(name, "default"))
		failed = groups_parse(&p, spec, e) || all_faults(&p, e) ||
			 (s && explain_groups(&p, s, e));
	else if (explain_protocol(spec, s != NULL))
		failed = 0;
	else
		failed = usage(e, "explain: %s: no such probe, fault or protocol%s", quote(spec).text,
			       hint(name, probe_or_fault_word, NULL, "see tcpalive list").text);
	plan_free(&p);
	return failed ? -1 : 0;
}

int page_explain(const char *const *names, size_t count, struct error *e)
{
	struct sysctls sys;
	const struct plan defaults = { .lab.traffic = TRAFFIC_IDLE, .interval = default_interval() };
	const struct circumstances s = predict_circumstances(&defaults, &sys);

	for (size_t i = 0; i < count; i++)
		if (explain_word(names[i], NULL, e))
			return -1;
	sysctls_read(&sys);
	print_within(columns() - 1);
	if (!count)
		return explain_index(e);
	for (size_t i = 0; i < count; i++) {
		if (i)
			fputs("\n\n", stdout);
		if (explain_word(names[i], &s, e))
			return -1;
	}
	return page_done(e);
}
