// SPDX-License-Identifier: MIT
/* The reports of a run. What one of them cannot write is remembered by its output, and does not stop the others. */
#include "outlets.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/process.h"
#include "base/snapshot.h"
#include "base/words.h"
#include "report.h"

#define RESULT_ROOM 768 /* of one result, in any report */
#define RESULTS_ROOM_MOST ((size_t)64 * 1024 * 1024)
#define PAGE_APART NS_PER_S       /* a page that changes is written no more often than that */
#define PAGE_LONGEST (15 * NS_PER_S) /* ... and at least so often, for who looks how old it is */

struct outlet {
	const struct report *report;
	void *state;
	struct out out;
	bool begun;
	struct snapshot snapshot; /* of a report that is a page, in a file */
	bool changed;   /* since it was written */
	size_t dropped; /* events since the last that had room */
};

struct outlets {
	struct outlet *outlet;
	size_t count;
	struct error error; /* the first that could not be written to its end; status 0: none */
	struct error page_error; /* a page that could not be written on the way; status 0: none */
};

/* What is never dropped: with it written, results need not wait for a reader while other connections are watched. */
static size_t results_room(const struct report_context *c)
{
	size_t most = 1, room;

	for (size_t i = 0; i < c->nprobes; i++)
		most = c->probes[i].members > most ? c->probes[i].members : most;
	room = (c->connections + most) * most * RESULT_ROOM;
	return room < RESULTS_ROOM_MOST ? room : RESULTS_ROOM_MOST;
}

static int place_of(const struct outlet *let, struct stat *st)
{
	return let->snapshot.path ? stat(let->snapshot.path, st) : fstat(let->out.fd, st);
}

/* Two that would write over each other, or into each other's lines: by whatever path, one file,
 * pipe, socket or terminal. /dev/null takes any number. */
static bool is_same_place(const struct outlet *a, const struct outlet *b)
{
	struct stat x, y;

	if (place_of(a, &x) || place_of(b, &y) || x.st_dev != y.st_dev || x.st_ino != y.st_ino)
		return false;
	return !S_ISCHR(x.st_mode) || a->out.tty;
}

static int clash_check(const struct outlets *l, const struct outlet *let, struct error *e)
{
	for (size_t i = 0; i + 1 < l->count; i++)
		if (is_same_place(&l->outlet[i], let))
			return usage(e, "--output: '%s': %s and %s would write into the same file (give each its own)",
				     let->out.name, l->outlet[i].report->name, let->report->name);
	return 0;
}

/* A page in a file has no descriptor of its own. */
static int open_out(struct outlet *let, const struct plan *p, const struct output *o, const struct report_context *c, struct error *e)
{
	if (!let->report->page || !o->path || !snapshot_possible(o->path))
		return out_open(&let->out, o->path, p->output.color, results_room(c), e);
	let->out = (struct out){ .fd = -1, .name = o->path };
	return snapshot_open(&let->snapshot, o->path, e);
}

static void put_page(const void *of, struct out *o)
{
	const struct outlet *let = of;

	let->report->page(let->state, o);
}

/* What cannot be written is found out at once. */
static int begin_page(struct outlet *let, struct error *e)
{
	return let->snapshot.path ? snapshot_write(&let->snapshot, put_page, let, e) : 0;
}

static int outlet_open(struct outlets *l, const struct plan *p, const struct output *o,
		       const struct report_context *c, struct error *e)
{
	struct outlet *let = &l->outlet[l->count];

	let->report = o->report;
	if (open_out(let, p, o, c, e))
		return -1;
	l->count++;
	if (clash_check(l, let, e))
		return -1;
	let->state = calloc(1, let->report->state_size + 1);
	if (!let->state || let->report->begin(let->state, &let->out, c))
		return error_set(e, STATUS_SYSTEM, "'%s': out of memory", o->report->name);
	let->begun = true;
	return begin_page(let, e);
}

/* Where one cannot be opened the others are all the same: they are to say why. */
static int outlets_open(void **state, const struct plan *p, const struct report_context *c,
			struct error *e)
{
	struct outlets *l = *state = calloc(1, sizeof(*l));
	struct error other;
	int rc = 0;

	if (l)
		l->outlet = calloc(p->output.noutputs + 1, sizeof(*l->outlet));
	if (!l || !l->outlet)
		return error_set(e, STATUS_SYSTEM, "reports: out of memory");
	for (size_t i = 0; i < p->output.noutputs; i++)
		if (outlet_open(l, p, &p->output.outputs[i], c, rc ? &other : e))
			rc = -1;
	return rc;
}

/* What happened on the way, which a reader who does not read may miss: what came of it is never dropped. */
static bool may_be_dropped(enum event_kind k)
{
	switch (k) {
	case EVENT_LISTENING:
	case EVENT_CONNECTED:
	case EVENT_FAULT:
	case EVENT_KERNEL:
	case EVENT_SUSPECT:
	case EVENT_DEAD:
	case EVENT_NOTE:
		return true;
	default:
		return false;
	}
}

static void tell_dropped(struct outlet *let, nsec now)
{
	struct event note = { .kind = EVENT_NOTE, .t = now, .after = TIME_NONE, .row = NO_ROW, .column = NO_ROW };

	snprintf(note.note, sizeof(note.note), "%zu event%s dropped here: the reader of this report did not read",
		 let->dropped, let->dropped == 1 ? " was" : "s were");
	let->dropped = 0;
	let->report->event(let->state, &let->out, &note);
}

static void outlet_event(struct outlet *let, const struct event *e)
{
	bool drops = may_be_dropped(e->kind);

	if (e->kind == EVENT_TARGET && !let->report->follows)
		return;
	if (let->report->page) {
		let->report->event(let->state, &let->out, e);
		let->changed = true;
		return;
	}
	if (let->dropped && (!drops || out_has_room(&let->out)))
		tell_dropped(let, e->t);
	out_begin(&let->out, drops);
	let->report->event(let->state, &let->out, e);
	let->dropped += !out_end(&let->out);
	if (e->kind == EVENT_END && e->end.status > 128) /* a signal: the user waits */
		out_hurry(&let->out);
}

/* All that there is to say, at last. */
static int end_page(struct outlet *let, struct error *e)
{
	if (let->snapshot.path)
		return snapshot_write(&let->snapshot, put_page, let, e);
	let->report->page(let->state, &let->out);
	return 0;
}

/* Writes what a report has kept for its end, and closes its output. */
static int outlet_end(struct outlets *l, struct outlet *let, const struct event *last)
{
	struct error e;
	int rc;

	if (let->begun && last)
		outlet_event(let, last);
	rc = let->begun && let->report->page ? end_page(let, &e) : 0;
	if (let->begun)
		let->report->end(let->state, &let->out);
	let->begun = false;
	snapshot_close(&let->snapshot);
	rc = rc ? rc : out_close(&let->out, &e);
	if (rc && !l->error.status)
		l->error = e;
	return rc;
}

/* Files first, then standard output, where a person reads, and at last what a program reads. */
static unsigned end_rank(const struct outlet *let)
{
	return let->report->ends_last ? 2 : !let->out.own_fd;
}

/* One that fails now changes the exit status, which those behind it are to say; but a signal's stays. */
static void end_failed(const struct outlets *l, struct event *last)
{
	int signo = process_pending_end();

	if (last->end.status > 128)
		return;
	last->end.status = signo ? 128 + signo : (int)l->error.status;
	last->end.why = l->error.text;
}

static void outlets_end(struct outlets *l, const struct event *last)
{
	struct event e = *last;

	for (unsigned rank = 0; rank <= 2; rank++)
		for (size_t i = 0; i < l->count; i++)
			if (end_rank(&l->outlet[i]) == rank && l->outlet[i].begun &&
			    outlet_end(l, &l->outlet[i], &e))
				end_failed(l, &e);
}

static void outlets_event(void *state, const struct event *e)
{
	struct outlets *l = state;

	if (e->kind == EVENT_END) {
		outlets_end(l, e);
		return;
	}
	for (size_t i = 0; i < l->count; i++)
		if (l->outlet[i].begun)
			outlet_event(&l->outlet[i], e);
}

static void flush_page(struct outlets *l, struct outlet *let)
{
	const nsec since = clock_now() - let->snapshot.began;

	if (!l->page_error.status)
		snapshot_check(&let->snapshot, &l->page_error);
	if (since >= (let->changed ? PAGE_APART : PAGE_LONGEST) && snapshot_start(&let->snapshot, put_page, let))
		let->changed = false;
}

static bool outlets_flush(void *state)
{
	struct outlets *l = state;
	bool waiting = false;

	for (size_t i = 0; i < l->count; i++) {
		if (l->outlet[i].snapshot.path && l->outlet[i].begun)
			flush_page(l, &l->outlet[i]);
		out_flush(&l->outlet[i].out);
		waiting |= l->outlet[i].out.used > 0 && !l->outlet[i].out.failed;
	}
	return waiting;
}

static bool outlets_are_live(const void *state)
{
	const struct outlets *l = state;

	for (size_t i = 0; i < l->count; i++)
		if (l->outlet[i].begun && ((l->outlet[i].report->redraw && l->outlet[i].out.live) || (l->outlet[i].snapshot.path && l->outlet[i].changed)))
			return true;
	return false;
}

static void outlets_redraw(void *state, nsec now)
{
	const struct outlets *l = state;

	for (size_t i = 0; i < l->count; i++) {
		struct outlet *let = &l->outlet[i];

		if (let->begun && let->report->redraw && let->out.live)
			let->report->redraw(let->state, &let->out, now);
	}
}

static void outlets_resize(void *state)
{
	const struct outlets *l = state;

	for (size_t i = 0; i < l->count; i++)
		out_resize(&l->outlet[i].out);
}

static void outlets_leave(void *state, bool lost)
{
	const struct outlets *l = state;

	for (size_t i = 0; i < l->count; i++) {
		struct outlet *let = &l->outlet[i];

		if (!let->begun || !let->report->leave || !let->out.live)
			continue;
		let->report->leave(let->state, &let->out, lost);
		out_flush(&let->out);
	}
}

static int outlets_check(const void *state, struct error *e)
{
	const struct outlets *l = state;

	for (size_t i = 0; i < l->count; i++)
		if (out_check(&l->outlet[i].out, e))
			return -1;
	if (!l->page_error.status)
		return 0;
	*e = l->page_error;
	return -1;
}

static int outlets_close(void *state, struct error *e)
{
	struct outlets *l = state;
	int rc;

	for (size_t i = 0; i < l->count; i++) {
		outlet_end(l, &l->outlet[i], NULL);
		free(l->outlet[i].state);
	}
	rc = l->error.status ? -1 : 0;
	if (rc)
		*e = l->error;
	free(l->outlet);
	free(l);
	return rc;
}

const struct event_sink outlets_sink = {
	.open = outlets_open, .event = outlets_event, .flush = outlets_flush, .is_live = outlets_are_live,
	.redraw = outlets_redraw, .resize = outlets_resize, .leave = outlets_leave,
	.check = outlets_check, .close = outlets_close,
};
