// SPDX-License-Identifier: MIT
/* Connect mode: one watch, in which every target, probe and copy has a connection. */
#include "run.h"

#include <netdb.h>
#include <stdlib.h>

#include "address.h"
#include "strike.h"
#include "dial.h"
#include "resolve.h"
#include "base/words.h"

struct connect_mode {
	struct run run;
	struct watch watch;
	struct dialer dialer;
	struct addrinfo **addresses; /* of each target */
	size_t next;                 /* the connection to dial next */
};

static size_t target_of(const struct run *r, size_t i)
{
	return i / r->plan->connect.connections / r->plan->ngroups;
}

static struct conn *next_conn(struct dialer *d)
{
	struct connect_mode *m = container_of(d, struct connect_mode, dialer);
	size_t i = m->next;
	struct conn *c;

	if (i == m->watch.nconns)
		return NULL;
	m->next++;
	c = &m->watch.conns[i];
	c->target = m->run.plan->connect.targets[target_of(&m->run, i)].text;
	c->dial.address = m->addresses[target_of(&m->run, i)];
	return c;
}

static int resolve_all(struct connect_mode *m, struct error *e)
{
	const struct plan *p = m->run.plan;

	m->addresses = calloc(p->connect.ntargets + 1, sizeof(*m->addresses));
	if (!m->addresses)
		return error_set(e, STATUS_SYSTEM, "addresses: out of memory");
	return resolve_targets(&m->run, m->addresses, p->connect.targets, p->connect.ntargets, address_family(p), false, e);
}

/* --timeout came before all connections were established: names the first that was not. */
static void fail_unconnected(struct connect_mode *m)
{
	struct conn *c = m->watch.conns;
	char text[ADDRESS_TEXT];
	struct error e;

	while (!c->dial.active)
		c++;
	address_text(text, c->dial.address->ai_addr, c->dial.address->ai_addrlen);
	error_set(&e, STATUS_CONNECT, "'%s' (%s): no connection before --timeout", c->target, text);
	run_fail(&m->run, &e);
}

static void end_early(struct run *r)
{
	struct connect_mode *m = container_of(r, struct connect_mode, run);

	if (r->end.timed_out && m->watch.at.established == TIME_NONE)
		fail_unconnected(m);
	else if (m->watch.nestablished)
		watch_end(&m->watch);
	else
		loop_stop(&r->loop);
}

static void watch_over(struct watch *w)
{
	loop_stop(&w->run->loop);
}

static void start_dialing(struct connect_mode *m)
{
	m->watch.hooks.over = watch_over;
	m->run.hooks.end = end_early;
	m->run.hooks.child = strike_child_ended;
	strike_prepare(&m->watch);
	m->dialer = (struct dialer){ .run = &m->run, .next = next_conn };
	dial_start(&m->dialer);
}

static void tear_down(struct connect_mode *m)
{
	watch_close(&m->watch);
	for (size_t i = 0; m->addresses && i < m->run.plan->connect.ntargets; i++)
		resolve_free(m->addresses[i]);
	free(m->addresses);
}

int run_connect(const struct plan *p, struct error *e)
{
	struct connect_mode *m = calloc(1, sizeof(*m));
	size_t conns = p->connect.ntargets * p->ngroups * p->connect.connections;
	int status;

	if (!m)
		return out_of_memory(e), STATUS_SYSTEM;
	e->status = STATUS_OK;
	if (run_open(&m->run, p, conns, e) || strike_allowed(p, e) || resolve_all(m, e) ||
	    watch_open(&m->watch, &m->run, conns, e))
		run_fail(&m->run, e);
	else
		start_dialing(m);
	status = (int)run_loop(&m->run);
	*e = m->run.end.error;
	tear_down(m);
	status = run_close(&m->run, status, e);
	free(m);
	return status;
}
