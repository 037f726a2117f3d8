// SPDX-License-Identifier: MIT
/* rows: the lists for the completions and the tests. */
#include "rows.h"

#include <stdio.h>
#include <string.h>

#include "faults/fault.h"
#include "plan/profiles.h"
#include "probes/probe.h"
#include "reports/report.h"
#include "options.h"
#include "pages.h"
#include "print.h"
#include "base/words.h"

static void rows_verbs(void)
{
	for (size_t i = 0; i < verbs_count; i++)
		if (!verbs[i]->hidden)
			printf("%s\t%s\t%s\n", verbs[i]->name, verbs[i]->operands, verbs[i]->summary);
}

static void rows_options(void)
{
	const struct option_row *row;

	for (size_t v = 0; v < verbs_count; v++)
		for (size_t i = 0; !verbs[v]->hidden && (row = verb_option_at(verbs[v], i)); i++)
			printf("%s\t%s\t%s%c\t%s\t%s\t%s\n", verbs[v]->name, row->name,
			       row->letter ? "-" : "", row->letter ? row->letter : '-',
			       row->arg ? row->complete : "-", row->arg ? row->arg : "-",
			       option_help(verbs[v], row).text);
}

static void rows_probes(void)
{
	for (size_t i = 0; i < probes_count; i++)
		printf("%s\t%s\n", probes[i]->name, probes[i]->summary);
}

/* As the lab runs them by default. */
static void rows_lab(void)
{
	for (size_t i = 0; i < probes_count; i++) {
		const char *const *set = probes[i]->lab;

		do
			printf("%s%s%s\n", probes[i]->name, *set ? ":" : "", *set ? *set : "");
		while (*set && *++set);
	}
}

static void rows_faults(void)
{
	for (size_t i = 0; i < faults_count; i++)
		printf("%s\t%s\n", faults[i]->name, faults[i]->summary);
}

static void rows_protocols(void)
{
	for (size_t i = 0; i < protocols_count; i++)
		for (const char *const *name = protocols[i].names; *name; name++)
			printf("%s://\t%s\n", *name, asks_phrase(&protocols[i]).text);
}

static void rows_profiles(void)
{
	for (size_t i = 0; i < profiles_count; i++)
		printf("%s\t%s: %s\n", profiles[i].name, profiles[i].program, profiles[i].what);
}

static void rows_reports(void)
{
	for (size_t i = 0; i < reports_count; i++)
		printf("%s\t%s\n", reports[i]->name, reports[i]->summary);
}

static void params_print(const char *owner, const struct param *row)
{
	for (; row && row->name; row++) {
		printf("%s\t%s\t%s", owner, row->name, row->unit == UNIT_WORD ? "" : row->def);
		for (size_t i = 0; row->unit == UNIT_WORD && row->words[i]; i++)
			printf("%s%s", i ? "," : "", row->words[i]);
		printf("%s\t%s\n", row->system ? ",system" : "", row->help);
	}
}

static void rows_params(void)
{
	for (size_t i = 0; i < probes_count; i++)
		params_print(probes[i]->name, probes[i]->params);
	for (size_t i = 0; i < faults_count; i++)
		params_print(faults[i]->name, faults[i]->params);
}

static void rows_expects(void)
{
	puts("any\tat least one probe notices");
	puts("all\tevery probe notices");
	puts("alive\tno peer dies before --timeout");
	puts("noticed<=\ta program gives its connections up within that time");
	puts("reconnected<=\tit is connected again within that time");
	puts("exited=never\tit does not end");
	for (size_t i = 0; i < faults_count; i++)
		printf("%s<=\tof an audit: each connection would notice it within that time\n", faults[i]->name);
	for (size_t i = 0; i < probes_count; i++)
		printf("%s<=\tnotices within that time\n%s=never\tnever reports a death\n",
		       probes[i]->name, probes[i]->name);
	for (size_t i = 0; i < profiles_count; i++)
		printf("%s<=\tnotices within that time\n%s=never\tnever reports a death\n", profiles[i].name,
		       profiles[i].name);
}

static const struct {
	const char *kind;
	void (*print)(void);
} lists[] = {
	{ "verbs", rows_verbs },
	{ "options", rows_options },
	{ "probes", rows_probes },
	{ "params", rows_params },
	{ "lab", rows_lab },
	{ "faults", rows_faults },
	{ "profiles", rows_profiles },
	{ "protocols", rows_protocols },
	{ "reports", rows_reports },
	{ "expects", rows_expects },
	{ "mdoc-output-options", rows_mdoc_output_options },
	{ "mdoc-probes", rows_mdoc_probes },
	{ "mdoc-faults", rows_mdoc_faults },
	{ "mdoc-profiles", rows_mdoc_profiles },
	{ "mdoc-protocols", rows_mdoc_protocols },
	{ "mdoc-reports", rows_mdoc_reports },
};

static const char *kind_word(const void *list, size_t i)
{
	(void)list;
	return i < sizeof(lists) / sizeof(*lists) ? lists[i].kind : NULL;
}

/* "mdoc-lab-options": the items of one verb's options; NULL if it is none. */
static const struct verb *mdoc_options_verb(const char *kind)
{
	char name[32];

	for (size_t i = 0; i < verbs_count; i++) {
		snprintf(name, sizeof(name), "mdoc-%s-options", verbs[i]->name);
		if (!strcmp(name, kind))
			return verbs[i];
	}
	return NULL;
}

int page_rows(const char *kind, struct error *e)
{
	const struct verb *verb = mdoc_options_verb(kind);

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (!strcmp(lists[i].kind, kind)) {
			lists[i].print();
			return page_done(e);
		}
	if (verb) {
		rows_mdoc_options(verb);
		return page_done(e);
	}
	return usage(e, "rows: %s: unknown kind%s", quote(kind).text,
		     hint(kind, kind_word, NULL,
			  "verbs, options, probes, params, faults, profiles, protocols, reports, expects, or mdoc-...")
			     .text);
}
