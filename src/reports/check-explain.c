// SPDX-License-Identifier: MIT
/* What a test says of itself: who noticed when, who missed, what the kernel knew. */
#include "check.h"
#include "socket-phrases.h"

#include <stdio.h>

#include "advised.h"
#include "base/duration.h"
#include "check-program.h"
#include "check-text.h"
#include "phrases.h"

static void explain_cell(const struct event *e, check_line put, void *to)
{
	struct phrase_seen seen = phrase_seen(&e->verdict);
	char line[CHECK_LINE], time[DURATION_ROOM];

	snprintf(line, sizeof(line), "%s", result_name(e->result.result));
	check_add_after(line, sizeof(line), e->after);
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
static void row_line(const struct result_cell *r, char line[CHECK_LINE])
{
	const char *comma = " ";

	snprintf(line, CHECK_LINE, "%s:", r->row->name);
	for (enum result k = NOTICED; k <= UNSUPPORTED; k++) {
		char text[64];

		if (!r->count[k])
			continue;
		snprintf(text, sizeof(text), r->total > 1 ? "%s%s %u of %u" : "%s%s", comma, result_name(k),
			 r->count[k], r->total);
		check_append(line, CHECK_LINE, text);
		comma = ", ";
	}
	if (r->after.seen) {
		check_append(line, CHECK_LINE, r->after.seen > 1 ? ", the slowest" : ",");
		check_add_after(line, CHECK_LINE, r->after.most);
	}
	if (*r->how) {
		check_append(line, CHECK_LINE, " (");
		check_append(line, CHECK_LINE, r->how);
		check_append(line, CHECK_LINE, ")");
	}
	if (*r->note) {
		check_append(line, CHECK_LINE, "; ");
		check_append(line, CHECK_LINE, r->note);
	}
}

static void put_row(const struct result_cell *r, check_line put, void *to)
{
	char line[CHECK_LINE], answers[PHRASE_ANSWERS];

	row_line(r, line);
	put(to, line);
	phrase_answers(answers, r);
	if (!*answers)
		return;
	snprintf(line, sizeof(line), "%s: %s", r->row->name, answers);
	put(to, line);
}

static void kernel_line(const struct results *m, char line[CHECK_LINE])
{
	char text[64], time[DURATION_ROOM];
	const char *comma = "";

	snprintf(line, CHECK_LINE, "kernel events: ");
	for (enum kernel_cause k = KERNEL_FIN; k <= KERNEL_UNREACHABLE; k++) {
		if (!m->kernel_seen[k])
			continue;
		snprintf(text, sizeof(text), "%s%s on %u of %u connections", comma, kernel_cause_name(k),
			 m->kernel_seen[k], m->connections);
		check_append(line, CHECK_LINE, text);
		comma = ", ";
	}
	if (m->kernel == TIME_NONE) {
		check_append(line, CHECK_LINE, "nothing");
	} else {
		check_append(line, CHECK_LINE, ", first at ");
		check_append(line, CHECK_LINE, duration_exact(time, m->kernel - m->c->start));
	}
}

/* An expectation of a program has only what programs came to, and one of a probe only what probes did. */
static void explain_run(const struct results *m, const struct event *e, check_line put, void *to)
{
	bool of_program = e->kind == EVENT_EXPECT && e->program, of_probe = e->kind == EVENT_EXPECT && (e->probe || e->group);
	char line[CHECK_LINE], time[DURATION_ROOM];

	if (m->fault != TIME_NONE && !m->c->nfaults) {
		snprintf(line, sizeof(line), "the fault struck at %s", duration_exact(time, m->fault - m->c->start));
		put(to, line);
	}
	if (!of_probe)
		check_explain_programs(m, of_program ? e->fault : NULL, put, to);
	if (of_program || m->c->nprobes == m->c->programs)
		return;
	kernel_line(m, line);
	put(to, line);
	for (size_t i = m->c->programs; i < m->c->nprobes; i++)
		if (results_probe(m, i)->total)
			put_row(results_probe(m, i), put, to);
}

/* What it would notice when, and how it stands. */
static void explain_socket(const struct results *m, const struct event_socket *s, check_line put, void *to)
{
	char line[CHECK_LINE], cell[SOCKET_CELL], details[SOCKET_DETAILS];

	for (size_t i = 0; i < m->c->nfaults; i++) {
		socket_cell(cell, s, i);
		snprintf(line, sizeof(line), "%s: %s", m->c->faults[i].name, cell);
		put(to, line);
	}
	socket_details(details, m->c, s);
	put(to, details);
}

void check_explain(const struct results *m, const struct event *e, check_line put, void *to)
{
	char verified[ADVISED_TEXT];

	if (e->kind == EVENT_RESULT && e->program)
		check_explain_program(e, put, to);
	else if (e->kind == EVENT_RESULT)
		explain_cell(e, put, to);
	else if (e->kind == EVENT_UNCONNECTED)
		put(to, e->note);
	else if (e->kind == EVENT_SOCKET)
		explain_socket(m, &e->socket, put, to);
	else if (e->kind == EVENT_VERIFIED) {
		verified_text(verified, e);
		put(to, verified);
	} else if (e->kind == EVENT_EXPECT && sockets_wanted(m->c))
		put(to, e->expect.why ? e->expect.why : "each connection keeps it");
	else if (e->kind == EVENT_EXPECT || e->kind == EVENT_END)
		explain_run(m, e, put, to);
}
