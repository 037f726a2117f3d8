// SPDX-License-Identifier: MIT
/* Targets, probe and fault specifications, parameters and escapes: from text to the plan, and what is refused. */
#include "unit.h"

#include <stdlib.h>

#include "faults/fault.h"
#include "plan/params.h"
#include "plan/plan.h"
#include "plan/quoting.h"
#include "plan/spec.h"
#include "plan/target.h"
#include "plan/target-file.h"

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
	CHECK_INT(length_until("a=\"b,c\",d", ","), 7);
	CHECK_INT(length_until("a=\"b\\\",c\",d", ","), 9);
	CHECK_INT(length_until("a=b=\"c,d\"", ","), 6); /* the value has begun before */
	CHECK_INT(length_until("a=\"b,c", ","), 6);
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

static void check_bytes(const char *text, const char *data)
{
	struct sample s = sample_of(text);

	CHECK(s.bytes.len == strlen(data) && !memcmp(s.bytes.data, data, s.bytes.len));
}

static void values_in_double_quotes(void)
{
	check_bytes("bytes=\",+:=\"", ",+:=");
	check_bytes("bytes=\"\\x41\\\"\\r\\:\"", "A\"\r:");
	check_bytes("bytes=\\\"a", "\"a");
	check_refused("bytes=\"\"", "owner: 'bytes=\"\"': must be 1 to 8 bytes");
	check_refused("bytes=\"\\q\"", "owner: 'bytes=\"\\q\"': unknown escape (\\n \\r \\t \\xHH, or a backslash before one of , + : = \" \\)");
	CHECK(sample_of("time=\"2s\":word=\"two\"").time == 2 * NS_PER_S);
	CHECK_INT(sample_of("word=\"two\":bytes=\"a:b\":count=5").count, 5);
}

/* Any bytes as text are the same bytes again: in a spec, and so as one value among others. */
static void bytes_come_back(void)
{
	static const char likely[] = ",+:=\"\\'\n\r\t\0 aZ\x7f\xc3\xa9\xff";
	struct plan p = { 0 };
	struct error e = { 0 };

	srandom(7);
	for (int round = 0; round < 3000; round++) {
		struct bytes b = { .len = 1 + (size_t)random() % 8 }, *back;
		struct sample s;
		char spec[sizeof(struct bytes_text) + 64];

		for (size_t i = 0; i < b.len; i++)
			b.data[i] = (unsigned char)(round & 1 ? likely[(size_t)random() % (sizeof(likely) - 1)] : random());
		snprintf(spec, sizeof(spec), "count=2:bytes=%s:word=two", bytes_text(&b).text);
		s = sample_of(spec);
		CHECK(s.bytes.len == b.len && !memcmp(s.bytes.data, b.data, b.len) && s.word == 1);
		snprintf(spec, sizeof(spec), "peek+write-probe:data=%s,rdhup", bytes_text(&b).text);
		CHECK_INT(groups_parse(&p, spec, &e), 0);
		back = p.groups[0].chosen[1].params; /* its data, first in the struct */
		CHECK(back->len == b.len && !memcmp(back->data, b.data, b.len));
		CHECK(!strncmp(p.groups[0].spec, spec, strlen(p.groups[0].spec)) && p.ngroups == 2);
		plan_free(&p);
	}
}

/* Pieces of specs in any order: refused in one line, or printed as what parses to the same text again. */
static void specs_come_back(void)
{
	static const char *const pieces[] = {
		"peek", "heartbeat", "write-probe", "keepalive", ":", ",", "+", "=", "\"", "\\", "send", "want", "data", "idle",
		"3s", "PING", "\\x4", "\\r", ":send=", ":want=\"", "heartbeat:want=\"+", "\",", "'", "\x01", "@",
	};
	struct error e = { 0 };
	int parsed = 0;

	srandom(11);
	for (int round = 0; round < 20000; round++) {
		struct plan p = { 0 }, again = { 0 };
		char spec[400] = "";

		for (long n = random() % 9; n >= 0; n--)
			strcat(spec, pieces[(size_t)random() % (sizeof(pieces) / sizeof(*pieces))]);
		if (groups_parse(&p, spec, &e)) {
			CHECK(e.status == STATUS_USAGE && *e.text && !strchr(e.text, '\n'));
		} else {
			parsed++;
			for (size_t i = 0; i < p.ngroups; i++)
				CHECK_INT(groups_parse(&again, p.groups[i].spec, &e), 0);
			CHECK_INT(again.ngroups, p.ngroups);
			for (size_t i = 0; i < again.ngroups && i < p.ngroups; i++)
				CHECK_TEXT(again.groups[i].spec, p.groups[i].spec);
		}
		plan_free(&p);
		plan_free(&again);
	}
	CHECK(parsed > 100);
}

static void bytes_with_the_least_escaping(void)
{
	const struct { const char *data, *text; } rows[] = {
		{ "+PONG", "\"+PONG\"" }, { "PING\r\n", "PING\\r\\n" }, { "a=b", "a=b" }, { "say \"hi\"", "say \\\"hi\\\"" },
		{ "a:\"b\"", "\"a:\\\"b\\\"\"" }, { "\x01\\", "\\x01\\\\" }, { "\xc3\xa9", "\xc3\xa9" }, { "", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct bytes b = { .len = strlen(rows[i].data) };

		memcpy(b.data, rows[i].data, b.len);
		CHECK_TEXT(bytes_text(&b).text, rows[i].text);
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
	CHECK_TEXT(p.groups[2].chosen[0].spec, "write-probe:data=\"a,b+c\""); /* by its quotes */
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

static void quotes_refused(void)
{
	check_groups_refused("peek,heartbeat:want=\"+PONG",
			     "'heartbeat:want=\"+PONG': at '\"+PONG': no closing double quote");
	check_groups_refused("heartbeat:want=\"a\\\"", "'heartbeat:want=\"a\\\"': at '\"a\\\"': no closing double quote");
	check_groups_refused("heartbeat:want=\"a\"b", "'heartbeat:want=\"a\"b': at 'b': text behind the closing double quote");
	check_groups_refused("heartbeat:want=a\"b\"", "'heartbeat:want=a\"b\"': at '\"b\"': a double quote that begins no value "
			     "(give KEY=\"VALUE\", or \\\" for the byte)");
	check_groups_refused("\"peek\"", "'\"peek\"': at '\"peek\"': a double quote that begins no value "
			     "(give KEY=\"VALUE\", or \\\" for the byte)");
}

/* The whole spec as it should have been, for a shell; but a name that is nearly right comes first. */
static void quotes_left_out(void)
{
	check_groups_refused("heartbeat:send=PING\\r\\n:want=+PONG",
			     "'PONG': unknown probe (did you mean 'heartbeat:send=PING\\r\\n:want=\"+PONG\"'?)");
	check_groups_refused("peek,write-probe:data=it's,fun:every=2s,rdhup",
			     "'fun': unknown probe (did you mean 'peek,write-probe:data=\"it'\\''s,fun\":every=2s,rdhup'?)");
	check_groups_refused("heartbeat:want=+PONG,@redis",
			     "'PONG': unknown probe (did you mean 'heartbeat:want=\"+PONG\",@redis'?)");
	check_groups_refused("heartbeat:send=GET http://x/?a=b",
			     "heartbeat: '//x/?a': unknown parameter (did you mean 'heartbeat:send=\"GET http://x/?a=b\"'?)");
	check_groups_refused("heartbeat:want=(ok,",
			     "'heartbeat:want=(ok,': empty probe name (did you mean 'heartbeat:want=\"(ok,\"'?)");
	check_groups_refused("heartbeat:send=a:wnat=b", "heartbeat: 'wnat': unknown parameter (did you mean 'want'?)");
	check_groups_refused("heartbeat:send=a:x=b",
			     "heartbeat: 'x': unknown parameter (it has send, want, every, limit, eof, unanswered, greeting, hello, welcome, thanks, bye)");
	check_groups_refused("heartbeat:want=a,keepaliv", "'keepaliv': unknown probe (did you mean 'keepalive'?)");
	check_groups_refused("heartbeat:want=a,b,keepalive:x=1", "'b': unknown probe (see tcpalive list)");
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
	CHECK_INT(lab_parse(&p, "drop,data-then-rst:data=\"a,b:\",flap", &e), 0);
	CHECK_INT(p.lab.nfaults, 3);
	CHECK_TEXT(p.lab.faults[1].spec, "data-then-rst:data=\"a,b:\"");
	CHECK_INT(lab_parse(&p, "data-then-rst:data=a\\,b\\:", &e), -1); /* the same, typed otherwise */
	CHECK_TEXT(e.text, "'data-then-rst:data=\"a,b:\"': a fault that is given twice");
	plan_free(&p);
	CHECK_INT(lab_parse(&p, "data-then-rst:data=a,b", &e), -1);
	CHECK_TEXT(e.text, "'b': unknown fault (did you mean 'data-then-rst:data=\"a,b\"'?)");
	plan_free(&p);
}

/* What a file of that text makes of a plan; "" or why not in *e. */
static void read_targets(struct plan *p, const char *text, size_t len, struct error *e)
{
	FILE *from = fmemopen((void *)text, len, "r");

	*e = (struct error){ 0 };
	if (from && target_file_parse(&p->connect, from, "F", e))
		CHECK_INT(p->connect.ntargets <= 3, true);
	if (from)
		fclose(from);
}

static void check_targets(const char *text, const char *const *wanted, size_t n)
{
	struct plan p = { 0 };
	struct error e;
	char seen[256];

	read_targets(&p, text, strlen(text), &e);
	CHECK_TEXT(e.text, "");
	CHECK_INT(p.connect.ntargets, n);
	for (size_t i = 0; i < n && i < p.connect.ntargets; i++) {
		const struct target *t = &p.connect.targets[i];

		snprintf(seen, sizeof(seen), "%s %s %s %s", t->text, t->host, t->port, t->name ? t->name : "-");
		CHECK_TEXT(seen, wanted[i]);
	}
	plan_free(&p);
}

static void a_target_a_line(void)
{
	static const char *const all[] = {
		"db:6379 db 6379 -", "db:6380 db 6380 first of two", "[::1]:22 ::1 22 -", "[::1]:http ::1 http six",
		"redis://db:1 db 1 -", "redis://db:1 db 1 store", "10.0.0.1:80 10.0.0.1 80 a#1",
	};
	static const char *const one[] = { "a:1 a 1 -" }, *const two[] = { "a:1 a 1 x", "a:1 a 1 y" };

	check_targets("# all\ndb:6379\n\t db 6380  first of two \t# comment\r\n\n \n[::1]:22\r\n::1 http six\n"
		      "redis://db:1\nredis://db:1 store\n10.0.0.1:80 a#1", all, 7);
	check_targets("\xef\xbb\xbf" "a:1", one, 1);
	check_targets("a:1\na 1\n a:1 # again\na:1", one, 1);
	check_targets("a:1 x\na:1 y\na:1 x", two, 2);
}

static void check_bad_targets(const char *text, size_t len, const char *why)
{
	struct plan p = { 0 };
	struct error e;

	read_targets(&p, text, len, &e);
	CHECK_TEXT(e.text, why);
	CHECK_INT(e.status, STATUS_USAGE);
	plan_free(&p);
}

static void bad_lines_with_their_numbers(void)
{
	static char many[70000];

#define BAD(text, why) check_bad_targets(text, sizeof(text) - 1, why)
	BAD("\n# a:1\n", "--targets: 'F': no target in it");
	BAD("a:1\r\n\nb\r\n", "F:3: 'b': no port (such as b:6379 or b 6379)");
	BAD("a:70000", "F:1: 'a:70000': port must be 1 to 65535");
	BAD("a:1 x\nb:1 x", "F:2: 'x': a second target of that name (the first is 'a:1')");
	BAD("quack://a", "F:1: 'quack://a': unknown protocol (see tcpalive list)");
	BAD("a:1\0b:1", "F:1: a zero byte: no text");
	BAD("a:1 1234567890123456789012345678901234567890123456789012345678901234x",
	    "F:1: '1234567890123456789012345678901234567890123456789012345678901234x': a name longer than 64 bytes");
#undef BAD
	memset(many, 'a', sizeof(many) - 1);
	memcpy(many, "b:1\n", 4);
	check_bad_targets(many, sizeof(many) - 1, "F:2: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...': no port (such as "
			  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:6379 or "
			  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 6379)");
}

int main(void)
{
	UNIT_CASE(targets);
	UNIT_CASE(targets_that_are_none);
	UNIT_CASE(a_target_a_line);
	UNIT_CASE(bad_lines_with_their_numbers);
	UNIT_CASE(host_names_of_255_bytes_at_most);
	UNIT_CASE(listeners);
	UNIT_CASE(split_where_no_backslash_protects);
	UNIT_CASE(parameters);
	UNIT_CASE(parameters_refused);
	UNIT_CASE(names_that_fill_the_message);
	UNIT_CASE(escapes);
	UNIT_CASE(values_in_double_quotes);
	UNIT_CASE(bytes_come_back);
	UNIT_CASE(specs_come_back);
	UNIT_CASE(bytes_with_the_least_escaping);
	UNIT_CASE(bounds_for_a_person);
	UNIT_CASE(a_wrong_default_is_said);
	UNIT_CASE(groups);
	UNIT_CASE(groups_refused);
	UNIT_CASE(quotes_refused);
	UNIT_CASE(quotes_left_out);
	UNIT_CASE(faults_of_the_lab);
	return unit_end();
}
