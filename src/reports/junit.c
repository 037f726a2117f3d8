// SPDX-License-Identifier: MIT
/*
 * JUnit's XML, as Jenkins and GitLab read it: the attributes and the order of elements that the
 * strictest of its schemas asks for. The counts precede the tests, so nothing
 * is written before the end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/version.h"
#include "base/wall.h"
#include "check.h"
#include "base/duration.h"
#include "xml.h"

struct junit {
	struct report_context c; /* as given, but XML is always UTF-8 */
	struct results results;
	struct event *tests, end;
	size_t ntests, room;
	bool lost;               /* memory ran out: the counts would lie */
	const char *target, *fault; /* the first */
};

static int junit_begin(void *state, struct out *o, const struct report_context *c)
{
	struct junit *j = state;

	j->c = *c;
	j->c.utf8 = o->utf8 = true;
	j->end.kind = EVENT_END;
	j->end.t = c->start;
	return results_open(&j->results, &j->c);
}

static void keep_test(struct junit *j, const struct event *e)
{
	size_t room = j->room ? 2 * j->room : 64;
	struct event *more = j->tests;

	if (j->ntests == j->room) {
		more = realloc(j->tests, room * sizeof(*more));
		if (!more) {
			j->lost = true;
			return;
		}
		j->room = room;
	}
	j->tests = more;
	j->tests[j->ntests++] = *e;
}

static void junit_event(void *state, struct out *o, const struct event *e)
{
	struct junit *j = state;
	struct check k;

	(void)o;
	results_event(&j->results, e);
	if (check_event(&k, &j->results, e))
		keep_test(j, e);
	if (e->kind == EVENT_CONNECTED && !j->target)
		j->target = e->connection.target;
	if (e->kind == EVENT_FAULT && !j->fault)
		j->fault = e->fault;
	if (e->kind == EVENT_END)
		j->end = *e;
}

static void put_seconds(struct out *o, const char *name, nsec t)
{
	char text[DURATION_ROOM];

	xml_attribute(o, name, duration_seconds(text, t > 0 ? t : 0, 6));
}

static void put_count(struct out *o, const char *name, size_t n)
{
	out_printf(o, " %s=\"%zu\"", name, n);
}

static bool is_broken(const struct junit *j)
{
	return j->end.end.why || j->lost;
}

static void put_suite(struct junit *j, struct out *o)
{
	char host[256] = "localhost", started[WALL_ROOM];
	size_t count[CHECK_SKIPPED + 1] = { 0 };
	struct check k;

	for (size_t i = 0; i < j->ntests; i++)
		if (check_event(&k, &j->results, &j->tests[i]))
			count[k.state]++;
	gethostname(host, sizeof(host) - 1);
	out_text(o, "<testsuite id=\"0\" package=\"tcpalive\"");
	xml_attribute(o, "name", j->c.mode);
	wall_text(started, j->c.wall, 0);
	started[strcspn(started, "Z")] = '\0'; /* the strictest schema wants no zone; it means UTC */
	xml_attribute(o, "timestamp", started);
	xml_attribute(o, "hostname", *host ? host : "localhost");
	put_count(o, "tests", j->ntests + is_broken(j));
	put_count(o, "failures", count[CHECK_FAILED]);
	put_count(o, "errors", is_broken(j));
	put_count(o, "skipped", count[CHECK_SKIPPED]);
	put_seconds(o, "time", j->end.t - j->c.start);
	out_text(o, ">\n");
}

static void put_property(struct out *o, const char *name, const char *value)
{
	if (!value)
		return;
	out_text(o, "<property");
	xml_attribute(o, "name", name);
	xml_attribute(o, "value", value);
	out_text(o, "/>\n");
}

static void put_properties(const struct junit *j, struct out *o)
{
	char status[16];

	snprintf(status, sizeof(status), "%d", j->end.end.status);
	out_text(o, "<properties>\n");
	put_property(o, "version", TCPALIVE_VERSION);
	put_property(o, "target", j->target);
	put_property(o, "fault", j->c.nfaults ? NULL : j->fault);
	put_property(o, "exit", status);
	out_text(o, "</properties>\n");
}

static void put_line(void *to, const char *text)
{
	xml_text(to, text);
	out_text(to, "\n");
}

static void put_case(struct out *o, const char *suite, const char *name, nsec time)
{
	out_text(o, "<testcase classname=\"tcpalive.");
	xml_text(o, suite);
	out_text(o, "\"");
	xml_attribute(o, "name", name);
	put_seconds(o, "time", time);
	out_text(o, ">");
}

static void put_test(struct junit *j, struct out *o, const struct event *e)
{
	struct check k;

	if (!check_event(&k, &j->results, e))
		return;
	put_case(o, k.suite, k.name, k.time);
	if (k.state == CHECK_FAILED) {
		out_text(o, "<failure");
		xml_attribute(o, "type", e->kind == EVENT_RESULT && !e->program ? "prediction" : "expectation");
		xml_attribute(o, "message", k.why);
		out_text(o, ">");
		check_explain(&j->results, e, put_line, o);
		out_text(o, "</failure>");
	} else if (k.state == CHECK_SKIPPED) {
		out_text(o, "<skipped");
		xml_attribute(o, "message", k.why);
		out_text(o, "/>");
	}
	out_text(o, "</testcase>\n");
}

static void put_error(const struct junit *j, struct out *o)
{
	put_case(o, j->c.mode, "the run", j->end.t - j->c.start);
	out_printf(o, "<error type=\"exit status %d\"", j->end.end.status);
	xml_attribute(o, "message", j->end.end.why ? j->end.end.why : "out of memory");
	out_text(o, "/></testcase>\n");
}

/* A failure says what was seen; a run without any shows it too. */
static void put_seen(const struct junit *j, struct out *o)
{
	out_text(o, "<system-out>");
	if (j->results.nresults)
		check_explain(&j->results, &j->end, put_line, o);
	out_text(o, "</system-out>\n<system-err/>\n");
}

static void junit_end(void *state, struct out *o)
{
	struct junit *j = state;

	out_text(o, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	put_suite(j, o);
	put_properties(j, o);
	for (size_t i = 0; i < j->ntests; i++)
		put_test(j, o, &j->tests[i]);
	if (is_broken(j))
		put_error(j, o);
	put_seen(j, o);
	out_text(o, "</testsuite>\n</testsuites>\n");
	free(j->tests);
	results_close(&j->results);
}

const struct report report_junit = {
	.name = "junit",
	.summary = "JUnit XML for CI: a test for each expectation, in the lab for each cell",
	.state_size = sizeof(struct junit),
	.begin = junit_begin,
	.event = junit_event,
	.end = junit_end,
};
