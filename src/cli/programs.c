// SPDX-License-Identifier: MIT
/* Programs under test in the lab, and what a peer says or relays. */
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/words.h"
#include "plan/expects.h"
#include "plan/said.h"
#include "plan/target.h"
#include "request.h"

/* The end that is the lab's own; where both are programs, the server. */
static enum program_role dies_by_default(const struct program_plan *programs)
{
	return programs->command[PROGRAM_SERVER] && !programs->command[PROGRAM_CLIENT] ? PROGRAM_CLIENT : PROGRAM_SERVER;
}

int programs_fill(struct request *r, struct error *e)
{
	struct lab_plan *lab = &r->plan->lab;

	if (!plan_has_programs(r->plan))
		return 0;
	if (lab->net == LAB_NET_LOOPBACK)
		return usage(e, "--net: 'loopback': not with programs, whose deaths and packets are their network's");
	if (!request_given(r, "--dies"))
		lab->programs.dies = dies_by_default(&lab->programs);
	return say_fill(r, e);
}

/* Somebody must be measured: a program that survives, or probes, which are clients of one that dies. */
static int check_survivor(const struct request *r, struct error *e)
{
	const struct plan *p = r->plan;
	enum program_role survivor;

	if (plan_survivor(p, &survivor) || (p->ngroups && survivor == PROGRAM_CLIENT))
		return 0;
	return usage(e, "--dies: '%s': nobody is measured, as the lab's own peer survives (add --%s CMD%s)",
		     program_role_name(p->lab.programs.dies), program_role_name(survivor), survivor == PROGRAM_CLIENT ? ", or probes with -p" : "");
}

/* What only probes heed, and says nothing to a program. */
static int check_without_probes(const struct request *r, struct error *e)
{
	static const char *const only[] = { "--interval", "--connections" };
	const char *given = r->plan->lab.traffic == TRAFFIC_IDLE ? NULL : "--traffic";

	for (size_t i = 0; i < sizeof(only) / sizeof(*only); i++)
		if (request_given(r, only[i]))
			given = only[i];
	return given ? usage(e, "'%s': only for probes beside the program (add -p or --all)", given) : 0;
}

int programs_check(const struct request *r, struct error *e)
{
	const struct plan *p = r->plan;

	if (!plan_has_programs(p))
		return 0;
	if (!p->ngroups && check_without_probes(r, e))
		return -1;
	if (r->say && p->lab.programs.dies == PROGRAM_SERVER)
		return usage(e, "'--say': only where the client dies that says it (the server's clients are the probes)");
	return check_survivor(r, e);
}

/* In the lab --timeout counts from the fault, which a peer's comes before. */
static nsec ends_after(const struct plan *p)
{
	return p->mode == MODE_PEER && p->judge.timeout != NS_NEVER ? p->judge.timeout - p->fault.at : p->judge.timeout;
}

int limits_fill(struct request *r, struct error *e)
{
	struct judge_plan *j = &r->plan->judge;
	const nsec longest = expects_longest(r->plan);
	const bool within = j->within < longest, timeout = request_given(r, "--timeout") && ends_after(r->plan) < longest;

	if (!longest)
		return 0;
	if (within || timeout)
		return usage(e, "--expect: a limit of %s, and '%s' ends the watch before (give a longer one)", duration_text(longest).text,
			     within ? "--within" : "--timeout");
	if (!request_given(r, "--timeout") && j->timeout <= longest)
		j->timeout = longest + NS_PER_S;
	return 0;
}

int relay_fill(struct request *r, struct error *e)
{
	struct connect_plan *c = &r->plan->connect;

	if (!r->relay)
		return 0;
	c->relay = calloc(1, sizeof(*c->relay));
	if (!c->relay)
		return out_of_memory(e);
	return target_parse(c->relay, r->relay, e);
}

int say_fill(struct request *r, struct error *e)
{
	struct connect_plan *c = &r->plan->connect;

	if (!r->say)
		return 0;
	c->say = calloc(1, sizeof(*c->say));
	return c->say ? said_parse(c->say, r->say, e) : out_of_memory(e);
}
