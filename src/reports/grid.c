// SPDX-License-Identifier: MIT
/* The lab's results, gathered. Its oddity: a composite has a row of its own above those of its probes. */
#include "grid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static size_t members(const struct report_context *c, size_t first)
{
	size_t n = 1;

	while (first + n < c->nprobes && !strcmp(c->probes[first + n].group, c->probes[first].group))
		n++;
	return n;
}

static bool is_alone(const struct report_context *c, const struct report_probe *p)
{
	size_t i = (size_t)(p - c->probes);

	return members(c, i) == 1 && (!i || strcmp(c->probes[i - 1].group, p->group) != 0);
}

/* The name, or more where another one that is alone on its connection has it too. */
static const char *name_of(const struct report_context *c, const struct report_probe *p)
{
	for (size_t i = 0; i < c->nprobes; i++) {
		const struct report_probe *q = &c->probes[i];

		if (q != p && q->probe == p->probe && is_alone(c, q))
			return p->spec;
	}
	return p->probe->name;
}

static struct grid_row *add_row(struct grid *g, const struct report_probe *p, const char *label)
{
	struct grid_row *r = &g->rows[g->nrows++];

	r->probe = p;
	utf8_visible(r->label, sizeof(r->label), label, g->c->utf8);
	memcpy(r->brief, r->label, sizeof(r->brief));
	utf8_shorten(r->brief, GRID_BRIEF);
	return r;
}

static void add_member(struct grid *g, const struct report_probe *p)
{
	char label[64];

	snprintf(label, sizeof(label), "+%s", p->probe->name);
	add_row(g, p, label)->member = true;
}

static void add_rows(struct grid *g)
{
	const struct report_context *c = g->c;

	for (size_t i = 0; i < c->nprobes;) {
		size_t n = members(c, i);

		if (n == 1) {
			add_row(g, &c->probes[i], name_of(c, &c->probes[i]));
			i++;
			continue;
		}
		add_row(g, &c->probes[i], c->probes[i].group)->members = n;
		for (; n--; i++)
			add_member(g, &c->probes[i]);
	}
}

static void set_expected(struct grid *g)
{
	const struct report_context *c = g->c;
	size_t groups = 0, each;

	for (size_t i = 0; i < c->nprobes; i += members(c, i))
		groups++;
	each = groups && c->nfaults ? c->connections / (c->nfaults * groups) : 0;
	for (size_t f = 0; f < c->nfaults; f++)
		g->faults[f] = (struct grid_fault){
			.at = TIME_NONE, .done = TIME_NONE,
			.expected = (unsigned)((each ? each : 1) * c->nprobes),
		};
}

int grid_open(struct grid *g, const struct report_context *c)
{
	memset(g, 0, sizeof(*g));
	g->c = c;
	g->rows = calloc(2 * c->nprobes + 1, sizeof(*g->rows));
	g->cells = calloc((2 * c->nprobes + 1) * (c->nfaults + 1), sizeof(*g->cells));
	g->faults = calloc(c->nfaults + 1, sizeof(*g->faults));
	if (!g->rows || !g->cells || !g->faults)
		return -1;
	add_rows(g);
	set_expected(g);
	for (size_t i = 0; i < g->nrows * c->nfaults; i++) {
		struct grid_cell *cell = &g->cells[i];

		cell->after = cell->said = TIME_NONE;
		cell->packets = cell->bytes = -1;
	}
	return 0;
}

void grid_close(struct grid *g)
{
	for (size_t i = 0; i < g->nadvice; i++)
		free(g->advice[i].spec);
	free(g->rows);
	free(g->cells);
	free(g->faults);
	memset(g, 0, sizeof(*g));
}

struct grid_cell *grid_cell(const struct grid *g, size_t row, size_t fault)
{
	return &g->cells[row * g->c->nfaults + fault];
}

size_t grid_fault(const struct grid *g, const struct event *e)
{
	size_t f = 0;

	while (f < g->c->nfaults && (!e->fault || strcmp(g->c->faults[f], e->fault) != 0))
		f++;
	return f;
}

/* The row of the event's probe, not that of its composite; nrows if there is none. */
static size_t row_of(const struct grid *g, const struct event *e)
{
	size_t i = 0;

	for (; i < g->nrows; i++) {
		const struct report_probe *p = g->rows[i].probe;

		if (!g->rows[i].members && p->probe == e->probe &&
		    (!e->group || !strcmp(p->group, e->group)))
			break;
	}
	return i;
}

/* The row of the whole that a member belongs to. */
static size_t whole_of(const struct grid *g, size_t row)
{
	while (row && g->rows[row].member)
		row--;
	return row;
}

/* A composite is as good as the best of it, and a false alarm of one is one of all. */
static enum result merge(enum result a, enum result b)
{
	static const int rank[RESULTS] = {
		[FALSE_ALARM] = 0, [NOTICED] = 1, [MISSED] = 2, [STAYED_ALIVE] = 3, [UNSUPPORTED] = 4,
	};

	return rank[a] <= rank[b] ? a : b;
}

static void count(int64_t *sum, int64_t n)
{
	if (n >= 0)
		*sum = (*sum < 0 ? 0 : *sum) + n;
}

static void new_connection(struct grid_cell *c, const struct event *e)
{
	c->conn = e->conn;
	c->latest = e->result;
	c->results[e->result]++;
	c->total++;
	c->before = c->after;
	c->first = TIME_NONE;
	count(&c->packets, e->wire_packets);
	count(&c->bytes, e->wire_bytes);
	if (e->wire_packets >= 0)
		c->time += e->wire_time;
}

static void add_result(struct grid_cell *c, const struct event *e)
{
	enum result both;

	if (!c->total || c->conn != e->conn)
		new_connection(c, e);
	both = merge(c->latest, e->result);
	c->results[c->latest]--;
	c->results[both]++;
	c->latest = both;
	if ((e->result == NOTICED || e->result == FALSE_ALARM) && e->after != TIME_NONE &&
	    (c->first == TIME_NONE || e->after < c->first))
		c->first = e->after;
	c->after = c->first > c->before ? c->first : c->before;
}

static void add_forecast(struct grid_cell *c, const struct event *e)
{
	if (!e->predicted)
		return;
	c->predicted = true;
	c->off |= e->off;
	c->predicted_result = e->predicted_result;
	c->predicted_by = e->predicted_by;
}

static void on_result(struct grid *g, const struct event *e, size_t row, size_t fault)
{
	struct grid_fault *f = &g->faults[fault];

	add_result(grid_cell(g, row, fault), e);
	add_forecast(grid_cell(g, row, fault), e);
	if (g->rows[row].member)
		add_result(grid_cell(g, whole_of(g, row), fault), e);
	if (++f->results >= f->expected && f->done == TIME_NONE)
		f->done = e->t;
}

static void on_dead(struct grid *g, const struct event *e, size_t row, size_t fault)
{
	struct grid_cell *cells[] = {
		grid_cell(g, row, fault), grid_cell(g, whole_of(g, row), fault),
	};
	nsec at = g->faults[fault].at;
	nsec after = e->after != TIME_NONE ? e->after : at != TIME_NONE ? e->t - at : TIME_NONE;

	for (size_t i = 0; i < 2; i++)
		if (cells[i]->said == TIME_NONE)
			cells[i]->said = after;
}

static void on_advice(struct grid *g, const struct event *e)
{
	struct grid_advice *a = &g->advice[g->nadvice];

	if (g->nadvice == GRID_ADVICE || !e->group)
		return;
	a->spec = strdup(e->group);
	if (!a->spec)
		return;
	g->nadvice++;
	a->deaths = e->deaths;
	a->deaths_of = e->deaths_of;
	a->slowest = e->after;
	a->packets = grid_rate(e->wire_packets, e->wire_time);
	a->bytes = grid_rate(e->wire_bytes, e->wire_time);
	a->needs_answer = e->needs_answer;
}

void grid_event(struct grid *g, const struct event *e)
{
	size_t fault = grid_fault(g, e), row = row_of(g, e);

	if (e->kind == EVENT_ADVICE)
		on_advice(g, e);
	else if (fault == g->c->nfaults)
		return;
	else if (e->kind == EVENT_FAULT)
		g->faults[fault].at = e->t;
	else if (e->kind == EVENT_DEAD && row < g->nrows)
		on_dead(g, e, row, fault);
	else if (e->kind == EVENT_RESULT && row < g->nrows)
		on_result(g, e, row, fault);
}

enum result grid_result(const struct grid_cell *c)
{
	static const enum result worst_first[] = { FALSE_ALARM, MISSED, NOTICED, STAYED_ALIVE };

	for (size_t i = 0; i < sizeof(worst_first) / sizeof(*worst_first); i++)
		if (c->results[worst_first[i]])
			return worst_first[i];
	return UNSUPPORTED;
}
