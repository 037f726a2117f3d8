// SPDX-License-Identifier: MIT
/*
 * A run as tests. What is unsupported, was not predicted, or is a program of which nothing was expected, is skipped: neither
 * passed nor failed, as nothing in this run decides it.
 */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "probes/probe.h"
#include "base/duration.h"
#include "base/utf8.h"
#include "check-program.h"
#include "check-text.h"
#include "results/programs.h"
#include "socket-phrases.h"

/* More than one connection for a cell: their tests need names of their own. */
static bool has_copies(const struct results *m)
{
	return m->c->connections > results_shared(m) * m->c->nfaults;
}

static void broken_prediction(struct check *k, const struct event *e)
{
	char by[DURATION_ROOM];

	snprintf(k->why, sizeof(k->why), "predicted %s", result_name(e->result.predicted.result));
	if (e->result.predicted.by != NS_NEVER) {
		check_append(k->why, sizeof(k->why), " by ");
		check_append(k->why, sizeof(k->why), duration_exact(by, e->result.predicted.by));
	}
	check_append(k->why, sizeof(k->why), ", measured ");
	check_append(k->why, sizeof(k->why), result_name(e->result.result));
	check_add_after(k->why, sizeof(k->why), e->after);
}

static void check_probe(struct check *k, const struct results *m, const struct event *e)
{
	k->time = e->after == TIME_NONE || e->after > 0 ? e->after : 0; /* an alarm before the fault took no time */
	k->state = !e->result.predicted.known || e->result.result == UNSUPPORTED ? CHECK_SKIPPED
		   : e->result.predicted.off                                   ? CHECK_FAILED
							      : CHECK_PASSED;
	if (has_copies(m))
		snprintf(k->name, sizeof(k->name), "%s, connection %u", results_name_of(m, e), e->conn);
	if (e->result.result == UNSUPPORTED)
		snprintf(k->why, sizeof(k->why), "unsupported: %s", e->verdict.how);
	else if (!e->result.predicted.known)
		snprintf(k->why, sizeof(k->why), "nothing was predicted");
	else if (e->result.predicted.off)
		broken_prediction(k, e);
}

static void check_cell(struct check *k, const struct results *m, const struct event *e)
{
	utf8_visible(k->suite, sizeof(k->suite), e->fault ? e->fault : "", true);
	snprintf(k->name, sizeof(k->name), "%s", results_name_of(m, e));
	if (e->program)
		check_program(k, e);
	else
		check_probe(k, m, e);
}

static bool is_about(const struct event *expect, const struct report_probe *p)
{
	if (expect->probe)
		return expect->probe == p->probe;
	return !expect->group || !strcmp(expect->group, p->group);
}

/* `any` took as long as its first probe, all else as long as the last that it is about;
 * with a miss among them it is TIME_NONE. */
static nsec time_of_probes(const struct results *m, const struct event *e)
{
	bool any = !strcmp(e->expect.text, "any"), missed = false;
	nsec time = TIME_NONE;

	for (size_t i = m->c->programs; i < m->c->nprobes; i++) {
		const struct result_cell *r = results_probe(m, i);
		nsec own = any ? r->after.least : r->after.most;

		if (!is_about(e, r->row->probe))
			continue;
		missed |= r->count[MISSED] > 0;
		if (!r->after.seen)
			continue;
		if (time == TIME_NONE || (any ? own < time : own > time))
			time = own;
	}
	return missed && !e->expect.held ? TIME_NONE : time;
}

/* What did not happen took until the end. */
static nsec time_of(const struct results *m, const struct event *e)
{
	nsec time = e->program ? check_program_time(m, e) : time_of_probes(m, e);

	if (time != TIME_NONE)
		return time;
	return e->t - (results_zero(m) != TIME_NONE ? results_zero(m) : m->c->start);
}

static void check_expect(struct check *k, const struct results *m, const struct event *e)
{
	k->state = e->expect.held ? CHECK_PASSED : CHECK_FAILED;
	k->time = time_of(m, e);
	snprintf(k->suite, sizeof(k->suite), "%s", m->c->mode);
	snprintf(k->name, sizeof(k->name), "%s", e->expect.text);
	snprintf(k->why, sizeof(k->why), "%s", e->expect.why ? e->expect.why : "");
}

/* Of the audit: the first that it breaks. */
static void check_socket(struct check *k, const struct results *m, const struct event *e)
{
	const struct event_socket *s = &e->socket;

	k->state = !s->expected.count ? CHECK_SKIPPED : s->expected.broken ? CHECK_FAILED : CHECK_PASSED;
	snprintf(k->suite, sizeof(k->suite), "%s", m->c->mode);
	socket_name(k->name, s);
	if (!s->expected.count)
		snprintf(k->why, sizeof(k->why), "nothing was expected");
	else if (s->expected.broken)
		snprintf(k->why, sizeof(k->why), "does not keep %s", s->expected.broken);
}

static void check_verified(struct check *k, const struct results *m, const struct event *e)
{
	k->state = e->verified.holds ? CHECK_PASSED : CHECK_FAILED;
	k->time = e->after;
	snprintf(k->suite, sizeof(k->suite), "%s", m->c->mode);
	snprintf(k->name, sizeof(k->name), "the advice holds: %s", e->group);
	snprintf(k->why, sizeof(k->why), "%s", e->note);
}

static void check_end(struct check *k, const struct results *m, const struct event *e)
{
	bool only_expected = e->end.status == STATUS_FAILED && m->nbroken; /* which are tests of their own */

	k->state = e->end.status && !only_expected ? CHECK_FAILED : CHECK_PASSED;
	k->time = e->t - m->c->start;
	snprintf(k->suite, sizeof(k->suite), "%s", m->c->mode);
	snprintf(k->name, sizeof(k->name), "the fault was carried out");
	if (k->state == CHECK_FAILED)
		snprintf(k->why, sizeof(k->why), "exit status %d", e->end.status);
}

/* One of several; of one alone the run tells. */
static void check_unconnected(struct check *k, const struct results *m, const struct event *e)
{
	k->state = CHECK_FAILED;
	k->time = e->t - m->c->start;
	snprintf(k->suite, sizeof(k->suite), "%s", m->c->mode);
	snprintf(k->name, sizeof(k->name), "connected: %s", utf8_cut(e->connection.target, 160).text);
	snprintf(k->why, sizeof(k->why), "%s%s%s", e->connection.remote, *e->connection.remote ? ": " : "", e->note);
}

bool check_event(struct check *k, const struct results *m, const struct event *e)
{
	memset(k, 0, sizeof(*k));
	k->time = TIME_NONE;
	if (e->kind == EVENT_RESULT && m->c->nfaults)
		check_cell(k, m, e);
	else if (e->kind == EVENT_SOCKET)
		check_socket(k, m, e);
	else if (e->kind == EVENT_VERIFIED)
		check_verified(k, m, e);
	else if (e->kind == EVENT_UNCONNECTED)
		check_unconnected(k, m, e);
	else if (e->kind == EVENT_EXPECT)
		check_expect(k, m, e);
	else if (e->kind == EVENT_END && !e->end.why && !strcmp(m->c->mode, "peer"))
		check_end(k, m, e);
	else
		return false;
	return true;
}
