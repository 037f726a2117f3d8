// SPDX-License-Identifier: MIT
/* The life of the programs under test. What they do is news of their inits, a step of the observer, or found by a timer. */
#include "subject.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/words.h"
#include "engine/address.h"
#include "lab.h"
#include "measure.h"
#include "prepare.h"

#define GRACE NS_PER_S /* between SIGTERM and SIGKILL */

struct event *subject_event(const struct subject *s, enum program_role role, enum event_kind kind, nsec at)
{
	const struct watch *w = &s->stage->watch;
	struct event *e = watch_event(w, kind, at);

	e->program = program_role_name(role);
	if (kind == EVENT_PROGRAM && w->at.struck != TIME_NONE && at >= w->at.struck)
		e->after = at - w->at.struck;
	return e;
}

/* ---- it is observed ---- */

/* Not at once: the observer may still be at it. */
static void tell_when_due(struct subject *s)
{
	const nsec due = measure_due(s);

	if (due < s->limit.due)
		timer_set(&s->lab->run.loop, &s->limit, due);
}

static void tell_step(const struct subject *s, enum program_step step, nsec at, const struct observed *c)
{
	struct event *e = subject_event(s, s->survivor, EVENT_PROGRAM, at);
	const socklen_t len = c->ends.local.ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);

	e->step.step = step;
	if (step == PROGRAM_KERNEL) {
		e->step.cause = c->cause;
		e->step.err = c->err;
	}
	address_text(e->step.local, (const struct sockaddr *)&c->ends.local, len);
	address_text(e->step.remote, (const struct sockaddr *)&c->ends.remote, len);
}

/* Of what comes after the fault the first is told. */
static bool is_first(nsec *first, nsec at)
{
	if (*first != TIME_NONE)
		return false;
	*first = at;
	return true;
}

static void observed_step(void *owner, enum program_step step, nsec at, struct observed *c)
{
	struct subject *s = owner;
	struct watch *w = &s->stage->watch;
	bool after;

	if (!s->measured || s->phase >= SUBJECT_TOLD)
		return;
	watch_check_struck(w);
	after = w->at.struck != TIME_NONE && at > w->at.struck;
	if (step == PROGRAM_CONNECTED && after && c->connecting > w->at.struck)
		step = PROGRAM_RECONNECTED;
	if ((step == PROGRAM_CONNECTING && (!after || !is_first(&s->connecting, at))) ||
	    (step == PROGRAM_RECONNECTED && !is_first(&s->reconnected, at)))
		return;
	tell_step(s, step, at, c);
	if (s->phase == SUBJECT_STRUCK && step == PROGRAM_CONNECTED)
		measure_connected(s, c);
	if (s->phase == SUBJECT_CONNECTING && step == PROGRAM_CONNECTED)
		prepare_connected(s);
	else if (s->phase == SUBJECT_STRUCK)
		tell_when_due(s);
}

/* Is that connection a probe's? */
static bool is_probes(void *owner, uint16_t port)
{
	const struct watch *w = &((struct subject *)owner)->stage->watch;
	struct sockaddr_storage sa;

	for (size_t i = 0; i < w->nconns; i++) {
		socklen_t len = sizeof(sa);

		if (w->conns[i].socket.fd >= 0 && !getsockname(w->conns[i].socket.fd, (struct sockaddr *)&sa, &len) &&
		    ntohs(((struct sockaddr_in *)&sa)->sin_port) == port)
			return true;
	}
	return false;
}

static void observer_failed(void *owner, const struct error *e)
{
	run_fail(&((struct subject *)owner)->lab->run, e);
}

void subject_wire(struct subject *s)
{
	if (s->phase != SUBJECT_WAITING && s->phase != SUBJECT_OVER)
		observer_wire(s->observer);
}

/* ---- news of its processes ---- */

static void subject_gone(struct subject *s)
{
	timer_unset(&s->lab->run.loop, &s->limit);
	for (int r = 0; r < PROGRAM_ROLES; r++)
		if (s->ends[r].program)
			program_end(s->ends[r].program, 0);
	s->phase = SUBJECT_OVER;
	stage_gone(s->stage);
}

static bool is_running(const struct subject *s)
{
	for (int r = 0; r < PROGRAM_ROLES; r++)
		if (s->ends[r].program && program_is_running(s->ends[r].program))
			return true;
	return false;
}

static void on_over(struct subject *s, struct subject_program *p, const struct program_message *m)
{
	struct event *e;

	if (s->phase == SUBJECT_ENDING) {
		if (!is_running(s))
			subject_gone(s);
		return;
	}
	p->over = m->at;
	p->status = m->status;
	watch_check_struck(&s->stage->watch);
	e = subject_event(s, p->role, EVENT_PROGRAM, m->at);
	e->step.step = PROGRAM_EXITED;
	e->step.status = m->status;
	if (p->role == s->survivor)
		observer_over(s->observer, m->at);
	else
		observer_look(s->observer);
	if (s->phase < SUBJECT_STRUCK)
		prepare_ended(s, p);
	else if (s->phase == SUBJECT_STRUCK)
		tell_when_due(s);
}

static void on_message(struct subject *s, struct subject_program *p, const struct program_message *m)
{
	if (m->news == PROGRAM_RUNS && m->error.status)
		run_fail(&s->lab->run, &m->error);
	else if (m->news == PROGRAM_RUNS)
		subject_event(s, p->role, EVENT_PROGRAM, m->at)->step.step = PROGRAM_STARTED;
	else if (m->news == PROGRAM_OVER)
		on_over(s, p, m);
}

static void on_news(struct handler *h, uint32_t events, nsec woken)
{
	struct subject_program *p = container_of(h, struct subject_program, news);
	struct program_message m;

	(void)events;
	(void)woken;
	while (p->subject->phase != SUBJECT_OVER && program_read(p->program, &m))
		on_message(p->subject, p, &m);
}

/* ---- the fault, and the end ---- */

void subject_strike(struct subject *s)
{
	if (s->measured)
		measure_before(s);
}

void subject_struck(struct subject *s)
{
	s->phase = SUBJECT_STRUCK;
	if (s->measured)
		measure_struck(s);
	timer_set(&s->lab->run.loop, &s->limit, s->stage->watch.at.struck + stage_limit(s->lab->run.plan));
}

/* Who died has no time. */
static void stop_programs(struct subject *s)
{
	for (int r = 0; r < PROGRAM_ROLES; r++)
		if (s->ends[r].program)
			program_stop(s->ends[r].program, r == (int)s->survivor ? GRACE : 0);
}

void subject_tell(struct subject *s)
{
	if (s->measured)
		measure_tell(s);
	timer_unset(&s->lab->run.loop, &s->limit); /* also the one that its last look has set */
	s->phase = SUBJECT_TOLD;
	stage_told(s->stage);
}

void subject_end(struct subject *s)
{
	s->phase = SUBJECT_ENDING;
	stop_programs(s);
	if (is_running(s))
		timer_set(&s->lab->run.loop, &s->limit, clock_now() + 2 * GRACE);
	else
		subject_gone(s);
}

static void limit_passed(struct timer *t, nsec now)
{
	struct subject *s = container_of(t, struct subject, limit);

	(void)now;
	if (s->phase == SUBJECT_ENDING)
		subject_gone(s);
	else if (s->phase == SUBJECT_STRUCK)
		subject_tell(s);
	else
		prepare_late(s);
}

/* ---- opening and closing ---- */

static int open_end(struct subject *s, enum program_role role, struct error *e)
{
	struct subject_program *p = &s->ends[role];
	int rc;

	*p = (struct subject_program){ .role = role, .subject = s, .over = TIME_NONE };
	p->program = world_program(&s->lab->world, index_of(s->lab, s->stage), role);
	if (!p->program)
		return 0;
	p->news = (struct handler){ .fd = program_fd(p->program), .ready = on_news };
	rc = loop_add(&s->lab->run.loop, &p->news, EPOLLIN);
	return rc ? error_set(e, STATUS_SYSTEM, "the programs: %s", error_reason(-rc)) : 0;
}

static int open_listeners(struct subject *s, struct error *e)
{
	const struct lab_net *net = &s->lab->world.net;
	const struct lab_link *link = &net->link[index_of(s->lab, s->stage)];

	if (netns_go(s->survivor == PROGRAM_SERVER ? link->watcher.ns : link->peer.ns, e))
		return -1;
	s->listeners = diag_open();
	if (netns_go(net->home, e))
		return -1;
	return s->listeners < 0 ? error_set(e, STATUS_SYSTEM, "sock_diag: %s", error_reason(-s->listeners)) : 0;
}

static int open_observer(struct subject *s, struct error *e)
{
	const struct world *w = &s->lab->world;
	const size_t link = index_of(s->lab, s->stage);
	const struct observer_setup setup = {
		.loop = &s->lab->run.loop, .ns = w->net.link[link].watcher.ns, .home = w->net.home,
		.worker = w->worker, .link = link, .port = SUPERVISOR_PROGRAMS_PORT, .listens = s->survivor == PROGRAM_SERVER,
		.most = SUBJECT_CONNS, .step = observed_step, .foreign = is_probes, .failed = observer_failed, .owner = s,
	};

	s->observer = observer_open(&setup, e);
	return s->observer ? 0 : -1;
}

int subject_open(struct subject *s, struct lab *l, struct stage *stage, struct error *e)
{
	s->lab = l;
	s->stage = stage;
	s->listeners = -1;
	s->connecting = s->reconnected = TIME_NONE;
	s->measured = plan_survivor(l->run.plan, &s->survivor);
	prepare_open(s);
	s->limit.fire = limit_passed;
	s->conns = calloc(SUBJECT_CONNS, sizeof(*s->conns));
	if (!s->conns)
		return out_of_memory(e);
	for (int r = 0; r < PROGRAM_ROLES; r++)
		if (open_end(s, (enum program_role)r, e))
			return -1;
	return open_listeners(s, e) || open_observer(s, e) ? -1 : 0;
}

void subject_close(struct subject *s)
{
	if (!s->lab)
		return;
	observer_close(s->observer);
	if (s->listeners >= 0)
		close(s->listeners);
	free(s->conns);
}
