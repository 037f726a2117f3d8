// SPDX-License-Identifier: MIT
/* Connect mode: a watch for each target, in which every probe and copy has a connection. */
#include "run.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

#include "accepted.h"
#include "address.h"
#include "strike.h"
#include "dial.h"
#include "gentle.h"
#include "resolve.h"
#include "plan/protocol.h"
#include "base/utf8.h"
#include "base/words.h"

struct connect_mode {
	struct run run;
	struct watch *watches;       /* of each target */
	size_t established, over;    /* so many of them */
	struct timer strike;         /* once for all */
	struct dialer dialer;
	struct addrinfo **addresses; /* of each target */
	struct gentle gentle;
	struct accepted accepted;
};

static struct connect_mode *mode_of(const struct run *r)
{
	return container_of(r, struct connect_mode, run);
}

static size_t conns_of(const struct plan *p, const struct target *t)
{
	return plan_groups(p, t).count * p->connect.connections;
}

static size_t all_conns(const struct plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->connect.ntargets; i++)
		n += conns_of(p, &p->connect.targets[i]);
	return n;
}

static struct conn *next_conn(struct dialer *d)
{
	return gentle_next(&container_of(d, struct connect_mode, dialer)->gentle);
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
	const struct watch *w = m->watches;
	const struct conn *c;
	char text[ADDRESS_TEXT];
	struct error e;

	while (w->at.established != TIME_NONE)
		w++;
	for (c = w->conns; c->established; c++)
		;
	address_text(text, c->dial.address->ai_addr, c->dial.address->ai_addrlen);
	error_set(&e, STATUS_CONNECT, "'%s' (%s): no connection before --timeout%s", c->target, text, dial_hint(w));
	run_fail(&m->run, &e);
}

static void watch_over(struct watch *w)
{
	struct connect_mode *m = mode_of(w->run);

	m->over++;
	if (m->over == m->run.plan->connect.ntargets)
		loop_stop(&m->run.loop);
}

static void end_early(struct run *r)
{
	struct connect_mode *m = mode_of(r);
	bool any = false;

	if (r->end.timed_out && m->established < r->plan->connect.ntargets) {
		fail_unconnected(m);
		return;
	}
	for (size_t i = 0; i < r->plan->connect.ntargets; i++) {
		struct watch *w = &m->watches[i];

		any |= w->nestablished > 0;
		if (w->phase == OVER)
			continue;
		if (w->nestablished) {
			watch_end(w);
		} else {
			w->phase = OVER; /* what is still being dialed comes too late */
			watch_over(w);
		}
	}
	if (!any)
		loop_stop(&r->loop);
}

static void strike_due(struct timer *t, nsec now)
{
	struct connect_mode *m = container_of(t, struct connect_mode, strike);
	struct error e;

	(void)now;
	if (strike_all(m->watches, m->run.plan->connect.ntargets, &e))
		run_fail(&m->run, &e);
}

/* The fault waits for all of them. */
static void watch_begun(struct watch *w)
{
	struct connect_mode *m = mode_of(w->run);

	if (++m->established == m->run.plan->connect.ntargets && w->strikes)
		timer_set(&m->run.loop, &m->strike, w->at.established + m->run.plan->fault.at);
}

/* What nobody chose is nobody's expectation: says why a protocol that was named is not spoken. */
static void tell_passive(struct connect_mode *m)
{
	const struct plan *p = m->run.plan;

	for (size_t i = 0; p->default_probes && i < p->connect.ntargets; i++) {
		const struct target *t = &p->connect.targets[i];
		struct event *e;

		if (!t->protocol || t->protocol->asks)
			continue;
		e = feed_event(&m->run.feed, EVENT_NOTE, clock_now());
		snprintf(e->note, sizeof(e->note), "%s: nothing is asked, because %s%s%s", utf8_cut(t->text, 60).text, t->protocol->passive,
			 t->protocol->note ? "; " : "", t->protocol->note ? t->protocol->note : "");
	}
}

static void start_dialing(struct connect_mode *m)
{
	tell_passive(m);
	m->run.hooks.end = end_early;
	m->run.hooks.child = strike_child_ended;
	m->strike.fire = strike_due;
	m->dialer = (struct dialer){ .run = &m->run, .next = next_conn };
	accepted_start(&m->accepted, m->watches, m->run.plan->connect.ntargets);
	dial_start(&m->dialer);
}

static int open_watches(struct connect_mode *m, struct error *e)
{
	const struct plan *p = m->run.plan;
	const struct report_context *c = &m->run.feed.context;
	size_t rows = 0;

	m->watches = calloc(p->connect.ntargets, sizeof(*m->watches));
	if (!m->watches)
		return out_of_memory(e);
	for (size_t i = 0; i < p->connect.ntargets; i++) {
		struct watch *w = &m->watches[i];
		const struct target *t = &p->connect.targets[i];

		w->rows = c->sets > 1 ? rows : 0;
		rows += plan_probes(p, plan_groups(p, t));
		if (watch_open(w, &m->run, t, conns_of(p, t), e))
			return -1;
		w->target = p->connect.ntargets > 1 ? t->text : NULL;
		for (size_t k = 0; k < w->nconns; k++) {
			w->conns[k].target = t->text;
			w->conns[k].dial.address = m->addresses[i];
		}
		w->hooks.established = watch_begun;
		w->hooks.over = watch_over;
		strike_expect(w);
	}
	return gentle_open(&m->gentle, &m->run, m->watches, p->connect.ntargets, e);
}

static void tear_down(struct connect_mode *m)
{
	for (size_t i = 0; m->watches && i < m->run.plan->connect.ntargets; i++)
		watch_close(&m->watches[i]);
	free(m->watches);
	gentle_close(&m->gentle);
	for (size_t i = 0; m->addresses && i < m->run.plan->connect.ntargets; i++)
		resolve_free(m->addresses[i]);
	free(m->addresses);
}

int run_connect(const struct plan *p, struct error *e)
{
	struct connect_mode *m = calloc(1, sizeof(*m));
	int status;

	if (!m)
		return out_of_memory(e), STATUS_SYSTEM;
	e->status = STATUS_OK;
	if (run_open(&m->run, p, all_conns(p), e) || strike_allowed(p, e) || resolve_all(m, e) ||
	    open_watches(m, e))
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
