// SPDX-License-Identifier: MIT
/* Parses HOST:PORT and [ADDR:]PORT. */
#include "target.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/words.h"

#define HOST_MAX 255 /* of a name in DNS; an address with its scope is shorter */
#define SERVICE_MAX 63

static int bad(struct error *e, const char *text, const char *why)
{
	return usage(e, "%s: %s", quote(text).text, why);
}

static bool all_digits(const char *s)
{
	return *s && !s[strspn(s, "0123456789")];
}

/*
 * RFC 6335's service names, and the few characters more that old ones have. getaddrinfo would
 * take " 80", "+80" and "-1" for port numbers.
 */
static bool is_service(const char *s)
{
	bool letter = false;

	if (!isalnum((unsigned char)*s) || strlen(s) > SERVICE_MAX)
		return false;
	for (; *s; s++) {
		letter = letter || isalpha((unsigned char)*s);
		if (!isalnum((unsigned char)*s) && !strchr("-_.+*", *s))
			return false;
	}
	return letter;
}

static int port_check(const char *text, const char *port, int64_t min, struct error *e)
{
	bool negative = *port == '-' && all_digits(port + 1);
	struct why why;
	int64_t n;

	if (!*port)
		return bad(e, text, "empty port");
	if (is_service(port))
		return 0;
	if (!all_digits(port) && !negative)
		return usage(e, "%s: %s is neither a port number nor a service name",
			     quote(text).text, quote(port).text);
	if (count_parse(port, min, 65535, &n, &why))
		return usage(e, "%s: port %s", quote(text).text, why.text);
	return 0;
}

/* What is between the brackets: IPv6, perhaps with a scope: fe80::1%eth0 */
static int bracketed_check(const char *text, const char *host, struct error *e)
{
	size_t len = strcspn(host, "%");
	char address[INET6_ADDRSTRLEN];
	struct in6_addr in6;

	if (len < sizeof(address)) {
		memcpy(address, host, len);
		address[len] = '\0';
		if (host[len] == '%' && !host[len + 1])
			return bad(e, text, "empty scope after the '%'");
		if (inet_pton(AF_INET6, address, &in6) == 1)
			return 0;
	}
	return usage(e, "%s: %s is not an IPv6 address", quote(text).text, quote(host).text);
}

/* "[HOST]:PORT": points *rest at the port. */
static int bracketed_split(struct target *t, const char *text, const char **rest, struct error *e)
{
	const char *close = strchr(text, ']');

	if (!close)
		return bad(e, text, "no closing bracket (give [IPv6]:PORT)");
	if (!close[1])
		return bad(e, text, "no port (give [IPv6]:PORT)");
	if (close[1] != ':')
		return bad(e, text, "the bracket must be followed by :PORT");
	t->host = copy_part(text + 1, (size_t)(close - text - 1), e);
	if (!t->host || bracketed_check(text, t->host, e))
		return -1;
	*rest = close + 2;
	return 0;
}

static int plain_split(struct target *t, const char *text, const char **rest, struct error *e)
{
	const char *colon = strchr(text, ':');

	if (strstr(text, "://"))
		return bad(e, text, "a URL (give HOST:PORT)");
	if (strchr(colon + 1, ':'))
		return bad(e, text, "more than one ':' (IPv6 needs brackets: [ADDR]:PORT)");
	t->host = copy_part(text, (size_t)(colon - text), e);
	if (!t->host)
		return -1;
	if (strlen(t->host) > HOST_MAX)
		return bad(e, text, "a host name longer than 255 bytes");
	*rest = colon + 1;
	return 0;
}

static int split(struct target *t, const char *text, const char **rest, struct error *e)
{
	t->text = copy_part(text, strlen(text), e);
	if (!t->text)
		return -1;
	return *text == '[' ? bracketed_split(t, text, rest, e) : plain_split(t, text, rest, e);
}

static int port_keep(struct target *t, const char *port, int64_t min, struct error *e)
{
	if (port_check(t->text, port, min, e))
		return -1;
	t->port = copy_part(port, strlen(port), e);
	return t->port ? 0 : -1;
}

/* "::1", "fe80::1%eth0" and even "::1:80" are addresses, without a port. */
static bool is_bare_ipv6(const char *text)
{
	char address[INET6_ADDRSTRLEN];
	size_t len = strcspn(text, "%");
	struct in6_addr in6;

	if (len >= sizeof(address))
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	return inet_pton(AF_INET6, address, &in6) == 1;
}

static bool is_bracketed(const char *text)
{
	return *text == '[' && strchr(text, ']') == text + strlen(text) - 1;
}

static bool is_host(const char *word)
{
	if (is_bracketed(word) || is_bare_ipv6(word))
		return true;
	return *word && !strpbrk(word, ":[]/") && !all_digits(word);
}

bool target_is_pair(const char *host, const char *port)
{
	return is_host(host) && (all_digits(port) || (is_service(port) && !strchr(port, '.')));
}

char *target_join(const char *host, const char *port, struct error *e)
{
	bool bare = is_bare_ipv6(host);
	char *text;

	if (asprintf(&text, "%s%s%s:%s", bare ? "[" : "", host, bare ? "]" : "", port) >= 0)
		return text;
	out_of_memory(e);
	return NULL;
}

static int no_port(struct error *e, const char *text)
{
	return usage(e, "%s: no port (such as %.64s:6379 or %.64s 6379)", quote(text).text, text, text);
}

int target_parse(struct target *t, const char *text, struct error *e)
{
	const char *port;

	if (!*text)
		return bad(e, text, "empty (give HOST:PORT)");
	if (is_bare_ipv6(text))
		return bad(e, text, "IPv6 needs brackets and a port (give [ADDR]:PORT, or ADDR PORT)");
	if (*text == ':')
		return bad(e, text, "no host (give HOST:PORT)");
	if (all_digits(text))
		return bad(e, text, "a port alone (give HOST:PORT, or --listen PORT)");
	if (is_bracketed(text) || (*text != '[' && !strchr(text, ':')))
		return no_port(e, text);
	if (split(t, text, &port, e))
		return -1;
	return port_keep(t, port, 1, e);
}

int listen_parse(struct target *t, const char *text, struct error *e)
{
	const char *port = text;

	if (!*text)
		return bad(e, text, "empty (give [ADDR:]PORT)");
	if (is_bare_ipv6(text))
		return bad(e, text, "IPv6 needs brackets and a port (give [ADDR]:PORT)");
	if (*text == ':')
		return bad(e, text, "no address (give PORT alone for every address)");
	if (*text == '[' || strchr(text, ':')) {
		if (split(t, text, &port, e))
			return -1;
	} else {
		t->text = copy_part(text, strlen(text), e);
		if (!t->text)
			return -1;
	}
	return port_keep(t, port, 0, e);
}
