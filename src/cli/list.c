// SPDX-License-Identifier: MIT
/* list: the tables at a glance. */
#include <stdio.h>
#include <string.h>

#include "plan/profiles.h"
#include "reports/report.h"
#include "pages.h"
#include "print.h"

#define NAME_COLUMN 19
#define FAULT_COLUMN 26
#define PROTOCOL_COLUMN 31

/*
 * "  name   text            right": `right` at the end of the line, or of the next where it
 * does not fit.
 */
static void print_row(char mark, const char *name, const char *text, const char *right)
{
	size_t room = PAGE_WIDTH - NAME_COLUMN;
	size_t len = strlen(text), right_len = strlen(right);

	printf("%c %-*s", mark, NAME_COLUMN - 2, name);
	if (right_len && len + 2 + right_len <= room) {
		printf("%s%*s\n", text, (int)(room - len), right);
		return;
	}
	print_wrapped(text, NAME_COLUMN, NAME_COLUMN);
	if (right_len)
		printf("%*s\n", PAGE_WIDTH, right);
}

static void print_params(const struct param *rows, size_t column)
{
	if (!rows || !rows->name)
		return;
	printf("%*s", (int)column, "");
	print_wrapped(params_phrase(rows).text, column, column);
}

/* Nearly every call takes the pending error, so that is a mark and not a phrase. */
static void print_probe(const struct probe *p)
{
	struct phrase traits = traits_phrase(p->traits & ~(unsigned)TAKES_ERROR);

	print_row(p->traits & TAKES_ERROR ? '*' : ' ', p->name, p->call, traits.text);
	print_params(p->params, NAME_COLUMN);
}

static void print_fault(const struct fault *f)
{
	printf("  %-*s%-*s", NAME_COLUMN - 2, f->name, FAULT_COLUMN - NAME_COLUMN,
	       f->dead ? "dead" : "alive");
	print_wrapped(f->summary, FAULT_COLUMN, FAULT_COLUMN);
	print_params(f->params, FAULT_COLUMN);
}

static void print_protocol(const struct protocol *p)
{
	struct phrase schemes = schemes_phrase(p);

	printf("  %-*s", PROTOCOL_COLUMN - 2, schemes.text);
	printf("%-6s ", p->port ? p->port : "-");
	print_wrapped(asks_phrase(p).text, PROTOCOL_COLUMN + 7, PROTOCOL_COLUMN + 7);
}

static void print_profile(const struct profile *p)
{
	char text[256];

	snprintf(text, sizeof(text), "%s: %s", p->program, p->what);
	print_row(' ', p->name, text, "");
}

int page_list(struct error *e)
{
	puts("Probes (-p); * takes the pending error from the others on its connection:");
	for (size_t i = 0; i < probes_count; i++)
		print_probe(probes[i]);
	puts("\nFaults (lab, peer --fault):");
	for (size_t i = 0; i < faults_count; i++)
		print_fault(faults[i]);
	puts("\nPrograms, out of the box (-p); explain @NAME has the source:");
	for (size_t i = 0; i < profiles_count; i++)
		print_profile(&profiles[i]);
	puts("\nProtocols (as the target, NAME://HOST[:PORT]), the usual port, and the question:");
	for (size_t i = 0; i < protocols_count; i++)
		print_protocol(&protocols[i]);
	puts("\nReports (-o):");
	for (size_t i = 0; i < reports_count; i++)
		print_row(' ', reports[i]->name, reports[i]->summary,
			  reports[i]->to_file ? "=FILE" : "");
	return page_done(e);
}
