// SPDX-License-Identifier: MIT
/* The results of a watch, gathered. Its oddity: beyond SAMPLE times a row keeps a random choice of them (Vitter's algorithm R). */
#include "tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/probe.h"
#include "base/utf8.h"

#define NAMED_MOST 3 /* so many who noticed together are named */

/* xorshift64*: good enough to choose a sample, and the same on each run. */
static uint64_t next_random(void)
{
	static uint64_t x = 88172645463325252u;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	return x * 2685821657736338717u;
}

static void sample_add(struct sample *s, nsec t)
{
	uint64_t slot = s->seen;

	if (t == TIME_NONE)
		return;
	if (!s->seen || t < s->least)
		s->least = t;
	if (!s->seen || t > s->most)
		s->most = t;
	s->seen++;
	if (slot >= SAMPLE)
		slot = next_random() % s->seen;
	if (slot < SAMPLE)
		s->kept[slot] = t;
}

static int earlier(const void *a, const void *b)
{
	nsec x = *(const nsec *)a, y = *(const nsec *)b;

	return (x > y) - (x < y);
}

nsec sample_median(struct sample *s)
{
	size_t n = s->seen < SAMPLE ? (size_t)s->seen : SAMPLE;

	if (!n)
		return TIME_NONE;
	qsort(s->kept, n, sizeof(*s->kept), earlier);
	return s->kept[(n - 1) / 2];
}

/* Short where that tells the rows apart: the name, else the parameters, else the composite too. */
static void name_row(const struct report_context *c, struct row *r)
{
	const struct report_probe *p = r->probe;
	bool name_shared = false, spec_shared = false;
	char text[80];

	for (size_t i = 0; i < c->nprobes; i++) {
		const struct report_probe *q = &c->probes[i];

		name_shared |= q != p && q->probe == p->probe;
		spec_shared |= q != p && !strcmp(q->spec, p->spec);
	}
	if (spec_shared && strcmp(p->spec, p->group) != 0)
		snprintf(text, sizeof(text), "%s in %s", p->spec, p->group);
	else
		snprintf(text, sizeof(text), "%s", name_shared ? p->spec : p->probe->name);
	utf8_visible(r->label, sizeof(r->label), text, c->utf8);
}

int tally_open(struct tally *t, const struct report_context *c)
{
	memset(t, 0, sizeof(*t));
	t->c = c;
	t->fault = t->kernel = t->end = TIME_NONE;
	t->rows = calloc(c->nprobes + 1, sizeof(*t->rows));
	t->order = calloc(c->nprobes + 1, sizeof(*t->order));
	if (!t->rows || !t->order)
		return -1;
	for (size_t i = 0; i < c->nprobes; i++) {
		struct row *r = t->order[i] = &t->rows[i];

		r->probe = &c->probes[i];
		r->dead = r->kernel = r->alarm = TIME_NONE;
		r->segments = r->bytes = -1;
		name_row(c, r);
	}
	return 0;
}

void tally_close(struct tally *t)
{
	free(t->rows);
	free(t->order);
	t->rows = NULL;
	t->order = NULL;
}

struct row *tally_row(const struct tally *t, const struct event *e)
{
	for (size_t i = 0; i < t->c->nprobes; i++) {
		const struct report_probe *p = &t->c->probes[i];

		if (p->probe == e->probe && (!e->group || !strcmp(p->group, e->group)))
			return &t->rows[i];
	}
	return NULL;
}

nsec tally_zero(const struct tally *t)
{
	return t->fault != TIME_NONE ? t->fault : t->kernel;
}

static void knew(struct row *r, nsec t)
{
	if (r->kernel == TIME_NONE || t < r->kernel)
		r->kernel = t;
}

static void add_dead(struct row *r, const struct event *e)
{
	if (!r->said++)
		r->dead = e->t;
	if (e->lag != TIME_NONE)
		knew(r, e->t - e->lag);
}

static void add_kernel(struct tally *t, const struct event *e)
{
	t->kernel_seen[e->kernel]++;
	if (t->kernel == TIME_NONE || e->t < t->kernel)
		t->kernel = e->t;
	for (size_t i = 0; i < t->c->nprobes; i++) {
		struct row *r = &t->rows[i];

		if (e->group && !strcmp(e->group, r->probe->group))
			knew(r, e->t);
	}
}

static void add_cost(int64_t *sum, int64_t n)
{
	if (n >= 0)
		*sum = (*sum < 0 ? 0 : *sum) + n;
}

static void add_result(struct tally *t, struct row *r, const struct event *e)
{
	t->results++;
	r->total++;
	r->results[e->result]++;
	if (e->result == NOTICED) {
		sample_add(&r->after, e->after);
		sample_add(&r->lag, e->lag);
	}
	if (e->result == FALSE_ALARM && r->alarm == TIME_NONE)
		r->alarm = e->after;
	add_cost(&r->segments, e->segments_out);
	add_cost(&r->bytes, e->bytes_out);
	if (!*r->how)
		utf8_visible(r->how, sizeof(r->how), e->how, t->c->utf8);
	if (!*r->note)
		utf8_visible(r->note, sizeof(r->note), e->note, t->c->utf8);
}

void tally_event(struct tally *t, const struct event *e)
{
	struct row *r = e->probe ? tally_row(t, e) : NULL;

	if (e->kind == EVENT_CONNECTED)
		t->connections++;
	else if (e->kind == EVENT_FAULT && t->fault == TIME_NONE)
		t->fault = e->t;
	else if (e->kind == EVENT_KERNEL)
		add_kernel(t, e);
	else if (e->kind == EVENT_END)
		t->end = e->t;
	else if (e->kind == EVENT_SUSPECT && r)
		r->suspected++;
	else if (e->kind == EVENT_DEAD && r)
		add_dead(r, e);
	else if (e->kind == EVENT_RESULT && r)
		add_result(t, r, e);
}

enum result row_result(const struct row *r)
{
	static const enum result worst_first[] = { FALSE_ALARM, NOTICED, MISSED, STAYED_ALIVE };

	for (size_t i = 0; i < sizeof(worst_first) / sizeof(*worst_first); i++)
		if (r->results[worst_first[i]])
			return worst_first[i];
	return UNSUPPORTED;
}

/* By result, then by time, then as the plan has them. */
static int before(const void *a, const void *b)
{
	struct row *x = *(struct row *const *)a, *y = *(struct row *const *)b;
	static const int rank[] = {
		[NOTICED] = 0, [FALSE_ALARM] = 1, [MISSED] = 2, [STAYED_ALIVE] = 3, [UNSUPPORTED] = 4,
	};
	int rx = x->total ? rank[row_result(x)] : UNSUPPORTED + 1;
	int ry = y->total ? rank[row_result(y)] : UNSUPPORTED + 1;
	nsec tx = x->after.seen ? sample_median(&x->after) : NS_NEVER;
	nsec ty = y->after.seen ? sample_median(&y->after) : NS_NEVER;

	if (rx != ry)
		return rx - ry;
	if (tx != ty)
		return tx < ty ? -1 : 1;
	return (x > y) - (x < y);
}

void tally_finish(struct tally *t)
{
	nsec zero = tally_zero(t);

	for (size_t i = 0; i < t->c->nprobes; i++) {
		struct row *r = &t->rows[i];

		t->shown += r->total > 0;
		if (!t->c->connections)
			continue; /* each client has a zero of its own */
		if (r->results[FALSE_ALARM] && r->alarm == TIME_NONE && r->dead != TIME_NONE)
			r->alarm = r->dead - (zero == TIME_NONE ? t->c->start : zero);
	}
	qsort(t->order, t->c->nprobes, sizeof(*t->order), before);
}

size_t tally_together(const struct tally *t)
{
	size_t n = 0;

	while (n < t->shown && row_result(t->order[n]) == NOTICED && t->order[n]->after.seen &&
	       sample_median(&t->order[n]->after) - sample_median(&t->order[0]->after) < TOGETHER)
		n++;
	return n;
}

struct when tally_when(const struct tally *t, nsec after)
{
	char time[UNITS_TEXT];
	struct when w;

	if (after < 0)
		snprintf(w.text, sizeof(w.text), "%s before the %s", units_time(time, -after),
			 t->fault != TIME_NONE ? "fault" : "kernel knew");
	else
		snprintf(w.text, sizeof(w.text), "after %s", units_time(time, after));
	return w;
}

void tally_first(const struct tally *t, char *to, size_t room)
{
	size_t n = tally_together(t);
	char who[NAMED_MOST * sizeof(t->order[0]->label) + 16] = "";
	struct when when;
	int used = 0;

	*to = '\0';
	if (!n)
		return;
	when = tally_when(t, sample_median(&t->order[0]->after));
	if (n > NAMED_MOST) {
		snprintf(to, room, "the first %zu together %s", n, when.text);
		return;
	}
	for (size_t i = 0; i < n; i++)
		used += snprintf(who + used, sizeof(who) - (size_t)used, "%s%s",
				 !i ? "" : i + 1 < n ? ", " : " and ", t->order[i]->label);
	snprintf(to, room, "%s first %s", who, when.text);
}
