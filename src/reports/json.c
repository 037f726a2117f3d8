// SPDX-License-Identifier: MIT
/* One JSON object a line, see RFC 8259 and the events in tcpalive(1). */
#include "json.h"

#include <string.h>

#include "base/version.h"
#include "base/wall.h"
#include "base/errno-name.h"
#include "json-put.h"
#include "probes/probe.h"
#include "report.h"

struct json {
	const struct report_context *c;
};

/* The names of so many rows from the first on. */
static void put_names(struct out *o, const char *key, const struct report_context *c, size_t first, size_t n)
{
	out_printf(o, ",\"%s\":[", key);
	for (size_t i = first; i < first + n; i++) {
		out_text(o, i > first ? "," : "");
		json_string(o, c->probes[i].probe->name);
	}
	out_text(o, "]");
}

/* Of the whole run: those of the first target, and what others have besides. */
static void put_all_probes(struct out *o, const struct report_context *c)
{
	const struct report_probe *list = c->probes + c->programs;

	out_text(o, ",\"probes\":[");
	for (size_t i = 0; i < c->nprobes - c->programs; i++) {
		bool known = false;

		for (size_t k = 0; k < i && list[i].target != list->target; k++)
			known |= list[k].probe == list[i].probe;
		if (known)
			continue;
		out_text(o, i ? "," : "");
		json_string(o, list[i].probe->name);
	}
	out_text(o, "]");
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
		json_string(o, p->group);
		out_text(o, ":");
		json_string(o, p->stands_for);
		any = true;
	}
	out_text(o, any ? "}" : "");
}

static void put_start(struct out *o, const struct report_context *c)
{
	char time[WALL_ROOM];

	json_text(o, "version", TCPALIVE_VERSION);
	json_text(o, "time", wall_text(time, c->wall, 6));
	json_text(o, "mode", c->mode);
	if (c->rtt)
		json_seconds(o, "rtt", c->rtt);
	if (c->programs)
		put_names(o, "programs", c, 0, c->programs);
	put_all_probes(o, c);
	names_member(o, c, c->sets > 1 ? c->nprobes / c->sets : c->nprobes);
}

static void put_connected(struct out *o, const struct report_context *c, const struct event *e)
{
	bool known = e->row < c->nprobes && !c->probes[e->row].program;
	const struct report_probe *first = &c->probes[known ? e->row : c->programs];

	json_connection(o, e);
	put_names(o, "probes", c, (size_t)(first - c->probes), known ? first->members : c->nprobes - c->programs);
	json_text(o, "local", e->connection.local);
	json_text(o, "remote", e->connection.remote);
	if (e->connection.text && strcmp(e->connection.text, e->connection.remote) != 0)
		json_text(o, "target", e->connection.text);
	if (e->connection.pid) {
		json_number(o, "pid", e->connection.pid);
		json_text(o, "command", e->connection.command);
		json_number(o, "fd", e->connection.fd);
	}
	json_group(o, known ? first->probe->name : NULL, e->group);
	if (e->connection.down != TIME_NONE)
		json_seconds(o, "down", e->connection.down);
	if (e->connection.attempts)
		json_number(o, "attempts", e->connection.attempts);
}

static void put_unconnected(struct out *o, const struct event *e)
{
	const struct event_connection *c = &e->connection;

	json_text(o, "target", c->text);
	json_text_if_any(o, "name", e->name);
	json_text(o, "remote", *c->remote ? c->remote : NULL);
	json_text(o, "errno", c->err ? errno_name(c->err) : NULL);
	json_text(o, "why", e->note);
}

static void put_kernel(struct out *o, const struct event *e)
{
	json_connection(o, e);
	json_text(o, "what", kernel_cause_name(e->kernel.cause));
	json_text(o, "errno", e->kernel.err ? errno_name(e->kernel.err) : NULL);
	json_late(o, e);
}

static void put_note(struct out *o, const struct event *e)
{
	json_connection(o, e);
	json_text(o, "text", e->note);
	json_text_if_any(o, "probe", e->probe ? e->probe->name : NULL);
}

static void put_expect(struct out *o, const struct event *e)
{
	json_text(o, "text", e->expect.text);
	json_boolean(o, "held", e->expect.held);
	json_text_if_any(o, "why", e->expect.why);
	json_text_if_any(o, "probe", e->probe ? e->probe->name : NULL);
	json_text_if_any(o, "program", e->program);
}

static void put_end(struct out *o, const struct event *e)
{
	json_number(o, "exit", e->end.status);
	json_text_if_any(o, "why", e->end.why);
	json_late(o, e);
}

static void put_body(struct out *o, const struct report_context *c, const struct event *e)
{
	switch (e->kind) {
	case EVENT_START:
		put_start(o, c);
		break;
	case EVENT_LISTENING:
		json_text(o, "address", e->connection.local);
		break;
	case EVENT_CONNECTED:
		put_connected(o, c, e);
		break;
	case EVENT_UNCONNECTED:
		put_unconnected(o, e);
		break;
	case EVENT_FAULT:
		break;
	case EVENT_KERNEL:
		put_kernel(o, e);
		break;
	case EVENT_SUSPECT:
	case EVENT_DEAD:
		json_verdict(o, e);
		break;
	case EVENT_NOTE:
		put_note(o, e);
		break;
	case EVENT_RESULT:
		if (e->program)
			json_program_result(o, e);
		else
			json_result(o, e);
		break;
	case EVENT_ADVICE:
		json_advice(o, e);
		break;
	case EVENT_PREDICTION:
		json_prediction(o, e);
		break;
	case EVENT_SETTING:
		json_setting(o, e);
		break;
	case EVENT_VERIFIED:
		json_verified(o, e);
		break;
	case EVENT_PROGRAM:
		json_step(o, e);
		break;
	case EVENT_SOCKET:
		json_socket(o, c, e);
		break;
	case EVENT_IDLE_LIMIT:
		json_idle_limit(o, e);
		break;
	case EVENT_TARGET:
		break;
	case EVENT_EXPECT:
		put_expect(o, e);
		break;
	case EVENT_END:
		put_end(o, e);
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
		json_seconds(o, "t", e->t - j->c->start);
	put_body(o, j->c, e);
	json_text_if_any(o, "fault", e->fault);
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
