// SPDX-License-Identifier: MIT
/* --expect of programs: what a program under test did, or the other end that the peer verb looks at. */
#include <stdio.h>
#include <string.h>

#include "events/reaction.h"
#include "expect.h"
#include "faults/fault.h"
#include "plan/expects.h"

static bool is_of_program(const struct expect *x)
{
	return x->kind == EXPECT_ALIVE || x->kind == EXPECT_NOTICED || x->kind == EXPECT_RECONNECTED || x->kind == EXPECT_NO_EXIT;
}

/* Did it lose nothing, so that there was nothing to connect again? */
static bool kept_all(const struct event *e)
{
	return e->result.result == STAYED_ALIVE && !e->result.reaction.given_up;
}

static bool noticed_in_time(const struct expect *x, const struct event *e)
{
	return e->result.result == STAYED_ALIVE || (e->result.result == NOTICED && expect_is_after(e) && e->after <= x->within);
}

static bool reconnected_in_time(const struct expect *x, const struct event *e)
{
	const nsec again = e->result.reaction.reconnected;

	return kept_all(e) || (again != TIME_NONE && again <= x->within);
}

static bool program_holds(const struct expect *x, const struct event *e)
{
	if (e->result.result == INCONCLUSIVE)
		return false;
	switch (x->kind) {
	case EXPECT_NOTICED:
		return noticed_in_time(x, e);
	case EXPECT_RECONNECTED:
		return reconnected_in_time(x, e);
	case EXPECT_NO_EXIT:
		return e->result.reaction.exited == TIME_NONE;
	default:
		return e->result.result == STAYED_ALIVE;
	}
}

/* May the program be connected again after that fault of the lab? */
static bool can_come_back(const struct plan *p, const struct event *e)
{
	const struct fault *f = e->column < p->lab.nfaults ? p->lab.faults[e->column].fault : NULL;

	return !f || !f->dead || f->effect.heals || f->forgets;
}

/* Why this result says nothing about the expectation; NULL if it does. */
static const char *unmeasured(const struct plan *p, const struct expect *x, const struct event *e)
{
	const struct reaction *r = &e->result.reaction;

	if (e->result.result == UNSUPPORTED)
		return e->verdict.how;
	if (x->kind != EXPECT_RECONNECTED || x->fault || e->result.result == INCONCLUSIVE || r->reconnected != TIME_NONE)
		return NULL;
	if (kept_all(e) && e->column < p->lab.nfaults && p->lab.faults[e->column].fault->control)
		return "it lost nothing";
	return can_come_back(p, e) ? NULL : "the peer does not come back";
}

static void program_text(char *to, size_t room, const struct expect *x, const struct event *e)
{
	const struct reaction *r = &e->result.reaction;
	char exit[64];

	if (e->result.result == INCONCLUSIVE)
		snprintf(to, room, "inconclusive: %s", e->note);
	else if (x->kind == EXPECT_NO_EXIT)
		snprintf(to, room, "%s, %.6f s after the fault", reaction_exit(exit, sizeof(exit), r->status), ns_seconds(r->exited));
	else if (x->kind == EXPECT_RECONNECTED && r->reconnected != TIME_NONE)
		snprintf(to, room, "reconnected, after %.6f s", ns_seconds(r->reconnected));
	else if (x->kind == EXPECT_RECONNECTED)
		snprintf(to, room, "never reconnected");
	else if (expect_is_after(e))
		snprintf(to, room, "%s, after %.6f s", result_name(e->result.result), ns_seconds(e->after));
	else
		snprintf(to, room, "%s", result_name(e->result.result));
}

/* "drop: ", or where the lab has no part in it "". */
static void remember(struct outcome *o, const struct event *e, const char *why)
{
	if (!o->why[0])
		snprintf(o->why, sizeof(o->why), "%.80s%s%s", e->fault ? e->fault : "", e->fault ? ": " : "", why);
}

bool expect_program(const struct plan *p, struct outcome *o, struct event *e)
{
	struct expected *found = &e->result.expected;
	char text[200];
	bool all = true;

	for (size_t i = 0; i < p->judge.nexpects; i++) {
		const struct expect *x = &p->judge.expects[i];
		const char *why;

		if (!is_of_program(x) || !expect_is_of(x, e->fault))
			continue;
		why = unmeasured(p, x, e);
		if (why && !o[i].broken && !o[i].measured)
			remember(&o[i], e, why);
		if (why)
			continue;
		o[i].measured = true;
		found->count++;
		if (program_holds(x, e))
			continue;
		found->broken = found->broken ? found->broken : x->text;
		program_text(text, sizeof(text), x, e);
		outcome_break(&o[i], e->fault, "%s: %s", e->program ? e->program : "the other end", text);
		all = false;
	}
	return all;
}

/* alive is of probes too. */
static bool is_of_programs_alone(const struct plan *p, const struct expect *x)
{
	return is_of_program(x) && (x->kind != EXPECT_ALIVE || (!p->ngroups && (p->mode == MODE_PEER || plan_has_programs(p))));
}

bool expect_measured(const struct plan *p, struct outcome *o)
{
	bool all = true;
	char why[240];

	for (size_t i = 0; i < p->judge.nexpects; i++) {
		if (!is_of_programs_alone(p, &p->judge.expects[i]) || o[i].measured || o[i].broken)
			continue;
		memcpy(why, o[i].why, sizeof(why));
		outcome_break(&o[i], NULL, "nothing was measured for it%s%.200s%s", why[0] ? " (" : "", why, why[0] ? ")" : "");
		all = false;
	}
	return all;
}
