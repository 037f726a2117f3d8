// SPDX-License-Identifier: MIT
/* What comes first counts: who closes a connection that the other end has closed did not end it. */
#include "ended.h"

#include <stdbool.h>
#include <stdio.h>

#include "base/duration.h"

static bool closed_first(const struct observed *o)
{
	return o->closed != TIME_NONE && (o->kernel == TIME_NONE || o->closed < o->kernel);
}

/* TIME_NONE: it goes on. */
static nsec end_of(const struct observed *o)
{
	return closed_first(o) ? o->closed : o->kernel;
}

const struct observed *ended_last(struct observer *o, nsec at)
{
	const struct observed *last = NULL;

	for (size_t i = 0; i < observer_count(o); i++) {
		const struct observed *one = observer_at(o, i);

		if (one->established == TIME_NONE || one->established > at)
			continue;
		if (end_of(one) == TIME_NONE || end_of(one) > at)
			return NULL;
		if (!last || end_of(one) > end_of(last))
			last = one;
	}
	return last;
}

const char *ended_text(char *to, size_t room, const struct observed *o, enum program_role role, nsec at)
{
	const char *other = program_role_name(role == PROGRAM_CLIENT ? PROGRAM_SERVER : PROGRAM_CLIENT);
	char time[DURATION_ROOM];

	*to = '\0';
	if (!o)
		return to;
	duration_brief(time, at - end_of(o));
	if (closed_first(o))
		snprintf(to, room, "it closed its last one %s before", time);
	else if (o->cause == KERNEL_FIN || o->cause == KERNEL_RST)
		snprintf(to, room, "the %s %s its last one %s before", other, o->cause == KERNEL_FIN ? "closed" : "reset", time);
	else
		snprintf(to, room, "its last one %s %s before", o->cause == KERNEL_TIMEOUT ? "timed out" : "ended as unreachable", time);
	return to;
}
