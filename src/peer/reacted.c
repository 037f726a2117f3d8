// SPDX-License-Identifier: MIT
/* The result of all connections together that a fault struck. */
#include "reacted.h"

#include <stdio.h>

#include "base/duration.h"
#include "events/program.h"
#include "faults/fault.h"

#define DEAF "this end is deaf"
#define UNANSWERED "its data go unanswered, and behind these a close is not seen"

struct sum {
	unsigned all, closed, reset, back, blind, open, told;
	nsec last; /* that it gave one up */
	const char *why;
};

static bool is_deaf(const struct reactions *x)
{
	const struct fault *f = x->run->plan->fault.chosen->fault;

	return f->effect.data == REPLY_NOTHING && !(f->effect.heals && f->effect.healed == REPLY_ACK);
}

static void add_gave_up(struct sum *n, const struct other *o)
{
	n->closed += o->seen == SEEN_CLOSED;
	n->reset += o->seen == SEEN_RESET;
	n->back += o->seen == SEEN_BACK;
	if (n->last == TIME_NONE || o->at > n->last)
		n->last = o->at;
}

/* From a deaf end its silence is seen only with all that arrives; and whose data go unanswered may be given up in
 * silence by its own kernel. */
static bool is_unseen(struct reactions *x, const struct other *o)
{
	return o->seen == SEEN_NOTHING || (is_deaf(x) && !(x->arrivals.open && x->listed && !o->spoke && !arrivals_lost(&x->arrivals)));
}

static struct sum sum_up(struct reactions *x, const struct strike *s)
{
	const nsec end = reactions_asked(x) ? ns_add(s->at, reactions_within(x)) : NS_NEVER;
	struct sum n = { .last = TIME_NONE };

	for (size_t i = 0; i < s->count; i++) {
		const struct other *o = &s->others[i];

		if (o->left)
			continue;
		n.all++;
		n.told += o->told;
		if (other_gave_up(o) && o->at <= end) { /* a look may come late */
			add_gave_up(&n, o);
			continue;
		}
		n.open += !is_unseen(x, o);
		n.blind += is_unseen(x, o);
		if (is_unseen(x, o) && !n.why)
			n.why = o->seen == SEEN_NOTHING ? o->blind : o->spoke ? UNANSWERED : DEAF;
	}
	return n;
}

static unsigned gave_up(const struct sum *n)
{
	return n->closed + n->reset + n->back;
}

static enum result result_of(const struct sum *n, bool dead)
{
	if (!n->all)
		return INCONCLUSIVE;
	if (gave_up(n) == n->all)
		return dead ? NOTICED : FALSE_ALARM;
	if (!n->open)
		return INCONCLUSIVE;
	return dead ? MISSED : STAYED_ALIVE;
}

/* "it closed (FIN)", "closed 8, reset 1 of 10 connections, 1 not seen" */
static void how_it_gave_up(char *to, size_t room, const struct sum *n)
{
	const struct { unsigned n; const char *verb, *alone; } ways[] = {
		{ n->closed, "closed", "it closed (FIN)" },
		{ n->reset, "reset", "it reset the connection (RST)" },
		{ n->back, "came back on", "it came back" },
	};
	size_t used = 0;

	to[0] = '\0';
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		if (n->all == 1 && ways[i].n)
			snprintf(to, room, "%s", ways[i].alone);
		else if (ways[i].n && used < room)
			used += (size_t)snprintf(to + used, room - used, "%s%s %u", used ? ", " : "", ways[i].verb, ways[i].n);
	}
	if (n->all > 1 && used < room)
		used += (size_t)snprintf(to + used, room - used, "%s of %u connections", used ? "" : "gave up none", n->all);
	if (n->all > 1 && n->blind && used < room)
		snprintf(to + used, room - used, ", %u not seen", n->blind);
}

static void how_it_missed(char *to, size_t room, const struct sum *n, nsec waited)
{
	char time[DURATION_ROOM];

	duration_brief(time, waited);
	if (gave_up(n) || n->blind)
		how_it_gave_up(to, room, n);
	else if (n->told == n->all)
		snprintf(to, room, "its kernel knew (FIN), and it never reacted within %s", time);
	else
		snprintf(to, room, "it never reacted within %s", time);
}

static void say_inconclusive(struct event *e, const struct sum *n, size_t struck, const char *short_of)
{
	if (short_of && n->open)
		snprintf(e->note, sizeof(e->note), "%s before it reacted", short_of);
	else if (!struck)
		snprintf(e->note, sizeof(e->note), "no connection was established when it struck");
	else if (!n->all)
		snprintf(e->note, sizeof(e->note), "the server behind --to ended each connection itself");
	else
		snprintf(e->note, sizeof(e->note), "%s: only a new connection shows a reaction%s",
			 n->why, gave_up(n) ? ", and not all came back" : "");
}

static struct reaction reaction_of(const struct event *e, const struct strike *s, const struct sum *n)
{
	struct reaction r = e->result.reaction;

	r.connections = n->all;
	r.given_up = gave_up(n);
	r.told = n->told;
	r.connecting = s->connecting;
	r.reconnected = s->back;
	if (n->last != TIME_NONE)
		r.last = n->last - s->at;
	r.cause = n->told ? KERNEL_FIN : KERNEL_NOTHING;
	return r;
}

static void account(struct run *r, struct event *e, bool cut)
{
	r->end.any_watched = r->end.any_struck = true;
	if (!cut || (e->result.result != INCONCLUSIVE && e->result.reaction.reconnected != TIME_NONE))
		r->end.any_failed |= !expect_program(r->plan, r->end.outcomes, e);
}

/* Why it had less time than it was given, where it was; or NULL. */
static const char *short_of_time(const struct reactions *x, bool cut)
{
	if (x->run->end.signo)
		return "the run was interrupted";
	return cut ? "the time was over" : NULL;
}

void reacted_tell(struct reactions *x, const struct strike *s, bool cut)
{
	const bool dead = x->run->plan->fault.chosen->fault->dead;
	const struct sum n = sum_up(x, s);
	const char *short_of = short_of_time(x, cut && x->run->plan->connect.keep_open);
	const nsec now = clock_now();
	struct event *e = reactions_event(x, EVENT_RESULT, now);

	e->probe = program_probe(x->run->plan->connect.listen ? PROGRAM_CLIENT : PROGRAM_SERVER);
	e->group = e->probe->name;
	e->result.reaction = reaction_of(e, s, &n);
	e->result.result = result_of(&n, dead);
	if (short_of && n.open)
		e->result.result = INCONCLUSIVE;
	if (e->result.result == NOTICED || e->result.result == FALSE_ALARM)
		e->after = n.last - s->at;
	if (e->result.result == INCONCLUSIVE)
		say_inconclusive(e, &n, s->count, short_of);
	else if (e->result.result == MISSED)
		how_it_missed(e->verdict.how, sizeof(e->verdict.how), &n, now - s->at);
	else if (e->result.result != STAYED_ALIVE || n.blind)
		how_it_gave_up(e->verdict.how, sizeof(e->verdict.how), &n);
	account(x->run, e, short_of);
}
