// SPDX-License-Identifier: MIT
/*
 * One JSON object a line, see RFC 8259 and the events in tcpalive(1). Times
 * are printed from integers, so that no locale can turn the point into a comma.
 */
#include <inttypes.h>
#include <string.h>

#include "base/duration.h"
#include "base/version.h"
#include "base/wall.h"
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

static void text_member(struct out *o, const char *key, const char *value)
{
	out_printf(o, ",\"%s\":", key);
	if (value && *value)
		put_string(o, value);
	else
		out_text(o, "null");
}

static void text_member_if_any(struct out *o, const char *key, const char *value)
{
	if (value && *value)
		text_member(o, key, value);
}

static void number_member(struct out *o, const char *key, int64_t value)
{
	out_printf(o, ",\"%s\":", key);
	if (value < 0)
		out_text(o, "null");
	else
		out_printf(o, "%" PRId64, value);
}

/* Seconds with microseconds. */
static void seconds_member(struct out *o, const char *key, nsec value)
{
	char text[DURATION_ROOM];
	bool known = value != TIME_NONE && value != NS_NEVER;

	out_printf(o, ",\"%s\":%s", key, known ? duration_seconds(text, value, 6) : "null");
}

static void late_member(struct out *o, const struct event *e)
{
	if (e->late)
		seconds_member(o, "late", e->late);
}

/* A connection's number; 0 means none. */
static void connection_member(struct out *o, const struct event *e)
{
	number_member(o, "conn", e->conn ? (int64_t)e->conn : -1);
}

/* The names of so many probes from the first on. */
static void probe_names(struct out *o, const struct report_context *c, size_t first, size_t n)
{
	out_text(o, ",\"probes\":[");
	for (size_t i = first; i < first + n; i++) {
		out_text(o, i > first ? "," : "");
		put_string(o, c->probes[i].probe->name);
	}
	out_text(o, "]");
}

/* Of the whole run: those of the first target, and what others have besides. */
static void all_probe_names(struct out *o, const struct report_context *c)
{
	out_text(o, ",\"probes\":[");
	for (size_t i = 0; i < c->nprobes; i++) {
		bool known = false;

		for (size_t k = 0; k < i && c->probes[i].target != c->probes->target; k++)
			known |= c->probes[k].probe == c->probes[i].probe;
		if (known)
			continue;
		out_text(o, i ? "," : "");
		put_string(o, c->probes[i].probe->name);
	}
	out_text(o, "]");
}

/* Distinguishes what the probe's name does not: parameters, and who shares the connection. */
static void put_group(struct out *o, const char *name, const char *group)
{
	if (group && (!name || strcmp(name, group) != 0))
		text_member_if_any(o, "group", group);
}

/* What each @NAME is. */
static void names_member(struct out *o, const struct report_context *c, size_t n)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		const struct report_probe *p = &c->probes[i];

		if (!p->stands_for || p->member)
			continue;
		out_text(o, any ? "," : ",\"stands_for\":{");
		put_string(o, p->group);
		out_text(o, ":");
		put_string(o, p->stands_for);
		any = true;
	}
	out_text(o, any ? "}" : "");
}

static void put_start(struct out *o, const struct report_context *c)
{
	char time[WALL_ROOM];

	text_member(o, "version", TCPALIVE_VERSION);
	text_member(o, "time", wall_text(time, c->wall, 6));
	text_member(o, "mode", c->mode);
	if (c->rtt)
		seconds_member(o, "rtt", c->rtt);
	all_probe_names(o, c);
	names_member(o, c, c->sets > 1 ? c->nprobes / c->sets : c->nprobes);
}

static void put_connected(struct out *o, const struct report_context *c, const struct event *e)
{
	const struct report_probe *first = &c->probes[e->row < c->nprobes ? e->row : 0];
	bool known = e->row < c->nprobes;

	connection_member(o, e);
	probe_names(o, c, known ? e->row : 0, known ? first->members : c->nprobes);
	text_member(o, "local", e->connection.local);
	text_member(o, "remote", e->connection.remote);
	if (e->connection.target && strcmp(e->connection.target, e->connection.remote) != 0)
		text_member(o, "target", e->connection.target);
	put_group(o, known ? first->probe->name : NULL, e->group);
}

static void put_verdict(struct out *o, const struct event *e)
{
	connection_member(o, e);
	text_member(o, "probe", e->probe ? e->probe->name : NULL);
	if (e->kind == EVENT_DEAD)
		text_member(o, "call", e->verdict.call);
	text_member(o, "how", e->verdict.how);
	if (e->kind == EVENT_DEAD) {
		seconds_member(o, "after", e->after);
		seconds_member(o, "lag", e->verdict.lag);
	}
	late_member(o, e);
	text_member_if_any(o, "note", e->note);
	put_group(o, e->probe ? e->probe->name : NULL, e->group);
}

static void boolean_member(struct out *o, const char *key, bool value)
{
	out_printf(o, ",\"%s\":%s", key, value ? "true" : "false");
}

/* What the lab predicted. */
static void put_predicted(struct out *o, const struct predicted *p)
{
	if (!p->known)
		return;
	text_member(o, "predicted", result_name(p->result));
	seconds_member(o, "predicted_by", p->by);
	boolean_member(o, "off", p->off);
}

/* What the lab's link counted. */
static void put_packets(struct out *o, const struct packets *p)
{
	if (p->count < 0)
		return;
	number_member(o, "wire_packets", p->count);
	number_member(o, "wire_bytes", p->bytes);
	seconds_member(o, "wire_time", p->time);
}

static void put_advice(struct out *o, const struct event *e)
{
	text_member(o, "spec", e->group);
	number_member(o, "deaths", e->advice.deaths);
	number_member(o, "deaths_of", e->advice.deaths_of);
	seconds_member(o, "after", e->after);
	boolean_member(o, "needs_answer", e->advice.needs_answer);
	if (e->advice.an_hour >= 0) {
		number_member(o, "packets_an_hour", e->advice.an_hour);
		text_member_if_any(o, "why", e->advice.why);
	}
	put_packets(o, &e->advice.packets);
}

static void put_setting(struct out *o, const struct event *e)
{
	text_member(o, "program", e->setting.program);
	boolean_member(o, "needs_answer", e->setting.needs_answer);
	text_member(o, "text", e->setting.text);
	seconds_member(o, "after", e->after);
	text_member_if_any(o, "why", e->setting.why);
}

/* How the peer's application answered this probe. */
static void put_answers(struct out *o, const struct answers *a)
{
	if (!a->of)
		return;
	number_member(o, "polls", a->of);
	number_member(o, "answered", a->n);
	seconds_member(o, "answer_min", a->timed ? a->least : TIME_NONE);
	seconds_member(o, "answer_max", a->timed ? a->most : TIME_NONE);
}

static void put_result(struct out *o, const struct event *e)
{
	connection_member(o, e);
	text_member(o, "probe", e->probe ? e->probe->name : NULL);
	text_member(o, "result", result_name(e->result.result));
	seconds_member(o, "after", e->after);
	text_member(o, "how", e->verdict.how);
	seconds_member(o, "worst_case", e->result.worst_case);
	number_member(o, "segments_out", e->result.segments_out);
	number_member(o, "bytes_out", e->result.bytes_out);
	put_answers(o, &e->result.answers);
	late_member(o, e);
	put_predicted(o, &e->result.predicted);
	put_packets(o, &e->result.packets);
	text_member_if_any(o, "note", e->note);
	put_group(o, e->probe ? e->probe->name : NULL, e->group);
}

/* Nothing was measured, and so there is no t. */
static void put_prediction(struct out *o, const struct event *e)
{
	text_member(o, "probe", e->probe ? e->probe->name : NULL);
	text_member(o, "group", e->group);
	text_member(o, "result", result_name(e->prediction.result));
	seconds_member(o, "by", e->prediction.by);
	if (e->prediction.perhaps)
		boolean_member(o, "perhaps", true);
	text_member(o, "why", e->prediction.why);
}

/* What was promised beside what was measured. */
static void put_verified(struct out *o, const struct event *e)
{
	const struct event_verified *v = &e->verified;

	text_member(o, "spec", e->group);
	boolean_member(o, "holds", v->holds);
	number_member(o, "deaths", v->deaths);
	number_member(o, "deaths_of", v->deaths_of);
	seconds_member(o, "after", e->after);
	text_member(o, "slowest", v->slowest);
	seconds_member(o, "promised", v->promised);
	number_member(o, "false_alarms", v->alarms);
	number_member(o, "packets_an_hour", v->an_hour);
	number_member(o, "packets_promised", v->promised_an_hour);
	text_member_if_any(o, "why", *e->note ? e->note : v->why);
}

/* What a program did. */
static void put_step(struct out *o, const struct event *e)
{
	connection_member(o, e);
	text_member(o, "program", e->program);
	text_member(o, "what", program_step_name(e->step.step));
	seconds_member(o, "after", e->after);
}

static void put_expect(struct out *o, const struct event *e)
{
	text_member(o, "text", e->expect.text);
	boolean_member(o, "held", e->expect.held);
	text_member_if_any(o, "why", e->expect.why);
	text_member_if_any(o, "probe", e->probe ? e->probe->name : NULL);
}

static void put_body(struct out *o, const struct report_context *c, const struct event *e)
{
	switch (e->kind) {
	case EVENT_START:
		put_start(o, c);
		break;
	case EVENT_LISTENING:
		text_member(o, "address", e->connection.local);
		break;
	case EVENT_CONNECTED:
		put_connected(o, c, e);
		break;
	case EVENT_FAULT:
		break;
	case EVENT_KERNEL:
		connection_member(o, e);
		text_member(o, "what", kernel_cause_name(e->kernel.cause));
		text_member(o, "errno", e->kernel.err ? errno_name(e->kernel.err) : NULL);
		late_member(o, e);
		break;
	case EVENT_SUSPECT:
	case EVENT_DEAD:
		put_verdict(o, e);
		break;
	case EVENT_NOTE:
		connection_member(o, e);
		text_member(o, "text", e->note);
		text_member_if_any(o, "probe", e->probe ? e->probe->name : NULL);
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
	case EVENT_VERIFIED:
		put_verified(o, e);
		break;
	case EVENT_PROGRAM:
		put_step(o, e);
		break;
	case EVENT_EXPECT:
		put_expect(o, e);
		break;
	case EVENT_END:
		number_member(o, "exit", e->end.status);
		text_member_if_any(o, "why", e->end.why);
		late_member(o, e);
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
		seconds_member(o, "t", e->t - j->c->start);
	put_body(o, j->c, e);
	text_member_if_any(o, "fault", e->fault);
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
	.predicts = true, .ends_last = true,
	.state_size = sizeof(struct json),
	.begin = json_begin,
	.event = json_event,
	.end = json_end,
};
