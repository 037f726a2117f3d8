// SPDX-License-Identifier: MIT
/*
 * One JSON object a line, see RFC 8259 and the events in tcpalive(1). Times
 * are printed from integers, so that no locale can turn the point into a comma.
 */
#include <inttypes.h>
#include <string.h>

#include "base/duration.h"
#include "base/version.h"
#include "base/errno-name.h"
#include "probes/probe.h"
#include "report.h"
#include "base/utf8.h"

struct json {
	const struct report_context *c;
};

static void put_string(struct out *o, const char *s)
{
	out_text(o, "\"");
	while (*s) {
		uint32_t c;
		size_t len = utf8_take(s, &c);

		if (c == UTF8_BAD)
			out_text(o, "\\ufffd");
		else if (c < 0x20 || c == 0x7f)
			out_printf(o, "\\u%04x", (unsigned)c);
		else if (c == '"' || c == '\\')
			out_printf(o, "\\%c", (int)c);
		else
			out_bytes(o, s, len);
		s += len;
	}
	out_text(o, "\"");
}

static void text(struct out *o, const char *key, const char *value)
{
	out_printf(o, ",\"%s\":", key);
	if (value && *value)
		put_string(o, value);
	else
		out_text(o, "null");
}

static void text_if_any(struct out *o, const char *key, const char *value)
{
	if (value && *value)
		text(o, key, value);
}

static void number(struct out *o, const char *key, int64_t value)
{
	out_printf(o, ",\"%s\":", key);
	if (value < 0)
		out_text(o, "null");
	else
		out_printf(o, "%" PRId64, value);
}

/* Seconds with microseconds. */
static void seconds(struct out *o, const char *key, nsec value)
{
	char text[DURATION_ROOM];
	bool known = value != TIME_NONE && value != NS_NEVER;

	out_printf(o, ",\"%s\":%s", key, known ? duration_seconds(text, value, 6) : "null");
}

/* A connection's number; 0 means none. */
static void connection(struct out *o, const struct event *e)
{
	number(o, "conn", e->conn ? (int64_t)e->conn : -1);
}

/* The names of the probes of one group, or of all. */
static void probe_names(struct out *o, const struct report_context *c, const char *group)
{
	const char *comma = "";

	out_text(o, ",\"probes\":[");
	for (size_t i = 0; i < c->nprobes; i++) {
		if (group && strcmp(group, c->probes[i].group) != 0)
			continue;
		out_text(o, comma);
		put_string(o, c->probes[i].probe->name);
		comma = ",";
	}
	out_text(o, "]");
}

/* Tells apart what the probe's name does not: parameters, and who shares the connection. */
static void put_group(struct out *o, const char *name, const char *group)
{
	if (group && (!name || strcmp(name, group) != 0))
		text_if_any(o, "group", group);
}

static void put_start(struct out *o, const struct report_context *c)
{
	text(o, "version", TCPALIVE_VERSION);
	text(o, "mode", c->mode);
	probe_names(o, c, NULL);
}

static void put_connected(struct out *o, const struct report_context *c, const struct event *e)
{
	const char *alone = NULL;

	connection(o, e);
	probe_names(o, c, e->group);
	text(o, "local", e->connection.local);
	text(o, "remote", e->connection.remote);
	if (e->connection.target && strcmp(e->connection.target, e->connection.remote) != 0)
		text(o, "target", e->connection.target);
	for (size_t i = 0; e->group && i < c->nprobes; i++)
		if (!strcmp(c->probes[i].probe->name, e->group))
			alone = e->group;
	put_group(o, alone, e->group);
}

static void put_verdict(struct out *o, const struct event *e)
{
	connection(o, e);
	text(o, "probe", e->probe ? e->probe->name : NULL);
	if (e->kind == EVENT_DEAD)
		text(o, "call", e->verdict.call);
	text(o, "how", e->verdict.how);
	if (e->kind == EVENT_DEAD) {
		seconds(o, "after", e->after);
		seconds(o, "lag", e->verdict.lag);
	}
	text_if_any(o, "note", e->note);
	put_group(o, e->probe ? e->probe->name : NULL, e->group);
}

static void boolean(struct out *o, const char *key, bool value)
{
	out_printf(o, ",\"%s\":%s", key, value ? "true" : "false");
}

/* What the lab predicted. */
static void put_predicted(struct out *o, const struct predicted *p)
{
	if (!p->known)
		return;
	text(o, "predicted", result_name(p->result));
	seconds(o, "predicted_by", p->by);
	boolean(o, "off", p->off);
}

/* What the lab's link counted. */
static void put_packets(struct out *o, const struct packets *p)
{
	if (p->count < 0)
		return;
	number(o, "wire_packets", p->count);
	number(o, "wire_bytes", p->bytes);
	seconds(o, "wire_time", p->time);
}

static void put_advice(struct out *o, const struct event *e)
{
	text(o, "spec", e->group);
	number(o, "deaths", e->advice.deaths);
	number(o, "deaths_of", e->advice.deaths_of);
	seconds(o, "after", e->after);
	boolean(o, "needs_answer", e->advice.needs_answer);
	if (e->advice.an_hour >= 0) {
		number(o, "packets_an_hour", e->advice.an_hour);
		text_if_any(o, "why", e->advice.why);
	}
	put_packets(o, &e->advice.packets);
}

static void put_setting(struct out *o, const struct event *e)
{
	text(o, "program", e->setting.program);
	boolean(o, "needs_answer", e->setting.needs_answer);
	text(o, "text", e->setting.text);
	seconds(o, "after", e->after);
	text_if_any(o, "why", e->setting.why);
}

static void put_result(struct out *o, const struct event *e)
{
	connection(o, e);
	text(o, "probe", e->probe ? e->probe->name : NULL);
	text(o, "result", result_name(e->result.result));
	seconds(o, "after", e->after);
	text(o, "how", e->verdict.how);
	seconds(o, "worst_case", e->result.worst_case);
	number(o, "segments_out", e->result.segments_out);
	number(o, "bytes_out", e->result.bytes_out);
	put_predicted(o, &e->result.predicted);
	put_packets(o, &e->result.packets);
	text_if_any(o, "note", e->note);
	put_group(o, e->probe ? e->probe->name : NULL, e->group);
}

/* Nothing was measured, and so there is no t. */
static void put_prediction(struct out *o, const struct event *e)
{
	text(o, "probe", e->probe ? e->probe->name : NULL);
	text(o, "group", e->group);
	text(o, "result", result_name(e->prediction.result));
	seconds(o, "by", e->prediction.by);
	if (e->prediction.perhaps)
		boolean(o, "perhaps", true);
	text(o, "why", e->prediction.why);
}

static void put_expect(struct out *o, const struct event *e)
{
	text(o, "text", e->expect.text);
	boolean(o, "held", e->expect.held);
	text_if_any(o, "why", e->expect.why);
	text_if_any(o, "probe", e->probe ? e->probe->name : NULL);
}

static void put_body(struct out *o, const struct report_context *c, const struct event *e)
{
	switch (e->kind) {
	case EVENT_START:
		put_start(o, c);
		break;
	case EVENT_LISTENING:
		text(o, "address", e->connection.local);
		break;
	case EVENT_CONNECTED:
		put_connected(o, c, e);
		break;
	case EVENT_FAULT:
		break;
	case EVENT_KERNEL:
		connection(o, e);
		text(o, "what", kernel_cause_name(e->kernel.cause));
		text(o, "errno", e->kernel.err ? errno_name(e->kernel.err) : NULL);
		break;
	case EVENT_SUSPECT:
	case EVENT_DEAD:
		put_verdict(o, e);
		break;
	case EVENT_NOTE:
		connection(o, e);
		text(o, "text", e->note);
		text_if_any(o, "probe", e->probe ? e->probe->name : NULL);
		break;
	case EVENT_RESULT:
		put_result(o, e);
		break;
	case EVENT_ADVICE:
		put_advice(o, e);
		break;
	case EVENT_PREDICTION:
		put_prediction(o, e);
		break;
	case EVENT_SETTING:
		put_setting(o, e);
		break;
	case EVENT_EXPECT:
		put_expect(o, e);
		break;
	case EVENT_END:
		number(o, "exit", e->end.status);
		text_if_any(o, "why", e->end.why);
		break;
	}
}

static int json_begin(void *state, struct out *o, const struct report_context *c)
{
	struct json *j = state;

	(void)o;
	j->c = c;
	return 0;
}

static void json_event(void *state, struct out *o, const struct event *e)
{
	const struct json *j = state;

	out_printf(o, "{\"event\":\"%s\"", event_kind_name(e->kind));
	if (e->kind != EVENT_START && e->kind != EVENT_RESULT && e->kind != EVENT_PREDICTION)
		seconds(o, "t", e->t - j->c->start);
	put_body(o, j->c, e);
	text_if_any(o, "fault", e->fault);
	out_text(o, "}\n");
}

static void json_end(void *state, struct out *o)
{
	(void)state;
	(void)o;
}

const struct report report_json = {
	.name = "json",
	.summary = "one JSON object a line for each event, as it happens",
	.predicts = true,
	.state_size = sizeof(struct json),
	.begin = json_begin,
	.event = json_event,
	.end = json_end,
};
