// SPDX-License-Identifier: MIT
/* What a probe said, what came of it, and what is predicted. */
#include "json.h"

#include "json-put.h"
#include "probes/probe.h"

void json_verdict(struct out *o, const struct event *e)
{
	json_connection(o, e);
	json_text(o, "probe", e->probe ? e->probe->name : NULL);
	if (e->kind == EVENT_DEAD)
		json_text(o, "call", e->verdict.call);
	json_text(o, "how", e->verdict.how);
	if (e->kind == EVENT_DEAD) {
		json_seconds(o, "after", e->after);
		json_seconds(o, "lag", e->verdict.lag);
		if (e->verdict.silent != TIME_NONE)
			json_seconds(o, "silent", e->verdict.silent);
	}
	json_late(o, e);
	json_text_if_any(o, "note", e->note);
	json_group(o, e->probe ? e->probe->name : NULL, e->group);
}

/* How the peer's application answered this probe. */
static void put_answers(struct out *o, const struct answers *a)
{
	if (!a->of)
		return;
	json_number(o, "polls", a->of);
	json_number(o, "answered", a->n);
	json_seconds(o, "answer_min", a->timed ? a->least : TIME_NONE);
	json_seconds(o, "answer_max", a->timed ? a->most : TIME_NONE);
}

void json_result(struct out *o, const struct event *e)
{
	json_connection(o, e);
	json_text(o, "probe", e->probe ? e->probe->name : NULL);
	json_text(o, "result", result_name(e->result.result));
	json_seconds(o, "after", e->after);
	json_text(o, "how", e->verdict.how);
	json_seconds(o, "worst_case", e->result.worst_case);
	json_number(o, "segments_out", e->result.segments_out);
	json_number(o, "bytes_out", e->result.bytes_out);
	put_answers(o, &e->result.answers);
	json_late(o, e);
	json_predicted(o, &e->result.predicted);
	json_packets(o, &e->result.packets);
	json_text_if_any(o, "note", e->note);
	json_group(o, e->probe ? e->probe->name : NULL, e->group);
}

/* Nothing was measured, and so there is no t. */
void json_prediction(struct out *o, const struct event *e)
{
	json_text(o, "probe", e->probe ? e->probe->name : NULL);
	json_text(o, "group", e->group);
	json_text(o, "result", result_name(e->prediction.result));
	json_seconds(o, "by", e->prediction.by);
	if (e->prediction.perhaps)
		json_boolean(o, "perhaps", true);
	json_text(o, "why", e->prediction.why);
}
