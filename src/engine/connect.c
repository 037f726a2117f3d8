// SPDX-License-Identifier: MIT
/* Connect mode: a watch for each target, in which every probe and copy has a connection. */
#include "run.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

#include "accepted.h"
#include "address.h"
#include "census.h"
#include "strike.h"
#include "dial.h"
#include "gentle.h"
#include "resolve.h"
#include "plan/protocol.h"
#include "base/utf8.h"
#include "base/words.h"

#define AT_ONCE 512 /* connections that are being made, of all targets */

struct connect_mode {
	struct run run;
	struct watch *watches;       /* of each target */
	size_t established, over;    /* so many of them; those that cannot be connected are both */
	size_t unconnected;          /* ... and so many are these */
	struct error first;          /* why the first of these was not */
	struct timer strike;         /* once for all */
	struct dialer dialer;
	struct addrinfo **addresses; /* of each target */
	struct resolver *resolver;
	bool resolving;              /* at first, when nothing is dialed yet */
	struct gentle gentle;
	struct accepted accepted;
	struct census census;
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

static void watch_over(struct watch *w)
{
	struct connect_mode *m = mode_of(w->run);

	m->over++;
	if (m->over == m->run.plan->connect.ntargets)
		loop_stop(&m->run.loop);
}

/* The fault waits for all of them. */
static void count_established(struct connect_mode *m, const struct watch *w, nsec at)
{
	if (++m->established == m->run.plan->connect.ntargets && w->strikes)
		timer_set(&m->run.loop, &m->strike, at + m->run.plan->fault.at);
}

static void tell_unconnected(const struct watch *w, const char *remote, int err, const char *why)
{
	struct event *e = feed_event(&w->run->feed, EVENT_UNCONNECTED, clock_now());

	e->target = e->connection.target = target_label(w->to);
	e->name = w->to->name;
	e->connection.text = w->to->text;
	e->connection.err = err;
	snprintf(e->connection.remote, sizeof(e->connection.remote), "%s", remote);
	snprintf(e->note, sizeof(e->note), "%s", why);
}

/* The only one ends the run; one of several is left, and what it has is closed. remote: the address that was tried, or "". */
static void leave_target(struct connect_mode *m, struct watch *w, const char *remote, int err, const char *why)
{
	const char *at = *remote || !w->to->name ? remote : w->to->text;
	struct error e;

	error_set(&e, STATUS_CONNECT, "'%s'%s%s%s: %s", target_label(w->to), *at ? " (" : "", at, *at ? ")" : "", why);
	if (m->run.plan->connect.ntargets == 1) {
		run_fail(&m->run, &e);
		return;
	}
	tell_unconnected(w, remote, err, why);
	if (!m->unconnected++)
		m->first = e;
	for (size_t i = 0; i < w->nconns; i++)
		dial_forget(&w->conns[i]);
	watch_reset(w);
	w->phase = OVER;
	count_established(m, w, clock_now());
	watch_over(w);
}

static void dial_failed(struct dialer *d, struct conn *c, const char *remote, int err)
{
	char why[160];

	snprintf(why, sizeof(why), "%s%s", error_reason(err), err == ETIMEDOUT ? dial_hint(c->watch) : "");
	leave_target(container_of(d, struct connect_mode, dialer), c->watch, remote, err, why);
}

static void target_resolved(void *owner, size_t i, struct addrinfo *list, const struct error *why)
{
	struct connect_mode *m = owner;
	struct watch *w = &m->watches[i];
	struct error e;

	m->addresses[i] = list;
	for (size_t k = 0; k < w->nconns; k++)
		w->conns[k].dial.address = list;
	if (list) {
		gentle_add(&m->gentle, i);
	} else if (why->status == STATUS_CONNECT) {
		leave_target(m, w, "", 0, why->text);
	} else {
		error_set(&e, why->status, "'%s': %s", target_label(w->to), why->text);
		run_fail(&m->run, &e);
	}
	if (!m->resolving)
		dial_more(&m->dialer);
}

/* --timeout came before it was connected. */
static void leave_late(struct connect_mode *m, struct watch *w)
{
	const struct conn *c = w->conns;
	char remote[ADDRESS_TEXT], why[160];

	while (c->established)
		c++;
	if (!c->dial.address) {
		leave_target(m, w, "", 0, RESOLVE_TOO_LATE);
		return;
	}
	address_text(remote, c->dial.address->ai_addr, c->dial.address->ai_addrlen);
	snprintf(why, sizeof(why), "no connection before --timeout%s", dial_hint(w));
	leave_target(m, w, remote, 0, why);
}

/* Nothing changes any more. What to say of those that could not be connected, where nothing else has failed? */
static int settle(struct run *r, struct error *e)
{
	struct connect_mode *m = mode_of(r);
	const size_t n = r->plan->connect.ntargets;

	(void)e;
	census_tell(&m->census);
	if (m->unconnected)
		error_set(&r->end.unconnected, STATUS_CONNECT, "%s (%zu of %zu targets not connected)", m->first.text, m->unconnected, n);
	return 0;
}

static void end_early(struct run *r)
{
	struct connect_mode *m = mode_of(r);
	bool any = false;

	for (size_t i = 0; i < r->plan->connect.ntargets; i++) {
		struct watch *w = &m->watches[i];

		if (r->end.timed_out && w->phase == FORMING)
			leave_late(m, w);
		any |= w->nestablished > 0;
		if (w->phase == OVER || r->end.error.status)
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

static void watch_begun(struct watch *w)
{
	count_established(mode_of(w->run), w, w->at.established);
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

static int start_dialing(struct connect_mode *m, struct error *e)
{
	const struct connect_plan *c = &m->run.plan->connect;

	tell_passive(m);
	m->run.hooks.end = end_early;
	m->run.hooks.child = strike_child_ended;
	m->run.hooks.settle = settle;
	m->strike.fire = strike_due;
	m->dialer = (struct dialer){ .run = &m->run, .next = next_conn, .failed = dial_failed, .most = AT_ONCE };
	accepted_start(&m->accepted, m->watches, c->ntargets);
	m->run.dialer = &m->dialer;
	m->resolving = true;
	m->resolver = resolver_start(&m->run, c->targets, c->ntargets, address_family(m->run.plan), false, target_resolved, m, e);
	m->resolving = false;
	if (m->resolver)
		dial_start(&m->dialer);
	return m->resolver ? 0 : -1;
}

static int open_watches(struct connect_mode *m, struct error *e)
{
	const struct plan *p = m->run.plan;
	const struct report_context *c = &m->run.feed.context;
	size_t rows = 0;

	m->watches = calloc(p->connect.ntargets, sizeof(*m->watches));
	m->addresses = calloc(p->connect.ntargets, sizeof(*m->addresses));
	if (!m->watches || !m->addresses)
		return out_of_memory(e);
	for (size_t i = 0; i < p->connect.ntargets; i++) {
		struct watch *w = &m->watches[i];
		const struct target *t = &p->connect.targets[i];

		w->rows = c->sets > 1 ? rows : 0;
		rows += plan_probes(p, plan_groups(p, t));
		if (watch_open(w, &m->run, t, conns_of(p, t), e))
			return -1;
		w->target = p->connect.ntargets > 1 ? target_label(t) : NULL;
		w->to = t;
		w->place = i;
		for (size_t k = 0; k < w->nconns; k++)
			w->conns[k].target = target_label(t);
		w->hooks.established = watch_begun;
		w->hooks.over = watch_over;
		strike_expect(w);
	}
	return gentle_open(&m->gentle, &m->run, m->watches, p->connect.ntargets, e) ||
		       census_open(&m->census, &m->run, m->watches, p->connect.ntargets, e) ? -1 : 0;
}

static void tear_down(struct connect_mode *m)
{
	for (size_t i = 0; m->watches && i < m->run.plan->connect.ntargets; i++)
		watch_close(&m->watches[i]);
	free(m->watches);
	resolver_close(m->resolver);
	gentle_close(&m->gentle);
	census_close(&m->census);
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
	if (run_open(&m->run, p, all_conns(p), e) || strike_allowed(p, e) || resolve_source(&m->run, address_family(p), e) ||
	    open_watches(m, e) || start_dialing(m, e))
		run_fail(&m->run, e);
	status = (int)run_loop(&m->run);
	*e = status == STATUS_CONNECT && !m->run.end.error.status ? m->run.end.unconnected : m->run.end.error;
	tear_down(m);
	status = run_close(&m->run, status, e);
	free(m);
	return status;
}
