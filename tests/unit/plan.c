// SPDX-License-Identifier: MIT
/* Targets, probe and fault specifications, parameters and escapes: from text to the plan, and what is refused. */
#include "unit.h"

#include <stdlib.h>

#include "faults/fault.h"
#include "plan/params.h"
#include "plan/plan.h"
#include "plan/spec.h"
#include "plan/target.h"

static void check_target(int (*parse)(struct target *, const char *, struct error *), const char *text,
			 const char *host, const char *port)
{
	struct plan p = { 0 };
	struct error e = { 0 };

	p.connect.targets = calloc(1, sizeof(*p.connect.targets));
	p.connect.ntargets = 1;
	if (!p.connect.targets || parse(p.connect.targets, text, &e)) {
		unit_fail(__FILE__, __LINE__, "%s is refused: %s", text, e.text);
	} else {
		CHECK_TEXT(p.connect.targets->text, text);
		CHECK_TEXT(p.connect.targets->host, host);
		CHECK_TEXT(p.connect.targets->port, port);
	}
	plan_free(&p);
}

/* Refused with this in the message, in one line without a full stop. */
static void check_bad_target(int (*parse)(struct target *, const char *, struct error *), const char *text,
			     const char *message)
{
	struct plan p = { 0 };
	struct error e = { 0 };

	p.connect.targets = calloc(1, sizeof(*p.connect.targets));
	p.connect.ntargets = 1;
	CHECK_INT(parse(p.connect.targets, text, &e), -1);
	CHECK_INT(e.status, STATUS_USAGE);
	CHECK_HAS(e.text, message);
	CHECK(!strchr(e.text, '\n') && e.text[strlen(e.text) - 1] != '.');
	plan_free(&p);
}

static void targets(void)
{
	check_target(target_parse, "localhost:80", "localhost", "80");
	check_target(target_parse, "localhost:1", "localhost", "1");
	check_target(target_parse, "localhost:65535", "localhost", "65535");
	check_target(target_parse, "192.0.2.1:http", "192.0.2.1", "http");
	check_target(target_parse, "[::1]:80", "::1", "80");
	check_target(target_parse, "[fe80::1%eth0]:ssh", "fe80::1%eth0", "ssh");
	check_target(target_parse, "[::ffff:192.0.2.1]:80", "::ffff:192.0.2.1", "80");
	check_target(target_parse, "a.b-c_d:x11-1", "a.b-c_d", "x11-1");
	check_target(target_parse, "h:00080", "h", "00080");
}

static void targets_that_are_none(void)
{
	check_bad_target(target_parse, "", "empty");
	check_bad_target(target_parse, "host", "no port");
	check_bad_target(target_parse, ":80", "no host");
	check_bad_target(target_parse, "80", "a port alone");
	check_bad_target(target_parse, "host:", "empty port");
	check_bad_target(target_parse, "host:0", "must be 1 to 65535");
	check_bad_target(target_parse, "host:65536", "must be 1 to 65535");
	check_bad_target(target_parse, "host:99999999999999999999", "must be 1 to 65535");
	check_bad_target(target_parse, "host:-1", "not negative");
	check_bad_target(target_parse, "host:--1", "neither a port number nor a service name");
	check_bad_target(target_parse, "host:+80", "neither a port number nor a service name");
	check_bad_target(target_parse, "host: 80", "neither a port number nor a service name");
	check_bad_target(target_parse, "host:80 ", "neither a port number nor a service name");
	check_bad_target(target_parse, "host:-http", "neither a port number nor a service name");
	check_bad_target(target_parse, "::1", "IPv6 needs brackets");
	check_bad_target(target_parse, "::1:80", "IPv6 needs brackets");
	check_bad_target(target_parse, "a:b:80", "more than one ':'");
	check_bad_target(target_parse, "[::1:80", "no closing bracket");
	check_bad_target(target_parse, "[::1]", "no port");
	check_bad_target(target_parse, "[::1]80", "must be followed by :PORT");
	check_bad_target(target_parse, "[]:80", "is not an IPv6 address");
	check_bad_target(target_parse, "[192.0.2.1]:80", "is not an IPv6 address");
	check_bad_target(target_parse, "[::1%]:80", "empty scope");
	check_bad_target(target_parse, "[1:2:3:4:5:6:7:8:9]:80", "is not an IPv6 address");
	check_bad_target(target_parse, "http://host:80", "a URL");
}

static void host_names_of_255_bytes_at_most(void)
{
	char host[300], text[310];

	memset(host, 'a', sizeof(host));
	host[255] = '\0';
	snprintf(text, sizeof(text), "%s:80", host);
	check_target(target_parse, text, host, "80");
	snprintf(text, sizeof(text), "%sa:80", host);
	check_bad_target(target_parse, text, "longer than 255 bytes");
	/* No address is so long, nor is there room for it. */
	snprintf(text, sizeof(text), "[%.45s]:80", host);
	check_bad_target(target_parse, text, "is not an IPv6 address");
	snprintf(text, sizeof(text), "[%.46s]:80", host);
	check_bad_target(target_parse, text, "is not an IPv6 address");
	/* So long is no service name. */
	snprintf(text, sizeof(text), "h:%.63s", host);
	check_target(target_parse, text, "h", text + 2);
	snprintf(text, sizeof(text), "h:%.64s", host);
	check_bad_target(target_parse, text, "neither a port number nor a service name");
}

static void listeners(void)
{
	check_target(listen_parse, "0", NULL, "0");
	check_target(listen_parse, "65535", NULL, "65535");
	check_target(listen_parse, "http", NULL, "http");
	check_target(listen_parse, "127.0.0.1:0", "127.0.0.1", "0");
	check_target(listen_parse, "[::]:9000", "::", "9000");
	check_bad_target(listen_parse, "", "empty");
	check_bad_target(listen_parse, ":80", "no address");
	check_bad_target(listen_parse, "65536", "must be 0 to 65535");
	check_bad_target(listen_parse, "-1", "must be 0 to 65535, not negative");
	check_bad_target(listen_parse, "::", "IPv6 needs brackets");
	check_bad_target(listen_parse, "[::]", "no port");
}

static void split_where_no_backslash_protects(void)
{
	CHECK_INT(length_until("a,b", ","), 1);
	CHECK_INT(length_until("a\\,b,c", ","), 4);
	CHECK_INT(length_until("a\\\\,b", ","), 3);
	CHECK_INT(length_until("abc", ","), 3);
	CHECK_INT(length_until("abc\\", ","), 4); /* a backslash at the end protects nothing */
	CHECK_INT(length_until("", ","), 0);
	CHECK_INT(length_until(",", ","), 0);
	CHECK_INT(length_until("a+b,c", ",+"), 1);
}

/* A probe's or a fault's rows, as one might write them. */
struct sample {
	nsec time;
	int64_t count, word;
	struct bytes bytes;
};

static const char *const sample_words[] = { "one", "two", NULL };

static const struct param sample_rows[] = {
	{ .name = "time", .def = "5s", .unit = UNIT_TIME, .system = true, .min = NS_PER_S,
	  .max = 3600 * NS_PER_S, .offset = offsetof(struct sample, time) },
	{ .name = "count", .def = "3", .unit = UNIT_COUNT, .min = 1, .max = 127,
	  .offset = offsetof(struct sample, count) },
	{ .name = "word", .def = "one", .unit = UNIT_WORD, .words = sample_words,
	  .offset = offsetof(struct sample, word) },
	{ .name = "bytes", .def = "\\x00", .unit = UNIT_BYTES, .min = 1, .max = 8,
	  .offset = offsetof(struct sample, bytes) },
	{ 0 },
};

static struct sample sample_of(const char *text)
{
	struct sample s;
	struct error e = { 0 };

	memset(&s, 0x55, sizeof(s));
	if (params_parse("owner", sample_rows, &s, text, &e))
		unit_fail(__FILE__, __LINE__, "%s is refused: %s", text, e.text);
	return s;
}

static void check_refused(const char *text, const char *message)
{
	struct sample s;
	struct error e = { 0 };

	CHECK_INT(params_parse("owner", sample_rows, &s, text, &e), -1);
	CHECK_INT(e.status, STATUS_USAGE);
	CHECK_TEXT(e.text, message);
}

static void parameters(void)
{
	struct sample s = sample_of("");

	CHECK(s.time == 5 * NS_PER_S && s.count == 3 && s.word == 0);
	CHECK(s.bytes.len == 1 && s.bytes.data[0] == 0);
	s = sample_of("count=127:time=1h:word=two");
	CHECK(s.time == 3600 * NS_PER_S && s.count == 127 && s.word == 1 && s.bytes.len == 1);
	CHECK_INT(sample_of("time=system").time, PARAM_SYSTEM);
	CHECK_INT(sample_of("time=1").time, NS_PER_S);
	CHECK_INT(params_parse("owner", NULL, NULL, "", &(struct error){ 0 }), 0);
}

static void parameters_refused(void)
{
	struct error e;

	check_refused("time=0.9s", "owner: 'time=0.9s': must be 1s to 1h, or system");
	check_refused("time=3601s", "owner: 'time=3601s': must be 1s to 1h, or system");
	check_refused("time=sytem", "owner: 'time=sytem': not a time (such as 250ms, 10s or 2m)");
	check_refused("count=0", "owner: 'count=0': must be 1 to 127");
	check_refused("count=128", "owner: 'count=128': must be 1 to 127");
	check_refused("count=system", "owner: 'count=system': not a number");
	check_refused("word=three", "owner: 'word=three': must be one of one, two");
	check_refused("word=", "owner: 'word=': must be one of one, two");
	check_refused("bytes=", "owner: 'bytes=': must be 1 to 8 bytes");
	check_refused("bytes=123456789", "owner: 'bytes=123456789': must be 1 to 8 bytes");
	check_refused("count=1:count=2", "owner: 'count=2': count is given twice");
	check_refused("count", "owner: 'count': no value (give count=N)");
	check_refused("time", "owner: 'time': no value (give time=DUR)");
	check_refused("word", "owner: 'word': no value (give word=WORD)");
	check_refused("bytes", "owner: 'bytes': no value (give bytes=BYTES)");
	check_refused("=1", "owner: '=1': empty parameter name (give KEY=VALUE)");
	check_refused("count=1:", "owner: nothing after the last ':'");
	check_refused("cuont=1", "owner: 'cuont': unknown parameter (did you mean 'count'?)");
	check_refused("x=1", "owner: 'x': unknown parameter (it has time, count, word, bytes)");
	CHECK_INT(params_parse("owner", NULL, NULL, "x=1", &e), -1);
	CHECK_TEXT(e.text, "owner: 'x': unknown parameter (it has none)");
}

static void names_that_fill_the_message(void)
{
	static const struct param row = { .name = "a-name-of-twenty-byte", .def = "1", .unit = UNIT_COUNT, .max = 9 };
	struct param rows[12] = { 0 };
	int64_t value;
	struct error e;

	for (int i = 0; i < 11; i++)
		rows[i] = row;
	CHECK_INT(params_parse("owner", rows, &value, "x=1", &e), -1);
	CHECK_HAS(e.text, "unknown parameter (it has a-name-of-twenty-byte, a-name");
	CHECK(strlen(e.text) < 200);
}

static void escapes(void)
{
	struct sample s = sample_of("bytes=\\n\\r\\t\\x41\\xfF\\:\\=\\\\");

	CHECK_INT(s.bytes.len, 8);
	CHECK(!memcmp(s.bytes.data, "\n\r\tA\xff:=\\", 8));
	s = sample_of("bytes=a\\,b\\+c");
	CHECK(s.bytes.len == 5 && !memcmp(s.bytes.data, "a,b+c", 5));
	s = sample_of("bytes=a=b"); /* only the first = needs to be told */
	CHECK(s.bytes.len == 3 && !memcmp(s.bytes.data, "a=b", 3));
	for (const char *const *bad = (const char *const[]){ "\\q", "\\x", "\\x4", "\\xg1", "\\x1g", "\\0", "\\", NULL };
	     *bad; bad++) {
		char text[32];
		struct error e = { 0 };

		snprintf(text, sizeof(text), "bytes=%s", *bad);
		CHECK_INT(params_parse("owner", sample_rows, &s, text, &e), -1);
		CHECK_HAS(e.text, "unknown escape");
	}
}

static void bounds_for_a_person(void)
{
	CHECK_TEXT(param_bounds(&sample_rows[0]).text, "1s to 1h, or system");
	CHECK_TEXT(param_bounds(&sample_rows[1]).text, "1 to 127");
	CHECK_TEXT(param_bounds(&sample_rows[2]).text, "one, two");
	CHECK_TEXT(param_bounds(&sample_rows[3]).text, "1 to 8 bytes");
	CHECK_TEXT(param_find(sample_rows, "wordy", 4)->name, "word");
	CHECK(!param_find(sample_rows, "wordy", 5));
	CHECK(!param_find(sample_rows, "wor", 3));
	CHECK(!param_find(NULL, "word", 4));
}

static void a_wrong_default_is_said(void)
{
	static const struct param rows[] = {
		{ .name = "count", .def = "128", .unit = UNIT_COUNT, .min = 1, .max = 127 }, { 0 },
	};
	int64_t value;
	struct error e;

	CHECK_INT(params_parse("owner", rows, &value, "", &e), -1);
	CHECK_TEXT(e.text, "owner: default 'count=128': must be 1 to 127");
}

static void groups(void)
{
	struct plan p = { 0 };
	struct error e = { 0 };

	CHECK_INT(groups_parse(&p, "peek,rdhup+keepalive:cnt=3:idle=1s", &e), 0);
	CHECK_INT(groups_parse(&p, "write-probe:data=a\\,b\\+c", &e), 0);
	CHECK_INT(p.ngroups, 3);
	CHECK_TEXT(p.groups[0].spec, "peek");
	CHECK_INT(p.groups[0].count, 1);
	CHECK_TEXT(p.groups[0].chosen[0].probe->name, "peek");
	CHECK_TEXT(p.groups[1].spec, "rdhup+keepalive:cnt=3:idle=1s");
	CHECK_INT(p.groups[1].count, 2);
	CHECK_TEXT(p.groups[1].chosen[0].probe->name, "rdhup");
	CHECK_TEXT(p.groups[1].chosen[1].probe->name, "keepalive");
	CHECK_TEXT(p.groups[1].chosen[1].spec, "keepalive:cnt=3:idle=1s");
	CHECK_TEXT(p.groups[2].chosen[0].spec, "write-probe:data=a\\,b\\+c");
	plan_free(&p);
	CHECK(!p.groups && !p.ngroups);
	CHECK_INT(groups_parse(&p, "peek,default,rdhup", &e), 0);
	CHECK_INT(p.ngroups, 3);
	CHECK(p.groups[1].count > 1); /* `default` is a composite */
	plan_free(&p);
}

static void check_groups_refused(const char *spec, const char *message)
{
	struct plan p = { 0 };
	struct error e = { 0 };

	CHECK_INT(groups_parse(&p, spec, &e), -1);
	CHECK_INT(e.status, STATUS_USAGE);
	CHECK_TEXT(e.text, message);
	plan_free(&p); /* what a failure left is freed too */
}

static void groups_refused(void)
{
	check_groups_refused("", "'': empty probe name");
	check_groups_refused(",", "',': empty probe name");
	check_groups_refused("peek,", "'peek,': empty probe name");
	check_groups_refused("peek,,rdhup", "'peek,,rdhup': empty probe name");
	check_groups_refused("peek+", "'peek+': empty probe name");
	check_groups_refused("+peek", "'+peek': empty probe name");
	check_groups_refused("peek++rdhup", "'peek++rdhup': empty probe name");
	check_groups_refused(":idle=1s", "':idle=1s': empty probe name");
	check_groups_refused("keepalive:", "'keepalive:': nothing after the ':'");
	check_groups_refused("peek+rdhup+peek", "'peek+rdhup+peek': peek twice on one connection");
	check_groups_refused("keepalive:idle=1s+keepalive:idle=2s",
			     "'keepalive:idle=1s+keepalive:idle=2s': keepalive twice on one connection");
	check_groups_refused("keepaliv", "'keepaliv': unknown probe (did you mean 'keepalive'?)");
	check_groups_refused("peek:x=1", "peek: 'x': unknown parameter (it has none)");
}

static void faults_of_the_lab(void)
{
	struct plan p = { 0 };
	struct error e = { 0 };

	CHECK_INT(lab_parse(&p, "drop,reboot-late:for=3s,flap:for=1s,flap:for=2s", &e), 0);
	CHECK_INT(p.lab.nfaults, 4);
	CHECK_TEXT(p.lab.faults[1].fault->name, "reboot-late");
	CHECK_TEXT(p.lab.faults[1].spec, "reboot-late:for=3s");
	CHECK_TEXT(p.lab.faults[3].spec, "flap:for=2s");
	CHECK_INT(lab_parse(&p, "drop", &e), -1); /* a second option adds to the first */
	CHECK_HAS(e.text, "given twice");
	plan_free(&p);
	CHECK_INT(lab_parse(&p, "drop,", &e), -1);
	CHECK_HAS(e.text, "empty fault name");
	plan_free(&p);
	CHECK_INT(lab_parse(&p, "drop:for=3s", &e), -1);
	CHECK_TEXT(e.text, "drop: 'for': unknown parameter (it has none)");
	plan_free(&p);
	CHECK_INT(lab_parse(&p, "flap:for=", &e), -1);
	CHECK_HAS(e.text, "flap: 'for=': empty");
	plan_free(&p);
}

int main(void)
{
	UNIT_CASE(targets);
	UNIT_CASE(targets_that_are_none);
	UNIT_CASE(host_names_of_255_bytes_at_most);
	UNIT_CASE(listeners);
	UNIT_CASE(split_where_no_backslash_protects);
	UNIT_CASE(parameters);
	UNIT_CASE(parameters_refused);
	UNIT_CASE(names_that_fill_the_message);
	UNIT_CASE(escapes);
	UNIT_CASE(bounds_for_a_person);
	UNIT_CASE(a_wrong_default_is_said);
	UNIT_CASE(groups);
	UNIT_CASE(groups_refused);
	UNIT_CASE(faults_of_the_lab);
	return unit_end();
}
