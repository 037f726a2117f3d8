// SPDX-License-Identifier: MIT
/*
 * What each report makes of runs that never were, compared with tests/reports/SCENE.REPORT:
 *
 *     build/unit/reports                compares
 *     build/unit/reports write FOLDER   writes them anew: look at what became of each
 */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "events/program.h"
#include "events/reaction.h"
#include "reports/report.h"
#include "reports/text.h"

#define MS(n) ((nsec)(n) * NS_PER_MS)
#define START MS(1000)
#define ROOM (256 * 1024)

static const char *golden, *scratch; /* folders; with scratch NULL the first is written */

/* --- a run: what is known before, and its events */

static struct report_probe probes_here[4];
static struct report_fault faults_here[10];
static struct report_context context;
static struct event events[128];
static size_t nevents;

enum { PEEK, RDHUP, KEEPALIVE, IDLE };
enum { NONE, DROP, HALF_CLOSE };

static void put_probe(size_t i, const char *name, const char *group, size_t members, size_t member, nsec worst)
{
	probes_here[i] = (struct report_probe){ .probe = probe_find(name), .spec = name, .group = group,
		.members = members, .member = member, .worst_case = worst };
}

static void begin(const char *mode, size_t nfaults, unsigned connections)
{
	put_probe(PEEK, "peek", "peek", 1, 0, MS(100));
	put_probe(RDHUP, "rdhup", "rdhup+keepalive", 2, 0, 0);
	put_probe(KEEPALIVE, "keepalive", "rdhup+keepalive", 2, 1, MS(14000));
	put_probe(IDLE, "idle", "idle", 1, 0, NS_NEVER);
	faults_here[NONE] = (struct report_fault){ .name = "none", .control = true };
	faults_here[DROP] = (struct report_fault){ .name = "drop", .dead = true };
	faults_here[HALF_CLOSE] = (struct report_fault){ .name = "half-close" };
	context = (struct report_context){ .mode = mode, .start = START, .wall = 1795276800123456789, .probes = probes_here, .nprobes = 4,
		.faults = nfaults ? faults_here : NULL, .nfaults = nfaults, .traffic = nfaults ? "idle" : NULL,
		.connections = connections, .nexpects = 4, .interval = MS(100), .within = NS_NEVER, .timeout = NS_NEVER };
	nevents = 0;
}

/* The times of a scene are milliseconds since its start. */
static struct event *put(enum event_kind kind, int ms)
{
	struct event *e = &events[nevents++];

	*e = (struct event){ .kind = kind, .t = START + MS(ms), .after = TIME_NONE, .row = NO_ROW, .column = NO_ROW };
	return e;
}

static struct event *put_of(enum event_kind kind, int ms, unsigned conn, size_t probe, size_t column)
{
	struct event *e = put(kind, ms);

	e->conn = conn;
	e->probe = probes_here[probe].probe;
	e->group = probes_here[probe].group;
	e->row = probe;
	e->column = column;
	e->fault = column == NO_ROW ? NULL : faults_here[column].name;
	e->verdict.lag = e->verdict.silent = TIME_NONE;
	return e;
}

static void put_connected(int ms, unsigned conn, size_t probe, size_t column)
{
	struct event *e = put_of(EVENT_CONNECTED, ms, conn, probe, column);

	e->probe = NULL;
	e->connection = (struct event_connection){ .target = "peer.example:80", .text = "peer.example:80", .down = TIME_NONE };
	snprintf(e->connection.local, ADDRESS_TEXT, "192.0.2.1:%u", 40000 + conn);
	snprintf(e->connection.remote, ADDRESS_TEXT, "192.0.2.2:80");
}

static void put_fault(int ms, const char *name, size_t column)
{
	struct event *e = put(EVENT_FAULT, ms);

	e->fault = name;
	e->column = column;
}

static void put_kernel(int ms, unsigned conn, size_t probe, size_t column, enum kernel_cause cause, int err, int after)
{
	struct event *e = put_of(EVENT_KERNEL, ms, conn, probe, column);

	e->probe = NULL;
	e->after = MS(after);
	e->kernel = (struct event_kernel){ .cause = cause, .err = err };
}

static void put_verdict(enum event_kind kind, int ms, unsigned conn, size_t probe, int after, const char *call,
			const char *how, int err)
{
	struct event *e = put_of(kind, ms, conn, probe, NO_ROW);

	e->after = kind == EVENT_DEAD ? MS(after) : TIME_NONE;
	e->verdict = (struct event_verdict){ .call = call, .err = err, .lag = kind == EVENT_DEAD ? 30 * NS_PER_US : TIME_NONE, .silent = TIME_NONE };
	snprintf(e->verdict.how, sizeof(e->verdict.how), "%s", how);
}

/* after: -1 where there is none. */
static struct event *put_result(unsigned conn, size_t probe, size_t column, enum result result, int after)
{
	struct event *e = put_of(EVENT_RESULT, 9000, conn, probe, column);

	e->after = after == -1 ? TIME_NONE : MS(after);
	e->result = (struct event_result){ .result = result, .worst_case = probes_here[probe].worst_case,
		.segments_out = 3 + (int64_t)probe, .bytes_out = 10 * (int64_t)probe, .predicted.by = NS_NEVER, .packets = { -1, -1, 0 } };
	if (result == NOTICED || result == FALSE_ALARM) {
		e->verdict.call = "recv";
		snprintf(e->verdict.how, sizeof(e->verdict.how), "recv() = %zu", probe);
		e->verdict.lag = result == NOTICED ? MS(after / 10) : TIME_NONE;
	}
	return e;
}

static void put_note(int ms, const char *text)
{
	snprintf(put(EVENT_NOTE, ms)->note, sizeof(events->note), "%s", text);
}

static void note_of(struct event *e, const char *text)
{
	snprintf(e->note, sizeof(e->note), "%s", text);
}

static void put_expect(const char *text, size_t probe, const char *why)
{
	struct event *e = put(EVENT_EXPECT, 9500);

	e->expect = (struct event_expect){ .text = text, .held = !why, .why = why };
	e->probe = probe == NO_ROW ? NULL : probes_here[probe].probe;
	e->row = probe;
}

static void put_end(int status, const char *why)
{
	put(EVENT_END, 9500)->end = (struct event_end){ .status = status, .why = why };
}

/* --- the comparison */

/* The text between a mark and the next quote is this run's own. */
static void blank(char *text, const char *mark)
{
	for (char *at = text; (at = strstr(at, mark));) {
		char *value = at + strlen(mark), *end = strchr(value, '"');

		if (end)
			memmove(value, end, strlen(end) + 1);
		at = value;
	}
}

static char *read_file(const char *path)
{
	static char rooms[2][ROOM];
	static int turn;
	char *to = rooms[turn ^= 1];
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(to, 1, ROOM - 1, f) : 0;

	if (f)
		fclose(f);
	else
		unit_fail(__FILE__, __LINE__, "%s: %s", path, strerror(errno));
	to[n] = '\0';
	return to;
}

static char *anonymous(const char *path)
{
	char *text = read_file(path);

	blank(text, " timestamp=\"");
	blank(text, " hostname=\"");
	blank(text, "\"version\":\"");
	blank(text, "name=\"version\" value=\"");
	blank(text, ",version=\"");
	return text;
}

static void compare(const char *name, char *got, char *want)
{
	for (int line = 1; *got || *want; line++) {
		size_t n = strcspn(got, "\n"), m = strcspn(want, "\n");

		if (n != m || strncmp(got, want, n) != 0) {
			unit_fail(name, line, "is \"%.*s\", expected \"%.*s\"", (int)n, got, (int)m, want);
			return;
		}
		got += n + (got[n] == '\n');
		want += m + (want[m] == '\n');
	}
}

static void write_report(const struct report *r, const char *path, enum color_when color)
{
	void *state = calloc(1, r->state_size + 1);
	struct error e;
	struct out o;

	CHECK(state && !out_open(&o, path, color, 0, &e) && !r->begin(state, &o, &context));
	for (size_t i = 0; i < nevents; i++)
		r->event(state, &o, &events[i]);
	if (r->page)
		r->page(state, &o);
	r->end(state, &o);
	CHECK(!out_close(&o, &e));
	free(state);
}

static void check_report(const struct report *r, const char *scene, enum color_when color)
{
	char name[64], path[512], temporary[512];

	snprintf(name, sizeof(name), "%s.%s%s", scene, color == COLOR_ALWAYS ? "color-" : "", r->name);
	snprintf(path, sizeof(path), "%s/%s", golden, name);
	snprintf(temporary, sizeof(temporary), "%s/%s", scratch ? scratch : golden, name);
	write_report(r, temporary, color);
	if (!scratch) {
		char *text = anonymous(temporary);
		FILE *f = fopen(path, "w");

		CHECK(f && fputs(text, f) >= 0 && !fclose(f));
		return;
	}
	compare(name, anonymous(temporary), anonymous(path));
	unlink(temporary);
}

static void check_text(const char *scene, int verbosity, const char *columns)
{
	context.verbosity = verbosity;
	setenv("COLUMNS", columns, 1);
	for (size_t i = 0; i < reports_count; i++)
		if (!strcmp(reports[i]->name, "text"))
			check_report(reports[i], scene, COLOR_NEVER);
	context.verbosity = 0;
	setenv("COLUMNS", "100", 1);
}

static void check_scene(const char *scene)
{
	for (size_t i = 0; i < reports_count; i++) {
		bool audits = !strcmp(context.mode, "audit");
		bool computed = !strcmp(context.mode, "predict") || !strcmp(context.mode, "advise") || !strcmp(context.mode, "idle-limit");

		if ((computed && !reports[i]->predicts) || (audits && reports[i]->to_file) || reports[i]->page)
			continue;
		check_report(reports[i], scene, COLOR_NEVER);
		if (!strcmp(reports[i]->name, "text"))
			check_report(reports[i], scene, COLOR_ALWAYS);
	}
}

/* --- the scenes */

/* Two connections for each: one of each pair goes another way. */
static void put_deaths(void)
{
	put(EVENT_START, 0);
	for (unsigned conn = 1; conn <= 6; conn++)
		put_connected(10, conn, (size_t[]){ PEEK, RDHUP, IDLE }[(conn - 1) % 3], NO_ROW);
	put_verdict(EVENT_SUSPECT, 1500, 2, KEEPALIVE, -1, NULL, "1 of 3 keepalive segments unanswered", 0);
	put_verdict(EVENT_DEAD, 1800, 3, IDLE, -200, NULL, "silent for 1 s", 0);
	put_fault(2000, "exec", NO_ROW);
	put_kernel(2020, 1, PEEK, NO_ROW, KERNEL_FIN, 0, 20);
	put_kernel(2030, 2, RDHUP, NO_ROW, KERNEL_RST, ECONNRESET, 30);
	put_verdict(EVENT_DEAD, 2040, 2, RDHUP, 40, "poll", "POLLRDHUP", 0);
	put_verdict(EVENT_DEAD, 2090, 1, PEEK, 90, "recv", "0 <end> & \"so\"", 0);
	put_kernel(2500, 4, PEEK, NO_ROW, KERNEL_TIMEOUT, ETIMEDOUT, 500);
	put_verdict(EVENT_DEAD, 2600, 5, RDHUP, 600, "poll", "POLLRDHUP", 0);
	put_note(2700, "a note: <b> & `c` | #1 *d* _e_");
}

static void a_watch(void)
{
	begin("connect", 0, 6);
	put_deaths();
	put_result(1, PEEK, NO_ROW, NOTICED, 90);
	note_of(put_result(2, RDHUP, NO_ROW, NOTICED, 40), "before <all> & #others");
	note_of(put_result(2, KEEPALIVE, NO_ROW, MISSED, -1), "blinded: rdhup took ECONNRESET");
	note_of(put_result(3, IDLE, NO_ROW, FALSE_ALARM, -200), "blinded: rdhup took ECONNRESET"); /* twice */
	put_result(4, PEEK, NO_ROW, NOTICED, 510);
	put_result(5, RDHUP, NO_ROW, NOTICED, 600);
	put_result(5, KEEPALIVE, NO_ROW, UNSUPPORTED, -1);
	put_result(6, IDLE, NO_ROW, STAYED_ALIVE, -1);
	put_expect("any", NO_ROW, NULL);
	put_expect("all", NO_ROW, "deaths that nobody noticed: 0, false alarms: 1");
	put_expect("peek<=600ms", PEEK, NULL);
	put_expect("keepalive<=1s", KEEPALIVE, "connection 2: missed, \"so\" and \\ <so>");
	put_end(1, NULL);
	check_scene("watch");
	check_text("watch-v", 1, "100");
	check_text("watch-60", 0, "60");
	check_text("watch-q", -1, "100");
}

/* --- metrics */

static void check_metrics(const char *scene)
{
	for (size_t i = 0; i < reports_count; i++)
		if (reports[i]->page)
			check_report(reports[i], scene, COLOR_NEVER);
}

static void put_target_is(int ms, size_t place, unsigned open, unsigned wanted, int changed)
{
	struct event *e = put(EVENT_TARGET, ms);

	e->place = place;
	e->followed = (struct event_target){ .open = open, .wanted = wanted, .changed = context.wall + MS(changed), .rtt = MS(2) };
}

static struct event *result_at(size_t place, enum kernel_cause cause, int silent, struct event *e)
{
	e->place = place;
	e->result.cause = cause;
	e->verdict.silent = silent < 0 ? TIME_NONE : MS(silent);
	return e;
}

/* Two are called alike; a composite's connection counts once. */
static void a_watch_that_goes_on(void)
{
	static const struct report_target targets[] = {
		{ "db:5432", NULL }, { "cache:6379", "the \"cache\" \\ of\nall" }, { "db:5432", NULL },
	};

	begin("connect", 0, 0);
	context.target_list = targets;
	context.targets = 3;
	put(EVENT_START, 0);
	put_connected(10, 1, PEEK, NO_ROW);
	put_connected(10, 2, RDHUP, NO_ROW);
	events[nevents - 1].place = 1;
	put_target_is(20, 0, 1, 1, 10);
	put_target_is(20, 1, 1, 2, 10);
	events[nevents - 1].followed.answers = (struct answers){ .of = 7, .n = 6, .timed = 5, .least = MS(1), .most = MS(3), .total = MS(9) };
	result_at(0, KERNEL_TIMEOUT, 14000, put_result(1, PEEK, NO_ROW, NOTICED, 0));
	result_at(1, KERNEL_RST, 0, put_result(2, RDHUP, NO_ROW, NOTICED, 0));
	result_at(1, KERNEL_RST, 3, put_result(2, KEEPALIVE, NO_ROW, NOTICED, 3));
	result_at(1, KERNEL_NOTHING, 1000, put_result(3, IDLE, NO_ROW, FALSE_ALARM, 0));
	result_at(0, KERNEL_FIN, -1, put_result(4, PEEK, NO_ROW, MISSED, -1));
	put_target_is(30000, 0, 0, 1, 15000);
	put_expect("peek<=600ms", PEEK, NULL);
	put_expect("all", NO_ROW, "deaths that nobody noticed: 1");
	put_expect("all", NO_ROW, "deaths that nobody noticed: 1");
	put_end(143, "SIGTERM");
	check_metrics("metrics");
}

static void put_socket(const char *command, unsigned count, const char *incomplete, const struct predicted *predicted)
{
	struct event_socket *s = &put(EVENT_SOCKET, 1)->socket;

	snprintf(s->command, sizeof(s->command), "%s", command);
	s->count = count;
	s->incomplete = incomplete;
	s->predicted = predicted;
}

/* A socket that listens has no prediction, and is none of the connections. */
static void metrics_of_processes(void)
{
	static const struct predicted soon[] = { { .known = true, .result = STAYED_ALIVE, .by = NS_NEVER }, { .known = true, .result = NOTICED, .by = MS(60000) } };
	static const struct predicted later[] = { { .known = true, .result = STAYED_ALIVE, .by = NS_NEVER }, { .known = true, .result = NOTICED, .by = MS(924600) } };
	static const struct predicted never[] = { { .known = true, .result = STAYED_ALIVE, .by = NS_NEVER }, { .known = true, .result = MISSED, .by = NS_NEVER } };

	begin("audit", 2, 0);
	context.nprobes = 0;
	put(EVENT_START, 0);
	put_socket("redis-server", 3, NULL, later);
	put_socket("redis-server", 1, NULL, soon);
	put_socket("nginx", 312, NULL, never);
	put_socket("nginx", 1, NULL, NULL);
	put_socket("", 2, "needs CAP_SYS_PTRACE", NULL);
	put_expect("drop<=60s", NO_ROW, "312 connections of nginx: never");
	put_end(1, NULL);
	check_metrics("metrics-audit");
}

static void put_setting(const char *program, const char *text, int after, const char *when, const char *why)
{
	struct event *e = put(EVENT_SETTING, 0);

	e->after = after < 0 ? TIME_NONE : MS(after);
	e->setting = (struct event_setting){ .program = program, .text = text, .when = when, .why = why };
}

static struct event_socket *put_connection(const char *command, int pid, unsigned count, const char *state, const struct predicted *predicted)
{
	struct event_socket *s = &put(EVENT_SOCKET, 1)->socket;

	*s = (struct event_socket){ .pid = pid, .fd = 9, .count = count, .state = state, .known = true, .heard = MS(3000), .expires = TIME_NONE,
				    .predicted = predicted };
	snprintf(s->command, sizeof(s->command), "%s", command);
	snprintf(s->local, ADDRESS_TEXT, "10.0.0.1:6379");
	snprintf(s->remote, ADDRESS_TEXT, "10.0.0.7:40000");
	return s;
}

/* Everything that a connection can be: worst first, as they come. */
static void an_audit(void)
{
	static const struct predicted never[] = { { .known = true, .result = MISSED, .by = NS_NEVER }, { .known = true, .result = MISSED, .by = NS_NEVER } };
	static const struct predicted unknown[] = { { .by = NS_NEVER }, { .known = true, .result = MISSED, .by = NS_NEVER } };
	static const struct predicted some[] = { { .known = true, .result = NOTICED, .by = MS(8120) }, { .known = true, .perhaps = true, .by = NS_NEVER } };
	static const struct predicted fin[] = { { .known = true, .result = NOTICED }, { .known = true, .result = NOTICED } };
	static const nsec soonest[] = { MS(7000), NS_NEVER };
	struct event_socket *s;

	begin("audit", 2, 0);
	context.nprobes = 0;
	faults_here[NONE] = (struct report_fault){ .name = "drop", .dead = true };
	faults_here[DROP] = (struct report_fault){ .name = "reboot-late:for=3s", .dead = true };
	put(EVENT_START, 0);
	s = put_connection("postgres", 900, 312, "ESTABLISHED", never);
	s->accepted = true;
	s->expected = (struct expected){ .count = 1, .broken = "drop<=60s" };
	s = put_connection("", 0, 1, "ESTABLISHED", unknown);
	s->known = false;
	s->fd = -1;
	s->incomplete = "needs CAP_SYS_PTRACE";
	s->expected = (struct expected){ .count = 1, .broken = "drop<=60s" };
	s = put_connection("redis-server", 812, 3, "ESTABLISHED", some);
	s->keepalive = s->idle_default = s->intvl_default = s->cnt_default = true;
	s->idle = MS(7200000);
	s->intvl = MS(75000);
	s->cnt = 9;
	s->soonest = soonest;
	s->expected.count = 1;
	s = put_connection("python3", 7, 1, "CLOSE_WAIT", fin);
	s->user_timeout = MS(5000);
	s->unread = 1;
	s->in_flight = 12;
	s->timer = SOCKET_TIMER_RETRANSMIT;
	s->expires = MS(800);
	s->unanswered = 2;
	s->mptcp = s->elsewhere = true;
	s->expected.count = 1;
	put_connection("nobody", 0, 1, "CLOSE", NULL);
	put_setting("redis-server (Redis)", "tcp-keepalive 28\n", 60000, "on an idle connection", NULL);
	put_setting("sshd (OpenSSH)", "ClientAliveInterval 7\nClientAliveCountMax 3\n", 60000, NULL, NULL);
	put_expect("drop<=60s", NO_ROW, "postgres (900), descriptor 9, to 10.0.0.7:40000: drop never, and 312 more");
	put_end(1, NULL);
	check_scene("audit");
	check_text("audit-80", 0, "80");
	check_text("audit-v", 1, "120");
	check_text("audit-q", -1, "80");
}

/* One proves nothing, and says why before what is said of others; and all of them. */
static void a_watch_that_proves_little(void)
{
	begin("connect", 0, 6);
	put_deaths();
	note_of(put_result(1, PEEK, NO_ROW, NOTICED, 90), "a lesser note");
	note_of(put_result(2, RDHUP, NO_ROW, INCONCLUSIVE, 40), "ended 3.0 ms after <keepalive>'s own byte");
	note_of(put_result(2, KEEPALIVE, NO_ROW, INCONCLUSIVE, -1), "ended 3.0 ms after <keepalive>'s own byte");
	put_result(3, IDLE, NO_ROW, STAYED_ALIVE, -1);
	note_of(put_result(4, PEEK, NO_ROW, INCONCLUSIVE, -1510), "ended 1.51s before the fault");
	note_of(put_result(6, IDLE, NO_ROW, INCONCLUSIVE, -1), "never answered");
	put_expect("all", NO_ROW, "inconclusive: 4 (ended 3.0 ms after <keepalive>'s own byte)");
	put_end(1, NULL);
	check_scene("open");
	check_text("open-v", 1, "100");
}

/* Peek alone watches so many connections, of which two are established. */
static void begin_with_peek(unsigned connections)
{
	begin("connect", 0, connections);
	context.nprobes = 1;
	put(EVENT_START, 0);
	put_connected(10, 1, PEEK, NO_ROW);
	put_connected(10, 2, PEEK, NO_ROW);
}

static void a_watch_that_proves_nothing(void)
{
	begin_with_peek(2);
	for (unsigned conn = 1; conn <= 2; conn++)
		note_of(put_result(conn, PEEK, NO_ROW, INCONCLUSIVE, -1), "never answered");
	put_expect("all", NO_ROW, "inconclusive: 2 (never answered)");
	put_end(1, NULL);
	check_scene("nothing-proved");
}

static void a_watch_in_which_nothing_dies(void)
{
	begin("listen", 0, 3);
	context.timeout = context.within = MS(9000);
	put(EVENT_START, 0);
	snprintf(put(EVENT_LISTENING, 1)->connection.local, ADDRESS_TEXT, "[::]:7");
	put_connected(10, 1, PEEK, NO_ROW);
	put_connected(11, 2, RDHUP, NO_ROW);
	put_connected(12, 3, IDLE, NO_ROW);
	put_result(1, PEEK, NO_ROW, STAYED_ALIVE, -1);
	put_result(2, RDHUP, NO_ROW, STAYED_ALIVE, -1);
	put_result(2, KEEPALIVE, NO_ROW, STAYED_ALIVE, -1);
	put_result(3, IDLE, NO_ROW, STAYED_ALIVE, -1)->result.answers =
		(struct answers){ .of = 13, .n = 12, .timed = 12, .least = 212 * NS_PER_US, .most = 1100 * NS_PER_US };
	put_expect("all", NO_ROW, "nothing died before --timeout");
	put_end(5, NULL);
	context.remark = "They do not see <some>. Others do.";
	check_scene("alive");
	check_text("alive-q", -1, "100");
}

static void a_watch_that_a_signal_ends(void)
{
	begin_with_peek(3);
	put_kernel(20, 1, PEEK, NO_ROW, KERNEL_UNREACHABLE, EHOSTUNREACH, 0);
	put_verdict(EVENT_DEAD, 100, 1, PEEK, 80, "recv", "EHOSTUNREACH", EHOSTUNREACH);
	put_result(1, PEEK, NO_ROW, NOTICED, 80);
	put_result(2, PEEK, NO_ROW, MISSED, -1);
	put_result(3, PEEK, NO_ROW, NOTICED, 230);
	put_end(130, "SIGINT");
	check_scene("signal");
}

/* A moment too late is no breach of the worst case. */
static void a_watch_of_one_connection(void)
{
	begin("connect", 0, 1);
	put_probe(PEEK, "keepalive", "keepalive:idle=8s", 1, 0, MS(14000));
	context.nprobes = 1;
	context.utf8 = true;
	put(EVENT_START, 0);
	put_connected(10, 1, PEEK, NO_ROW);
	put_fault(1000, "drop", NO_ROW);
	put_verdict(EVENT_DEAD, 15800, 1, PEEK, 14800, "poll", "ETIMEDOUT", ETIMEDOUT);
	put_result(1, PEEK, NO_ROW, NOTICED, 14800);
	put_expect("all", NO_ROW, NULL);
	put_end(0, NULL);
	events[nevents - 1].t = START + MS(15800);
	check_scene("one");
}

/* Two composites of the same probes: long names, which take a line of their own, and a wide report. */
static void a_watch_of_namesakes(void)
{
	begin("connect", 0, 2);
	for (size_t i = 0; i < 4; i += 2) {
		const char *group = i ? "rdhup+keepalive:idle=1s:cnt=3" : "rdhup+keepalive:idle=1s:cnt=2";

		put_probe(i, "rdhup", group, 2, 0, 0);
		put_probe(i + 1, "keepalive", group, 2, 1, MS(9000));
		probes_here[i + 1].spec = group + strlen("rdhup+");
	}
	put(EVENT_START, 0);
	for (unsigned conn = 1; conn <= 2; conn++)
		put_connected(10, conn, 2 * (conn - 1), NO_ROW);
	put_fault(1000, "exec", NO_ROW);
	for (unsigned conn = 1; conn <= 2; conn++) {
		put_verdict(EVENT_DEAD, 1020, conn, 2 * (conn - 1), 20, "poll", "POLLRDHUP, with a reason", 0);
		put_result(conn, 2 * (conn - 1), NO_ROW, NOTICED, 20);
		put_result(conn, 2 * (conn - 1) + 1, NO_ROW, MISSED, -1);
	}
	put_end(1, NULL);
	check_text("namesakes-80", 1, "80");
	check_text("namesakes", 0, "120");
}

static struct event *put_cell(size_t column, size_t probe, enum result result, int after, nsec by)
{
	struct event *e = put_result((unsigned)(3 * column + probe + 1), probe, column, result, after);

	e->result.predicted = (struct predicted){ .known = true, .result = result, .by = by, .why = "for <some> reason" };
	e->result.packets = (struct packets){ 10 * ((int64_t)probe + 1), 600 * (int64_t)probe, MS(30000) };
	return e;
}

static void put_column(size_t column)
{
	for (size_t probe = PEEK; probe <= IDLE; probe++)
		if (probe != KEEPALIVE)
			put_connected(100, (unsigned)(3 * column + probe + 1), probe, column);
	put_fault(2000 + (int)column, faults_here[column].name, column);
}

/* The prediction was that it notices. */
static void a_lab_that_proves_little(void)
{
	begin("lab", 3, 9);
	put(EVENT_START, 0);
	put_column(DROP);
	put_cell(DROP, PEEK, MISSED, -1, NS_NEVER);
	for (size_t probe = RDHUP; probe <= IDLE; probe++) {
		struct event *e = put_cell(DROP, probe, INCONCLUSIVE, -200, MS(1000));

		note_of(e, "ended 200ms before the fault");
		e->result.predicted.result = NOTICED;
		e->result.predicted.off = true;
	}
	put_end(1, NULL);
	check_scene("lab-open");
}

static void put_advice(const char *spec, unsigned deaths, int after, bool needs_answer)
{
	struct event *e = put(EVENT_ADVICE, 9200);

	e->group = spec;
	e->after = MS(after);
	e->advice = (struct event_advice){ .deaths = deaths, .deaths_of = 1, .needs_answer = needs_answer,
		.packets = { 20, 1200, MS(30000) }, .an_hour = -1 };
}

static void a_lab(void)
{
	begin("lab", 3, 9);
	put(EVENT_START, 0);
	for (size_t column = NONE; column <= HALF_CLOSE; column++)
		put_column(column);
	put_cell(NONE, PEEK, STAYED_ALIVE, -1, NS_NEVER);
	put_cell(NONE, RDHUP, STAYED_ALIVE, -1, NS_NEVER);
	put_cell(NONE, KEEPALIVE, STAYED_ALIVE, -1, NS_NEVER);
	put_cell(NONE, IDLE, FALSE_ALARM, -300, NS_NEVER)->result.predicted.known = false;
	put_cell(DROP, PEEK, MISSED, -1, NS_NEVER);
	note_of(put_cell(DROP, RDHUP, NOTICED, 1450, MS(1500)), "after <keepalive>");
	put_cell(DROP, KEEPALIVE, NOTICED, 1400, MS(1250))->result.predicted.off = true;
	put_cell(DROP, IDLE, NOTICED, 2100, MS(2500));
	put_cell(HALF_CLOSE, PEEK, FALSE_ALARM, 90, MS(100));
	put_cell(HALF_CLOSE, RDHUP, FALSE_ALARM, 1, 0);
	put_cell(HALF_CLOSE, KEEPALIVE, STAYED_ALIVE, -1, NS_NEVER)->result.predicted.perhaps = true;
	put_cell(HALF_CLOSE, IDLE, UNSUPPORTED, -1, NS_NEVER);
	put_advice("rdhup+keepalive", 1, 1400, false);
	put_advice("idle", 1, 2100, true);
	put_expect("peek<=1s", PEEK, "drop: connection 4: missed");
	put_end(1, NULL);
	check_scene("lab");
	check_text("lab-v", 1, "100");
	check_text("lab-60", 0, "60");
}

/* Each fault is a death, noticed just before and just after where a shade begins. */
static void times_of_every_shade(void)
{
	static const int after[][3] = { { 9, 10, 999 }, { 1000, 4999, 5000 } };

	begin("lab", 3, 9);
	context.traffic = "request";
	faults_here[NONE].control = false;
	faults_here[NONE].dead = faults_here[HALF_CLOSE].dead = true;
	put(EVENT_START, 0);
	for (size_t column = NONE; column <= HALF_CLOSE; column++) {
		put_column(column);
		put_cell(column, PEEK, NOTICED, after[0][column], NS_NEVER);
		put_cell(column, RDHUP, MISSED, -1, NS_NEVER);
		put_cell(column, KEEPALIVE, column == DROP ? MISSED : UNSUPPORTED, -1, NS_NEVER);
		put_cell(column, IDLE, NOTICED, after[1][column], NS_NEVER);
	}
	put_end(0, NULL);
	check_scene("lab-times");
}

static void put_prediction(size_t column, size_t probe, enum result result, int by, const char *why)
{
	struct event *e = put_of(EVENT_PREDICTION, 0, 0, probe, column);

	if (probe == KEEPALIVE)
		e->row = RDHUP;
	e->prediction = (struct predicted){ .known = true, .result = result, .by = by < 0 ? NS_NEVER : MS(by),
		.perhaps = by == 77, .why = why };
}

static void predictions(void)
{
	begin("predict", 3, 0);
	put(EVENT_START, 0);
	put_prediction(NONE, PEEK, STAYED_ALIVE, -1, "nothing happens");
	put_prediction(NONE, RDHUP, STAYED_ALIVE, -1, "nothing happens");
	put_prediction(NONE, IDLE, FALSE_ALARM, 4000, "the peer | is silent");
	put_prediction(DROP, PEEK, MISSED, -1, "no FIN comes");
	put_prediction(DROP, KEEPALIVE, NOTICED, 14000, "keepalive gives up");
	put_prediction(DROP, IDLE, NOTICED, 4000, "nothing comes");
	put_prediction(HALF_CLOSE, PEEK, FALSE_ALARM, 77, "the FIN looks like the end");
	put_prediction(HALF_CLOSE, RDHUP, FALSE_ALARM, 0, "the FIN looks like the end");
	put_prediction(HALF_CLOSE, IDLE, UNSUPPORTED, -1, "cannot be");
	put_end(0, NULL);
	check_scene("predict");
	check_text("predict-v", 1, "100");
	check_text("predict-60", 0, "60");
}

/* What was asked for by name, alone and beside a composite that has the same probe. */
static void begin_named(const char *mode, size_t nfaults, unsigned connections)
{
	begin(mode, nfaults, connections);
	put_probe(PEEK, "peek", "@one", 1, 0, MS(100));
	put_probe(RDHUP, "rdhup", "@two", 2, 0, 0);
	put_probe(KEEPALIVE, "keepalive", "@two", 2, 1, MS(14000));
	put_probe(IDLE, "rdhup", "rdhup", 1, 0, 0);
	probes_here[PEEK].stands_for = "peek";
	probes_here[RDHUP].stands_for = probes_here[KEEPALIVE].stands_for = "rdhup+keepalive:idle=5s";
}

static void programs(void)
{
	begin_named("connect", 0, 3);
	put(EVENT_START, 0);
	for (unsigned conn = 1; conn <= 3; conn++)
		put_connected(10, conn, (size_t[]){ PEEK, RDHUP, IDLE }[conn - 1], NO_ROW);
	put_kernel(2030, 2, RDHUP, NO_ROW, KERNEL_RST, ECONNRESET, 30);
	put_verdict(EVENT_DEAD, 2040, 2, RDHUP, 10, "poll", "POLLRDHUP", 0);
	put_result(1, PEEK, NO_ROW, MISSED, -1);
	put_result(2, RDHUP, NO_ROW, NOTICED, 10);
	put_result(2, KEEPALIVE, NO_ROW, MISSED, -1);
	put_result(3, IDLE, NO_ROW, MISSED, -1);
	put_expect("@two<=1s", NO_ROW, NULL);
	events[nevents - 1].group = "@two";
	put_end(0, NULL);
	context.nexpects = 1;
	check_scene("programs");
}

static void predictions_of_programs(void)
{
	begin_named("predict", 1, 0);
	put(EVENT_START, 0);
	put_prediction(NONE, PEEK, STAYED_ALIVE, -1, "nothing happens");
	put_prediction(NONE, RDHUP, STAYED_ALIVE, -1, "nothing happens");
	put_prediction(NONE, IDLE, STAYED_ALIVE, -1, "nothing happens");
	put_end(0, NULL);
	check_scene("predict-programs");
}

static void a_prediction_of_one_fault(void)
{
	begin("predict", 1, 0);
	context.nprobes = 1;
	context.traffic = "stream";
	put(EVENT_START, 0);
	put_prediction(NONE, PEEK, STAYED_ALIVE, -1, "nothing happens");
	put_end(0, NULL);
	check_scene("predict-one");
}

static void advice(void)
{
	struct event *e;

	begin("advise", 0, 0);
	put(EVENT_START, 0);
	e = put(EVENT_ADVICE, 0);
	e->group = "keepalive:idle=4s:intvl=2s:cnt=2";
	e->after = MS(8000);
	e->advice = (struct event_advice){ .deaths = 17, .deaths_of = 20, .packets = { -1, -1, 0 }, .an_hour = 1800,
		.title = "The kernel alone", .why = "Goes unnoticed: freeze. It costs <little> & is | simple." };
	put_setting("redis", "tcp-keepalive 3", 9000, "on idle connections", NULL);
	put_setting("nginx", "so_keepalive=4s:2s:2", 8000, NULL, "Only for `listen`.");
	put_setting("other", NULL, -1, NULL, "It cannot be.");
	put_note(0, "Of 20 deaths 17 are noticed.");
	put_end(0, NULL);
	check_scene("advise");
}

static void put_verified(const char *spec, struct event_verified v, int after, const char *broken)
{
	struct event *e = put(EVENT_VERIFIED, 9200);

	e->group = spec;
	e->after = after < 0 ? TIME_NONE : MS(after);
	e->verified = v;
	note_of(e, broken);
}

/* What is told before the lab begins comes after what it found. */
static void verified_advice(void)
{
	struct event *e;

	begin("lab", 2, 4);
	context.verifies = true;
	put(EVENT_START, 0);
	put_note(0, "Every death is noticed within 5s.");
	e = put(EVENT_ADVICE, 0);
	e->group = "rdhup+keepalive";
	e->after = MS(5000);
	e->advice = (struct event_advice){ .deaths = 1, .deaths_of = 1, .packets = { -1, -1, 0 }, .an_hour = 1800,
		.title = "The kernel alone" };
	put_column(NONE);
	put_column(DROP);
	put_cell(NONE, RDHUP, STAYED_ALIVE, -1, NS_NEVER);
	put_cell(DROP, RDHUP, NOTICED, 1450, MS(1500));
	put_verified("rdhup+keepalive", (struct event_verified){ .holds = true, .deaths = 1, .deaths_of = 1, .slowest = "drop",
		.promised = MS(5000), .announced = "half-close", .an_hour = 1740, .promised_an_hour = 1800 }, 1450, "");
	put_verified("peek", (struct event_verified){ .deaths_of = 1, .alarms = 1, .promised = MS(5000), .an_hour = 590,
		.promised_an_hour = 400 }, -1, "drop missed; a false alarm at none; other packets than promised");
	put_verified("idle", (struct event_verified){ .holds = true, .deaths = 1, .deaths_of = 1, .slowest = "drop",
		.promised = MS(5000), .an_hour = 900, .promised_an_hour = 600, .why = "the peer echoes" }, 100, "");
	put_end(1, NULL);
	check_scene("verified");
}

#include "scenes-programs.h"
#include "scenes-idle.h"

int main(int argc, char **argv)
{
	const char *tests = getenv("TESTS");
	char folder[1024], temporary[] = "/tmp/tcpalive-reports-XXXXXX";

	snprintf(folder, sizeof(folder), "%s/reports", tests ? tests : "tests");
	setenv("COLUMNS", "100", 1);
	unsetenv("NO_COLOR");
	golden = argc == 3 && !strcmp(argv[1], "write") ? argv[2] : folder;
	scratch = argc == 3 ? NULL : mkdtemp(temporary);
	UNIT_CASE(a_watch);
	UNIT_CASE(a_watch_that_goes_on);
	UNIT_CASE(metrics_of_processes);
	UNIT_CASE(an_audit);
	UNIT_CASE(a_watch_that_proves_little);
	UNIT_CASE(a_watch_that_proves_nothing);
	UNIT_CASE(a_watch_in_which_nothing_dies);
	UNIT_CASE(a_watch_that_a_signal_ends);
	UNIT_CASE(a_watch_of_one_connection);
	UNIT_CASE(a_watch_of_namesakes);
	UNIT_CASE(a_lab);
	UNIT_CASE(a_lab_that_proves_little);
	UNIT_CASE(times_of_every_shade);
	UNIT_CASE(predictions);
	UNIT_CASE(a_prediction_of_one_fault);
	UNIT_CASE(programs);
	UNIT_CASE(predictions_of_programs);
	UNIT_CASE(advice);
	UNIT_CASE(verified_advice);
	UNIT_CASE(a_program_alone);
	UNIT_CASE(a_program_beside_probes);
	UNIT_CASE(a_pool);
	UNIT_CASE(a_program_that_never_connects);
	UNIT_CASE(a_program_live);
	UNIT_CASE(the_other_end);
	UNIT_CASE(the_other_end_that_does_nothing);
	UNIT_CASE(the_other_end_again_and_again);
	UNIT_CASE(a_limit_is_found);
	UNIT_CASE(the_peer_closes);
	UNIT_CASE(no_limit);
	UNIT_CASE(limits_contradict);
	UNIT_CASE(other_ways_to_forget);
	if (scratch)
		rmdir(scratch);
	return unit_end();
}
