// SPDX-License-Identifier: MIT
/* Advice, and whether it holds. */
#include "json.h"

#include "json-put.h"

void json_advice(struct out *o, const struct event *e)
{
	json_text(o, "spec", e->group);
	json_number(o, "deaths", e->advice.deaths);
	json_number(o, "deaths_of", e->advice.deaths_of);
	json_seconds(o, "after", e->after);
	json_boolean(o, "needs_answer", e->advice.needs_answer);
	if (e->advice.an_hour >= 0) {
		json_number(o, "packets_an_hour", e->advice.an_hour);
		json_text_if_any(o, "why", e->advice.why);
	}
	json_packets(o, &e->advice.packets);
}

void json_setting(struct out *o, const struct event *e)
{
	json_text(o, "program", e->setting.program);
	json_boolean(o, "needs_answer", e->setting.needs_answer);
	json_text(o, "text", e->setting.text);
	json_seconds(o, "after", e->after);
	json_text_if_any(o, "why", e->setting.why);
}

/* What was promised beside what was measured. */
void json_verified(struct out *o, const struct event *e)
{
	const struct event_verified *v = &e->verified;

	json_text(o, "spec", e->group);
	json_boolean(o, "holds", v->holds);
	json_number(o, "deaths", v->deaths);
	json_number(o, "deaths_of", v->deaths_of);
	json_seconds(o, "after", e->after);
	json_text(o, "slowest", v->slowest);
	json_seconds(o, "promised", v->promised);
	json_number(o, "false_alarms", v->alarms);
	json_number(o, "packets_an_hour", v->an_hour);
	json_number(o, "packets_promised", v->promised_an_hour);
	json_text_if_any(o, "why", *e->note ? e->note : v->why);
}
