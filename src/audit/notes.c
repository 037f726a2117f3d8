// SPDX-License-Identifier: MIT
/* Remarks about an audit as a whole. */
#include "notes.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "program/owner.h"

static void note(struct feed *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void note(struct feed *f, const char *fmt, ...)
{
	struct event *e = feed_event(f, EVENT_NOTE, clock_now());
	va_list args;

	va_start(args, fmt);
	vsnprintf(e->note, sizeof(e->note), fmt, args);
	va_end(args);
}

static void note_process(struct feed *f, const struct audit_process *p)
{
	struct owner o = { .pid = p->pid };
	struct error e;

	memcpy(o.command, p->command, sizeof(o.command));
	owner_refused(&o, p->err, &e);
	note(f, "%d%s: %s", (int)p->pid, *p->command ? "" : " (which /proc hides from this user)", e.text);
}

/* One by one where they were asked for. */
static void note_processes(struct feed *f, const struct audit_plan *p, const struct audit_list *l)
{
	const char *needs = owner_needs();
	size_t closed = 0;

	for (size_t i = 0; i < l->nprocesses; i++) {
		if (!l->processes[i].err)
			continue;
		closed++;
		if (!p->all)
			note_process(f, &l->processes[i]);
	}
	if (closed && p->all)
		note(f, "of %zu of %zu processes the descriptors may not be read%s%s", closed, l->nprocesses, needs ? ": " : "", needs ? needs : "");
}

static void note_hosts(struct feed *f, const struct audit_list *l)
{
	for (size_t i = 0; i < l->nhosts; i++) {
		const struct audit_host *h = &l->hosts[i];

		if (h->err && h->entered)
			note(f, "sock_diag(7): %s: /proc/PID/net/tcp is read instead", error_reason(h->err));
		else if (h->err && h->pid && h->err != ENOENT && h->err != ESRCH) /* it has ended */
			note(f, "the network namespace of %d may not be entered: CAP_SYS_ADMIN is needed", (int)h->pid);
	}
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

void audit_notes(struct feed *f, const struct audit_plan *p, const struct audit_list *l)
{
	const struct audit_rest *r = &l->rest;

	note_processes(f, p, l);
	note_hosts(f, l);
	if (r->over)
		note(f, "%zu connection%s over, and %s program still holds the descriptor", r->over, r->over == 1 ? " is" : "s are",
		     r->over == 1 ? "its" : "their");
	if (p->all && r->timewait)
		note(f, "%zu connection%s in TIME_WAIT, which no program holds", r->timewait, r->timewait == 1 ? " is" : "s are");
	if (r->listening || r->others)
		note(f, "%zu listener%s and %zu socket%s of other kinds are no connections", r->listening, plural(r->listening), r->others,
		     plural(r->others));
}
