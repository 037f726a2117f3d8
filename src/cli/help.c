// SPDX-License-Identifier: MIT
/*
 * --help and --version. Their oddity: what the page says of an option stands in the option's
 * row, and nowhere else.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "options.h"
#include "pages.h"
#include "print.h"
#include "base/version.h"

#define HELP_COLUMN 30

static const char *const sections[] = {
	[SECTION_WATCH] = "Connections and probes",
	[SECTION_FAULT] = "The death",
	[SECTION_AHEAD] = "Ahead of time",
	[SECTION_JUDGE] = "The verdict",
	[SECTION_OUTPUT] = "Output",
	[SECTION_ABOUT] = "About",
};

static const char calls[] =
	"tcpalive - measures how each strategy notices that a TCP peer is dead\n"
	"\n"
	"Usage: tcpalive [OPTION]... HOST:PORT...\n"
	"       tcpalive [OPTION]... --listen [ADDR:]PORT\n"
	"       tcpalive [OPTION]... --lab[=FAULT,...]\n"
	"       tcpalive [OPTION]... --predict | --advise DUR\n"
	"       tcpalive --list | --explain NAME | --help | --version\n";

static const char ending[] =
	"\n"
	"DUR is 250ms, 10s, 2m or 1h; a number alone is seconds; fractions are allowed.\n"
	"\n"
	"Exit status: 0 it held, 1 it did not, 2 usage, 3 no connection, 4 the system\n"
	"stood in the way, 5 nothing died before --timeout, 128+N signal N.\n"
	"\n"
	"Examples:\n"
	"  tcpalive --all localhost:6379         watch a server with every probe\n"
	"  tcpalive -k --listen 9000             accept, and watch client after client\n"
	"  tcpalive -p keepalive:idle=1s:intvl=1s:cnt=2 --expect 'keepalive<=4s' \\\n"
	"           --fault drop localhost:22    a check for a script\n";

int page_done(struct error *e)
{
	errno = 0;
	if (fflush(stdout) || ferror(stdout))
		return error_set(e, STATUS_SYSTEM, "standard output: %s",
				 errno ? strerror(errno) : "write error");
	return 1;
}

static const char *arg_before(const struct option_row *row)
{
	switch (row->kind) {
	case ARG_NONE:
		return "";
	case ARG_ATTACHED:
		return "[=";
	case ARG_NEXT:
		return " [";
	case ARG_NEEDED:
		break;
	}
	return " ";
}

static void print_option(const struct option_row *row)
{
	int column = row->letter ? printf("  -%c, %s", row->letter, row->name)
				 : printf("      %s", row->name);
	bool optional = row->kind == ARG_ATTACHED || row->kind == ARG_NEXT;

	column +=
		printf("%s%s%s", arg_before(row), row->arg ? row->arg : "", optional ? "]" : "");
	if (column > HELP_COLUMN - 2) {
		putchar('\n');
		column = 0;
	}
	printf("%*s", HELP_COLUMN - column, "");
	print_wrapped(option_help(row).text, HELP_COLUMN, HELP_COLUMN);
}

int page_help(struct error *e)
{
	fputs(calls, stdout);
	for (int section = 0; section < SECTION_HIDDEN; section++) {
		printf("\n%s:\n", sections[section]);
		for (size_t i = 0; i < options_count; i++)
			if ((int)options[i].section == section)
				print_option(&options[i]);
	}
	fputs(ending, stdout);
	return page_done(e);
}

int page_version(struct error *e)
{
	puts("tcpalive " TCPALIVE_VERSION);
	return page_done(e);
}
