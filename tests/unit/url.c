// SPDX-License-Identifier: MIT
/* URLs as targets, and what a heartbeat says in the protocol that they name. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "plan/protocol.h"
#include "plan/spec.h"
#include "plan/url.h"
#include "probes/talk.h"

/* A plan with that URL as its target; NULL with the reason in *e. To be freed with plan_free. */
static struct target *target_of(struct plan *p, const char *url, struct error *e)
{
	*p = (struct plan){ .connect = { .targets = calloc(1, sizeof(struct target)), .ntargets = 1 } };
	return url_parse(p->connect.targets, url, e) ? NULL : p->connect.targets;
}

static void check_url(const char *url, const char *scheme, const char *host, const char *port, const char *path)
{
	struct plan p;
	struct error e;
	struct target *t = target_of(&p, url, &e);

	if (!t) {
		unit_fail(__FILE__, __LINE__, "%s is refused: %s", url, e.text);
	} else {
		CHECK_TEXT(t->protocol->names[0], scheme);
		CHECK_TEXT(t->host, host);
		CHECK_TEXT(t->port, port);
		CHECK_TEXT(t->path, path);
	}
	plan_free(&p);
}

static void check_bad_url(const char *url, const char *why)
{
	struct plan p;
	struct error e;

	if (target_of(&p, url, &e))
		unit_fail(__FILE__, __LINE__, "%s is accepted", url);
	else if (!strstr(e.text, why) || e.status != STATUS_USAGE || strstr(e.text, "secret"))
		unit_fail(__FILE__, __LINE__, "%s: \"%s\", expected \"%s\"", url, e.text, why);
	plan_free(&p);
}

static void urls(void)
{
	check_url("redis://db", "redis", "db", "6379", "/");
	check_url("REDIS://DB:7000/0", "redis", "DB", "7000", "/0");
	check_url("valkey://db/", "redis", "db", "6379", "/");
	check_url("http://web:8080/a/b?c=d:e@f#g", "http", "web", "8080", "/a/b?c=d:e@f");
	check_url("http://web?c=d", "http", "web", "80", "/?c=d");
	check_url("http://web:/", "http", "web", "80", "/");
	check_url("http://web:80/@me", "http", "web", "80", "/@me");
	check_url("http://web/@me?a@b", "http", "web", "80", "/@me?a@b");
	check_url("http://web:http/", "http", "web", "http", "/");
	check_url("http://[::1]", "http", "::1", "80", "/");
	check_url("http://[::1]:8080/x", "http", "::1", "8080", "/x");
	check_url("nats://[fe80::1%25eth0]:1", "nats", "fe80::1%eth0", "1", "/");
	check_url("tls://web:8443", "tls", "web", "8443", "/");
	check_url("postgresql://db/name?sslmode=disable", "postgres", "db", "5432", "/name?sslmode=disable");
}

static void urls_that_are_none(void)
{
	check_bad_url("gopher://h", "unknown protocol");
	check_bad_url("reddis://h", "did you mean 'redis'?");
	check_bad_url("://h", "unknown protocol");
	check_bad_url("unix:/run/x.sock", "no TCP connection");
	check_bad_url("unix:///run/x.sock", "no TCP connection");
	check_bad_url("redis://", "no host");
	check_bad_url("redis:///0", "no host");
	check_bad_url("redis://:6379", "no host");
	check_bad_url("tls://web", "no port");
	check_bad_url("redis://user:secret@h", "a login in a URL");
	check_bad_url("redis://:secret@h:1/", "a login in a URL");
	check_bad_url("redis://a@secret@h", "a login in a URL");
	check_bad_url("redis://user:sec/secret@h", "a login in a URL");
	check_bad_url("http://user:secret/x@h", "a login in a URL");
	check_bad_url("foo://user:secret@h", "unknown protocol");
	check_bad_url("redis://h:0", "must be 1 to 65535");
	check_bad_url("redis://h:65536/", "must be 1 to 65535");
	check_bad_url("redis://h:x:1", "more than one ':'");
	check_bad_url("redis://::1/", "no host");
	check_bad_url("redis://[::1/", "no closing bracket");
	check_bad_url("redis://[h]/", "is not an IPv6 address");
	check_bad_url("redis://h%41/", "no host name has a '%'");
	check_bad_url("http://h/a b", "%HH");
	check_bad_url("http://h/a\r\nX-Evil: 1", "%HH");
	check_bad_url("http://h/\xc3\xa4", "%HH");
}

static void no_secret_is_printed(void)
{
	struct plan p;
	struct error e;
	struct target *t = target_of(&p, "http://web/path?token=secret#x", &e);

	CHECK_TEXT(t ? t->text : e.text, "http://web/path");
	plan_free(&p);
	CHECK_TEXT(quote("redis://user:secret@h").text, "'redis://h'");
	CHECK_TEXT(quote("redis://user:sec@ret@h/a@b").text, "'redis://b'");
	CHECK_TEXT(quote("http://user:sec/ret@h:80/").text, "'http://h:80/'");
	CHECK_TEXT(quote("redis://user:secret@").text, "'redis://'");
}

/* What -p spec says at that URL; its params are freed with the plan. */
static const struct phrases *spoken(struct plan *p, const char *url, const char *spec, struct error *e)
{
	struct target *t = target_of(p, url, e);

	if (!t || groups_parse(p, spec, e) || protocol_speak(&p->groups->chosen[0], t, e))
		return NULL;
	return p->groups->chosen[0].params; /* a heartbeat's phrases are its first parameters */
}

static bool is(const struct bytes *b, const char *text)
{
	return b->len == strlen(text) && !memcmp(b->data, text, b->len);
}

static void a_heartbeat_speaks_the_protocol_of_its_url(void)
{
	struct plan p;
	struct error e;
	const struct phrases *says = spoken(&p, "http://web:8080/a,b:c+d=e\"f?g\\h", "heartbeat:every=2s", &e);

	CHECK(says && is(&says->send, "HEAD /a,b:c+d=e\"f?g\\h HTTP/1.1\r\nHost: web:8080\r\nUser-Agent: tcpalive\r\n\r\n"));
	CHECK(says && is(&says->want, "\r\n\r\n") && !says->hello.len);
	plan_free(&p);
	says = spoken(&p, "mqtt://broker", "heartbeat", &e);
	CHECK(says && says->hello.len == 14 && says->hello.data[3] == 4 && says->send.len == 2);
	plan_free(&p);
}

static void a_path_can_be_too_long(void)
{
	struct plan p;
	struct error e;
	char url[1200] = "http://h/";

	memset(url + strlen(url), 'a', 900);
	CHECK(spoken(&p, url, "heartbeat", &e));
	plan_free(&p);
	memset(url + 9, 'a', 1100);
	CHECK(!spoken(&p, url, "heartbeat", &e) && strstr(e.text, "too long a path to ask for"));
	plan_free(&p);
}

static void what_is_typed_goes_before_the_protocol(void)
{
	struct plan p;
	struct error e;
	const struct phrases *says = spoken(&p, "smtp://mx", "heartbeat:send=RSET\\r\\n", &e);

	CHECK(says && is(&says->send, "RSET\r\n") && !says->want.len && is(&says->greeting, "220 "));
	plan_free(&p);
	says = spoken(&p, "redis://db", "heartbeat:want=PONG", &e);
	CHECK(says && is(&says->send, "*1\r\n$4\r\nPING\r\n") && is(&says->want, "PONG"));
	plan_free(&p);
	says = spoken(&p, "nats://n", "heartbeat:hello=\"send=x:want=y\":every=1s", &e);
	CHECK(says && is(&says->hello, "send=x:want=y") && !says->greeting.len && is(&says->want, "PONG"));
	plan_free(&p);
	says = spoken(&p, "redis://db", "idle:limit=1s", &e);
	CHECK(says); /* another probe is left as it is */
	plan_free(&p);
}

static void passive_protocols_take_no_heartbeat(void)
{
	struct plan p;
	struct error e;

	CHECK(!spoken(&p, "postgres://db", "heartbeat:every=1s", &e));
	CHECK_TEXT(e.text, "'postgres://db': no heartbeat at postgres://, because it takes no question before a login "
			   "(give send=BYTES and want=BYTES)");
	plan_free(&p);
	CHECK(spoken(&p, "tls://db:1", "heartbeat:send=x", &e));
	plan_free(&p);
}

/* The rows are within the bounds of their parameters, and complete. */
static void every_protocol_can_be_spoken(void)
{
	for (size_t i = 0; i < protocols_count; i++) {
		const struct protocol *row = &protocols[i];
		struct plan p;
		struct error e = { .text = "" };
		const struct phrases *says;
		char url[64];

		snprintf(url, sizeof(url), "%s://host:1/path", row->names[0]);
		says = row->asks ? spoken(&p, url, "heartbeat", &e) : NULL;
		CHECK(!row->asks == (row->passive != NULL));
		if (row->asks && !(says && says->send.len && says->want.len && (!says->welcome.len || says->hello.len)))
			unit_fail(__FILE__, __LINE__, "%s: %s", url, e.text);
		if (row->asks)
			plan_free(&p);
		for (const char *const *name = row->names; *name; name++)
			CHECK(protocol_find(*name, strlen(*name)) == row);
	}
}

int main(void)
{
	UNIT_CASE(urls);
	UNIT_CASE(urls_that_are_none);
	UNIT_CASE(no_secret_is_printed);
	UNIT_CASE(a_heartbeat_speaks_the_protocol_of_its_url);
	UNIT_CASE(a_path_can_be_too_long);
	UNIT_CASE(what_is_typed_goes_before_the_protocol);
	UNIT_CASE(passive_protocols_take_no_heartbeat);
	UNIT_CASE(every_protocol_can_be_spoken);
	return unit_end();
}
