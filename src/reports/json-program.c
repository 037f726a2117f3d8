// SPDX-License-Identifier: MIT
/* What a program under test did. */
#include "json.h"

#include "json-put.h"

void json_step(struct out *o, const struct event *e)
{
	json_connection(o, e);
	json_text(o, "program", e->program);
	json_text(o, "what", program_step_name(e->step.step));
	json_seconds(o, "after", e->after);
}
