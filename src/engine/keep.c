// SPDX-License-Identifier: MIT
/*
 * --keep: a watch for each connection, that begins anew after each death, for ever. What it needs is allocated before the first
 * connection; a death leaves nothing behind but counts.
 *
 *   waiting -> resolving -> dialing -> watched -> waiting ...
 *        ^---------- in vain ----------------
 */
#include "run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accepted.h"
#include "address.h"
#include "census.h"
#include "dial.h"
#include "resolve.h"
#include "base/utf8.h"
#include "base/words.h"

#define AT_ONCE 256   /* connections that are being made */
#define LOOKUPS 32    /* names that are being looked up */
#define WAIT_LEAST NS_PER_S         /* and a random half of it less */
#define WAIT_MOST (30 * NS_PER_S)   /* who lived for so long begins with the least again */

struct keep_slot {
	struct keep_mode *mode;
	struct target to;       /* the plan's, with one group */
	struct watch *watch;
	struct timer again;
	nsec wait;              /* the next one, before chance */
	nsec since;             /* when it was established; TIME_NONE */
	struct addrinfo *addresses;
	struct resolution *lookup; /* at work for it; NULL */
	char told[160];         /* why it is not connected, as it was told; "" */
	bool over;              /* the run ends, and this one has */
};

/* Those that wait for their turn, in order. */
struct keep_queue {
	struct keep_slot **slots;
	size_t head, count, room;
};

struct keep_mode {
	struct run run;
	struct watch *watches;
	struct keep_slot *slots;
	size_t n, over;
	struct keep_queue unresolved, undialed;
	struct resolution *idle[LOOKUPS];
	size_t nidle;
	bool resolving;         /* resolve_more is at it */
	struct dialer dialer;
	nsec due;               /* --connect-rate: not before */
	struct timer pace;
	struct accepted accepted;
	struct census census;
	bool ending;
};

static struct keep_mode *mode_of(const struct run *r)
{
	return container_of(r, struct keep_mode, run);
}

static size_t queue_place(const struct keep_queue *q, size_t i)
{
	const size_t at = q->head + i;

	return at < q->room ? at : at - q->room;
}

static void queue_put(struct keep_queue *q, struct keep_slot *s)
{
	q->slots[queue_place(q, q->count++)] = s;
}

static struct keep_slot *queue_take(struct keep_queue *q)
{
	struct keep_slot *s;

	if (!q->count)
		return NULL;
	s = q->slots[q->head];
	q->head = queue_place(q, 1);
	q->count--;
	return s;
}

/* Not all of those whose server comes back in one moment. */
static void wait_again(struct keep_slot *s)
{
	const nsec wait = s->wait / 2 + (nsec)((double)s->wait / 2 * run_random());

	s->wait = s->wait < WAIT_MOST / 2 ? 2 * s->wait : WAIT_MOST;
	timer_set(&s->mode->run.loop, &s->again, clock_now() + wait);
}

/* A reason is told once, until there is another. */
static void in_vain(struct keep_slot *s, const char *remote, const char *why)
{
	char text[sizeof(s->told)];
	struct event *e;

	s->watch->attempts++;
	snprintf(text, sizeof(text), "%s%s%s%s: %s; trying again", utf8_cut(target_label(s->watch->to), 60).text, *remote ? " (" : "",
		 remote, *remote ? ")" : "", why);
	service_begun(&s->mode->run.service);
	wait_again(s);
	if (!strcmp(text, s->told))
		return;
	memcpy(s->told, text, sizeof(text));
	e = feed_event(&s->mode->run.feed, EVENT_NOTE, clock_now());
	e->place = s->watch->place;
	memcpy(e->note, text, sizeof(e->note));
}

static void resolve_more(struct keep_mode *m);

/* The first address of many may be dead for days: all of them are tried, in their order. */
static void resolved(void *of, struct addrinfo *list, const struct error *e)
{
	struct keep_slot *s = of;
	struct keep_mode *m = s->mode;

	m->idle[m->nidle++] = s->lookup;
	s->lookup = NULL;
	resolve_free(s->addresses);
	s->addresses = list;
	if (!list && e->status == STATUS_USAGE) {
		run_fail(&m->run, e);
	} else if (!list) {
		in_vain(s, "", strrchr(e->text, ':') ? strrchr(e->text, ':') + 2 : e->text);
	} else {
		s->watch->conns->dial.address = list;
		queue_put(&m->undialed, s);
	}
	resolve_more(m);
	dial_more(&m->dialer);
}

static void resolve_more(struct keep_mode *m)
{
	struct keep_slot *s;

	if (m->resolving) /* it has found an address without waiting, and goes on */
		return;
	m->resolving = true;
	while (m->nidle && !m->ending && (s = queue_take(&m->unresolved))) {
		s->lookup = m->idle[--m->nidle];
		resolve_start(s->lookup, s->watch->to, address_family(m->run.plan), resolved, s);
	}
	m->resolving = false;
}

static void again(struct timer *t, nsec now)
{
	struct keep_slot *s = container_of(t, struct keep_slot, again);

	(void)now;
	queue_put(&s->mode->unresolved, s);
	resolve_more(s->mode);
}

static void pace_over(struct timer *t, nsec now)
{
	(void)now;
	dial_more(&container_of(t, struct keep_mode, pace)->dialer);
}

static struct conn *next_conn(struct dialer *d)
{
	struct keep_mode *m = container_of(d, struct keep_mode, dialer);
	const unsigned rate = m->run.plan->connect.rate;
	const nsec now = clock_now();
	struct keep_slot *s;

	if (m->ending || !m->undialed.count)
		return NULL;
	if (rate && m->due > now) {
		timer_set(&m->run.loop, &m->pace, m->due);
		return NULL;
	}
	s = queue_take(&m->undialed);
	m->due = now + (rate ? NS_PER_S / rate : 0);
	return s->watch->conns;
}

static void dial_failed(struct dialer *d, struct conn *c, const char *remote, int err)
{
	struct keep_mode *m = container_of(d, struct keep_mode, dialer);

	in_vain(&m->slots[c->watch - m->watches], remote, error_reason(err));
}

static void established(struct watch *w)
{
	struct keep_mode *m = mode_of(w->run);
	struct keep_slot *s = &m->slots[w - m->watches];

	s->since = w->at.established;
	*s->told = '\0';
	w->attempts = 0;
	if (!timer_is_set(&m->accepted.timer))
		accepted_start(&m->accepted, m->watches, m->n);
}

static void end_slot(struct keep_slot *s)
{
	struct keep_mode *m = s->mode;

	if (s->over)
		return;
	s->over = true;
	if (++m->over == m->n)
		loop_stop(&m->run.loop);
}

static void watch_over(struct watch *w)
{
	struct keep_mode *m = mode_of(w->run);
	struct keep_slot *s = &m->slots[w - m->watches];

	if (m->ending) {
		end_slot(s);
		return;
	}
	if (clock_now() - s->since >= WAIT_MOST)
		s->wait = WAIT_LEAST;
	w->lost = w->at.died != TIME_NONE ? w->at.died : clock_now();
	s->since = TIME_NONE;
	watch_reset(w);
	wait_again(s);
}

/* None was ever connected, and that is all that there is to say. */
static void fail_unconnected(struct keep_mode *m)
{
	struct error e;

	error_set(&e, STATUS_CONNECT, "%s: no connection before --timeout", quote(target_label(m->watches->to)).text);
	run_fail(&m->run, &e);
}

static void end_early(struct run *r)
{
	struct keep_mode *m = mode_of(r);

	m->ending = true;
	if (r->end.timed_out && !r->ids)
		fail_unconnected(m);
	for (size_t i = 0; i < m->n; i++) {
		struct keep_slot *s = &m->slots[i];

		timer_unset(&r->loop, &s->again);
		if (s->over)
			continue;
		if (s->watch->nestablished) {
			watch_end(s->watch);
		} else {
			s->watch->phase = OVER; /* what is still being dialed comes too late */
			end_slot(s);
		}
	}
}

static int settle(struct run *r, struct error *e)
{
	(void)e;
	census_tell(&mode_of(r)->census);
	return 0;
}

static size_t count_slots(const struct plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->connect.ntargets; i++)
		n += plan_groups(p, &p->connect.targets[i]).count * p->connect.connections;
	return n;
}

static int open_slot(struct keep_mode *m, size_t place, size_t group, size_t row, struct error *e)
{
	const struct plan *p = m->run.plan;
	const struct target *t = &p->connect.targets[place];
	struct keep_slot *s = &m->slots[m->n];
	struct watch *w = &m->watches[m->n++];

	*s = (struct keep_slot){ .mode = m, .to = *t, .watch = w, .wait = WAIT_LEAST, .since = TIME_NONE, .again.fire = again };
	s->to.groups = (struct group_range){ group, 1 };
	w->rows = row;
	if (watch_open(w, &m->run, &s->to, 1, e))
		return -1;
	w->to = t;
	w->place = place;
	w->target = p->connect.ntargets > 1 ? target_label(t) : NULL;
	w->conns->target = target_label(t);
	w->hooks.established = established;
	w->hooks.over = watch_over;
	queue_put(&m->unresolved, s);
	return 0;
}

/* The connections of a target follow each other. */
static int open_target(struct keep_mode *m, size_t place, size_t row, struct error *e)
{
	const struct plan *p = m->run.plan;
	const struct group_range range = plan_groups(p, &p->connect.targets[place]);

	for (size_t g = range.first; g < range.first + range.count; g++) {
		for (unsigned i = 0; i < p->connect.connections; i++)
			if (open_slot(m, place, g, row, e))
				return -1;
		row += p->groups[g].count;
	}
	return 0;
}

static int open_queue(struct keep_queue *q, size_t n)
{
	q->room = n;
	q->slots = calloc(n, sizeof(struct keep_slot *));
	return q->slots ? 0 : -1;
}

static int open_lookups(struct keep_mode *m)
{
	while (m->nidle < LOOKUPS) {
		m->idle[m->nidle] = resolve_new(&m->run);
		if (!m->idle[m->nidle])
			return -1;
		m->nidle++;
	}
	return 0;
}

static int open_slots(struct keep_mode *m, struct error *e)
{
	const struct plan *p = m->run.plan;
	const size_t n = count_slots(p);
	size_t row = 0;

	m->watches = calloc(n, sizeof(*m->watches));
	m->slots = calloc(n, sizeof(*m->slots));
	if (!m->watches || !m->slots || open_queue(&m->unresolved, n) || open_queue(&m->undialed, n) || open_lookups(m))
		return out_of_memory(e);
	for (size_t i = 0; i < p->connect.ntargets; i++) {
		if (open_target(m, i, row, e))
			return -1;
		if (m->run.feed.context.sets > 1)
			row += plan_probes(p, plan_groups(p, &p->connect.targets[i]));
	}
	return census_open(&m->census, &m->run, m->watches, n, e);
}

static void start(struct keep_mode *m)
{
	m->run.hooks.end = end_early;
	m->run.hooks.settle = settle;
	m->pace.fire = pace_over;
	m->dialer = (struct dialer){ .run = &m->run, .next = next_conn, .failed = dial_failed, .most = AT_ONCE };
	m->run.dialer = &m->dialer;
	resolve_more(m);
}

static void tear_down(struct keep_mode *m)
{
	for (size_t i = 0; i < m->n; i++) {
		watch_close(&m->watches[i]);
		resolve_end(m->slots[i].lookup);
		resolve_free(m->slots[i].addresses);
	}
	for (size_t i = 0; i < m->nidle; i++)
		resolve_end(m->idle[i]);
	free(m->unresolved.slots);
	free(m->undialed.slots);
	free(m->watches);
	free(m->slots);
	census_close(&m->census);
}

int run_keep(const struct plan *p, struct error *e)
{
	struct keep_mode *m = calloc(1, sizeof(*m));
	int status;

	if (!m)
		return out_of_memory(e), STATUS_SYSTEM;
	e->status = STATUS_OK;
	if (run_open(&m->run, p, count_slots(p), e) || resolve_source(&m->run, address_family(p), e) ||
	    open_slots(m, e))
		run_fail(&m->run, e);
	else
		start(m);
	status = (int)run_loop(&m->run);
	*e = m->run.end.error;
	tear_down(m);
	status = run_close(&m->run, status, e);
	free(m);
	return status;
}
