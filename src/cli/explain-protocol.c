// SPDX-License-Identifier: MIT
/* explain: what a heartbeat says to a target whose URL names that protocol. */
#include "explain.h"

#include <stdio.h>
#include <string.h>

#include "plan/protocol.h"
#include "print.h"

#define VALUE_COLUMN 13

static void print_phrase(const char *param, const char *text)
{
	if (text)
		printf("  %-*s%s\n", VALUE_COLUMN - 2, param, text);
}

static void print_phrases(const struct protocol_phrases *says)
{
	puts("\nThe heartbeat's parameters there:");
	print_phrase("greeting", says->greeting);
	print_phrase("hello", says->hello);
	print_phrase("welcome", says->welcome);
	print_phrase("thanks", says->thanks);
	print_phrase("send", says->send);
	print_phrase("want", says->want);
	print_phrase("bye", says->bye);
}

bool explain_protocol(const char *word, bool print)
{
	const struct protocol *p = protocol_find(word, strcspn(word, ":"));

	if (!p || !print)
		return p;
	explain_title(schemes_phrase(p).text, asks_phrase(p).text);
	explain_fact("Port:", p->port ? p->port : "none is usual");
	if (p->note)
		explain_fact("Mind:", p->note);
	if (p->asks)
		print_phrases(&p->says);
	return p;
}
