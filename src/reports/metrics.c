// SPDX-License-Identifier: MIT
/* Counts what the events tell. */
#include "metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS(n) ((nsec)(n) * NS_PER_MS)

const nsec metrics_bucket[METRICS_BUCKETS] = {
	MS(1), MS(10), MS(100), MS(500), MS(1000), MS(2000), MS(5000), MS(10000), MS(15000), MS(30000),
	MS(60000), MS(120000), MS(300000), MS(600000), MS(1200000), MS(3600000), MS(9000000),
};

bool metrics_are_of_processes(const struct metrics *m)
{
	return !strcmp(m->c->mode, "audit") && !m->c->nprobes;
}

static int compare_names(const void *a, const void *b)
{
	const struct report_target *x = *(const struct report_target *const *)a, *y = *(const struct report_target *const *)b;
	int order = strcmp(x->text, y->text);

	if (!order)
		order = strcmp(x->name ? x->name : "", y->name ? y->name : "");
	return order ? order : (x > y) - (x < y);
}

static bool are_called_alike(const struct report_target *x, const struct report_target *y)
{
	return !strcmp(x->text, y->text) && !strcmp(x->name ? x->name : "", y->name ? y->name : "");
}

/* Two series of one name would be an error for who reads them. */
static int number_copies(struct metrics *m)
{
	const struct report_target *list = m->c->target_list, **sorted = calloc(m->ntargets, sizeof(*sorted));

	if (!sorted)
		return -1;
	for (size_t i = 0; i < m->c->targets; i++)
		sorted[i] = &list[i];
	qsort(sorted, m->c->targets, sizeof(*sorted), compare_names);
	for (size_t i = 1; i < m->c->targets; i++)
		if (are_called_alike(sorted[i], sorted[i - 1])) {
			const unsigned before = m->targets[sorted[i - 1] - list].copy;

			m->targets[sorted[i] - list].copy = before ? before + 1 : 2;
		}
	free(sorted);
	return 0;
}

int metrics_open(struct metrics *m, const struct report_context *c)
{
	*m = (struct metrics){ .c = c, .ntargets = c->targets ? c->targets : 1 };
	m->targets = calloc(m->ntargets, sizeof(*m->targets));
	m->expects = calloc(c->nexpects + 1, sizeof(*m->expects));
	if (!m->targets || !m->expects)
		return -1;
	for (size_t i = 0; i < m->ntargets; i++) {
		m->targets[i].notice = TIME_NONE;
		m->targets[i].now.changed = m->targets[i].now.rtt = TIME_NONE;
	}
	return number_copies(m);
}

void metrics_close(struct metrics *m)
{
	for (size_t i = 0; i < m->ncommands; i++)
		free(m->commands[i].faults);
	free(m->commands);
	free(m->targets);
	free(m->expects);
	memset(m, 0, sizeof(*m));
}

static struct metrics_target *target_of(const struct metrics *m, const struct event *e)
{
	return &m->targets[e->place < m->ntargets ? e->place : 0];
}

static void add_notice(struct metrics *m, struct metrics_target *t, nsec silent)
{
	size_t i = 0;

	if (silent == TIME_NONE)
		return;
	while (i < METRICS_BUCKETS && silent > metrics_bucket[i])
		i++;
	m->notices[i]++;
	m->noticed += silent;
	t->notice = silent;
}

/* All of its results are there. */
static void add_connection(struct metrics *m, struct metrics_target *t)
{
	const enum result r = m->latest.result;

	if (r == NOTICED || r == MISSED)
		t->deaths[m->latest.cause <= KERNEL_TIMEOUT ? m->latest.cause : KERNEL_NOTHING]++;
	t->unnoticed += r == MISSED;
	t->false_alarms += r == FALSE_ALARM;
	if (r == NOTICED)
		add_notice(m, t, m->latest.silent);
	m->latest.conn = 0;
}

static void on_result(struct metrics *m, const struct event *e)
{
	const size_t members = e->row < m->c->nprobes ? m->c->probes[e->row].members : 1;

	if (m->latest.conn != e->conn) {
		memset(&m->latest, 0, sizeof(m->latest));
		m->latest.conn = e->conn;
		m->latest.result = e->result.result;
		m->latest.silent = TIME_NONE;
	}
	m->latest.cause = e->result.cause;
	if (result_rank(e->result.result) < result_rank(m->latest.result))
		m->latest.result = e->result.result;
	if (e->result.result == NOTICED && e->verdict.silent != TIME_NONE &&
	    (m->latest.silent == TIME_NONE || e->verdict.silent < m->latest.silent))
		m->latest.silent = e->verdict.silent;
	if (++m->latest.results == members)
		add_connection(m, target_of(m, e));
}

static struct metrics_command *command_of(struct metrics *m, const char *name)
{
	struct metrics_command *more;

	for (size_t i = 0; i < m->ncommands; i++)
		if (!strcmp(m->commands[i].name, name))
			return &m->commands[i];
	more = realloc(m->commands, (m->ncommands + 1) * sizeof(*more));
	if (!more)
		return NULL;
	m->commands = more;
	more = &m->commands[m->ncommands];
	*more = (struct metrics_command){ .faults = calloc(m->c->nfaults + 1, sizeof(*more->faults)) };
	if (!more->faults)
		return NULL;
	snprintf(more->name, sizeof(more->name), "%s", name);
	for (size_t f = 0; f < m->c->nfaults; f++)
		more->faults[f].worst = TIME_NONE;
	m->ncommands++;
	return more;
}

static void add_predicted(struct metrics_fault *f, const struct predicted *p, unsigned count)
{
	if (!p->known || p->result == STAYED_ALIVE)
		return;
	if (p->result != NOTICED || p->by == NS_NEVER)
		f->never += count;
	else if (p->by > f->worst)
		f->worst = p->by;
}

/* What is no connection (LISTEN, TIME_WAIT) has no predictions. */
static void on_socket(struct metrics *m, const struct event_socket *s)
{
	struct metrics_command *k;

	if (!s->predicted && !s->incomplete)
		return;
	k = command_of(m, s->command);
	m->lost |= !k;
	if (!k)
		return;
	k->connections += s->count;
	k->incomplete += s->incomplete ? s->count : 0;
	for (size_t f = 0; s->predicted && f < m->c->nfaults; f++)
		add_predicted(&k->faults[f], &s->predicted[f], s->count);
}

/* Once, also where it was typed twice. */
static void on_expect(struct metrics *m, const struct event_expect *x)
{
	for (size_t i = 0; i < m->nexpects; i++)
		if (!strcmp(m->expects[i].text, x->text))
			return;
	if (m->nexpects < m->c->nexpects)
		m->expects[m->nexpects++] = *x;
}

void metrics_event(struct metrics *m, const struct event *e)
{
	struct metrics_target *t = target_of(m, e);

	switch (e->kind) {
	case EVENT_LISTENING:
		if (!*m->listening)
			memcpy(m->listening, e->connection.local, sizeof(m->listening));
		break;
	case EVENT_CONNECTED:
		t->connects++;
		break;
	case EVENT_RESULT:
		on_result(m, e);
		break;
	case EVENT_TARGET:
		t->now = e->followed;
		t->known = true;
		break;
	case EVENT_SOCKET:
		on_socket(m, &e->socket);
		break;
	case EVENT_EXPECT:
		on_expect(m, &e->expect);
		break;
	case EVENT_END:
		m->ended = true;
		m->status = e->end.status;
		m->end = e->t;
		break;
	default:
		break;
	}
}
