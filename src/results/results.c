// SPDX-License-Identifier: MIT
/* The matrix of results, filled by events, each of which knows its row and its column. */
#include "results.h"

#include <stdlib.h>
#include <string.h>

#include "programs.h"
#include "rows.h"
#include "score.h"
#include "base/utf8.h"

bool results_are_predicted(const struct report_context *c)
{
	return !strcmp(c->mode, "predict");
}

static size_t at_most(size_t n, size_t most)
{
	return n < most ? n : most;
}

/* How many connections each probe has in a column, 0 if that is not known before. */
static size_t connections_each(const struct results *r, size_t columns)
{
	return results_shared(r) && columns ? r->c->connections / (columns * results_shared(r)) : 0;
}

static void open_columns(struct results *r)
{
	size_t each = connections_each(r, r->c->nfaults);

	for (size_t f = 0; f < r->c->nfaults; f++)
		r->columns[f] = (struct results_column){
			.at = TIME_NONE,
			.expected = (unsigned)((each ? each : 1) * (r->c->nprobes - r->c->programs) + r->c->programs),
		};
}

static size_t cell_index(const struct results *r, size_t row, size_t column)
{
	return row * (r->c->nfaults + 1) + column;
}

static void open_cells(struct results *r, size_t room)
{
	for (size_t i = 0; i < r->nrows; i++)
		for (size_t f = 0; f <= r->c->nfaults; f++)
			cell_open(&r->cells[cell_index(r, i, f)], &r->rows[i], r->times, 0);
	for (size_t i = 0; i < r->c->nprobes; i++) {
		r->order[i] = results_probe(r, i);
		cell_open(r->order[i], r->order[i]->row, r->times + 2 * room * i, room);
	}
}

int results_open(struct results *r, const struct report_context *c)
{
	size_t most = 2 * c->nprobes + 1, each, room;

	memset(r, 0, sizeof(*r));
	r->c = c;
	r->fault = r->kernel = r->end = TIME_NONE;
	r->rows = calloc(most, sizeof(*r->rows));
	r->composites = calloc(most, sizeof(*r->composites));
	r->probes = calloc(most, sizeof(*r->probes));
	r->order = calloc(most, sizeof(*r->order));
	r->columns = calloc(c->nfaults + 1, sizeof(*r->columns));
	r->broken = calloc(c->nexpects + 1, sizeof(*r->broken));
	if (!r->rows || !r->composites || !r->probes || !r->order || !r->columns || !r->broken || programs_open(r))
		return -1;
	rows_list(r);
	each = connections_each(r, 1);
	room = each ? at_most(each, SAMPLE_MOST) : SAMPLE_MOST;
	r->cells = calloc(r->nrows * (c->nfaults + 1) + 1, sizeof(*r->cells));
	r->times = calloc(2 * room * c->nprobes + 1, sizeof(*r->times));
	if (!r->cells || !r->times)
		return -1;
	open_columns(r);
	open_cells(r, room);
	return 0;
}

void results_close(struct results *r)
{
	for (size_t i = 0; i < r->nadvice; i++)
		free(r->advice[i].spec);
	free(r->rows);
	free(r->composites);
	free(r->probes);
	free(r->order);
	free(r->columns);
	free(r->stages);
	free(r->broken);
	free(r->cells);
	free(r->times);
	memset(r, 0, sizeof(*r));
}

struct result_cell *results_cell(const struct results *r, size_t row, size_t column)
{
	return &r->cells[cell_index(r, row, column)];
}

struct result_cell *results_nth(const struct results *r, size_t n)
{
	return results_cell(r, n / r->c->nfaults, n % r->c->nfaults);
}

size_t results_count(const struct results *r)
{
	return r->nrows * r->c->nfaults;
}

struct result_cell *results_probe(const struct results *r, size_t i)
{
	return results_cell(r, r->probes[i], r->c->nfaults);
}

static bool has_row(const struct results *r, const struct event *e)
{
	return e->probe && e->row < r->c->nprobes;
}

struct result_cell *results_of(const struct results *r, const struct event *e)
{
	return has_row(r, e) ? results_probe(r, e->row) : NULL;
}

const char *results_name_of(const struct results *r, const struct event *e)
{
	const struct result_cell *c = results_of(r, e);

	return c ? c->row->name : e->probe ? e->probe->name : "";
}

nsec results_zero(const struct results *r)
{
	return r->fault != TIME_NONE ? r->fault : r->kernel;
}

bool results_share_zero(const struct results *r)
{
	return r->c->connections && (r->c->targets < 2 || r->fault != TIME_NONE);
}

bool results_died(const struct results *r, size_t column)
{
	return r->c->faults[column].dead &&
	       (results_are_predicted(r->c) || r->columns[column].at != TIME_NONE);
}

/* Of no row: of the peer verb, to or from the other end. */
static void on_connected(struct results *r, const struct event *e)
{
	r->connections++;
	if (e->row >= r->c->nprobes)
		programs_connected(r, e);
}

static void on_unconnected(struct results *r, const struct event *e)
{
	unsigned i = r->unconnected.count++;

	if (i >= CELL_TARGETS)
		return;
	r->unconnected.first[i].target = e->target;
	utf8_visible(r->unconnected.first[i].why, sizeof(r->unconnected.first[i].why), e->note, r->c->utf8);
}

static void on_fault(struct results *r, const struct event *e)
{
	if (r->fault == TIME_NONE)
		r->fault = e->t;
	programs_struck(r, e);
	if (e->column < r->c->nfaults)
		r->columns[e->column].at = e->t;
}

static void on_kernel(struct results *r, const struct event *e)
{
	r->kernel_seen[e->kernel.cause]++;
	if (r->kernel == TIME_NONE || e->t < r->kernel)
		r->kernel = e->t;
	for (size_t i = 0; e->row < r->c->nprobes && i < r->c->probes[e->row].members; i++)
		cell_kernel(results_probe(r, e->row + i), e->t);
}

/* The cell of the composite that the event's probe belongs to, or NULL if it is alone. */
static struct result_cell *composite_of(const struct results *r, const struct event *e)
{
	const struct report_probe *p = &r->c->probes[e->row];

	return p->members < 2 ? NULL : results_cell(r, r->probes[e->row] - p->member - 1, e->column);
}

static void on_dead(struct results *r, const struct event *e)
{
	struct result_cell *composite;
	nsec at, after = e->after;

	cell_verdict(results_of(r, e), e, after);
	if (e->column >= r->c->nfaults)
		return;
	at = r->columns[e->column].at;
	if (after == TIME_NONE && at != TIME_NONE)
		after = e->t - at;
	cell_verdict(results_cell(r, r->probes[e->row], e->column), e, after);
	composite = composite_of(r, e);
	if (composite)
		cell_verdict(composite, e, after);
}

static void on_result(struct results *r, const struct event *e)
{
	bool utf8 = r->c->utf8;
	struct result_cell *composite;

	r->nresults++;
	cell_result_of_probe(results_of(r, e), e, utf8);
	if (e->column >= r->c->nfaults)
		return;
	r->columns[e->column].results++;
	cell_result_of_probe(results_cell(r, r->probes[e->row], e->column), e, utf8);
	composite = composite_of(r, e);
	if (composite)
		cell_result_of_composite(composite, e);
}

/* Of a composite as a whole, or of the only probe on its connection. */
static void on_prediction(struct results *r, const struct event *e)
{
	struct result_cell *c;

	if (e->row >= r->c->nprobes || e->column >= r->c->nfaults)
		return;
	c = r->c->probes[e->row].members > 1 ? composite_of(r, e)
					     : results_cell(r, r->probes[e->row], e->column);
	c->predicted = e->prediction;
	c->decider = e->probe;
}

static void on_expect(struct results *r, const struct event *e)
{
	if (!e->expect.held && r->nbroken < r->c->nexpects)
		r->broken[r->nbroken++] = e->expect;
}

static void on_advice(struct results *r, const struct event *e)
{
	struct results_advice *a = &r->advice[r->nadvice];

	if (r->nadvice == RESULTS_ADVICE || !e->group || e->advice.title)
		return;
	a->spec = strdup(e->group);
	if (!a->spec)
		return;
	r->nadvice++;
	a->deaths = e->advice.deaths;
	a->deaths_of = e->advice.deaths_of;
	a->slowest = e->after;
	a->packets = a_minute(e->advice.packets.count, e->advice.packets.time);
	a->bytes = a_minute(e->advice.packets.bytes, e->advice.packets.time);
	a->needs_answer = e->advice.needs_answer;
}

static void on_verified(struct results *r, const struct event *e)
{
	if (r->nverified < RESULTS_ADVICE)
		r->verified[r->nverified++] = *e;
}

static void on_end(struct results *r, const struct event *e)
{
	r->end = e->t;
	r->late = e->late;
}

void results_event(struct results *r, const struct event *e)
{
	if (e->kind == EVENT_CONNECTED)
		on_connected(r, e);
	else if (e->kind == EVENT_UNCONNECTED)
		on_unconnected(r, e);
	else if (e->kind == EVENT_FAULT)
		on_fault(r, e);
	else if (e->kind == EVENT_KERNEL)
		on_kernel(r, e);
	else if (e->kind == EVENT_END)
		on_end(r, e);
	else if (e->kind == EVENT_ADVICE)
		on_advice(r, e);
	else if (e->kind == EVENT_VERIFIED)
		on_verified(r, e);
	else if (e->kind == EVENT_PREDICTION)
		on_prediction(r, e);
	else if (e->kind == EVENT_EXPECT)
		on_expect(r, e);
	else if (e->kind == EVENT_PROGRAM)
		programs_step(r, e);
	else if (!has_row(r, e))
		return;
	else if (e->kind == EVENT_SUSPECT)
		results_of(r, e)->suspects++;
	else if (e->kind == EVENT_DEAD)
		on_dead(r, e);
	else if (e->kind == EVENT_RESULT)
		on_result(r, e);
}
