// SPDX-License-Identifier: MIT
/* --expect and --say: from text to the plan, and what is refused. */
#include "unit.h"

#include "plan/expects.h"
#include "plan/said.h"
#include "plan/spec.h"

static struct plan p;
static struct error e;

/* A lab of those faults, with those probes or NULL, and a client that is measured, or not. */
static void lab_begin(const char *faults, const char *groups, bool program)
{
	plan_free(&p);
	p.mode = MODE_LAB;
	CHECK_INT(lab_parse(&p, faults, &e), 0);
	if (groups)
		CHECK_INT(groups_parse(&p, groups, &e), 0);
	p.lab.programs.command[PROGRAM_CLIENT] = program ? "true" : NULL;
	p.lab.programs.dies = PROGRAM_SERVER;
}

static void check_kind(const char *text, enum expect_kind kind, const char *fault, nsec within)
{
	const struct expect *x;

	if (expects_add(&p, text, &e)) {
		unit_fail(__FILE__, __LINE__, "%s is refused: %s", text, e.text);
		return;
	}
	x = &p.judge.expects[p.judge.nexpects - 1];
	CHECK_INT(x->kind, kind);
	CHECK(fault ? x->fault && !strcmp(x->fault, fault) : !x->fault);
	CHECK_INT(x->within, within);
	CHECK_TEXT(x->text, text);
}

static void check_refused(const char *text, const char *message)
{
	CHECK_INT(expects_add(&p, text, &e), -1);
	CHECK_INT(e.status, STATUS_USAGE);
	CHECK_TEXT(e.text, message);
}

static void of_programs(void)
{
	lab_begin("drop,flap:for=2s,flap:for=5s,freeze", "keepalive", true);
	check_kind("noticed<=10s", EXPECT_NOTICED, NULL, 10 * NS_PER_S);
	check_kind("reconnected<=1h", EXPECT_RECONNECTED, NULL, 3600 * NS_PER_S);
	check_kind("exited=never", EXPECT_NO_EXIT, NULL, 0);
	CHECK_INT(expects_longest(&p), 3600 * NS_PER_S);
	check_kind("drop:noticed<=250ms", EXPECT_NOTICED, "drop", 250 * NS_PER_MS);
	check_kind("flap:exited=never", EXPECT_NO_EXIT, "flap", 0);
	check_kind("flap:for=2s:reconnected<=15s", EXPECT_RECONNECTED, "flap:for=2s", 15 * NS_PER_S);
	check_kind("drop:keepalive<=9s", EXPECT_WITHIN, "drop", 9 * NS_PER_S);
	check_kind("freeze:keepalive=never", EXPECT_NEVER, "freeze", 0);
	check_kind("freeze:any", EXPECT_ANY, "freeze", 0);
	plan_free(&p);
	CHECK_INT(expects_longest(&p), 0);
}

static void of_no_program(void)
{
	lab_begin("drop", "peek", false);
	check_refused("noticed<=1s", "--expect: 'noticed<=1s': of a program, and there is none (add --client CMD or --server CMD)");
	lab_begin("drop", "peek", true);
	p.lab.programs.dies = PROGRAM_CLIENT;
	check_refused("drop:exited=never", "--expect: 'drop:exited=never': no program is measured: the one that there is dies");
	check_kind("drop:any", EXPECT_ANY, "drop", 0);
	lab_begin("drop", NULL, true);
	check_refused("all", "--expect: 'all': of probes, and there are none (of a program: noticed<=DUR)");
	check_refused("peek<=1s", "--expect: 'peek<=1s': peek is not among the probes (add it to --probe)");
	check_refused("noticd<=1s", "--expect: 'noticd': unknown probe (did you mean 'noticed'?)");
	check_refused("nonsense", "--expect: 'nonsense': unknown probe (give noticed<=DUR, reconnected<=DUR, exited=never or alive)");
	check_kind("alive", EXPECT_ALIVE, NULL, 0);
	p.mode = MODE_CONNECT;
	check_refused("reconnected<=1s", "--expect: 'reconnected<=1s': of a program in the lab (see tcpalive help lab)");
	check_refused("drop:alive", "--expect: 'drop:alive': for one fault, which is for the lab");
	plan_free(&p);
}

static void of_the_other_end(void)
{
	plan_free(&p);
	p.mode = MODE_PEER;
	check_kind("noticed<=1s", EXPECT_NOTICED, NULL, NS_PER_S);
	check_kind("reconnected<=1s", EXPECT_RECONNECTED, NULL, NS_PER_S);
	check_kind("alive", EXPECT_ALIVE, NULL, 0);
	check_refused("any", "--expect: 'any': give noticed<=DUR, reconnected<=DUR or alive");
	check_refused("peek<=1s", "--expect: 'peek<=1s': give noticed<=DUR, reconnected<=DUR or alive");
	check_refused("exited=never", "--expect: 'exited=never': give noticed<=DUR, reconnected<=DUR or alive");
	plan_free(&p);
}

static void of_no_such_fault(void)
{
	lab_begin("drop,flap:for=2s", "peek", true);
	check_refused("drp:any", "--expect: 'drp': unknown fault (did you mean 'drop'?)");
	check_refused("freeze:noticed<=1s", "--expect: 'freeze:noticed<=1s': 'freeze' is not among the faults (add it: tcpalive lab freeze)");
	check_refused("flap:for=3s:alive", "--expect: 'flap:for=3s:alive': 'flap:for=3s' is not among the faults (add it: tcpalive lab flap:for=3s)");
	check_refused("flap:for=x:alive", "flap: 'for=x': not a time (such as 250ms, 10s or 2m)");
	check_refused(":alive", "--expect: '': unknown fault (see tcpalive list)");
	check_refused("drop:", "--expect: 'drop:': give any, all, alive, PROBE<=DUR or PROBE=never");
	check_refused("drop:noticed", "--expect: 'drop:noticed': give noticed<=DUR");
	check_refused("noticed=never", "--expect: 'noticed=never': give noticed<=DUR");
	check_refused("exited<=1s", "--expect: 'exited<=1s': give exited=never");
	check_refused("any<=1s", "--expect: 'any<=1s': give any, all, alive, PROBE<=DUR or PROBE=never");
	plan_free(&p);
}

static bool together(const char *a, const char *b)
{
	bool refused;

	lab_begin("drop,flap:for=2s,flap:for=5s", "peek", true);
	CHECK_INT(expects_add(&p, a, &e), 0);
	CHECK_INT(expects_add(&p, b, &e), 0);
	refused = expects_check(&p, &e);
	plan_free(&p);
	return !refused;
}

static void contradictions(void)
{
	CHECK(!together("drop:alive", "drop:noticed<=1s"));
	CHECK_TEXT(e.text, "--expect: 'drop:alive' and 'drop:noticed<=1s' contradict each other");
	CHECK(!together("alive", "drop:noticed<=1s"));
	CHECK(!together("drop:any", "alive"));
	CHECK(!together("flap:alive", "flap:for=2s:noticed<=1s"));
	CHECK(!together("flap:for=5s:peek=never", "peek<=1s"));
	CHECK(together("drop:noticed<=1s", "flap:alive"));
	CHECK(together("flap:for=5s:alive", "flap:for=2s:noticed<=1s"));
	CHECK(together("drop:noticed<=1s", "drop:reconnected<=5s"));
	CHECK(together("drop:peek=never", "drop:noticed<=5s"));
}

static void check_said(const char *text, const char *bytes, size_t len)
{
	struct bytes b = { .len = 0 };

	if (said_parse(&b, text, &e))
		unit_fail(__FILE__, __LINE__, "%s is refused: %s", text, e.text);
	CHECK_INT(b.len, len);
	CHECK(!memcmp(b.data, bytes, len));
}

#define CHECK_SAID(text, bytes) check_said(text, bytes, sizeof(bytes) - 1)

static void check_not_said(const char *text, const char *message)
{
	struct bytes b;

	CHECK_INT(said_parse(&b, text, &e), -1);
	CHECK_INT(e.status, STATUS_USAGE);
	CHECK_TEXT(e.text, message);
}

static void what_a_peer_says_first(void)
{
	CHECK_SAID("PING\\r\\n", "PING\r\n");
	CHECK_SAID("\"PING\\t\"", "PING\t");
	CHECK_SAID("a, b: c + d = e", "a, b: c + d = e");
	CHECK_SAID("{\"op\":\"x\"}", "{\"op\":\"x\"}");
	CHECK_SAID("\\x00\\xff\\\"\\\\", "\0\xff\"\\");
	CHECK_SAID("redis://", "*1\r\n$4\r\nPING\r\n");
	CHECK_SAID("redis://db:1", "*1\r\n$4\r\nPING\r\n");
	CHECK_SAID("http://h/x,y?z=1", "HEAD /x,y?z=1 HTTP/1.1\r\nHost: h\r\nUser-Agent: tcpalive\r\n\r\n");
	CHECK_SAID("http:///", "HEAD / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: tcpalive\r\n\r\n");
	CHECK_SAID("mqtt://", "\x10\x0c\x00\x04MQTT\x04\x02\x00\x00\x00\x00");
	CHECK_SAID("smtp://", "NOOP\r\n");
}

static void what_cannot_be_said(void)
{
	static char path[2000] = "http://h/";

	check_not_said("\\q", "--say: '\\q': unknown escape (\\n \\r \\t \\xHH, or a backslash before one of , + : = \" \\)");
	check_not_said("\"\"", "--say: '\"\"': must be 1 to 1024 bytes");
	check_not_said("postgres://", "--say: 'postgres://': not known, because it takes no question before a login (give the bytes)");
	check_not_said("tls://h:1", "--say: 'tls://h:1': not known, because what is said there is encrypted (give the bytes)");
	check_not_said("ftp://h", "'ftp://h': unknown protocol (did you mean 'sftp'?)");
	check_not_said("redis://me:secret@h", "'redis://h': a login in a URL (leave it out: tcpalive logs nobody in)");
	memset(path + strlen(path), 'x', 1100);
	CHECK_INT(said_parse(&(struct bytes){ .len = 0 }, path, &e), -1);
	CHECK_HAS(e.text, "too long a path to ask for");
}

int main(void)
{
	UNIT_CASE(of_programs);
	UNIT_CASE(of_no_program);
	UNIT_CASE(of_the_other_end);
	UNIT_CASE(of_no_such_fault);
	UNIT_CASE(contradictions);
	UNIT_CASE(what_a_peer_says_first);
	UNIT_CASE(what_cannot_be_said);
	return unit_end();
}
