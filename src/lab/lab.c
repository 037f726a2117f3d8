// SPDX-License-Identifier: MIT
/*
 * The lab: every fault against every probe. Each fault has a link of its own, so
 * that all strike at the same time; this one process makes the sockets in all
 * the watchers' namespaces and looks at them in one loop, while the link worker carries
 * the packets and the supervisors carry out the faults in processes of their own.
 */
#include "lab.h"
#include "run.h"
#include "base/words.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT_ONCE 64 /* connections that are being made */

static size_t conns_of(const struct plan *p)
{
	return p->ngroups * p->connect.connections;
}

static void watch_over(struct watch *w)
{
	traffic_stop(&stage_of(w)->traffic);
	stage_watched(stage_of(w));
}

/* ---- connections ---- */

static struct conn *next_conn(struct dialer *d)
{
	struct lab *l = container_of(d, struct lab, dialer);

	for (size_t i = 0; !stage_accepts(l->run.plan) && i < l->nbegun; i++) {
		struct stage *s = &l->stages[i];
		struct conn *c;

		if (!s->open || s->dialed == s->watch.nconns)
			continue;
		c = &s->watch.conns[s->dialed++];
		c->target = s->fault->spec;
		c->dial.address = &l->world.peers[i].info;
		return c;
	}
	return NULL;
}

static void watch_begun(struct watch *w)
{
	struct stage *s = stage_of(w);
	const struct lab *l = lab_of(w->run);

	packets_begin(l, s);
	traffic_start(&s->traffic, w, w->run->plan->lab.traffic);
}

/* ---- opening and closing ---- */

static int choose_faults(struct lab *l, const struct plan *p, struct error *e)
{
	l->n = p->lab.nfaults;
	l->faults = p->lab.faults;
	l->names = calloc(l->n + 1, sizeof(*l->names));
	l->stages = calloc(l->n + 1, sizeof(*l->stages));
	l->matrix = (struct matrix){ .plan = p, .faults = p->lab.faults, .nfaults = l->n, .ngroups = p->ngroups };
	l->matrix.cells = calloc(l->n * p->ngroups + 1, sizeof(*l->matrix.cells));
	if (!l->names || !l->stages || !l->matrix.cells)
		return error_set(e, STATUS_SYSTEM, "the lab: out of memory");
	for (size_t i = 0; i < l->n; i++)
		l->names[i] = p->lab.faults[i].spec;
	for (size_t i = 0; i < l->n * p->ngroups; i++)
		l->matrix.cells[i] = (struct cell){ .result = UNSUPPORTED, .after = TIME_NONE, .prompt = TIME_NONE };
	return 0;
}

/* The sysctls that predict are those of the watchers' namespaces. */
static int open_run(struct lab *l, struct error *e)
{
	const struct plan *p = l->run.plan;
	struct error way = { .status = STATUS_OK };
	int rc;

	world_enter(&l->world, &way);
	rc = run_open(&l->run, p, l->n * conns_of(p), e);
	if (p->lab.preface && l->run.feed.ring)
		p->lab.preface(&l->run.feed, p->lab.preface_of);
	if (!way.status)
		world_leave(&l->world, &way);
	if (rc || !way.status)
		return rc;
	*e = way;
	return -1;
}

/* The world comes first, while no report is open that its processes would inherit. Where it
 * is forbidden the reports are opened still, as a run has a start and an end. */
static int open_world(struct lab *l, struct error *e)
{
	struct error other;

	if (!world_open(&l->world, l->run.plan, l->names, e))
		return 0;
	open_run(l, &other);
	return -1;
}

static int open_stages(struct lab *l, struct error *e)
{
	for (size_t i = 0; i < l->n; i++) {
		struct stage *s = &l->stages[i];

		s->fault = &l->faults[i];
		s->watch.rows = l->run.feed.context.programs;
		s->counted.base = calloc(conns_of(l->run.plan), sizeof(*s->counted.base));
		s->paths = calloc(conns_of(l->run.plan), sizeof(*s->paths));
		if (!s->counted.base || !s->paths)
			return error_set(e, STATUS_SYSTEM, "the lab: out of memory");
		if (watch_open(&s->watch, &l->run, NULL, conns_of(l->run.plan), e))
			return -1;
		s->watch.label = l->names[i];
		s->watch.column = i;
		if (l->world.worker) {
			s->watch.netns.sockets = l->world.net.link[i].watcher.ns;
			s->watch.netns.home = l->world.net.home;
		}
		s->watch.hooks.strike = strike_order;
		s->watch.strikes = s->watch.truth_comes = true;
		s->watch.echoes = world_echoes(&l->world);
		s->watch.hooks.check_struck = strike_check;
		s->watch.hooks.established = watch_begun;
		s->watch.hooks.over = watch_over;
	}
	return 0;
}

static int open_subjects(struct lab *l, struct error *e)
{
	if (!plan_has_programs(l->run.plan))
		return 0;
	l->subjects = calloc(l->n + 1, sizeof(*l->subjects));
	if (!l->subjects)
		return out_of_memory(e);
	for (size_t i = 0; i < l->n; i++) {
		l->stages[i].subject = &l->subjects[i];
		if (subject_open(&l->subjects[i], l, &l->stages[i], e))
			return -1;
	}
	return 0;
}

static void end_early(struct run *r)
{
	struct lab *l = lab_of(r);

	bool dialed = true;

	for (size_t i = 0; i < l->n; i++)
		dialed &= l->stages[i].dialed == l->stages[i].watch.nconns;
	stages_stop(l);
	if (!dialed || l->subjects)
		loop_stop(&r->loop);
}

/* A link worker or a supervisor that ended or is stopped: what is measured from now on means nothing. */
static void child_changed(struct run *r)
{
	struct error e;

	if (world_check(&lab_of(r)->world, &e))
		run_fail(r, &e);
}

static void on_wire(struct handler *h, uint32_t events, nsec woken)
{
	struct lab *l = container_of(h, struct lab, wire);
	uint64_t rung;
	ssize_t n = read(h->fd, &rung, sizeof(rung));

	(void)n;
	(void)events;
	(void)woken;
	for (size_t i = 0; i < l->n; i++)
		subject_wire(&l->subjects[i]);
}

static int watch_wire(struct lab *l, struct error *e)
{
	int rc;

	l->wire = (struct handler){ .fd = worker_wire_fd(l->world.worker), .ready = on_wire };
	rc = loop_add(&l->run.loop, &l->wire, EPOLLIN);
	return rc ? error_set(e, STATUS_SYSTEM, "the lab: %s", error_reason(-rc)) : 0;
}

static int end_world(struct run *r, struct error *e)
{
	return world_end(&lab_of(r)->world, e);
}

static int start_dialing(struct lab *l, struct error *e)
{
	int rc;

	l->out_of_step = (nsec)(run_random() * (double)NS_PER_S / 2);
	l->run.hooks.end = end_early;
	l->run.hooks.truth = forgotten_truth;
	l->run.hooks.result = score_result;
	l->run.hooks.child = child_changed;
	l->run.hooks.settle = end_world;
	l->news = (struct handler){ .fd = supervisor_fd(l->world.supervisor), .ready = strike_news };
	rc = loop_add(&l->run.loop, &l->news, EPOLLIN);
	if (rc)
		return error_set(e, STATUS_SYSTEM, "the lab: %s", error_reason(-rc));
	if (l->subjects && watch_wire(l, e))
		return -1;
	l->dialer = (struct dialer){ .run = &l->run, .next = next_conn, .most = AT_ONCE };
	dial_start(&l->dialer);
	stages_begin(l);
	dial_more(&l->dialer);
	return world_check(&l->world, e); /* what happened before the loop had the signal */
}

/* The reports read the faults' names until they are closed. */
static int tear_down(struct lab *l, int status, struct error *e)
{
	for (size_t i = 0; l->stages && i < l->n; i++) {
		accepting_close(&l->stages[i].accepting);
		watch_close(&l->stages[i].watch);
		free(l->stages[i].counted.base);
		free(l->stages[i].paths);
	}
	for (size_t i = 0; l->subjects && i < l->n; i++)
		subject_close(&l->subjects[i]);
	status = run_close(&l->run, status, e);
	world_close(&l->world);
	free(l->subjects);
	free(l->stages);
	free(l->names);
	free(l->matrix.cells);
	return status;
}

int run_lab(const struct plan *p, struct error *e)
{
	struct lab *l = calloc(1, sizeof(*l));
	int status;

	if (!l)
		return out_of_memory(e), STATUS_SYSTEM;
	e->status = STATUS_OK;
	l->run.plan = p;
	if (choose_faults(l, p, e) || open_world(l, e) || open_run(l, e) || open_stages(l, e) ||
	    open_subjects(l, e) || start_dialing(l, e))
		run_fail(&l->run, e);
	status = (int)run_loop(&l->run);
	*e = l->run.end.error;
	status = tear_down(l, status, e);
	free(l);
	return status;
}
