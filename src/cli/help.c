// SPDX-License-Identifier: MIT
/* The overview, the help page of each verb, and the version. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/version.h"
#include "options.h"
#include "pages.h"
#include "print.h"

#define HELP_COLUMN 30
#define VERB_COLUMN 14

static const char title[] = "tcpalive - measures how each strategy notices that a TCP peer is dead\n\n";

/* Of the overview: the options that most calls need. */
static const char *const usual[] = {
	"--all", "--probe", "--within", "--timeout", "--fault-exec", "--expect", "--listen", "--output", NULL,
};

static const char epilogue[] =
	"\n"
	"DUR is a time such as 250ms, 10s, 2m or 1h; a number alone is seconds.\n"
	"\n"
	"Exit status: 0 as expected, 1 not as expected, 2 usage, 3 no connection,\n"
	"4 system error, 5 nothing died, 128+N signal N.\n"
	"\n"
	"Examples:\n"
	"  tcpalive --all localhost:6379         watch a server with every probe\n"
	"  tcpalive lab                          every probe against every fault\n"
	"  tcpalive predict -p keepalive drop    when keepalive notices a silent path\n"
	"  tcpalive advise 10s                   settings that notice every death in 10 s\n";

int page_done(struct error *e)
{
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	if (errno == EPIPE)
		return error_set(e, STATUS_PIPE, "SIGPIPE");
	return error_set(e, STATUS_SYSTEM, "standard output: %s",
			 errno ? error_reason(errno) : "write error");
}

int page_status(int failed, const struct error *e)
{
	return failed ? (int)e->status : STATUS_OK;
}

static void print_option(const struct verb *v, const struct option_row *row)
{
	int column = row->letter ? printf("  -%c, %s", row->letter, row->name)
				 : printf("      %s", row->name);

	if (row->arg)
		column += printf(" %s", row->arg);
	if (column > HELP_COLUMN - 2) {
		putchar('\n');
		column = 0;
	}
	printf("%*s", HELP_COLUMN - column, "");
	print_wrapped(option_help(v, row).text, HELP_COLUMN, HELP_COLUMN);
}

static void print_options(const struct verb *v)
{
	static const char *const titles[] = {
		[SECTION_OWN] = "Options", [SECTION_OUTPUT] = "Output", [SECTION_ABOUT] = "About",
	};
	const struct option_row *row;
	int section = -1;

	for (size_t i = 0; (row = verb_option_at(v, i)); i++) {
		if (section != (int)row->section) {
			section = (int)row->section;
			printf("\n%s:\n", titles[section]);
		}
		print_option(v, row);
	}
}

static void print_calls(const struct verb *v)
{
	const char *before = "Usage:";

	for (size_t i = 0; v->calls[i]; i++) {
		printf("%s tcpalive %s%s%s\n", before, v == &verb_watch ? "[watch]" : v->name,
		       *v->calls[i] ? " " : "", v->calls[i]);
		before = "      ";
	}
}

static void page_verb(const struct verb *v)
{
	printf("tcpalive %s - ", v->name);
	print_wrapped(v->summary, strlen(v->name) + strlen("tcpalive  - "), 4);
	putchar('\n');
	print_calls(v);
	if (v->text) {
		putchar('\n');
		print_text(v->text, 0);
	}
	print_options(v);
	if (v->examples)
		printf("\nExamples:\n%s", v->examples);
}

static void page_overview(void)
{
	fputs(title, stdout);
	print_calls(&verb_watch);
	puts("       tcpalive VERB ...");
	puts("\nVerbs (tcpalive help VERB lists its options):");
	for (size_t i = 0; i < verbs_count; i++)
		if (!verbs[i]->hidden) {
			printf("  %-*s", VERB_COLUMN - 2, verbs[i]->name);
			print_wrapped(verbs[i]->summary, VERB_COLUMN, VERB_COLUMN);
		}
	puts("\nThe most used options of watch:");
	for (size_t i = 0; usual[i]; i++)
		print_option(&verb_watch, option_find(usual[i]));
	fputs(epilogue, stdout);
}

int page_help(const struct verb *v, struct error *e)
{
	if (v)
		page_verb(v);
	else
		page_overview();
	return page_done(e);
}

int page_version(struct error *e)
{
	puts("tcpalive " TCPALIVE_VERSION);
	return page_done(e);
}
