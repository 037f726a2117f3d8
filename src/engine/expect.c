// SPDX-License-Identifier: MIT
/*
 * --expect. A watch in which nothing died breaks neither any nor all: that is exit
 * status 5, not 1. Probes that share a connection are one strategy: with
 * `all` it is enough that one of them notices.
 */
#include "expect.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "plan/expects.h"

#define OWN_DELAY ": only because tcpalive was late itself, as it was stopped or starved"

void outcome_break(struct outcome *o, const char *fault, const char *fmt, ...)
{
	va_list ap;
	int used;

	if (o->broken)
		return;
	o->broken = true;
	used = snprintf(o->why, sizeof(o->why), "%.80s%s", fault ? utf8_cut(fault, 80).text : "", fault ? ": " : "");
	va_start(ap, fmt);
	vsnprintf(o->why + used, sizeof(o->why) - (size_t)used, fmt, ap);
	va_end(ap);
}

bool expect_is_after(const struct event *e)
{
	return e->after != TIME_NONE && e->after >= 0;
}

static bool holds_for(const struct expect *x, const struct event *e)
{
	if (x->kind == EXPECT_NEVER)
		return e->result.result == MISSED || e->result.result == STAYED_ALIVE;
	if (e->result.result == NOTICED)
		return expect_is_after(e) && e->after <= x->within;
	return e->result.result == STAYED_ALIVE;
}

/* Would it have held, had this process looked in time? Nothing was proved all the same. */
static bool is_own_delay(const struct expect *x, const struct event *e)
{
	return x->kind == EXPECT_WITHIN && e->result.result == NOTICED && e->late && e->after - e->late <= x->within;
}

static void broke_for(struct outcome *o, const struct expect *x, const struct event *e)
{
	if (e->result.result == UNSUPPORTED)
		outcome_break(o, e->fault ? e->fault : e->target, "connection %u: unsupported: %s", e->conn, e->verdict.how);
	else if (e->result.result == INCONCLUSIVE)
		outcome_break(o, e->fault ? e->fault : e->target, "connection %u: inconclusive: %s", e->conn, e->note);
	else if (expect_is_after(e))
		outcome_break(o, e->fault ? e->fault : e->target, "connection %u: %s, after %.6f s%s", e->conn, result_name(e->result.result),
			   ns_seconds(e->after), is_own_delay(x, e) ? OWN_DELAY : "");
	else if (e->result.result == NOTICED)
		outcome_break(o, e->fault ? e->fault : e->target, "connection %u: noticed, but not after the fault or a kernel event", e->conn);
	else
		outcome_break(o, e->fault ? e->fault : e->target, "connection %u: %s", e->conn, result_name(e->result.result));
}

static bool is_about(const struct expect *x, const struct event *e, bool together)
{
	if (together)
		return x->group && !strcmp(x->group, e->group);
	return x->probe && x->probe == e->probe;
}

static bool look_at(const struct plan *p, struct outcome *o, const struct event *e, bool together)
{
	bool all = true;

	for (size_t i = 0; i < p->judge.nexpects; i++) {
		const struct expect *x = &p->judge.expects[i];

		if (!expect_is_of(x, e->fault) || !is_about(x, e, together) || holds_for(x, e))
			continue;
		broke_for(&o[i], x, e);
		all = false;
	}
	return all;
}

bool expect_result(const struct plan *p, struct outcome *o, const struct event *e)
{
	return look_at(p, o, e, false);
}

bool expect_connection(const struct plan *p, struct outcome *o, const struct event *first)
{
	return look_at(p, o, first, true);
}

static unsigned died(const struct result_counts *n)
{
	return n->count[NOTICED] + n->count[MISSED];
}

static unsigned results(const struct result_counts *n)
{
	unsigned all = 0;

	for (size_t i = 0; i < RESULTS; i++)
		all += n->count[i];
	return all;
}

static bool holds(enum expect_kind kind, const struct result_counts *n)
{
	switch (kind) {
	case EXPECT_ANY:
		return n->count[NOTICED] || (!died(n) && (n->count[STAYED_ALIVE] || !n->count[INCONCLUSIVE]));
	case EXPECT_ALL:
		return !n->unnoticed && !n->unproved && !n->count[FALSE_ALARM];
	case EXPECT_ALIVE:
		return !died(n) && !n->count[FALSE_ALARM] && !n->count[INCONCLUSIVE] && !n->unwatched;
	default:
		return true;
	}
}

static void broke_together(struct outcome *o, enum expect_kind kind, const struct result_counts *n,
			   const char *fault)
{
	if (kind == EXPECT_ANY && died(n))
		outcome_break(o, fault, "the peer died and no probe noticed");
	else if (kind == EXPECT_ALIVE && died(n))
		outcome_break(o, fault, "the peer died");
	else if (kind == EXPECT_ALIVE && n->count[FALSE_ALARM])
		outcome_break(o, fault, "false alarms: %u", n->count[FALSE_ALARM]);
	else if (kind == EXPECT_ALL && (n->unnoticed || n->count[FALSE_ALARM]))
		outcome_break(o, fault, "unnoticed deaths: %u, false alarms: %u", n->unnoticed,
		      n->count[FALSE_ALARM]);
	else if (n->unwatched && !n->count[INCONCLUSIVE])
		outcome_break(o, fault, "not watched: %u of %u (%s)", n->unwatched, results(n), n->unable);
	else
		outcome_break(o, fault, "inconclusive: %u (%s)", n->count[INCONCLUSIVE], n->why);
}

bool expect_counts(const struct plan *p, struct outcome *o, const struct result_counts *n, const char *fault)
{
	bool all = true;

	for (size_t i = 0; i < p->judge.nexpects; i++) {
		if (!expect_is_of(&p->judge.expects[i], fault) || holds(p->judge.expects[i].kind, n))
			continue;
		broke_together(&o[i], p->judge.expects[i].kind, n, fault);
		all = false;
	}
	return all;
}

void expect_nothing(const struct plan *p, struct outcome *o, const char *until)
{
	for (size_t i = 0; i < p->judge.nexpects; i++)
		outcome_break(&o[i], NULL, "nothing died%s", until);
}

bool expect_has(const struct plan *p, enum expect_kind kind)
{
	for (size_t i = 0; i < p->judge.nexpects; i++)
		if (p->judge.expects[i].kind == kind)
			return true;
	return false;
}
