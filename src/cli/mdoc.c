// SPDX-License-Identifier: MIT
/*
 * The items of the man page's lists, for mdoc(7). Each sentence begins a line, and no line has
 * more than 78 bytes, as mandoc -T lint wants it.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "reports/report.h"
#include "options.h"
#include "plan/params.h"
#include "plan/profiles.h"
#include "print.h"
#include "rows.h"

#define LINE_MAX_BYTES 78

/* A word of running text: nothing in it may be taken for roff. Returns its width. */
static size_t word_escape(char *to, size_t room, const char *word, size_t len)
{
	size_t n = 0;
	bool dashes = *word == '-';

	if (*word == '.' || *word == '\'')
		n += (size_t)snprintf(to, room, "\\&");
	for (size_t i = 0; i < len && n + 3 < room; i++) {
		dashes = dashes || (word[i] == '(' && word[i + 1] == '-');
		if (word[i] == '\\')
			n += (size_t)sprintf(to + n, "\\e");
		else if (word[i] == '-' && dashes)
			n += (size_t)sprintf(to + n, "\\-");
		else
			to[n++] = word[i];
	}
	to[n] = '\0';
	return n;
}

static void print_sentences(const char *text)
{
	size_t column = 0;
	bool fresh = true;
	char word[256];

	while (*(text += strspn(text, " \n"))) {
		size_t len = strcspn(text, " \n");
		size_t width = word_escape(word, sizeof(word), text, len);

		if (column && (fresh || column + 1 + width > LINE_MAX_BYTES)) {
			putchar('\n');
			column = 0;
		}
		column += (size_t)printf("%s%s", column ? " " : "", word);
		fresh = text[len - 1] == '.' && text[len] == ' ' &&
			isupper((unsigned char)text[len + 1]);
		text += len;
	}
	putchar('\n');
}

/* capital: not where it begins with a name, or with what is sent: gRPC, nginx, version. */
static void print_with_stop(const char *phrase, bool capital)
{
	char sentence[1024];

	snprintf(sentence, sizeof(sentence), "%s.", phrase);
	if (capital)
		*sentence = (char)toupper((unsigned char)*sentence);
	print_sentences(sentence);
}

/* A phrase as a sentence: with a capital and a full stop. */
static void print_phrase(const char *phrase)
{
	print_with_stop(phrase, true);
}

static void print_option(const struct verb *v, const struct option_row *row)
{
	fputs(".It", stdout);
	if (row->letter)
		printf(" Fl %c ,", row->letter);
	printf(" Fl %s", row->name + 1);
	if (row->arg)
		printf(" Ar %s", row->arg);
	putchar('\n');
	print_phrase(option_help(v, row).text);
	if (row->more)
		print_sentences(row->more);
}

void rows_mdoc_options(const struct verb *v)
{
	const struct option_row *row;

	for (size_t i = 0; (row = verb_option_at(v, i)); i++)
		if (row->section == SECTION_OWN)
			print_option(v, row);
}

void rows_mdoc_output_options(void)
{
	for (size_t i = 0; i < options_count; i++)
		if (options[i].section != SECTION_OWN)
			print_option(&verb_watch, &options[i]);
}

static void print_params(const struct param *row)
{
	char text[512];

	if (!row || !row->name)
		return;
	puts(".Bl -tag -width Ds -compact");
	for (; row->name; row++) {
		printf(".It Cm %s Ns = Ns Ar %s\n", row->name, param_kind(row));
		snprintf(text, sizeof(text), "%s (%s; default %s)", row->help,
			 param_bounds(row).text, *row->def ? row->def : "empty");
		print_phrase(text);
	}
	puts(".El");
}

void rows_mdoc_probes(void)
{
	char text[512];

	for (size_t i = 0; i < probes_count; i++) {
		const struct probe *p = probes[i];

		printf(".It Cm %s\n", p->name);
		print_phrase(p->summary);
		snprintf(text, sizeof(text), "The check: %s (%s)", p->call,
			 traits_phrase(p->traits).text);
		print_phrase(text);
		print_params(p->params);
	}
}

static void print_of_programs(const char *what, const char *why)
{
	char text[256];

	if (!why)
		return;
	snprintf(text, sizeof(text), "%s: %s", what, why);
	print_phrase(text);
}

void rows_mdoc_faults(void)
{
	char text[512];

	for (size_t i = 0; i < faults_count; i++) {
		const struct fault *f = faults[i];

		printf(".It Cm %s\n", f->name);
		print_phrase(f->summary);
		snprintf(text, sizeof(text), "breaks %s; afterwards %s; available with %s",
			 f->breaks, outcome_phrase(f), places_phrase(f).text);
		print_phrase(text);
		print_of_programs("no program under test dies so", f->not_program);
		print_of_programs("no program under test is measured against it", f->not_survivor);
		print_params(f->params);
	}
}

void rows_mdoc_protocols(void)
{
	char text[512];

	for (size_t i = 0; i < protocols_count; i++) {
		const struct protocol *p = &protocols[i];

		printf(".It Li %s\n", schemes_phrase(p).text);
		snprintf(text, sizeof(text), "%s; %s%s%s%s", asks_phrase(p).text, p->port ? "port " : "no usual port",
			 p->port ? p->port : "",
			 p->note ? "; " : "", p->note ? p->note : "");
		print_with_stop(text, !p->asks);
	}
}

void rows_mdoc_profiles(void)
{
	char text[512];

	for (size_t i = 0; i < profiles_count; i++) {
		const struct profile *p = &profiles[i];

		snprintf(text, sizeof(text), "%s: %s (%s)", p->program, p->what, p->spec);
		printf(".It Cm %s\n", p->name);
		print_with_stop(text, false);
	}
}

void rows_mdoc_reports(void)
{
	for (size_t i = 0; i < reports_count; i++) {
		printf(".It Cm %s\n", reports[i]->name);
		print_phrase(reports[i]->summary);
	}
}
