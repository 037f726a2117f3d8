// SPDX-License-Identifier: MIT
/* The run: connections for every rung, the search's next ask, and when it is over. */
#include "run.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/words.h"
#include "engine/address.h"
#include "engine/resolve.h"
#include "idle.h"
#include "plan/protocol.h"

#define LOOKS 200 /* in the time that has passed: what the peer sends by itself is dated so well */
#define LOOK_LEAST (100 * NS_PER_MS)
#define LOOK_MOST (5 * NS_PER_S)
#define LINGER (5 * NS_PER_S) /* beyond the longest silence */
#define TIMERS (RUNGS_MOST + 16)

void idle_note(struct idle *d, const char *fmt, ...)
{
	struct event *e = feed_event(&d->run.feed, EVENT_NOTE, clock_now());
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->note, sizeof(e->note), fmt, ap);
	va_end(ap);
}

void idle_end(struct idle *d)
{
	const struct bracket *b = &d->search.bracket;

	d->over = true;
	idle_tell(d, true, clock_now());
	d->run.end.any_died = d->ended.decided || b->at_most != NS_NEVER;
	d->run.end.any_failed = !d->ended.decided && bracket_contradicts(b);
	loop_stop(&d->run.loop);
}

static void finish(struct idle *d, nsec now)
{
	d->over = true;
	if (!keeper_ask_last(d, now) && !d->run.loop.stopping)
		idle_end(d);
}

/* Nobody can be asked any more, and nothing is awaited. */
static bool is_over(const struct idle *d)
{
	if (d->ended.decided)
		return true;
	if (timer_is_set(&d->ended.grace) || !d->opened || d->in_flight)
		return false;
	return search_is_over(&d->search) || (d->refused && search_is_stuck(&d->search));
}

void idle_review(struct idle *d, nsec now)
{
	nsec when;

	if (d->over || run_is_ending(&d->run))
		return;
	search_next(&d->search, &when);
	timer_set(&d->run.loop, &d->next, when);
	if (!d->opened)
		return;
	dialing_renew(d);
	if (is_over(d))
		finish(d, now);
	else
		idle_tell(d, false, now);
}

static void next_due(struct timer *t, nsec now)
{
	struct idle *d = container_of(t, struct idle, next);
	nsec when;
	size_t i = search_next(&d->search, &when);

	if (d->over)
		return;
	if (i < d->search.count && when <= now)
		idler_ask(&d->idlers[i]);
	search_next(&d->search, &when);
	timer_set(&d->run.loop, t, when);
}

static void look_due(struct timer *t, nsec now)
{
	struct idle *d = container_of(t, struct idle, look);
	nsec pause = (now - d->begun) / LOOKS;

	idlers_look(d, now);
	pause = pause < LOOK_LEAST ? LOOK_LEAST : pause > LOOK_MOST ? LOOK_MOST : pause;
	timer_set(&d->run.loop, t, now + pause);
}

/* No silence of that length has come about: the peer breaks each. */
static void deadline_due(struct timer *t, nsec now)
{
	struct idle *d = container_of(t, struct idle, deadline);

	if (!d->over && d->search.bracket.at_most == NS_NEVER)
		finish(d, now);
}

static void end_early(struct run *r)
{
	struct idle *d = container_of(r, struct idle, run);

	if (d->address)
		idle_tell(d, true, clock_now());
	loop_stop(&r->loop);
}

static void start(struct idle *d)
{
	d->run.hooks.end = end_early;
	d->begun = d->looked = clock_now();
	d->shortest = NS_NEVER;
	d->next.fire = next_due;
	d->look.fire = look_due;
	d->deadline.fire = deadline_due;
	timer_set(&d->run.loop, &d->look, d->begun + LOOK_LEAST);
	timer_set(&d->run.loop, &d->deadline, ns_add(d->begun, ns_add(d->search.up_to, LINGER)));
	dialing_start(d);
}

static int open_idle(struct idle *d, const struct plan *p, struct error *e)
{
	size_t n = ladder_count(p->idle.up_to, p->idle.precision);

	if (run_open_reports(&d->run, p, (unsigned)n + 1, e) || run_open_loop(&d->run, TIMERS, e))
		return -1;
	d->target = p->connect.targets;
	search_open(&d->search, d->each, n, p->idle.up_to, p->idle.precision);
	for (size_t i = 0; i <= n; i++)
		d->idlers[i] = (struct idler){ .idle = d, .number = i, .socket.fd = -1 };
	if (p->idle.ask == ASK_PROTOCOL && protocol_phrases(d->target, &d->phrases, e))
		return -1;
	if (resolve_targets(&d->run, &d->list, d->target, 1, address_family(p), false, e))
		return -1;
	d->addresses = d->list;
	return 0;
}

int run_idle_limit(const struct plan *p, struct error *e)
{
	struct idle *d = calloc(1, sizeof(*d));
	int status;

	if (!d)
		return out_of_memory(e), STATUS_SYSTEM;
	e->status = STATUS_OK;
	if (open_idle(d, p, e))
		run_fail(&d->run, e);
	else
		start(d);
	status = (int)run_loop(&d->run);
	*e = d->run.end.error;
	for (size_t i = 0; i <= d->search.count; i++)
		idler_close(&d->idlers[i]);
	resolve_free(d->list);
	status = run_close(&d->run, status, e);
	free(d);
	return status;
}
