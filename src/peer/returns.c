// SPDX-License-Identifier: MIT
/* They are told apart by their host alone: behind one address several may be. */
#include "returns.h"

#include "faults/fault.h"
#include "reacted.h"
#include "tcp/tcpinfo.h"

/* Whose place it takes: of one that can no longer be seen, or that was given up; else nobody's. */
static struct other *lost_one(struct reactions *x, struct strike *s, const struct other *new)
{
	const bool deaf = reactions_deaf(x, s, new->since);
	struct other *gave_up = NULL;

	for (size_t i = 0; i < s->count; i++) {
		struct other *o = &s->others[i];

		if (o->back || o->left || !other_same_host(&o->ends.remote, &new->ends.remote))
			continue;
		if (o->seen == SEEN_NOTHING || (o->seen == SEEN_OPEN && deaf && reactions_fault(x)->fault->dead))
			return o;
		if (!gave_up && other_gave_up(o))
			gave_up = o;
	}
	return gave_up;
}

static void take_place(struct reactions *x, struct strike *s, struct other *lost, const struct other *new)
{
	lost->back = true;
	if (!other_gave_up(lost)) {
		lost->seen = SEEN_BACK;
		lost->at = new->since;
	}
	if (s->back == TIME_NONE)
		s->back = new->since - s->at;
	reactions_step(x, s, PROGRAM_RECONNECTED, new->since, new->id, &new->ends);
}

/* Of the oldest strike that it may be of: it came after that. */
void returns_find_one(struct reactions *x, struct other *new)
{
	for (size_t i = 0; i < x->nstrikes && !new->placed; i++) {
		struct other *lost = new->since > x->strikes[i].at ? lost_one(x, &x->strikes[i], new) : NULL;

		new->placed = lost;
		if (lost)
			take_place(x, &x->strikes[i], lost, new);
	}
}

void returns_find(struct reactions *x)
{
	for (size_t i = 0; i < x->nlive && x->nstrikes; i++)
		returns_find_one(x, &x->live[i]);
}

/* The first SYN of one that was lost. */
void returns_arrive(struct reactions *x, struct strike *s, const struct other *new)
{
	if (s->connecting != TIME_NONE || !s->count || diag_port(&s->others->ends.local) != diag_port(&new->ends.local) ||
	    !lost_one(x, s, new))
		return;
	s->connecting = new->since - s->at;
	reactions_step(x, s, PROGRAM_CONNECTING, new->since, 0, &new->ends);
}

/* ---- a stopped peer's accept queue ---- */

struct queue {
	struct reactions *x;
	uint16_t port;
	size_t waiting;
};

static int count_waiting(const struct diag_socket *s, void *of)
{
	struct queue *q = of;

	if (diag_port(&s->ends.local) == q->port)
		q->waiting += s->unread;
	return 0;
}

static bool is_known(const struct reactions *x, const struct diag_ends *ends)
{
	for (size_t i = 0; i < x->nlive; i++)
		if (other_is_of(&x->live[i], ends))
			return true;
	return false;
}

static int add_waiting(const struct diag_socket *s, void *of)
{
	struct queue *q = of;
	struct other *o;

	if (s->inode || diag_port(&s->ends.local) != q->port || is_known(q->x, &s->ends))
		return 0;
	o = reactions_add(q->x);
	if (!o)
		return 1;
	*o = other_new(&s->ends, s->has_info ? other_since(&s->info, clock_now()) : clock_now());
	return 0;
}

void returns_look(struct reactions *x)
{
	struct queue q = { .x = x };

	if (!x->stopped || !x->nstrikes || !x->strikes->count || x->diag < 0)
		return;
	q.port = diag_port(&x->strikes->others->ends.local);
	diag_each(x->diag, 1 << STATE_LISTEN, count_waiting, &q);
	if (q.waiting > x->waiting)
		diag_each(x->diag, 1 << STATE_ESTABLISHED | 1 << STATE_CLOSE_WAIT, add_waiting, &q);
	x->waiting = q.waiting;
}
