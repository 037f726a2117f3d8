// SPDX-License-Identifier: MIT
/* Gets the programs ready; what goes wrong meanwhile ends the run with the last lines that they wrote. */
#include "prepare.h"

#include <stdio.h>
#include <sys/wait.h>

#include "base/duration.h"
#include "base/signal-name.h"
#include "base/words.h"
#include "lab.h"
#include "program/listeners.h"

#define POLL_LISTENING (10 * NS_PER_MS)
#define TAIL_LINES 3

static const struct program_plan *plan_of(const struct subject *s)
{
	return &s->lab->run.plan->lab.programs;
}

/* ---- it does not get ready ---- */

/* "--client 'redis-cli -p 9000': WHY; it wrote: ..." */
static void fail_start(struct subject *s, enum program_role role, const char *why)
{
	const struct subject_program *p = &s->ends[role];
	char tail[256] = "";
	struct error e;

	if (p->program)
		program_tail(p->program, TAIL_LINES, tail, sizeof(tail));
	error_set(&e, STATUS_CONNECT, "--%s %s: %s%s%s", program_role_name(role), quote(plan_of(s)->command[role]).text, why,
		  *tail ? "; it wrote: " : "", tail);
	run_fail(&s->lab->run, &e);
}

void prepare_late(struct subject *s)
{
	const bool listens = s->phase == SUBJECT_LISTENING;
	char hint[128] = "", why[320];

	if (listens)
		listeners_hint(s->listeners, true, SUPERVISOR_PROGRAMS_PORT, hint, sizeof(hint));
	else
		observer_hint(s->observer, hint, sizeof(hint));
	snprintf(why, sizeof(why), "it does not %s %s port %d within %s (--ready)%s%s", listens ? "listen on" : "connect to",
		 s->lab->world.server, SUPERVISOR_PROGRAMS_PORT, duration_text(plan_of(s)->ready).text, *hint ? ": " : "", hint);
	fail_start(s, listens ? PROGRAM_SERVER : PROGRAM_CLIENT, why);
}

void prepare_ended(struct subject *s, const struct subject_program *p)
{
	const char *before = p->role == PROGRAM_SERVER ? "before it listened" : "before it connected";
	char why[96];

	if (s->phase == SUBJECT_READY)
		before = "before the fault (see --fault-at)";
	else if (p->role == PROGRAM_SERVER && s->phase == SUBJECT_CONNECTING)
		before = "before a client connected";
	if (WIFSIGNALED(p->status))
		snprintf(why, sizeof(why), "killed by %s %s", signal_name(WTERMSIG(p->status)), before);
	else
		snprintf(why, sizeof(why), "it ended with status %d %s", WEXITSTATUS(p->status), before);
	fail_start(s, p->role, why);
}

/* ---- it gets ready ---- */

void prepare_connected(struct subject *s)
{
	s->phase = SUBJECT_READY;
	timer_unset(&s->lab->run.loop, &s->limit);
	stage_ready(s->stage);
}

static int launch(struct subject *s, enum program_role role)
{
	struct error e;

	if (!program_launch(s->ends[role].program, &e))
		return 0;
	run_fail(&s->lab->run, &e);
	return -1;
}

/* The lab's own client is connected by the fault supervisor, which tells when. */
static void start_client(struct subject *s)
{
	struct error e;

	s->phase = SUBJECT_CONNECTING;
	timer_set(&s->lab->run.loop, &s->limit, clock_now() + plan_of(s)->ready);
	if (s->stage->watch.nconns && stage_accepts(s->lab->run.plan) && accepting_open(&s->stage->accepting, s->stage, &e))
		run_fail(&s->lab->run, &e);
	else if (s->ends[PROGRAM_CLIENT].program)
		launch(s, PROGRAM_CLIENT);
	else if (s->measured && supervisor_connect(s->lab->world.supervisor, index_of(s->lab, s->stage), &e))
		run_fail(&s->lab->run, &e);
	else if (!s->measured)
		prepare_connected(s);
}

static void poll_listening(struct timer *t, nsec now)
{
	struct subject *s = container_of(t, struct subject, poll);
	int rc = listeners_on(s->listeners, SUPERVISOR_PROGRAMS_PORT);
	struct error e;

	if (rc < 0) {
		error_set(&e, STATUS_SYSTEM, "sock_diag: %s", error_reason(-rc));
		run_fail(&s->lab->run, &e);
	} else if (rc) {
		start_client(s);
	} else {
		timer_set(&s->lab->run.loop, t, now + POLL_LISTENING);
	}
}

void prepare_begin(struct subject *s)
{
	if (!s->ends[PROGRAM_SERVER].program) {
		start_client(s);
		return;
	}
	s->phase = SUBJECT_LISTENING;
	timer_set(&s->lab->run.loop, &s->limit, clock_now() + plan_of(s)->ready);
	if (!launch(s, PROGRAM_SERVER))
		timer_set(&s->lab->run.loop, &s->poll, clock_now() + POLL_LISTENING);
}

void prepare_open(struct subject *s)
{
	s->poll.fire = poll_listening;
}
