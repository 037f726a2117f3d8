// SPDX-License-Identifier: MIT
/* What a program under test did, step by step, and what came of it. */
#include "json.h"

#include <sys/wait.h>

#include "base/errno-name.h"
#include "base/signal-name.h"
#include "events/reaction.h"
#include "json-put.h"

/* What its kernel knew of a connection's end. */
static void put_cause(struct out *o, enum kernel_cause cause, int err)
{
	json_text(o, "cause", cause == KERNEL_NOTHING ? NULL : kernel_cause_name(cause));
	json_text(o, "errno", err ? errno_name(err) : NULL);
}

/* A number, or the name of the signal that ended it; both of one that goes on are none. */
static void put_exit(struct out *o, bool exited, int status)
{
	bool killed = exited && WIFSIGNALED(status);

	json_number(o, "exit", exited && !killed ? WEXITSTATUS(status) : -1);
	if (killed)
		json_text(o, "signal", signal_name(WTERMSIG(status)));
}

void json_step(struct out *o, const struct event *e)
{
	const struct event_program *s = &e->step;

	if (e->conn)
		json_connection(o, e);
	json_text(o, "program", e->program);
	json_text(o, "what", program_step_name(s->step));
	if (s->step == PROGRAM_KERNEL)
		put_cause(o, s->cause, s->err);
	if (s->step == PROGRAM_EXITED)
		put_exit(o, true, s->status);
	json_seconds(o, "after", e->after);
	json_text_if_any(o, "local", s->local);
	json_text_if_any(o, "remote", s->remote);
	json_text_if_any(o, "note", e->note);
}

static void put_reaction(struct out *o, const struct reaction *r)
{
	put_cause(o, r->cause, r->err);
	json_seconds(o, "kernel_after", r->kernel);
	json_seconds(o, "lag", r->acted);
	json_seconds(o, "connecting_after", r->connecting);
	json_seconds(o, "reconnected_after", r->reconnected);
	json_seconds(o, "exited_after", r->exited);
	put_exit(o, r->exited != TIME_NONE, r->status);
	json_number(o, "connections", r->connections);
	json_number(o, "given_up", r->given_up);
	json_seconds(o, "given_up_after", r->last);
	json_number(o, "told", r->told);
}

void json_program_result(struct out *o, const struct event *e)
{
	const struct reaction *r = &e->result.reaction;
	char how[sizeof(e->verdict.how)];

	json_text(o, "program", e->program);
	json_text(o, "result", result_name(e->result.result));
	json_seconds(o, "after", e->after);
	json_text(o, "how", *e->verdict.how ? e->verdict.how : reaction_how(how, sizeof(how), r, e->result.result));
	put_reaction(o, r);
	json_late(o, e);
	json_predicted(o, &e->result.predicted);
	json_packets(o, &e->result.packets);
	json_text_if_any(o, "promise", r->promise);
	json_text_if_any(o, "note", e->note);
}
