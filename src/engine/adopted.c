// SPDX-License-Identifier: MIT
/* Other programs' connections: each is a watch of its own, as nothing tells which of them have one peer. */
#include "adopted.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor.h"
#include "probes/ask.h"
#include "tcp/tcpinfo.h"
#include "base/words.h"

#define CHECK_MOST (100 * NS_PER_MS) /* so long at the most a program's close() waits for ours, */
#define CHECK_ENDED (5 * NS_PER_MS)  /* ... and so long right after the peer's end, as it will close soon */
#define ENDED_JUST (200 * NS_PER_MS)
#define TURNS 20

struct adopted_watch {
	struct watch watch;
	struct timer check;
};

struct adopted_end {
	struct handler ready;
	struct adopted_mode *mode;
};

struct adopted_mode {
	struct run run;
	const struct adoption *adoption;
	struct adopted_watch *watches;
	struct adopted_end *ends;
	size_t over;
};

static struct adopted_mode *mode_of(const struct run *r)
{
	return container_of(r, struct adopted_mode, run);
}

/* What was sent has a sequence number for each byte of data, and one for a FIN. */
static int64_t beyond_data(int fd, const struct tcp_info *ti)
{
	const int64_t queued = ask_queued(fd), data = (int64_t)(ti->tcpi_bytes_sent - ti->tcpi_bytes_retrans);

	return (int64_t)ti->tcpi_bytes_acked + queued - ti->tcpi_notsent_bytes - data;
}

bool adopted_is_shut(const struct conn *c, const struct tcp_info *ti)
{
	switch (ti->tcpi_state) {
	case STATE_ESTABLISHED: case STATE_CLOSE_WAIT:
		return false;
	case STATE_FIN_WAIT1: case STATE_FIN_WAIT2: case STATE_CLOSING:
		return true;
	}
	return beyond_data(c->socket.fd, ti) > c->beyond_data;
}

/* Some at a time: what happens to a connection meanwhile is stamped late. */
static nsec next_check(const struct watch *w)
{
	const struct kernel_event *end = conn_end(w->conns);
	const nsec given = w->run->plan->interval, every = given < CHECK_MOST ? given : CHECK_MOST;
	nsec now = clock_now(), turn = w->run->pace.start + w->conns->id % TURNS * every / TURNS;

	if (end && now - end->at < ENDED_JUST)
		return now + CHECK_ENDED;
	return turn + ((now - turn) / every + 1) * every;
}

static void let_go(struct watch *w, const char *why)
{
	struct conn *c = w->conns;

	snprintf(conn_event(c, EVENT_NOTE, clock_now())->note, 160, "%s by its program: %s", why, c->target);
	c->let_go = true;
	watch_end(w);
}

static void check(struct adopted_watch *a)
{
	struct watch *w = &a->watch;
	const struct adoption *of = mode_of(w->run)->adoption;

	if (w->phase == OVER)
		return;
	monitor_refresh(w->conns);
	if (w->conns->let_go)
		let_go(w, "shut down");
	else if (!of->holds(of->of, (size_t)(a - mode_of(w->run)->watches)))
		let_go(w, "closed");
	else
		timer_set(&w->run->loop, &a->check, next_check(w));
}

static void check_due(struct timer *t, nsec now)
{
	(void)now;
	check(container_of(t, struct adopted_watch, check));
}

/* Its program may be about to close it. */
static void end_seen(struct watch *w)
{
	timer_set(&w->run->loop, &container_of(w, struct adopted_watch, watch)->check, next_check(w));
}

static void program_ended(struct handler *h, uint32_t events, nsec woken)
{
	struct adopted_mode *m = container_of(h, struct adopted_end, ready)->mode;

	(void)events;
	(void)woken;
	loop_remove(&m->run.loop, h);
	h->fd = -1;
	for (size_t i = 0; i < m->adoption->count; i++)
		check(&m->watches[i]);
}

static void count_over(struct adopted_mode *m)
{
	if (++m->over == m->adoption->count)
		loop_stop(&m->run.loop);
}

static void watch_over(struct watch *w)
{
	timer_unset(&w->run->loop, &container_of(w, struct adopted_watch, watch)->check);
	conn_close(w->conns);
	count_over(mode_of(w->run));
}

static void end_early(struct run *r)
{
	struct adopted_mode *m = mode_of(r);

	for (size_t i = 0; i < m->adoption->count; i++)
		if (m->watches[i].watch.phase != OVER)
			watch_end(&m->watches[i].watch);
}

static int adopt(struct adopted_mode *m, size_t i, struct error *e)
{
	struct adopted_watch *a = &m->watches[i];
	struct conn *c = a->watch.conns;
	struct tcp_info ti;
	int fd = m->adoption->copy(m->adoption->of, i, e), rc;

	if (fd == -ENOENT) {
		a->watch.phase = OVER;
		count_over(m);
		return 0;
	}
	if (fd < 0)
		return -1;
	c->adopted = &m->adoption->conns[i];
	c->kernel.sends = true; /* for all that is known */
	c->kernel.error_queue |= ask_error_queue(fd);
	tcpinfo_read(fd, &ti);
	c->beyond_data = beyond_data(fd, &ti);
	rc = conn_established(c, fd, clock_now());
	if (rc)
		return error_set(e, STATUS_SYSTEM, "%s: %s", c->target, error_reason(-rc));
	timer_set(&m->run.loop, &a->check, clock_now());
	return 0;
}

static int open_watch(struct adopted_mode *m, size_t i, struct error *e)
{
	const struct plan *p = m->run.plan;
	const struct target *t = &p->connect.targets[i];
	struct watch *w = &m->watches[i].watch;

	w->rows = m->run.feed.context.sets > 1 ? i * plan_probes(p, plan_groups(p, t)) : 0;
	if (watch_open(w, &m->run, t, 1, e))
		return -1;
	w->target = p->connect.ntargets > 1 ? t->text : NULL;
	w->place = i;
	w->conns->target = t->text;
	w->asks_nobody = true;
	w->hooks.over = watch_over;
	w->hooks.ended = end_seen;
	m->watches[i].check.fire = check_due;
	return 0;
}

static int open_watches(struct adopted_mode *m, struct error *e)
{
	m->watches = calloc(m->adoption->count, sizeof(*m->watches));
	m->ends = calloc(m->adoption->nends + 1, sizeof(*m->ends));
	if (!m->watches || !m->ends) {
		out_of_memory(e);
		return -1;
	}
	for (size_t i = 0; i < m->adoption->count; i++)
		if (open_watch(m, i, e))
			return -1;
	return 0;
}

/* A program that has ended already wakes at once. */
static int watch_ends(struct adopted_mode *m, struct error *e)
{
	for (size_t i = 0; i < m->adoption->nends; i++) {
		struct adopted_end *end = &m->ends[i];
		int rc;

		*end = (struct adopted_end){ .mode = m, .ready = { .fd = m->adoption->ends[i], .ready = program_ended } };
		rc = loop_add(&m->run.loop, &end->ready, EPOLLIN);
		if (rc)
			return error_set(e, STATUS_SYSTEM, "epoll: %s", error_reason(-rc));
	}
	return 0;
}

/* One group is all there is: its probes look at each connection. */
static void tell_notes(struct adopted_mode *m)
{
	const struct group *g = m->run.plan->groups;

	if (*m->adoption->note)
		memcpy(feed_event(&m->run.feed, EVENT_NOTE, clock_now())->note, m->adoption->note, sizeof(m->adoption->note));
	for (size_t i = 0; i < g->count; i++)
		if (probe_sets_options(g->chosen[i].probe))
			snprintf(feed_event(&m->run.feed, EVENT_NOTE, clock_now())->note, 160,
				 "what %s sets on these sockets stays there afterwards", g->chosen[i].probe->name);
}

static int adopt_all(struct adopted_mode *m, struct error *e)
{
	m->run.hooks.end = end_early;
	tell_notes(m);
	for (size_t i = 0; i < m->adoption->count; i++)
		if (adopt(m, i, e))
			return -1;
	return watch_ends(m, e);
}

static void tear_down(struct adopted_mode *m)
{
	for (size_t i = 0; m->watches && i < m->adoption->count; i++)
		watch_close(&m->watches[i].watch);
	free(m->watches);
	free(m->ends);
}

int run_adopted(const struct plan *p, const struct adoption *a, struct error *e)
{
	struct adopted_mode *m = calloc(1, sizeof(*m));
	int status;

	if (!m)
		return out_of_memory(e), STATUS_SYSTEM;
	m->adoption = a;
	e->status = STATUS_OK;
	if (run_open(&m->run, p, a->count, e) || open_watches(m, e) || adopt_all(m, e))
		run_fail(&m->run, e);
	status = (int)run_loop(&m->run);
	*e = m->run.end.error;
	tear_down(m);
	status = run_close(&m->run, status, e);
	free(m);
	return status;
}
