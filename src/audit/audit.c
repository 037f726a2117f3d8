// SPDX-License-Identifier: MIT
/* Collects, and reports an event for each socket. */
#include "audit.h"

#include <stdlib.h>
#include <string.h>

#include "advise/computed.h"
#include "collect.h"
#include "engine/address.h"
#include "expected.h"
#include "group.h"
#include "notes.h"
#include "predict.h"
#include "suggest.h"

static const char *state_text(uint8_t state)
{
	static const char *const names[] = {
		[STATE_ESTABLISHED] = "ESTABLISHED", [STATE_SYN_SENT] = "SYN_SENT", [STATE_SYN_RECV] = "SYN_RECV",
		[STATE_FIN_WAIT1] = "FIN_WAIT1", [STATE_FIN_WAIT2] = "FIN_WAIT2", [STATE_TIME_WAIT] = "TIME_WAIT",
		[STATE_CLOSE] = "CLOSE", [STATE_CLOSE_WAIT] = "CLOSE_WAIT", [STATE_LAST_ACK] = "LAST_ACK",
		[STATE_LISTEN] = "LISTEN", [STATE_CLOSING] = "CLOSING",
	};

	return state < sizeof(names) / sizeof(*names) && names[state] ? names[state] : "UNKNOWN";
}

/* sys: of its namespace; NULL: not known. */
static void fill_options(struct event_socket *e, const struct socket_options *o, const struct sysctls *sys)
{
	e->known = true;
	e->keepalive = o->keepalive;
	e->recverr = o->recverr;
	e->idle = o->idle;
	e->intvl = o->intvl;
	e->cnt = o->cnt;
	e->idle_default = sys && o->idle == sys->keepalive_time;
	e->intvl_default = sys && o->intvl == sys->keepalive_intvl;
	e->cnt_default = sys && o->cnt == sys->keepalive_probes;
	e->user_timeout = o->user_timeout;
}

/* A FIN counts as a byte: this end's, until it is acknowledged, */
static bool has_sent_fin(uint8_t state)
{
	return state == STATE_FIN_WAIT1 || state == STATE_CLOSING || state == STATE_LAST_ACK;
}

/* ... and the peer's, until it is read. */
static bool has_heard_fin(uint8_t state)
{
	return state == STATE_CLOSE_WAIT || state == STATE_CLOSING || state == STATE_LAST_ACK;
}

/* A byte less where it is none of data: a FIN, or a SYN. It is the last of them. */
static void fill_queues(struct event_socket *e, const struct audit_socket *s)
{
	const struct diag_socket *now = &s->now;
	const bool control = now->unsent && (has_sent_fin(now->state) || now->state == STATE_SYN_SENT);

	e->unread = now->unread - (now->unread && !s->mptcp && has_heard_fin(now->state));
	if (!now->has_info)
		return;
	e->unsent = now->info.tcpi_notsent_bytes < now->unsent ? now->info.tcpi_notsent_bytes : now->unsent;
	e->in_flight = now->unsent - e->unsent;
	if (control && e->unsent)
		e->unsent--;
	else if (control)
		e->in_flight--;
}

static nsec heard(const struct diag_socket *now)
{
	return now->has_info && now->state != STATE_SYN_SENT ? audit_heard(now) : TIME_NONE;
}

static void fill_now(struct event_socket *e, const struct audit_socket *s)
{
	e->state = state_text(s->now.state);
	fill_queues(e, s);
	e->heard = heard(&s->now);
	e->timer = (enum socket_timer)s->now.timer;
	e->expires = s->now.timer ? s->now.expires * NS_PER_MS : TIME_NONE;
	e->unanswered = s->now.retransmits;
}

static void fill_socket(struct event_socket *e, const struct audit_list *l, const struct audit_socket *s)
{
	const struct audit_host *h = &l->hosts[s->host];
	const struct audit_process *p = s->process == NO_PROCESS ? NULL : &l->processes[s->process];

	*e = (struct event_socket){ .unread = -1, .unsent = -1, .in_flight = -1, .heard = TIME_NONE, .expires = TIME_NONE };
	e->at = s->at;
	e->pid = p ? p->pid : 0;
	if (p)
		memcpy(e->command, p->command, sizeof(e->command));
	e->fd = s->fd;
	e->count = 1;
	address_text(e->local, (const struct sockaddr *)&s->now.ends.local, sizeof(s->now.ends.local));
	address_text(e->remote, (const struct sockaddr *)&s->now.ends.remote, sizeof(s->now.ends.remote));
	e->mptcp = s->mptcp;
	e->elsewhere = !h->own;
	e->incomplete = *s->incomplete ? s->incomplete : NULL;
	fill_now(e, s);
	if (s->options.known)
		fill_options(e, &s->options, h->entered ? &h->sysctls : NULL);
}

/* What is reported, and lives as long as the run. */
struct told {
	struct event_socket *sockets;
	struct predicted *predicted;
	nsec *soonest;
	struct audit_outcome *outcomes;
	struct suggestion *suggestions;
};

static int told_open(struct told *t, const struct plan *p, const struct audit_list *l, struct error *e)
{
	const size_t cells = l->nsockets * p->lab.nfaults + 1;

	t->sockets = calloc(l->nsockets + 1, sizeof(*t->sockets));
	t->predicted = calloc(cells, sizeof(*t->predicted));
	t->soonest = calloc(cells, sizeof(*t->soonest));
	t->outcomes = calloc(p->judge.nexpects + 1, sizeof(*t->outcomes));
	if (!t->sockets || !t->predicted || !t->soonest || !t->outcomes)
		return error_set(e, STATUS_SYSTEM, "out of memory");
	return 0;
}

static void told_close(struct told *t)
{
	free(t->sockets);
	free(t->predicted);
	free(t->soonest);
	free(t->outcomes);
	free(t->suggestions);
}

static void fill_all(struct told *t, const struct plan *p, const struct audit_list *l)
{
	for (size_t i = 0; i < l->nsockets; i++) {
		const struct audit_socket *s = &l->sockets[i];

		fill_socket(&t->sockets[i], l, s);
		if (!audit_predictable(s))
			continue;
		audit_predict(l, s, p, &t->predicted[i * p->lab.nfaults]);
		t->sockets[i].predicted = &t->predicted[i * p->lab.nfaults];
		if (s->now.inode || s->now.state == STATE_ESTABLISHED || s->now.state == STATE_CLOSE_WAIT)
			audit_expect(p, t->outcomes, &t->sockets[i]);
	}
}

/* 0, or -1 with the reason in *e; *held: does every connection keep what is expected? */
static int report(struct feed *f, const struct plan *p, const struct audit_list *l, struct told *t, bool *held, struct error *e)
{
	size_t n;

	if (told_open(t, p, l, e))
		return -1;
	fill_all(t, p, l);
	n = audit_group(t->sockets, l->nsockets, p->lab.nfaults, t->soonest, p->output.verbosity > 0);
	for (size_t i = 0; i < n; i++)
		feed_event(f, EVENT_SOCKET, t->sockets[i].at)->socket = t->sockets[i];
	audit_notes(f, &p->audit, l);
	if (audit_suggest(f, p, t->sockets, n, &t->suggestions, e))
		return -1;
	*held = audit_expected(f, p, t->outcomes);
	return 0;
}

int run_audit(const struct plan *p, struct error *e)
{
	struct feed feed = { .ring = NULL };
	struct audit_list list = { 0 };
	struct told told = { .sockets = NULL };
	struct sysctls sys;
	bool held = true;

	sysctls_read(&sys);
	if (!computed_open(&feed, p, &sys, e) && !audit_collect(&p->audit, &list, e))
		report(&feed, p, &list, &told, &held, e);
	if (!e->status && !held)
		e->status = STATUS_FAILED;
	computed_close(&feed, e);
	told_close(&told);
	audit_list_free(&list);
	if (e->status != STATUS_FAILED)
		return (int)e->status;
	e->status = STATUS_OK; /* no error: the reports say what is broken */
	return STATUS_FAILED;
}
