// SPDX-License-Identifier: MIT
/* Finds a protocol, and puts its words into a probe's parameters. */
#include "protocol.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "params.h"
#include "probes/talk.h"
#include "quoting.h"
#include "base/words.h"

const struct protocol *protocol_find(const char *name, size_t len)
{
	for (size_t i = 0; i < protocols_count; i++)
		for (const char *const *is = protocols[i].names; *is; is++)
			if (strlen(*is) == len && !strncasecmp(*is, name, len))
				return &protocols[i];
	return NULL;
}

const char *protocol_word(const void *list, size_t i)
{
	(void)list;
	for (size_t p = 0; p < protocols_count; p++)
		for (const char *const *is = protocols[p].names; *is; is++)
			if (!i--)
				return *is;
	return NULL;
}

/* Does the text of parameters have that one? */
static bool mentions(const char *text, const char *name)
{
	size_t len = strlen(name);

	for (;; text++) {
		if (!strncmp(text, name, len) && text[len] == '=')
			return true;
		text += length_until(text, ":");
		if (!*text)
			return false;
	}
}

/* Each byte but letters and digits as \xHH: none of it means anything to whoever parses it. */
static void put_escaped(FILE *f, const char *s)
{
	for (; *s; s++)
		if (isalnum((unsigned char)*s))
			putc(*s, f);
		else
			fprintf(f, "\\x%02x", (unsigned char)*s);
}

/* As a parameter: what stands for a part of the URL is replaced, and what would end the value escaped. */
static void put_phrase(FILE *f, const char *name, const char *phrase, const struct target *t)
{
	fprintf(f, "%s=", name);
	while (*phrase) {
		if (!strncmp(phrase, "{host}", 6) || !strncmp(phrase, "{path}", 6)) {
			put_escaped(f, phrase[1] == 'h' ? t->authority : t->path);
			phrase += 6;
			continue;
		}
		if (strchr(",+:=\"", *phrase))
			fprintf(f, "\\x%02x", (unsigned char)*phrase);
		else
			putc(*phrase, f);
		phrase++;
	}
	putc(':', f);
}

/* Those that the text has not: all of a part, or none of it. Of another question the answer is not known. */
static void put_phrases(FILE *f, const char *text, const struct target *t)
{
	enum part { OPENING, QUESTION, ANSWER, GOODBYE, PARTS };
	const struct protocol_phrases *says = &t->protocol->says;
	const struct {
		const char *name, *phrase;
		enum part part;
	} all[PROTOCOL_PHRASES] = {
		{ "greeting", says->greeting, OPENING }, { "hello", says->hello, OPENING }, { "welcome", says->welcome, OPENING },
		{ "thanks", says->thanks, OPENING }, { "send", says->send, QUESTION }, { "want", says->want, ANSWER },
		{ "bye", says->bye, GOODBYE },
	};
	bool own[PARTS] = { false };

	for (size_t i = 0; i < PROTOCOL_PHRASES; i++)
		own[all[i].part] |= mentions(text, all[i].name);
	own[ANSWER] |= own[QUESTION];
	for (size_t i = 0; i < PROTOCOL_PHRASES; i++)
		if (!own[all[i].part] && all[i].phrase)
			put_phrase(f, all[i].name, all[i].phrase, t);
}

/* Nothing can be asked there, unless somebody knows better. */
static int stay_passive(struct chosen *c, const char *own, const struct target *t, struct error *e)
{
	if (mentions(own, "send"))
		return 0;
	if (!c->compared)
		return usage(e, "%s: no %s at %s://, because %s (give send=BYTES and want=BYTES)", quote(t->text).text,
			     c->probe->name, t->protocol->names[0], t->protocol->passive);
	c->unsupported = t->protocol->passive;
	return 0;
}

/* Closes f, which was written as parameters to *text, and parses them. */
static int phrases_parse(FILE *f, char **text, const size_t *size, const char *owner, const struct param *rows, void *params,
			 const struct target *t, struct error *e)
{
	if (fclose(f))
		return out_of_memory(e);
	if (*size && (*text)[*size - 1] == ':')
		(*text)[*size - 1] = '\0';
	if (params_parse(owner, rows, params, *text, e))
		return usage(e, "%s: too long a path to ask for", quote(t->text).text); /* what was typed was parsed before */
	return 0;
}

int protocol_speak(struct chosen *c, const struct target *t, struct error *e)
{
	const char *own = strchr(c->spec, ':');
	char *text = NULL;
	size_t size;
	FILE *f;
	int rc;

	if (!t->protocol || !(c->probe->traits & NEEDS_ANSWER))
		return 0;
	own = own ? own + 1 : "";
	if (!t->protocol->asks)
		return stay_passive(c, own, t, e);
	f = open_memstream(&text, &size);
	if (!f)
		return out_of_memory(e);
	put_phrases(f, own, t);
	fputs(own, f);
	rc = phrases_parse(f, &text, &size, c->probe->name, c->probe->params, c->params, t, e);
	free(text);
	return rc;
}

int protocol_begin(const struct target *t, struct bytes *to, struct error *e)
{
	static const struct param rows[] = {
		{ .name = "say", .def = "", .unit = UNIT_BYTES, .min = 0, .max = sizeof(to->data) },
		{ .name = NULL },
	};
	const struct protocol_phrases *says = &t->protocol->says;
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	int rc;

	if (!f)
		return out_of_memory(e);
	put_phrase(f, "say", says->hello ? says->hello : says->send, t);
	rc = phrases_parse(f, &text, &size, "--say", rows, to, t, e);
	free(text);
	return rc;
}

#define PHRASE(word, most) { .name = #word, .def = "", .unit = UNIT_BYTES, .max = (most), .offset = offsetof(struct phrases, word) }
#define SAID(word) PHRASE(word, sizeof(((struct bytes *)0)->data))
#define AWAITED(word) PHRASE(word, sizeof(((struct heard_tail *)0)->bytes) + 1)

int protocol_phrases(const struct target *t, struct phrases *to, struct error *e)
{
	static const struct param rows[] = {
		AWAITED(greeting), SAID(hello), AWAITED(welcome), SAID(thanks), SAID(send), AWAITED(want), AWAITED(bye), { .name = NULL },
	};
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	int rc;

	if (!f)
		return out_of_memory(e);
	put_phrases(f, "", t);
	rc = phrases_parse(f, &text, &size, "URL", rows, to, t, e);
	free(text);
	return rc;
}
