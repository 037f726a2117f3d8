// SPDX-License-Identifier: MIT
/*
 * A run as tests. Its oddity: what is unsupported or was not predicted is skipped, neither
 * good nor bad, as no run here can tell.
 */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "probes/probe.h"
#include "base/units.h"

#define LINE 512

/* "3.061234 s"; also for what is not there. */
static const char *exact(char to[UNITS_TEXT], nsec t)
{
	char text[UNITS_TEXT];

	if (t == TIME_NONE || t == NS_NEVER)
		snprintf(to, UNITS_TEXT, "never");
	else
		snprintf(to, UNITS_TEXT, "%.28s s", units_seconds(text, t, 6));
	return to;
}

static const char *label(const struct tally *t, const struct event *e)
{
	const struct row *r = tally_row(t, e);

	return r ? r->label : e->probe ? e->probe->name : "";
}

/* More than one connection for a cell: their tests need names of their own. */
static bool has_copies(const struct report_context *c)
{
	size_t groups = 0;

	for (size_t i = 0; i < c->nprobes; i++)
		groups += !i || strcmp(c->probes[i].group, c->probes[i - 1].group) != 0;
	return c->connections > groups * c->nfaults;
}

static void add(char *to, size_t room, const char *text)
{
	size_t used = strlen(to);

	snprintf(to + used, room - used, "%s", text);
}

/* " after 2.100000 s", " 0.250000 s before the fault", or nothing. */
static void add_after(char *to, size_t room, nsec after)
{
	char time[UNITS_TEXT];

	if (after == TIME_NONE)
		return;
	add(to, room, after < 0 ? " " : " after ");
	add(to, room, exact(time, after < 0 ? -after : after));
	add(to, room, after < 0 ? " before the fault" : "");
}

static void broken_prediction(struct check *k, const struct event *e)
{
	char by[UNITS_TEXT];

	snprintf(k->why, sizeof(k->why), "predicted %s", result_name(e->predicted_result));
	if (e->predicted_by != NS_NEVER) {
		add(k->why, sizeof(k->why), " by ");
		add(k->why, sizeof(k->why), exact(by, e->predicted_by));
	}
	add(k->why, sizeof(k->why), ", measured ");
	add(k->why, sizeof(k->why), result_name(e->result));
	add_after(k->why, sizeof(k->why), e->after);
}

static void check_cell(struct check *k, const struct tally *t, const struct event *e)
{
	k->time = e->after == TIME_NONE || e->after > 0 ? e->after : 0; /* an alarm before the fault took no time */
	k->state = !e->predicted || e->result == UNSUPPORTED ? CHECK_SKIPPED
		   : e->off                                   ? CHECK_FAILED
							      : CHECK_PASSED;
	snprintf(k->suite, sizeof(k->suite), "%s", e->fault ? e->fault : "");
	snprintf(k->name, sizeof(k->name), "%s", label(t, e));
	if (has_copies(t->c))
		snprintf(k->name, sizeof(k->name), "%s, connection %u", label(t, e), e->conn);
	if (e->result == UNSUPPORTED)
		snprintf(k->why, sizeof(k->why), "unsupported: %s", e->how);
	else if (!e->predicted)
		snprintf(k->why, sizeof(k->why), "nothing was predicted");
	else if (e->off)
		broken_prediction(k, e);
}

/* `any` took as long as its first probe, all else as long as the last that it is about;
 * with a miss among them, until the end. */
static nsec time_of(const struct tally *t, const struct event *e)
{
	bool any = !strcmp(e->expect, "any"), missed = false;
	nsec time = TIME_NONE;

	for (size_t i = 0; i < t->c->nprobes; i++) {
		const struct row *r = &t->rows[i];
		nsec own = any ? r->after.least : r->after.most;

		if (e->probe && e->probe != r->probe->probe)
			continue;
		missed |= r->results[MISSED] > 0;
		if (!r->after.seen)
			continue;
		if (time == TIME_NONE || (any ? own < time : own > time))
			time = own;
	}
	if (time == TIME_NONE || (missed && !e->held))
		time = e->t - (tally_zero(t) != TIME_NONE ? tally_zero(t) : t->c->start);
	return time;
}

static void check_expect(struct check *k, const struct tally *t, const struct event *e)
{
	k->state = e->held ? CHECK_PASSED : CHECK_FAILED;
	k->time = time_of(t, e);
	snprintf(k->suite, sizeof(k->suite), "%s", t->c->mode);
	snprintf(k->name, sizeof(k->name), "%s", e->expect);
	snprintf(k->why, sizeof(k->why), "%s", e->why ? e->why : "");
}

static void check_end(struct check *k, const struct tally *t, const struct event *e)
{
	k->state = e->status ? CHECK_FAILED : CHECK_PASSED;
	k->time = e->t - t->c->start;
	snprintf(k->suite, sizeof(k->suite), "%s", t->c->mode);
	snprintf(k->name, sizeof(k->name), "the fault was carried out");
	if (e->status)
		snprintf(k->why, sizeof(k->why), "exit status %d", e->status);
}

bool check_event(struct check *k, const struct tally *t, const struct event *e)
{
	memset(k, 0, sizeof(*k));
	k->time = TIME_NONE;
	if (e->kind == EVENT_RESULT && t->c->nfaults)
		check_cell(k, t, e);
	else if (e->kind == EVENT_EXPECT)
		check_expect(k, t, e);
	else if (e->kind == EVENT_END && !e->why && !strcmp(t->c->mode, "peer"))
		check_end(k, t, e);
	else
		return false;
	return true;
}

static void explain_cell(const struct event *e, check_line put, void *to)
{
	char line[LINE], time[UNITS_TEXT];

	snprintf(line, sizeof(line), "%s", result_name(e->result));
	add_after(line, sizeof(line), e->after);
	put(to, line);
	if (e->call || *e->how) {
		snprintf(line, sizeof(line), "%s%s%s", e->call ? e->call : "",
			 e->call && *e->how ? ": " : "", e->how);
		put(to, line);
	}
	if (e->lag != TIME_NONE) {
		snprintf(line, sizeof(line), "%s behind the kernel", exact(time, e->lag));
		put(to, line);
	}
	if (e->predicted) {
		snprintf(line, sizeof(line), "predicted: %s%s%s", result_name(e->predicted_result),
			 e->predicted_by != NS_NEVER ? " by " : "",
			 e->predicted_by != NS_NEVER ? exact(time, e->predicted_by) : "");
		put(to, line);
	}
	if (*e->note)
		put(to, e->note);
}

/* "keepalive: noticed 1 of 2, missed 1 of 2, after 3.061234 s (ETIMEDOUT)" */
static void row_line(const struct row *r, char line[LINE])
{
	const char *comma = " ";

	snprintf(line, LINE, "%s:", r->label);
	for (enum result k = NOTICED; k <= UNSUPPORTED; k++) {
		char text[64];

		if (!r->results[k])
			continue;
		snprintf(text, sizeof(text), r->total > 1 ? "%s%s %u of %u" : "%s%s", comma, result_name(k),
			 r->results[k], r->total);
		add(line, LINE, text);
		comma = ", ";
	}
	if (r->after.seen) {
		add(line, LINE, r->after.seen > 1 ? ", the slowest" : ",");
		add_after(line, LINE, r->after.most);
	}
	if (*r->how) {
		add(line, LINE, " (");
		add(line, LINE, r->how);
		add(line, LINE, ")");
	}
	if (*r->note) {
		add(line, LINE, "; ");
		add(line, LINE, r->note);
	}
}

static void kernel_line(const struct tally *t, char line[LINE])
{
	char text[64], time[UNITS_TEXT];
	const char *comma = "";

	snprintf(line, LINE, "the kernel knew: ");
	for (enum kernel_cause k = KERNEL_FIN; k <= KERNEL_UNREACHABLE; k++) {
		if (!t->kernel_seen[k])
			continue;
		snprintf(text, sizeof(text), "%s%s on %u of %u connections", comma, kernel_cause_name(k),
			 t->kernel_seen[k], t->connections);
		add(line, LINE, text);
		comma = ", ";
	}
	if (t->kernel == TIME_NONE) {
		add(line, LINE, "nothing");
	} else {
		add(line, LINE, ", first at ");
		add(line, LINE, exact(time, t->kernel - t->c->start));
	}
}

void check_explain(const struct tally *t, const struct event *e, check_line put, void *to)
{
	char line[LINE], time[UNITS_TEXT];

	if (e->kind == EVENT_RESULT)
		explain_cell(e, put, to);
	if (e->kind != EVENT_EXPECT && e->kind != EVENT_END)
		return;
	if (t->fault != TIME_NONE && !t->c->nfaults) {
		snprintf(line, sizeof(line), "the fault struck at %s", exact(time, t->fault - t->c->start));
		put(to, line);
	}
	kernel_line(t, line);
	put(to, line);
	for (size_t i = 0; i < t->c->nprobes; i++)
		if (t->rows[i].total) {
			row_line(&t->rows[i], line);
			put(to, line);
		}
}
