// SPDX-License-Identifier: MIT
/* SCHEME://HOST[:PORT][/PATH][?QUERY] as a target (RFC 3986). */
#include "url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol.h"
#include "target.h"
#include "base/words.h"

#define SEPARATOR "://"

/* The parts of a URL, which point into it. */
struct parts {
	const char *authority, *path, *end; /* HOST[:PORT]; "" or from the '/' or '?' on, to the end or the '#' */
};

bool is_url(const char *text)
{
	return strstr(text, SEPARATOR) || !strncmp(text, "unix:", 5);
}

static struct parts parts_of(const char *text)
{
	struct parts p = { .authority = strstr(text, SEPARATOR) + strlen(SEPARATOR) };

	p.path = p.authority + strcspn(p.authority, "/?#");
	p.end = p.path + strcspn(p.path, "#");
	return p;
}

/* What would end a line of a request, or is not allowed in a URL at all. */
static bool is_plain(const char *s, const char *end)
{
	while (s < end && *s > ' ' && *s < 0x7f)
		s++;
	return s == end;
}

/* One whose password has a slash that should be %2F looks like a path; and a path may have an '@'. */
static bool has_login(const struct target *t, const struct parts *p)
{
	const struct protocol_phrases *says = &t->protocol->says;
	const char *port = memchr(p->authority, ':', (size_t)(p->path - p->authority));
	bool path = (says->send && strstr(says->send, "{path}")) || (says->hello && strstr(says->hello, "{path}"));

	if (port && *p->authority != '[')
		path &= port + 1 + strspn(port + 1, "0123456789") == p->path;
	return memchr(p->authority, '@', path ? (size_t)(p->path - p->authority) : strlen(p->authority));
}

static int parts_check(const struct target *t, const char *text, const struct parts *p, struct error *e)
{
	if (has_login(t, p))
		return usage(e, "%s: a login in a URL (leave it out: tcpalive logs nobody in)", quote(text).text);
	if (p->authority == p->path || *p->authority == ':')
		return usage(e, "%s: no host", quote(text).text);
	if (!is_plain(p->authority, p->end))
		return usage(e, "%s: a byte that a URL cannot have (give it as %%HH)", quote(text).text);
	if (memchr(p->authority, '%', (size_t)(p->path - p->authority)) && *p->authority != '[')
		return usage(e, "%s: no host name has a '%%'", quote(text).text);
	return 0;
}

/* A scope within brackets has its '%' as %25 (RFC 6874). */
static void scope_decode(char *address)
{
	char *scope = strstr(address, "%25");

	if (scope)
		memmove(scope + 1, scope + 3, strlen(scope + 3) + 1);
}

/* "HOST:PORT", with the protocol's port where the URL has none. To be freed. */
static char *address_of(const char *text, const struct parts *p, const struct protocol *protocol, struct error *e)
{
	const int len = (int)(p->path - p->authority);
	const char *colon = memrchr(p->authority, ':', (size_t)len);
	const char *bracket = memrchr(p->authority, ']', (size_t)len);
	bool has_colon = colon && (!bracket || colon > bracket), has_port = has_colon && colon + 1 < p->path;
	char *address;

	if (!has_port && !protocol->port) {
		usage(e, "%s: no port, and none is usual (give %s://HOST:PORT)", quote(text).text, protocol->names[0]);
		return NULL;
	}
	if (asprintf(&address, "%.*s%s%s", len, p->authority, has_colon ? "" : ":", has_port ? "" : protocol->port) < 0) {
		out_of_memory(e);
		return NULL;
	}
	scope_decode(address);
	return address;
}

static int unknown(const char *text, size_t len, struct error *e)
{
	char *name = copy_part(text, len, e);

	if (name)
		usage(e, "%s: unknown protocol%s", quote(text).text, hint(name, protocol_word, NULL, "see tcpalive list").text);
	free(name);
	return -1;
}

/* The path as it is asked for: never empty. */
static char *path_of(const struct parts *p, struct error *e)
{
	char *path;

	if (asprintf(&path, "%s%.*s", *p->path == '/' ? "" : "/", (int)(p->end - p->path), p->path) >= 0)
		return path;
	out_of_memory(e);
	return NULL;
}

/* What reports print: a query may be nobody else's business. */
static char *shown(const char *text, const struct parts *p, struct error *e)
{
	return copy_part(text, (size_t)(p->path - text) + strcspn(p->path, "?#"), e);
}

static int parts_keep(struct target *t, const char *text, const struct parts *p, struct error *e)
{
	char *address = address_of(text, p, t->protocol, e);
	int rc = address ? target_parse(t, address, e) : -1;

	free(address);
	if (rc)
		return -1;
	free(t->text);
	t->text = shown(text, p, e);
	t->authority = copy_part(p->authority, (size_t)(p->path - p->authority), e);
	t->path = path_of(p, e);
	return t->text && t->authority && t->path ? 0 : -1;
}

int url_parse(struct target *t, const char *text, struct error *e)
{
	const char *colon = strstr(text, SEPARATOR);
	struct parts p;

	if (!strncmp(text, "unix:", 5))
		return usage(e, "%s: a Unix socket has no TCP connection", quote(text).text);
	t->protocol = protocol_find(text, (size_t)(colon - text));
	if (!t->protocol)
		return unknown(text, (size_t)(colon - text), e);
	p = parts_of(text);
	return parts_check(t, text, &p, e) ? -1 : parts_keep(t, text, &p, e);
}
