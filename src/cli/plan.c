// SPDX-License-Identifier: MIT
/*
 * The words of argv put together. Its oddity: the mode comes first, since half of the defaults
 * hang on it.
 */
#include <stdlib.h>
#include <string.h>

#include "faults/fault.h"
#include "plan/defaults.h"
#include "request.h"
#include "plan/spec.h"
#include "plan/target.h"
#include "base/words.h"

static enum mode mode_of(const struct request *r)
{
	if (given(r, "--predict"))
		return MODE_PREDICT;
	if (given(r, "--advise"))
		return MODE_ADVISE;
	if (given(r, "--lab"))
		return MODE_LAB;
	if (given(r, "--peer"))
		return MODE_PEER;
	return r->listen ? MODE_LISTEN : MODE_CONNECT;
}

static int targets_fill(struct request *r, struct error *e)
{
	struct plan *p = r->plan;
	size_t count = r->listen ? 1 : r->operands.count;

	for (size_t i = 0; i < count; i++) {
		struct target *t = list_add(&p->connect.targets, &p->connect.ntargets, sizeof(*t), e);

		if (!t)
			return -1;
		if (r->listen ? listen_parse(t, r->listen, e)
			      : target_parse(t, r->operands.words[i], e))
			return -1;
	}
	return 0;
}

/* Does nothing to anybody (none): can be had everywhere. */
static bool is_harmless(const struct fault *f)
{
	return !f->peer && !f->wire && !f->watcher && !f->socket;
}

/* Can the fault be carried out without the lab? */
static int fault_check(const struct plan *p, const struct fault *f, struct error *e)
{
	if (is_harmless(f) || (p->mode == MODE_PEER ? f->peer != NULL : f->socket != NULL))
		return 0;
	if (p->mode == MODE_PEER)
		return usage(e, "--fault: '%s': no process can do that to itself (see --lab=%s)",
			     f->name, f->name);
	if (f->peer)
		return usage(e,
			     "--fault: '%s': not from this side (run --peer --fault %s "
			     "there, or --lab=%s here)",
			     f->name, f->name, f->name);
	return usage(e, "--fault: '%s': only in the lab (--lab=%s)", f->name, f->name);
}

static int fault_fill(struct request *r, struct error *e)
{
	struct chosen_fault *f;

	if (!r->fault)
		return 0;
	f = calloc(1, sizeof(*f));
	if (!f)
		return out_of_memory(e);
	r->plan->fault.chosen = f;
	if (fault_parse(f, r->fault, strlen(r->fault), e))
		return -1;
	return fault_check(r->plan, f->fault, e);
}

/* Without names, every fault that the lab's network can carry out. */
static int lab_fill(struct request *r, struct error *e)
{
	const bool loopback = r->plan->lab.net == LAB_NET_LOOPBACK;

	if (r->lab)
		return lab_parse(r->plan, r->lab, e);
	for (size_t i = 0; i < faults_count; i++)
		if ((!loopback || (faults[i]->peer && !faults[i]->needs) || is_harmless(faults[i])) &&
		    lab_parse(r->plan, faults[i]->name, e))
			return -1;
	return 0;
}

/* With --listen -n every probe waits for clients of its own, so all of them must be let in. */
static void clients_fill(struct request *r)
{
	struct plan *p = r->plan;
	size_t wanted = p->connect.connections * (p->ngroups ? p->ngroups : 1);

	if (given(r, "--max-clients"))
		return;
	p->connect.max_clients = p->connect.keep_open ? DEFAULT_MAX_CLIENTS_KEEP_OPEN : DEFAULT_MAX_CLIENTS;
	if (p->connect.connections_given && wanted > p->connect.max_clients)
		p->connect.max_clients = (unsigned)wanted;
}

int plan_fill(struct request *r, struct error *e)
{
	struct plan *p = r->plan;

	if (combinations_check(r, e))
		return -1;
	p->mode = mode_of(r);
	p->connect.listen = r->listen != NULL;
	p->connect.connections_given = given(r, "--connections");
	p->fault.at_given = given(r, "--fault-at");
	if (p->mode == MODE_LAB && !p->fault.at_given)
		p->fault.at = DEFAULT_LAB_FAULT_AT;
	if (p->mode == MODE_LAB && !given(r, "--timeout"))
		p->judge.timeout = DEFAULT_LAB_TIMEOUT;
	if (targets_fill(r, e))
		return -1;
	if (p->mode != MODE_PEER && p->mode != MODE_ADVISE && choose_probes(r, e))
		return -1;
	if (fault_fill(r, e) || ((p->mode == MODE_LAB || p->mode == MODE_PREDICT) && lab_fill(r, e)))
		return -1;
	if (p->mode == MODE_ADVISE && !given(r, "--tolerate"))
		p->advise.tolerate = p->advise.within / DEFAULT_TOLERATE_SHARE;
	clients_fill(r);
	return expects_fill(r, e) || outputs_fill(r, e) ? -1 : 0;
}
