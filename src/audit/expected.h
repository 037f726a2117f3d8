/* SPDX-License-Identifier: MIT */
/* --expect FAULT<=DUR: does each connection keep it? */
#ifndef AUDIT_EXPECTED_H
#define AUDIT_EXPECTED_H

#include "events/event.h"
#include "events/feed.h"
#include "plan/plan.h"

/* What has become of an expectation: who breaks it first, and how many do. Zeroed, it holds, also where there is no connection. */
struct audit_outcome {
	unsigned broken;
	char why[240];
};

/* Looks at one connection, count 1, and fills its `expected`. What is not known is not kept; of a connection that its program has closed nothing is
 * expected. o has one for each expectation of the plan. */
void audit_expect(const struct plan *p, struct audit_outcome *o, struct event_socket *s);

/* Reports each; o must live as long as the run. False if one is broken. */
bool audit_expected(struct feed *f, const struct plan *p, struct audit_outcome *o);

#endif
