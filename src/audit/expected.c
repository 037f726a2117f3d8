// SPDX-License-Identifier: MIT
/* Holds connections against what is expected of each. */
#include "expected.h"

#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "faults/fault.h"

/* Where a path that forgets does not forget it there is nothing to notice. */
static bool keeps(const struct plan *p, const struct expect *x, const struct event_socket *s)
{
	const struct predicted *to = &s->predicted[x->column];

	return to->known && (to->by <= x->within || (to->result == STAYED_ALIVE && p->lab.faults[x->column].fault->forgets));
}

/* "redis-server (812), descriptor 9, to 10.0.0.5:4711: drop never" */
static void name_breaker(struct audit_outcome *o, const struct expect *x, const struct event_socket *s)
{
	const struct predicted *p = &s->predicted[x->column];
	char who[64] = "", time[DURATION_ROOM];

	if (s->pid)
		snprintf(who, sizeof(who), "%s (%d), descriptor %d, to ", s->command, (int)s->pid, s->fd);
	snprintf(o->why, sizeof(o->why), "%s%s: %s %s", who, s->remote, x->fault,
		 !p->known ? "is not known" : p->perhaps ? "perhaps never" : p->by == NS_NEVER ? "never" : duration_brief(time, p->by));
}

void audit_expect(const struct plan *p, struct audit_outcome *o, struct event_socket *s)
{
	for (size_t i = 0; i < p->judge.nexpects; i++) {
		const struct expect *x = &p->judge.expects[i];

		if (x->kind != EXPECT_PREDICTED || !s->predicted)
			continue;
		s->expected.count++;
		if (keeps(p, x, s))
			continue;
		if (!s->expected.broken)
			s->expected.broken = x->text;
		if (!o[i].broken++)
			name_breaker(&o[i], x, s);
	}
}

bool audit_expected(struct feed *f, const struct plan *p, struct audit_outcome *o)
{
	bool held = true;

	for (size_t i = 0; i < p->judge.nexpects; i++) {
		struct event *e = feed_event(f, EVENT_EXPECT, clock_now());
		const size_t used = strlen(o[i].why);

		if (o[i].broken > 1)
			snprintf(o[i].why + used, sizeof(o[i].why) - used, ", and %u more", o[i].broken - 1);
		e->fault = p->judge.expects[i].fault;
		e->expect = (struct event_expect){ .text = p->judge.expects[i].text, .held = !o[i].broken, .why = o[i].broken ? o[i].why : NULL };
		held &= !o[i].broken;
	}
	return held;
}
