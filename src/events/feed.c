// SPDX-License-Identifier: MIT
/* The ring between measuring and telling. Its oddity: an event is queued empty and filled in place. */
#include "feed.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#define RING 1024
#define SLOW_READER (20 * NS_PER_MS)
#define REDRAW (100 * NS_PER_MS)

static int list_probes(struct feed *f, const struct plan *p, const struct sysctls *sys)
{
	size_t n = 0;

	for (size_t g = 0; g < p->ngroups; g++)
		n += p->groups[g].count;
	f->rows = calloc(n + 1, sizeof(*f->rows));
	if (!f->rows)
		return -1;
	n = 0;
	for (size_t g = 0; g < p->ngroups; g++)
		for (size_t i = 0; i < p->groups[g].count; i++) {
			const struct chosen *c = &p->groups[g].chosen[i];

			f->rows[n++] = (struct report_probe){
				.probe = c->probe, .spec = c->spec, .group = p->groups[g].spec,
				.worst_case = c->probe->worst_case(c->params, p->interval, sys),
			};
		}
	f->context.probes = f->rows;
	f->context.nprobes = n;
	return 0;
}

static int open_outlet(struct feed *f, const struct plan *p, const struct output *o, struct error *e)
{
	struct outlet *let = &f->outlets[f->noutlets];

	if (out_open(&let->out, o->path, p->color, e))
		return -1;
	f->noutlets++;
	let->report = o->report;
	let->state = calloc(1, let->report->state_size + 1);
	if (!let->state || let->report->begin(let->state, &let->out, &f->context))
		return error_set(e, STATUS_SYSTEM, "'%s': out of memory", o->report->name);
	let->begun = true;
	return 0;
}

int feed_open(struct feed *f, const struct plan *p, const struct report_context *context,
	      struct error *e)
{
	memset(f, 0, sizeof(*f));
	f->context = *context;
	f->context.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	f->ring = calloc(RING, sizeof(*f->ring));
	f->outlets = calloc(p->noutputs + 1, sizeof(*f->outlets));
	if (!f->ring || !f->outlets || list_probes(f, p, &context->sysctls))
		return error_set(e, STATUS_SYSTEM, "reports: out of memory");
	for (size_t i = 0; i < p->noutputs; i++)
		if (open_outlet(f, p, &p->outputs[i], e))
			return -1;
	return 0;
}

static bool wants_redraw(const struct feed *f)
{
	for (size_t i = 0; i < f->noutlets; i++)
		if (f->outlets[i].report->redraw && f->outlets[i].out.live)
			return true;
	return false;
}

static void redraw(struct feed *f, nsec now)
{
	for (size_t i = 0; i < f->noutlets; i++) {
		struct outlet *let = &f->outlets[i];

		if (let->report->redraw && let->out.live)
			let->report->redraw(let->state, &let->out, now);
	}
}

/* Nothing but the wake-up is needed: the loop's idle hook drains and flushes. */
static void come_back(struct timer *t, nsec now)
{
	redraw(container_of(t, struct feed, again), now);
}

void feed_attach(struct feed *f, struct loop *l)
{
	f->loop = l;
	f->again.fire = come_back;
}

static void tell(struct feed *f, const struct event *ev)
{
	for (size_t i = 0; i < f->noutlets; i++)
		if (f->outlets[i].begun)
			f->outlets[i].report->event(f->outlets[i].state, &f->outlets[i].out, ev);
}

void feed_drain(struct feed *f)
{
	bool waiting = false;

	for (; f->count; f->count--) {
		tell(f, &f->ring[f->head]);
		f->head = (f->head + 1) % RING;
	}
	for (size_t i = 0; i < f->noutlets; i++) {
		out_flush(&f->outlets[i].out);
		waiting |= f->outlets[i].out.used > 0 && !out_failed(&f->outlets[i].out);
	}
	if (f->loop && !timer_is_set(&f->again) && (waiting || wants_redraw(f)))
		timer_set(f->loop, &f->again, clock_now() + (waiting ? SLOW_READER : REDRAW));
}

struct event *feed_event(struct feed *f, enum event_kind kind, nsec t)
{
	struct event *ev;

	if (f->count == RING)
		feed_drain(f);
	ev = &f->ring[(f->head + f->count++) % RING];
	memset(ev, 0, sizeof(*ev));
	ev->kind = kind;
	ev->t = t;
	ev->after = ev->lag = TIME_NONE;
	ev->worst_case = NS_NEVER;
	ev->segments_out = ev->bytes_out = ev->wire_packets = ev->wire_bytes = ev->packets = -1;
	ev->predicted_by = NS_NEVER;
	return ev;
}

int feed_failed(const struct feed *f, const char **name)
{
	for (size_t i = 0; i < f->noutlets; i++)
		if (out_failed(&f->outlets[i].out)) {
			*name = f->outlets[i].out.name;
			return out_failed(&f->outlets[i].out);
		}
	return 0;
}

void feed_complete(struct feed *f, unsigned conn, nsec t, enum kernel_cause knows, int err)
{
	for (size_t i = 0; i < f->count; i++) {
		struct event *ev = &f->ring[(f->head + i) % RING];

		if (ev->kind == EVENT_KERNEL && ev->conn == conn && ev->t == t) {
			ev->kernel = knows;
			ev->err = err;
		}
	}
}

void feed_resize(struct feed *f)
{
	for (size_t i = 0; i < f->noutlets; i++)
		out_resize(&f->outlets[i].out);
	redraw(f, clock_now());
}

void feed_leave(struct feed *f, bool lost)
{
	for (size_t i = 0; i < f->noutlets; i++) {
		struct outlet *let = &f->outlets[i];

		if (!let->report->leave || !let->out.live)
			continue;
		let->report->leave(let->state, &let->out, lost);
		out_flush(&let->out);
	}
}

int feed_close(struct feed *f, struct error *e)
{
	int rc = 0;

	if (f->loop)
		timer_unset(f->loop, &f->again);
	f->loop = NULL;
	if (f->ring)
		feed_drain(f);
	for (size_t i = 0; i < f->noutlets; i++) {
		struct outlet *let = &f->outlets[i];

		if (let->begun)
			let->report->end(let->state, &let->out);
		if (out_close(&let->out, e))
			rc = -1;
		free(let->state);
	}
	free(f->outlets);
	free(f->rows);
	free(f->ring);
	memset(f, 0, sizeof(*f));
	return rc;
}
