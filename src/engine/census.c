// SPDX-License-Identifier: MIT
/* Looks at the state of connections that others keep: a look at all of them costs no system call, but for a share that is told. */
#include "census.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/wall.h"
#include "base/words.h"
#include "run.h"
#include "tcp/tcpinfo.h"

#define LOOK_EVERY (NS_PER_S / 4)
#define LOOK_EVERY_MANY NS_PER_S /* from so many watches on: */
#define MANY 1000
#define ROUNDS 20 /* each target is told once in so many looks */
#define STATUS_ROOM 96

static bool has_verdict(const struct conn *c)
{
	for (size_t i = 0; i < c->ninstances; i++)
		if (c->instances[i].dead_at != TIME_NONE)
			return true;
	return false;
}

/* Once it is judged that decides, and until then a verdict, or an end that this kernel knows of. */
static bool is_open(const struct conn *c)
{
	if (!c->established)
		return false;
	return c->watch->phase == OVER ? !c->truth.dead : !conn_end(c) && !has_verdict(c);
}

static nsec rtt_of(const struct conn *c)
{
	struct tcp_info ti;

	return is_open(c) && tcpinfo_has(tcpinfo_read(c->socket.fd, &ti), tcpi_rtt) && ti.tcpi_rtt ? ti.tcpi_rtt * NS_PER_US : TIME_NONE;
}

static unsigned count_open(const struct census *s, const struct census_target *t)
{
	unsigned n = 0;

	for (const struct watch *w = s->watches + t->first; w < s->watches + t->first + t->count; w++)
		for (size_t i = 0; i < w->nconns; i++)
			n += is_open(&w->conns[i]);
	return n;
}

static void add_conn(struct event_target *e, const struct conn *c)
{
	nsec rtt = rtt_of(c);

	e->wanted++;
	if (rtt != TIME_NONE && (e->rtt == TIME_NONE || rtt < e->rtt))
		e->rtt = rtt;
	answers_add(&e->answers, &c->answers);
	for (size_t i = 0; i < c->ninstances; i++)
		answers_add(&e->answers, &c->instances[i].polls.answers);
}

static void tell(struct census *s, struct census_target *t)
{
	struct event *e = feed_event(&s->run->feed, EVENT_TARGET, clock_now());

	t->told = true;
	e->place = s->watches[t->first].place;
	e->followed.open = t->open;
	e->followed.changed = t->changed;
	for (const struct watch *w = s->watches + t->first; w < s->watches + t->first + t->count; w++)
		for (size_t i = 0; i < w->nconns; i++)
			add_conn(&e->followed, &w->conns[i]);
}

static void look_at(struct census *s, struct census_target *t, bool due)
{
	unsigned open = count_open(s, t);

	if (open != t->open)
		t->changed = wall_now();
	due |= open != t->open || !t->told;
	t->open = open;
	if (due)
		tell(s, t);
}

static void tell_status(struct census *s)
{
	size_t open = 0, wanted = 0;
	char text[STATUS_ROOM];

	for (size_t i = 0; i < s->ntargets; i++) {
		open += s->targets[i].open;
		for (size_t k = 0; k < s->targets[i].count; k++)
			wanted += s->watches[s->targets[i].first + k].nconns;
	}
	snprintf(text, sizeof(text), "%zu of %zu connection%s established", open, wanted, wanted == 1 ? " is" : "s are");
	service_status(&s->run->service, text);
}

static void look(struct timer *t, nsec now)
{
	struct census *s = container_of(t, struct census, timer);

	s->round = (s->round + 1) % ROUNDS;
	for (size_t i = 0; i < s->ntargets; i++)
		look_at(s, &s->targets[i], i % ROUNDS == s->round);
	tell_status(s);
	timer_set(&s->run->loop, t, now + s->every);
}

void census_tell(struct census *s)
{
	for (size_t i = 0; i < s->ntargets; i++)
		look_at(s, &s->targets[i], true);
}

static bool is_followed(const struct run *r)
{
	for (size_t i = 0; i < r->plan->output.noutputs; i++)
		if (r->plan->output.outputs[i].follows)
			return true;
	return r->service.notify.fd >= 0;
}

int census_open(struct census *s, struct run *r, const struct watch *watches, size_t n, struct error *e)
{
	*s = (struct census){ .run = r, .watches = watches, .every = n < MANY ? LOOK_EVERY : LOOK_EVERY_MANY, .timer.fire = look };
	if (!is_followed(r))
		return 0;
	s->targets = calloc(n, sizeof(*s->targets));
	if (!s->targets)
		return out_of_memory(e);
	for (size_t i = 0; i < n; i++) {
		if (!i || watches[i].place != watches[i - 1].place)
			s->targets[s->ntargets++] = (struct census_target){ .first = i, .changed = TIME_NONE };
		s->targets[s->ntargets - 1].count++;
	}
	timer_set(&r->loop, &s->timer, clock_now());
	return 0;
}

void census_close(struct census *s)
{
	free(s->targets);
	s->targets = NULL;
	s->ntargets = 0;
}
