// SPDX-License-Identifier: MIT
/* What went wrong, on standard error: one line for programs, broken between words for a terminal. */
#include "cli.h"

#include <langinfo.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/out.h"
#include "base/utf8.h"
#include "print.h"

#define NAME "tcpalive: "
#define INDENT 2

void cli_error(const struct error *e)
{
	char line[sizeof(NAME) + 4 * sizeof(e->text)] = NAME;
	size_t columns = terminal_columns(STDERR_FILENO), name = strlen(NAME);

	if (e->status == STATUS_PIPE)
		return;
	utf8_visible(line + name, sizeof(line) - name, e->text, !strcmp(nl_langinfo(CODESET), "UTF-8"));
	if (columns && utf8_width(line) > columns)
		print_words(stderr, wrap_open(line, 0, INDENT, columns));
	else
		fprintf(stderr, "%s\n", line);
}
