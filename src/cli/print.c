// SPDX-License-Identifier: MIT
/* Lays out text for pages. Bytes are counted as columns, so the tables' texts are ASCII (a test looks). */
#include "print.h"

#include <string.h>

static size_t width = PAGE_WIDTH;

void print_within(size_t columns)
{
	width = columns;
}

void print_words(FILE *f, struct wrap w)
{
	while (wrap_next(&w))
		fprintf(f, "%s%*s%.*s", w.breaks ? "\n" : "", (int)w.blanks, "", (int)w.len, w.word);
	fputc('\n', f);
}

void print_wrapped(const char *text, size_t column, size_t indent)
{
	print_words(stdout, wrap_open(text, column, indent, width));
}

static void print_block(const char *text, size_t len, size_t indent)
{
	char block[4096];

	printf("%*s", (int)indent, "");
	snprintf(block, sizeof(block), "%.*s", (int)len, text);
	print_wrapped(block, indent, indent);
}

static void print_verbatim(const char *text, size_t len, size_t indent)
{
	for (const char *end = text + len; text < end; text += strcspn(text, "\n") + 1)
		printf("%*s%.*s\n", (int)indent, "", (int)strcspn(text, "\n"), text);
}

void print_text(const char *text, size_t indent)
{
	const char *between = "";

	while (*text) {
		const char *end = strstr(text, "\n\n");
		size_t len = end ? (size_t)(end - text) : strlen(text);

		fputs(between, stdout);
		between = "\n";
		if (*text == ' ' || *text == '\t')
			print_verbatim(text, len, indent);
		else
			print_block(text, len, indent);
		text += len + strspn(text + len, "\n");
	}
}

static void phrase_add(struct phrase *p, const char *separator, const char *word)
{
	size_t len = strlen(p->text);

	snprintf(p->text + len, sizeof(p->text) - len, "%s%s", len ? separator : "", word);
}

struct phrase traits_phrase(unsigned traits)
{
	static const struct {
		unsigned trait;
		const char *phrase;
	} phrases[] = {
		{ ONLY_SETS_OPTION, "only sets an option" },
		{ SENDS_SEGMENTS, "sends empty segments" },
		{ SENDS_DATA, "sends data" },
		{ TAKES_DATA, "consumes data" },
		{ TAKES_ERROR, "consumes the error" },
		{ NEEDS_ANSWER, "needs an answer" },
	};
	struct phrase p = { "" };

	for (size_t i = 0; i < sizeof(phrases) / sizeof(*phrases); i++)
		if (traits & phrases[i].trait)
			phrase_add(&p, ", ", phrases[i].phrase);
	if (!*p.text)
		phrase_add(&p, "", "passive");
	return p;
}

struct phrase params_phrase(const struct param *rows)
{
	struct phrase p = { "" };

	for (; rows && rows->name; rows++) {
		phrase_add(&p, " ", rows->name);
		phrase_add(&p, "=", rows->def);
	}
	return p;
}

struct phrase places_phrase(const struct fault *f)
{
	struct phrase p = { "lab" };

	if (f->peer)
		phrase_add(&p, ", ", "peer");
	if (f->socket)
		phrase_add(&p, ", ", "watch");
	return p;
}

const char *outcome_phrase(const struct fault *f)
{
	if (f->forgets)
		return "the peer is dead for a connection that was forgotten, and alive for others";
	return f->dead ? "the peer is dead" : "the peer is alive";
}

struct phrase schemes_phrase(const struct protocol *p)
{
	struct phrase t = { "" };
	size_t len = 0;

	for (const char *const *name = p->names; *name; name++)
		len += (size_t)snprintf(t.text + len, sizeof(t.text) - len, "%s%s://", len ? ", " : "", *name);
	return t;
}

struct phrase asks_phrase(const struct protocol *p)
{
	struct phrase t;

	snprintf(t.text, sizeof(t.text), "%s%s", p->asks ? "" : "passive: ", p->asks ? p->asks : p->passive);
	return t;
}
