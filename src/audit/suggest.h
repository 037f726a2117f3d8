/* SPDX-License-Identifier: MIT */
/* What to change, so that programs notice a peer that falls silent. */
#ifndef AUDIT_SUGGEST_H
#define AUDIT_SUGGEST_H

#include "base/error.h"
#include "events/feed.h"
#include "plan/plan.h"

struct suggestion {
	char program[64]; /* "redis-server (Redis)" */
	char text[1024];  /* as it is typed */
	nsec by;          /* what it promises */
	bool needs_answer, idle_only;
};

/*
 * Reports a setting for each program, by its command, that has a connection which never notices a silence, or breaks an expectation: from
 * advise's data, with values that notice within the shortest bound that is expected, or two minutes, as the model says. Nothing where no
 * value does. groups: as audit_group leaves them. *list is to be freed after the run. 0, or -1 with the reason in *e.
 */
int audit_suggest(struct feed *f, const struct plan *p, const struct event_socket *groups, size_t n, struct suggestion **list, struct error *e);

#endif
