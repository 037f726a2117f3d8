// SPDX-License-Identifier: MIT
/*
 * Which events become lines. What would recur (many connections that are established,
 * many that the kernel gave up in one moment) is written once, and in full only with -v.
 */
#include <string.h>

#include "results/programs.h"
#include "text.h"

#define FEW 4          /* connections that each get lines of their own */
#define MANY 64        /* connections from which on only each probe's first verdict is written */
#define BURST NS_PER_S /* the same kernel event again within that is not news */

static bool is_brief(const struct text *t, unsigned limit)
{
	return t->c->connections > limit && t->c->verbosity < 1;
}

static void fold(struct text *t, const struct event *e)
{
	const char *target = e->connection.target ? e->connection.target : "";
	size_t i = 0;

	t->folded.count++;
	t->folded.adopted = e->connection.pid;
	t->folded.t = e->t;
	while (i < t->folded.ntargets && i < TEXT_TARGETS && strcmp(t->folded.targets[i], target) != 0)
		i++;
	if (i < t->folded.ntargets)
		return;
	if (i < TEXT_TARGETS)
		t->folded.targets[i] = target;
	t->folded.ntargets = i + 1;
}

void text_unfold(struct text *t, struct out *o)
{
	if (t->folded.count)
		line_folded(t, o);
	t->folded.count = 0;
	t->folded.ntargets = 0;
}

static void tell_connected(struct text *t, struct out *o, const struct event *e)
{
	if (!is_brief(t, FEW)) {
		line_connected(t, o, e);
		return;
	}
	fold(t, e);
	if (t->folded.count == t->c->connections)
		text_unfold(t, o);
}

static void tell_kernel(struct text *t, struct out *o, const struct event *e)
{
	nsec last = t->burst[e->kernel.cause];

	t->burst[e->kernel.cause] = e->t;
	if (is_brief(t, FEW) && last && e->t - last < BURST)
		t->hidden++;
	else
		line_kernel(t, o, e);
}

static void tell_verdict(struct text *t, struct out *o, const struct event *e)
{
	const struct result_cell *r = results_of(&t->results, e);

	if (is_brief(t, MANY) && t->c->sets > 1 && t->verdicts++ >= FEW)
		t->hidden++;
	else if (is_brief(t, MANY) && r && (e->kind == EVENT_DEAD ? r->verdicts : r->suspects) > 1)
		t->hidden++;
	else
		line_verdict(t, o, e);
}

/* Each of many targets may have the same to say. */
static void tell_note(struct text *t, struct out *o, const struct event *e)
{
	if (t->c->targets > FEW && t->c->connections && t->c->verbosity < 1 && t->notes++ >= FEW)
		t->hidden++;
	else
		line_note(t, o, e);
}

static void tell_unconnected(struct text *t, struct out *o, const struct event *e)
{
	if (t->c->verbosity < 1 && t->unconnected++ >= FEW)
		t->hidden++;
	else
		line_unconnected(t, o, e);
}

/* Results are the table's; but a program has only one, with -k the end may be far, and -v wants all. */
static void tell_result(const struct text *t, struct out *o, const struct event *e)
{
	const bool keeps = t->c->targets && !t->c->connections; /* the same after each death says nothing new (--keep) */
	bool news = e->result.result == MISSED || e->result.result == FALSE_ALARM || (e->result.result == INCONCLUSIVE && !keeps);

	if (t->c->verbosity > 0 || e->program || (!t->c->connections && news))
		line_result(t, o, e);
}

/* Of a pool the first few; the others with -v. */
static void tell_step(struct text *t, struct out *o, const struct event *e)
{
	if (t->c->verbosity < 1 && results_stage(&t->results, e->column)->of[e->step.step].count > FEW)
		t->hidden++;
	else
		line_step(t, o, e);
}

void text_timeline(struct text *t, struct out *o, const struct event *e)
{
	switch (e->kind) {
	case EVENT_LISTENING:
		line_listening(t, o, e);
		break;
	case EVENT_CONNECTED:
		tell_connected(t, o, e);
		break;
	case EVENT_UNCONNECTED:
		tell_unconnected(t, o, e);
		break;
	case EVENT_FAULT:
		line_fault(t, o, e);
		break;
	case EVENT_KERNEL:
		tell_kernel(t, o, e);
		break;
	case EVENT_SUSPECT:
	case EVENT_DEAD:
		tell_verdict(t, o, e);
		break;
	case EVENT_NOTE:
		tell_note(t, o, e);
		break;
	case EVENT_RESULT:
		tell_result(t, o, e);
		break;
	case EVENT_PROGRAM:
		tell_step(t, o, e);
		break;
	case EVENT_START:
	case EVENT_ADVICE:
	case EVENT_PREDICTION:
	case EVENT_SETTING:
	case EVENT_VERIFIED:
	case EVENT_SOCKET:
	case EVENT_IDLE_LIMIT:
	case EVENT_TARGET:
	case EVENT_EXPECT:
	case EVENT_END:
		break;
	}
}
