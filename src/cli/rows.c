// SPDX-License-Identifier: MIT
/*
 * --rows: the lists for the completions. Its oddity: it is hidden, since nobody but them and
 * the tests asks.
 */
#include "rows.h"

#include <stdio.h>
#include <string.h>

#include "faults/fault.h"
#include "probes/probe.h"
#include "reports/report.h"
#include "options.h"
#include "pages.h"
#include "base/words.h"

static void rows_options(void)
{
	static const char *const kinds[] = {
		[ARG_NONE] = "none",
		[ARG_NEEDED] = "needed",
		[ARG_ATTACHED] = "attached",
		[ARG_NEXT] = "next",
	};

	for (size_t i = 0; i < options_count; i++) {
		const struct option_row *row = &options[i];

		if (row->section == SECTION_HIDDEN)
			continue;
		printf("%s\t%s%c\t%s\t%s\t%s\t%s\n", row->name, row->letter ? "-" : "",
		       row->letter ? row->letter : '-', kinds[row->kind],
		       row->complete ? row->complete : "none", row->arg ? row->arg : "-",
		       option_help(row).text);
	}
}

static void rows_probes(void)
{
	for (size_t i = 0; i < probes_count; i++)
		printf("%s\t%s\n", probes[i]->name, probes[i]->summary);
}

static void rows_faults(void)
{
	for (size_t i = 0; i < faults_count; i++)
		printf("%s\t%s\n", faults[i]->name, faults[i]->summary);
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
	puts("alive\tnobody dies before --timeout");
	for (size_t i = 0; i < probes_count; i++)
		printf("%s<=\tnotices within that time\n%s=never\tnever says dead\n",
		       probes[i]->name, probes[i]->name);
}

static const struct {
	const char *kind;
	void (*print)(void);
} lists[] = {
	{ "options", rows_options },
	{ "probes", rows_probes },
	{ "params", rows_params },
	{ "faults", rows_faults },
	{ "reports", rows_reports },
	{ "expects", rows_expects },
	{ "mdoc-options", rows_mdoc_options },
	{ "mdoc-probes", rows_mdoc_probes },
	{ "mdoc-faults", rows_mdoc_faults },
	{ "mdoc-reports", rows_mdoc_reports },
};

static const char *kind_word(const void *list, size_t i)
{
	(void)list;
	return i < sizeof(lists) / sizeof(*lists) ? lists[i].kind : NULL;
}

int page_rows(const char *kind, struct error *e)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (!strcmp(lists[i].kind, kind)) {
			lists[i].print();
			return page_done(e);
		}
	return usage(e, "--rows: %s: unknown kind%s", quote(kind).text,
		     hint(kind, kind_word, NULL,
			  "options, probes, params, faults, reports, expects, or mdoc-...")
			     .text);
}
