// SPDX-License-Identifier: MIT
/* Targets from a file. What was read is looked up in a tree: there may be thousands. */
#include "target-file.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "target.h"
#include "url.h"

#define BLANKS " \t"
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* A target as the trees have it: an index, since the array moves while it grows. */
struct known {
	const struct connect_plan *of;
	size_t i;
};

struct reading {
	struct connect_plan *to;
	const char *path;
	size_t line;
	bool any;
	void *texts, *names; /* trees of struct known */
};

static const struct target *target_of(const struct known *k)
{
	return &k->of->targets[k->i];
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(target_of(a)->name, target_of(b)->name);
}

static int compare_texts(const void *a, const void *b)
{
	const struct target *x = target_of(a), *y = target_of(b);
	int order = strcmp(x->text, y->text);

	/* The text lacks what a URL asks for. */
	if (!order && x->path && y->path)
		order = strcmp(x->path, y->path);
	if (!order)
		order = strcmp(x->name ? x->name : "", y->name ? y->name : "");
	return order;
}

static int bad_line(const struct reading *r, struct error *e)
{
	const struct error why = *e;

	return error_set(e, why.status, "%s:%zu: %s", r->path, r->line, why.text);
}

/* The word at *at, made a string of its own; *at goes behind it, and what blanks follow. */
static char *next_word(char **at)
{
	char *word = *at;

	*at += strcspn(*at, BLANKS);
	if (**at)
		*(*at)++ = '\0';
	*at += strspn(*at, BLANKS);
	return word;
}

/* Without the comment, and the blanks and line end behind what is left. */
static char *trim(char *line)
{
	char *end = line;

	for (; *end && !(*end == '#' && (end == line || strchr(BLANKS, end[-1]))); end++)
		;
	while (end > line && strchr(BLANKS "\r\n", end[-1]))
		end--;
	*end = '\0';
	return line + strspn(line, BLANKS);
}

/* The next word, where it is the port of that host, else NULL. */
static const char *port_of(const char *host, char **at)
{
	char *word = *at, *end = word + strcspn(word, BLANKS), cut = *end;
	bool is_port;

	*end = '\0';
	is_port = target_is_pair(host, word);
	*end = cut;
	return is_port ? next_word(at) : NULL;
}

static int parse_address(struct target *t, char **at, struct error *e)
{
	const char *host = next_word(at), *port;
	char *joined;
	int rc;

	if (is_url(host))
		return url_parse(t, host, e);
	port = port_of(host, at);
	if (!port)
		return target_parse(t, host, e);
	joined = target_join(host, port, e);
	rc = joined ? target_parse(t, joined, e) : -1;
	free(joined);
	return rc;
}

static int keep_name(struct target *t, const char *name, struct error *e)
{
	if (!*name)
		return 0;
	if (strlen(name) > TARGET_NAME_MOST)
		return usage(e, "%s: a name longer than %d bytes", quote(name).text, TARGET_NAME_MOST);
	t->name = copy_part(name, strlen(name), e);
	return t->name ? 0 : -1;
}

/* Puts the i-th target into the tree; 1 if it is new, 0 with what is there in *there, or -1. */
static int learn(const struct reading *r, void **tree, size_t i, int (*compare)(const void *, const void *),
		 const struct known **there, struct error *e)
{
	struct known *k = malloc(sizeof(*k)), **found;

	if (!k)
		return out_of_memory(e);
	*k = (struct known){ .of = r->to, .i = i };
	found = tsearch(k, tree, compare);
	*there = found ? *found : NULL;
	if (*there == k)
		return 1;
	free(k);
	return found ? 0 : out_of_memory(e);
}

static void drop_last(struct connect_plan *c)
{
	target_free(&c->targets[--c->ntargets]);
}

/* A new one stays. */
static int learn_last(struct reading *r, struct error *e)
{
	const size_t i = r->to->ntargets - 1;
	const struct target *t = &r->to->targets[i];
	const struct known *there;
	int rc = learn(r, &r->texts, i, compare_texts, &there, e);

	if (!rc)
		drop_last(r->to);
	if (rc < 1 || !t->name)
		return rc < 0 ? -1 : 0;
	rc = learn(r, &r->names, i, compare_names, &there, e);
	if (!rc)
		return usage(e, "%s: a second target of that name (the first is %s)", quote(t->name).text,
			     quote(target_of(there)->text).text);
	return rc < 0 ? -1 : 0;
}

static int parse_line(struct reading *r, char *line, size_t len, struct error *e)
{
	struct target *t;

	if (strlen(line) != len)
		return usage(e, "a zero byte: no text");
	line = trim(line);
	if (!*line)
		return 0;
	r->any = true;
	t = list_add(&r->to->targets, &r->to->ntargets, sizeof(*t), e);
	return !t || parse_address(t, &line, e) || keep_name(t, line, e) || learn_last(r, e) ? -1 : 0;
}

static int parse_lines(struct reading *r, FILE *from, struct error *e)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	int rc = 0;

	while (!rc && (len = getline(&line, &room, from)) >= 0) {
		size_t mark = !r->line++ && !strncmp(line, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) ? strlen(BYTE_ORDER_MARK) : 0;

		rc = parse_line(r, line + mark, (size_t)len - mark, e);
		if (rc)
			bad_line(r, e);
	}
	if (!rc && !feof(from))
		rc = usage(e, "--targets: %s: %s", quote(r->path).text, error_reason(errno));
	free(line);
	return rc;
}

int target_file_parse(struct connect_plan *c, FILE *from, const char *path, struct error *e)
{
	struct reading r = { .to = c, .path = path };
	const struct known *there;
	const size_t before = c->ntargets;
	int rc = 0;

	for (size_t i = 0; i < before && rc >= 0; i++) {
		rc = learn(&r, &r.texts, i, compare_texts, &there, e);
		if (rc >= 0 && c->targets[i].name)
			rc = learn(&r, &r.names, i, compare_names, &there, e);
	}
	rc = rc < 0 ? -1 : parse_lines(&r, from, e);
	tdestroy(r.texts, free);
	tdestroy(r.names, free);
	if (!rc && !r.any)
		rc = usage(e, "--targets: %s: no target in it", quote(path).text);
	return rc;
}

int target_file_read(struct connect_plan *c, const char *path, struct error *e)
{
	const bool here = !strcmp(path, "-");
	FILE *from = here ? stdin : fopen(path, "re");
	int rc;

	if (!from)
		return usage(e, "--targets: %s: %s", quote(path).text, error_reason(errno));
	rc = target_file_parse(c, from, here ? "standard input" : path, e);
	if (!here)
		fclose(from);
	return rc;
}
