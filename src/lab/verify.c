// SPDX-License-Identifier: MIT
/*
 * Does advice hold? Each group's deaths, false alarms and packets, beside what was promised. What this process was late is
 * not the advice's.
 */
#include <stdio.h>
#include <string.h>

#include "lab.h"

#define HOUR (3600 * NS_PER_S)

/* Kernel timers fire up to an eighth late, and so there are fewer packets; by that share there may be more, as they fall. */
#define FEWER_SHARE 8
#define MORE_SHARE 50

struct verification {
	const struct lab *l;
	const struct promise *promise;
	size_t group;
	unsigned unnamed; /* things that broke it, for which the note has no room */
	struct event *e;
};

#define AND_MORE "; and %u more"

/* Keeps the first thing that broke it, and those that fit whole behind it. */
static void breaks(struct verification *v, const char *what, const char *how)
{
	char *note = v->e->note;
	const size_t used = strlen(note), room = sizeof(v->e->note);
	const size_t needed = strlen("; ") + strlen(what) + strlen(" ") + strlen(how) + sizeof(AND_MORE);

	v->e->verified.holds = false;
	if (used && (v->unnamed || used + needed > room))
		v->unnamed++;
	else
		snprintf(note + used, room - used, "%s%s%s%s", used ? "; " : "", what, *how ? " " : "", how);
}

static void count_unnamed(const struct verification *v)
{
	char *note = v->e->note;
	const size_t used = strlen(note);

	if (v->unnamed)
		snprintf(note + used, sizeof(v->e->note) - used, AND_MORE, v->unnamed);
}

static void verify_death(struct verification *v, const char *fault, const struct cell *c)
{
	struct event_verified *to = &v->e->verified;
	char text[64];

	to->deaths_of++;
	if (c->result != NOTICED || c->after == TIME_NONE) {
		breaks(v, fault, result_name(c->result));
		return;
	}
	if (v->e->after == TIME_NONE || c->after > v->e->after) {
		v->e->after = c->after;
		to->slowest = fault;
	}
	if (c->prompt <= v->promise->by) {
		to->deaths++;
		return;
	}
	snprintf(text, sizeof(text), "noticed after %.3f s", ns_seconds(c->after));
	breaks(v, fault, text);
}

static void verify_fault(struct verification *v, size_t f)
{
	const struct matrix *m = &v->l->matrix;
	const struct cell *c = &m->cells[f * m->ngroups + v->group];
	const char *fault = m->faults[f].spec;

	if (v->promise->noticed >> f & 1)
		verify_death(v, fault, c);
	else if (m->faults[f].fault->forgets && c->result != STAYED_ALIVE)
		breaks(v, fault, "the path forgot the connection");
	else if (!m->faults[f].fault->dead && c->result == INCONCLUSIVE)
		breaks(v, fault, "inconclusive");
	if (c->false_alarm && v->promise->alarms >> f & 1) {
		v->e->verified.announced = fault;
	} else if (c->false_alarm) {
		v->e->verified.alarms++;
		breaks(v, "a false alarm at", fault);
	}
}

static bool agrees(int64_t measured, int64_t promised)
{
	return measured >= promised - promised / FEWER_SHARE - 1 && measured <= promised + promised / MORE_SHARE + 1;
}

/* Packets an hour, from the fault that leaves the peer in peace. */
static void verify_packets(struct verification *v, const struct cell *c)
{
	struct event_verified *to = &v->e->verified;
	const struct promise *p = v->promise;

	if (c->steady.time <= 0)
		return;
	to->an_hour = (int64_t)((double)c->steady.count * (double)HOUR / (double)c->steady.time + 0.5);
	if (agrees(to->an_hour, to->promised_an_hour))
		return;
	if (agrees(to->an_hour, p->echoed * HOUR / p->gap))
		to->why = "the lab's peer echoes each byte, and that is acknowledged";
	else if (v->l->run.late)
		to->why = "tcpalive was stopped or starved, and late";
	else if (to->an_hour > to->promised_an_hour && to->an_hour <= (p->echoed + 1) * HOUR / p->gap + 1)
		to->why = "an answer came so late that an ACK went before it";
	else if (c->retransmitted)
		to->why = "some were retransmitted, on a busy machine";
	else
		breaks(v, "other packets than promised", "");
}

static void verify_group(struct lab *l, size_t group)
{
	const struct matrix *m = &l->matrix;
	const struct promise *p = &l->run.plan->lab.promises[group];
	struct verification v = { .l = l, .promise = p, .group = group,
				  .e = feed_event(&l->run.feed, EVENT_VERIFIED, clock_now()) };

	v.e->group = m->plan->groups[group].spec;
	v.e->verified = (struct event_verified){
		.holds = true, .promised = p->by, .an_hour = -1, .promised_an_hour = p->packets * HOUR / p->gap,
	};
	for (size_t f = 0; f < m->nfaults; f++) {
		verify_fault(&v, f);
		if (m->faults[f].fault->control)
			verify_packets(&v, &m->cells[f * m->ngroups + group]);
	}
	count_unnamed(&v);
	l->run.end.any_failed |= !v.e->verified.holds;
}

void verify_tell(struct lab *l)
{
	for (size_t g = 0; l->run.plan->lab.promises && g < l->matrix.ngroups; g++)
		verify_group(l, g);
	feed_drain(&l->run.feed);
}
