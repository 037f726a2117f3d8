// SPDX-License-Identifier: MIT
/* The reports of a run. What one of them cannot write is remembered by its output, and does not stop the others. */
#include "outlets.h"

#include <stdio.h>
#include <stdlib.h>

#include "report.h"

#define RESULT_ROOM 768 /* of one result, in any report */
#define RESULTS_ROOM_MOST ((size_t)64 * 1024 * 1024)

struct outlet {
	const struct report *report;
	void *state;
	struct out out;
	bool begun;
	size_t dropped; /* events since the last that had room */
};

struct outlets {
	struct outlet *outlet;
	size_t count;
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

static int outlet_open(struct outlets *l, const struct plan *p, const struct output *o,
		       const struct report_context *c, struct error *e)
{
	struct outlet *let = &l->outlet[l->count];

	if (out_open(&let->out, o->path, p->output.color, results_room(c), e))
		return -1;
	l->count++;
	let->report = o->report;
	let->state = calloc(1, let->report->state_size + 1);
	if (!let->state || let->report->begin(let->state, &let->out, c))
		return error_set(e, STATUS_SYSTEM, "'%s': out of memory", o->report->name);
	let->begun = true;
	return 0;
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

	if (let->dropped && (!drops || out_has_room(&let->out)))
		tell_dropped(let, e->t);
	out_begin(&let->out, drops);
	let->report->event(let->state, &let->out, e);
	let->dropped += !out_end(&let->out);
	if (e->kind == EVENT_END && e->end.status > 128) /* a signal: the user waits */
		out_hurry(&let->out);
}

static void outlets_event(void *state, const struct event *e)
{
	const struct outlets *l = state;

	for (size_t i = 0; i < l->count; i++)
		if (l->outlet[i].begun)
			outlet_event(&l->outlet[i], e);
}

static bool outlets_flush(void *state)
{
	const struct outlets *l = state;
	bool waiting = false;

	for (size_t i = 0; i < l->count; i++) {
		out_flush(&l->outlet[i].out);
		waiting |= l->outlet[i].out.used > 0 && !out_failed(&l->outlet[i].out);
	}
	return waiting;
}

static bool outlets_are_live(const void *state)
{
	const struct outlets *l = state;

	for (size_t i = 0; i < l->count; i++)
		if (l->outlet[i].report->redraw && l->outlet[i].out.live)
			return true;
	return false;
}

static void outlets_redraw(void *state, nsec now)
{
	const struct outlets *l = state;

	for (size_t i = 0; i < l->count; i++) {
		struct outlet *let = &l->outlet[i];

		if (let->report->redraw && let->out.live)
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

		if (!let->report->leave || !let->out.live)
			continue;
		let->report->leave(let->state, &let->out, lost);
		out_flush(&let->out);
	}
}

static int outlets_failed(const void *state, const char **name)
{
	const struct outlets *l = state;

	for (size_t i = 0; i < l->count; i++)
		if (out_failed(&l->outlet[i].out)) {
			*name = l->outlet[i].out.name;
			return out_failed(&l->outlet[i].out);
		}
	return 0;
}

static int outlets_close(void *state, struct error *e)
{
	struct outlets *l = state;
	int rc = 0;

	for (size_t i = 0; i < l->count; i++) {
		struct outlet *let = &l->outlet[i];

		if (let->begun)
			let->report->end(let->state, &let->out);
		if (out_close(&let->out, e))
			rc = -1;
		free(let->state);
	}
	free(l->outlet);
	free(l);
	return rc;
}

const struct event_sink outlets_sink = {
	.open = outlets_open, .event = outlets_event, .flush = outlets_flush, .is_live = outlets_are_live,
	.redraw = outlets_redraw, .resize = outlets_resize, .leave = outlets_leave,
	.failed = outlets_failed, .close = outlets_close,
};
