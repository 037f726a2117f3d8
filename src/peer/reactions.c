// SPDX-License-Identifier: MIT
/* Whom a fault struck, what they do, and when that is decided. They are looked at every 5 ms, or, where they are
 * many, in a tenth of the time, but every 100 ms. */
#include "reactions.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/words.h"
#include "engine/address.h"
#include "events/program.h"
#include "faults/fault.h"
#include "plan/expects.h"
#include "reacted.h"
#include "returns.h"
#include "sighting.h"

#define LOOK_EVERY (5 * NS_PER_MS)
#define LOOK_AT_LEAST_EVERY (100 * NS_PER_MS)
#define LOOK_SHARE 10

const struct chosen_fault *reactions_fault(const struct reactions *x)
{
	return x->run->plan->fault.chosen;
}

/* ---- time ---- */

bool reactions_asked(const struct reactions *x)
{
	return x->run->plan->judge.within != NS_NEVER || x->run->plan->judge.nexpects;
}

nsec reactions_within(const struct reactions *x)
{
	const struct judge_plan *j = &x->run->plan->judge;
	const nsec longest = expects_longest(x->run->plan);

	if (j->within != NS_NEVER)
		return j->within;
	if (longest)
		return longest;
	return reactions_asked(x) || x->over || x->run->plan->connect.keep_open ? REACTIONS_WITHIN : NS_NEVER;
}

bool reactions_deaf(const struct reactions *x, const struct strike *s, nsec now)
{
	const struct chosen_fault *f = reactions_fault(x);
	const struct effect *effect = &f->fault->effect;

	if (effect->data != REPLY_NOTHING)
		return false;
	return !effect->heals || !f->fault->silence || now < ns_add(s->at, f->fault->silence(f->params));
}

/* ---- steps ---- */

static enum program_role role_of(const struct reactions *x)
{
	return x->run->plan->connect.listen ? PROGRAM_CLIENT : PROGRAM_SERVER;
}

struct event *reactions_event(struct reactions *x, enum event_kind kind, nsec at)
{
	struct event *e = feed_event(&x->run->feed, kind, at);

	e->program = program_role_name(role_of(x));
	e->row = 0;
	return e;
}

static void ends_text(struct event_program *p, const struct diag_ends *ends)
{
	address_text(p->local, (const struct sockaddr *)&ends->remote, sizeof(ends->remote));
	address_text(p->remote, (const struct sockaddr *)&ends->local, sizeof(ends->local));
}

void reactions_step(struct reactions *x, const struct strike *s, enum program_step step, nsec at, unsigned id,
		    const struct diag_ends *ends)
{
	struct event *e = reactions_event(x, EVENT_PROGRAM, at);

	e->conn = id;
	e->after = at - s->at;
	e->step.step = step;
	ends_text(&e->step, ends);
}

void reactions_end_seen(struct reactions *x, const struct strike *s, const struct other *o)
{
	if (o->seen == SEEN_CLOSED || o->seen == SEEN_RESET)
		reactions_step(x, s, PROGRAM_CLOSED, o->at, o->id, &o->ends);
}

/* ---- connections ---- */

static struct other *find(struct other *list, size_t n, unsigned peer, unsigned number)
{
	for (size_t i = n; i--;)
		if (list[i].peer == peer && list[i].number == number)
			return &list[i];
	return NULL;
}

static struct other *find_struck(struct reactions *x, unsigned peer, unsigned number, struct strike **of)
{
	for (size_t i = 0; i < x->nstrikes; i++) {
		struct other *o = find(x->strikes[i].others, x->strikes[i].count, peer, number);

		*of = &x->strikes[i];
		if (o)
			return o;
	}
	return NULL;
}

static void forget_live(struct reactions *x, struct other *o)
{
	const size_t i = (size_t)(o - x->live);

	memmove(o, o + 1, (--x->nlive - i) * sizeof(*o));
}

struct other *reactions_add(struct reactions *x)
{
	if (x->nlive == x->room) {
		const size_t room = x->room ? 2 * x->room : 64;
		struct other *more = realloc(x->live, room * sizeof(*more));
		struct error e;

		if (!more) {
			out_of_memory(&e);
			run_fail(x->run, &e);
			return NULL;
		}
		x->live = more;
		x->room = room;
	}
	return &x->live[x->nlive++];
}

void reactions_connected(struct reactions *x, unsigned peer, unsigned id, const struct peer_message *m)
{
	struct other *o = reactions_fault(x) ? reactions_add(x) : NULL;

	if (!o)
		return;
	*o = other_new(&(struct diag_ends){ .local = m->local, .remote = m->remote }, m->since);
	o->id = id;
	o->peer = peer;
	o->number = m->number;
	/* What it takes the place of was ended right before. */
	if (x->nstrikes && LOOK_SHARE * x->cost < LOOK_EVERY)
		timer_set(&x->run->loop, &x->timer, clock_now());
}

void reactions_ended(struct reactions *x, unsigned peer, const struct peer_message *m)
{
	struct other *o = find(x->live, x->nlive, peer, m->number);
	struct strike *s;

	if (o) {
		returns_find_one(x, o);
		forget_live(x, o);
		return;
	}
	o = find_struck(x, peer, m->number, &s);
	/* What its peer tells counts, though this kernel may have lost it before. */
	if (!o || other_gave_up(o) || o->left)
		return;
	o->seen = m->reset ? SEEN_RESET : SEEN_CLOSED;
	o->at = m->at;
	reactions_end_seen(x, s, o);
}

unsigned reactions_left(struct reactions *x, unsigned peer, const struct peer_message *m)
{
	struct other *o = find(x->live, x->nlive, peer, m->number);
	struct strike *s;

	if (!o)
		o = find_struck(x, peer, m->number, &s);
	if (o && o->seen == SEEN_OPEN)
		o->left = true;
	return o ? o->id : 0;
}

/* ---- strikes ---- */

static void take_struck(struct reactions *x, struct strike *s, unsigned peer)
{
	size_t kept = 0;

	for (size_t i = 0; i < x->nlive; i++)
		if (x->live[i].peer != peer)
			x->live[kept++] = x->live[i];
		else if (!x->live[i].left)
			s->others[s->count++] = x->live[i];
	x->nlive = kept;
}

static void free_strike(struct reactions *x, size_t i)
{
	free(x->strikes[i].others);
	memmove(&x->strikes[i], &x->strikes[i + 1], (--x->nstrikes - i) * sizeof(*x->strikes));
}

static void tell_strike(struct reactions *x, size_t i, bool cut)
{
	reacted_tell(x, &x->strikes[i], cut);
	free_strike(x, i);
}

/* Room is made now: its news may come while those that are open are looked at. */
void reactions_strike(struct reactions *x)
{
	if (x->nstrikes == REACTIONS_STRIKES)
		tell_strike(x, 0, true);
	x->resets = other_resets();
	x->arrivals.arrived = sighting_arrived;
	if (!x->arrivals.open)
		arrivals_open(&x->arrivals, &x->run->loop);
}

void reactions_struck(struct reactions *x, unsigned peer, nsec at)
{
	struct strike *s;
	struct error e;

	sighting_look(x);
	s = &x->strikes[x->nstrikes++];
	*s = (struct strike){ .at = at, .peer = peer, .resets = x->resets, .back = TIME_NONE, .connecting = TIME_NONE, .others = calloc(x->nlive + 1, sizeof(*s->others)) };
	if (!s->others) {
		out_of_memory(&e);
		run_fail(x->run, &e);
		return;
	}
	take_struck(x, s, peer);
	sighting_list(x);
	timer_set(&x->run->loop, &x->timer, clock_now());
}

bool reactions_is_open(const struct reactions *x, unsigned peer)
{
	for (size_t i = 0; i < x->nstrikes; i++)
		if (x->strikes[i].peer == peer)
			return true;
	return false;
}

void reactions_cut(struct reactions *x, unsigned peer)
{
	for (size_t i = x->nstrikes; i--;)
		if (x->strikes[i].peer == peer)
			tell_strike(x, i, true);
}

/* ---- decisions ---- */

static bool may_come_back(const struct reactions *x)
{
	return x->run->plan->connect.listen && !x->over;
}

static bool wants_return(const struct reactions *x)
{
	return x->run->plan->connect.keep_open || !reactions_asked(x) || expect_has(x->run->plan, EXPECT_RECONNECTED);
}

static bool is_settled(const struct reactions *x, const struct strike *s, const struct other *o, nsec now)
{
	if (o->left)
		return true;
	if (o->seen == SEEN_OPEN && (!reactions_deaf(x, s, now) || x->arrivals.open || !reactions_fault(x)->fault->dead))
		return false;
	if (!may_come_back(x) || o->back)
		return true;
	return other_gave_up(o) && !wants_return(x);
}

static bool is_decided(const struct reactions *x, const struct strike *s, nsec now)
{
	if (now >= ns_add(s->at, reactions_within(x)))
		return true;
	for (size_t i = 0; i < s->count; i++)
		if (!is_settled(x, s, &s->others[i], now))
			return false;
	return true;
}

static void tell_decided(struct reactions *x)
{
	const size_t before = x->nstrikes;

	for (size_t i = x->nstrikes; i--;)
		if (is_decided(x, &x->strikes[i], clock_now()))
			tell_strike(x, i, false);
	if (x->nstrikes != before)
		x->told(x);
}

static nsec pause_of(nsec wanted)
{
	if (wanted < LOOK_EVERY)
		return LOOK_EVERY;
	return wanted < LOOK_AT_LEAST_EVERY ? wanted : LOOK_AT_LEAST_EVERY;
}

static void look(struct timer *t, nsec now)
{
	struct reactions *x = container_of(t, struct reactions, timer);
	sighting_look(x);
	tell_decided(x);
	x->cost = clock_now() - now;
	if (x->nstrikes)
		timer_set(&x->run->loop, t, ns_add(now, pause_of(LOOK_SHARE * x->cost)));
}

bool reactions_open_results(const struct reactions *x)
{
	return x->nstrikes;
}

void reactions_over(struct reactions *x)
{
	x->over = true;
	tell_decided(x);
}

void reactions_tell(struct reactions *x)
{
	sighting_look(x);
	sighting_look(x); /* what is missing must be so twice */
	while (x->nstrikes)
		tell_strike(x, 0, !is_decided(x, x->strikes, clock_now()));
}

void reactions_open(struct reactions *x, struct run *r)
{
	x->run = r;
	x->diag = diag_open();
	x->resets = -1;
	x->timer.fire = look;
}

void reactions_close(struct reactions *x)
{
	while (x->nstrikes)
		free_strike(x, 0);
	free(x->live);
	arrivals_close(&x->arrivals);
	if (x->run && x->diag >= 0)
		close(x->diag);
}
