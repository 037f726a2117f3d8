// SPDX-License-Identifier: MIT
/*
 * A run as tests. What is unsupported or was not predicted is skipped: neither passed nor
 * failed, as nothing in this run decides it.
 */
#include "advised.h"
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "probes/probe.h"
#include "base/duration.h"
#include "base/utf8.h"
#include "phrases.h"
#include "results/programs.h"

#define LINE 512

/* More than one connection for a cell: their tests need names of their own. */
static bool has_copies(const struct results *m)
{
	return m->c->connections > results_shared(m) * m->c->nfaults;
}

static void append(char *to, size_t room, const char *text)
{
	size_t used = strlen(to);

	snprintf(to + used, room - used, "%s", text);
}

/* " after 2.100000 s", " 0.250000 s before the fault", or nothing. */
static void add_after(char *to, size_t room, nsec after)
{
	char time[DURATION_ROOM];

	if (after == TIME_NONE)
		return;
	append(to, room, after < 0 ? " " : " after ");
	append(to, room, duration_exact(time, after < 0 ? -after : after));
	append(to, room, after < 0 ? " before the fault" : "");
}

static void broken_prediction(struct check *k, const struct event *e)
{
	char by[DURATION_ROOM];

	snprintf(k->why, sizeof(k->why), "predicted %s", result_name(e->result.predicted.result));
	if (e->result.predicted.by != NS_NEVER) {
		append(k->why, sizeof(k->why), " by ");
		append(k->why, sizeof(k->why), duration_exact(by, e->result.predicted.by));
	}
	append(k->why, sizeof(k->why), ", measured ");
	append(k->why, sizeof(k->why), result_name(e->result.result));
	add_after(k->why, sizeof(k->why), e->after);
}

static void check_cell(struct check *k, const struct results *m, const struct event *e)
{
	k->time = e->after == TIME_NONE || e->after > 0 ? e->after : 0; /* an alarm before the fault took no time */
	k->state = !e->result.predicted.known || e->result.result == UNSUPPORTED ? CHECK_SKIPPED
		   : e->result.predicted.off                                   ? CHECK_FAILED
							      : CHECK_PASSED;
	utf8_visible(k->suite, sizeof(k->suite), e->fault ? e->fault : "", true);
	snprintf(k->name, sizeof(k->name), "%s", results_name_of(m, e));
	if (has_copies(m))
		snprintf(k->name, sizeof(k->name), "%s, connection %u", results_name_of(m, e), e->conn);
	if (e->result.result == UNSUPPORTED)
		snprintf(k->why, sizeof(k->why), "unsupported: %s", e->verdict.how);
	else if (!e->result.predicted.known)
		snprintf(k->why, sizeof(k->why), "nothing was predicted");
	else if (e->result.predicted.off)
		broken_prediction(k, e);
}

static bool is_about(const struct event *expect, const struct report_probe *p)
{
	if (expect->probe)
		return expect->probe == p->probe;
	return !expect->group || !strcmp(expect->group, p->group);
}

/* `any` took as long as its first probe, all else as long as the last that it is about;
 * with a miss among them, until the end. */
static nsec time_of(const struct results *m, const struct event *e)
{
	bool any = !strcmp(e->expect.text, "any"), missed = false;
	nsec time = TIME_NONE;

	for (size_t i = 0; i < m->c->nprobes; i++) {
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
	if (time == TIME_NONE || (missed && !e->expect.held))
		time = e->t - (results_zero(m) != TIME_NONE ? results_zero(m) : m->c->start);
	return time;
}

static void check_expect(struct check *k, const struct results *m, const struct event *e)
{
	k->state = e->expect.held ? CHECK_PASSED : CHECK_FAILED;
	k->time = time_of(m, e);
	snprintf(k->suite, sizeof(k->suite), "%s", m->c->mode);
	snprintf(k->name, sizeof(k->name), "%s", e->expect.text);
	snprintf(k->why, sizeof(k->why), "%s", e->expect.why ? e->expect.why : "");
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
	k->state = e->end.status ? CHECK_FAILED : CHECK_PASSED;
	k->time = e->t - m->c->start;
	snprintf(k->suite, sizeof(k->suite), "%s", m->c->mode);
	snprintf(k->name, sizeof(k->name), "the fault was carried out");
	if (e->end.status)
		snprintf(k->why, sizeof(k->why), "exit status %d", e->end.status);
}

bool check_event(struct check *k, const struct results *m, const struct event *e)
{
	memset(k, 0, sizeof(*k));
	k->time = TIME_NONE;
	if (e->kind == EVENT_RESULT && m->c->nfaults)
		check_cell(k, m, e);
	else if (e->kind == EVENT_VERIFIED)
		check_verified(k, m, e);
	else if (e->kind == EVENT_EXPECT)
		check_expect(k, m, e);
	else if (e->kind == EVENT_END && !e->end.why && !strcmp(m->c->mode, "peer"))
		check_end(k, m, e);
	else
		return false;
	return true;
}

static void explain_cell(const struct event *e, check_line put, void *to)
{
	struct phrase_seen seen = phrase_seen(&e->verdict);
	char line[LINE], time[DURATION_ROOM];

	snprintf(line, sizeof(line), "%s", result_name(e->result.result));
	add_after(line, sizeof(line), e->after);
	put(to, line);
	if (*seen.text)
		put(to, seen.text);
	if (e->verdict.lag != TIME_NONE) {
		snprintf(line, sizeof(line), "%s behind the kernel", duration_exact(time, e->verdict.lag));
		put(to, line);
	}
	if (e->result.predicted.known) {
		snprintf(line, sizeof(line), "predicted: %s%s%s", result_name(e->result.predicted.result),
			 e->result.predicted.by != NS_NEVER ? " by " : "",
			 e->result.predicted.by != NS_NEVER ? duration_exact(time, e->result.predicted.by) : "");
		put(to, line);
	}
	if (*e->note)
		put(to, e->note);
}

/* "keepalive: noticed 1 of 2, missed 1 of 2, after 3.061234 s (ETIMEDOUT)" */
static void row_line(const struct result_cell *r, char line[LINE])
{
	const char *comma = " ";

	snprintf(line, LINE, "%s:", r->row->name);
	for (enum result k = NOTICED; k <= UNSUPPORTED; k++) {
		char text[64];

		if (!r->count[k])
			continue;
		snprintf(text, sizeof(text), r->total > 1 ? "%s%s %u of %u" : "%s%s", comma, result_name(k),
			 r->count[k], r->total);
		append(line, LINE, text);
		comma = ", ";
	}
	if (r->after.seen) {
		append(line, LINE, r->after.seen > 1 ? ", the slowest" : ",");
		add_after(line, LINE, r->after.most);
	}
	if (*r->how) {
		append(line, LINE, " (");
		append(line, LINE, r->how);
		append(line, LINE, ")");
	}
	if (*r->note) {
		append(line, LINE, "; ");
		append(line, LINE, r->note);
	}
}

static void put_row(const struct result_cell *r, check_line put, void *to)
{
	char line[LINE], answers[PHRASE_ANSWERS];

	row_line(r, line);
	put(to, line);
	phrase_answers(answers, r);
	if (!*answers)
		return;
	snprintf(line, sizeof(line), "%s: %s", r->row->name, answers);
	put(to, line);
}

static void kernel_line(const struct results *m, char line[LINE])
{
	char text[64], time[DURATION_ROOM];
	const char *comma = "";

	snprintf(line, LINE, "kernel events: ");
	for (enum kernel_cause k = KERNEL_FIN; k <= KERNEL_UNREACHABLE; k++) {
		if (!m->kernel_seen[k])
			continue;
		snprintf(text, sizeof(text), "%s%s on %u of %u connections", comma, kernel_cause_name(k),
			 m->kernel_seen[k], m->connections);
		append(line, LINE, text);
		comma = ", ";
	}
	if (m->kernel == TIME_NONE) {
		append(line, LINE, "nothing");
	} else {
		append(line, LINE, ", first at ");
		append(line, LINE, duration_exact(time, m->kernel - m->c->start));
	}
}

void check_explain(const struct results *m, const struct event *e, check_line put, void *to)
{
	char line[LINE], time[DURATION_ROOM];

	char verified[ADVISED_TEXT];

	if (e->kind == EVENT_RESULT)
		explain_cell(e, put, to);
	if (e->kind == EVENT_VERIFIED) {
		verified_text(verified, e);
		put(to, verified);
	}
	if (e->kind != EVENT_EXPECT && e->kind != EVENT_END)
		return;
	if (m->fault != TIME_NONE && !m->c->nfaults) {
		snprintf(line, sizeof(line), "the fault struck at %s", duration_exact(time, m->fault - m->c->start));
		put(to, line);
	}
	kernel_line(m, line);
	put(to, line);
	for (size_t i = 0; i < m->c->nprobes; i++)
		if (results_probe(m, i)->total)
			put_row(results_probe(m, i), put, to);
}
