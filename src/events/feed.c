// SPDX-License-Identifier: MIT
/* The ring between measuring and reporting. An event is queued empty, and filled in place by the caller. */
#include "feed.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#include "faults/fault.h"
#include "program.h"

#define RING_LEAST 1024
#define RING_MOST 32768
#define RING_EACH 4 /* events of a connection: established, its kernel event, and two verdicts */
#define SLOW_READER (20 * NS_PER_MS)
#define ROWS_MOST 40 /* of several targets: more would fit no screen */
#define REDRAW (100 * NS_PER_MS)

/* The probes of one target; of all of them where target is NULL. The end of the list. */
static struct report_probe *list_set(struct report_probe *to, const struct plan *p, struct group_range range,
				     const char *target)
{
	for (size_t g = range.first; g < range.first + range.count; g++)
		for (size_t i = 0; i < p->groups[g].count; i++) {
			const struct chosen *c = &p->groups[g].chosen[i];

			*to++ = (struct report_probe){
				.probe = c->probe, .spec = c->spec, .group = p->groups[g].spec,
				.stands_for = p->groups[g].stands_for, .target = target,
				.members = p->groups[g].count, .member = i,
				.worst_case = NS_NEVER,
			};
		}
	return to;
}

/* It comes before the probes. */
static struct report_probe *list_program(struct report_probe *to, enum program_role role)
{
	const struct probe *p = program_probe(role);

	*to = (struct report_probe){
		.probe = p, .spec = p->name, .group = p->name, .program = true, .members = 1, .worst_case = NS_NEVER,
	};
	return to + 1;
}

/* Are the probes of both the same, but for what they say? */
static bool alike(const struct plan *p, struct group_range a, struct group_range b)
{
	if (a.count != b.count)
		return false;
	for (size_t i = 0; i < a.count; i++)
		if (strcmp(p->groups[a.first + i].spec, p->groups[b.first + i].spec))
			return false;
	return true;
}

/* How often the probes are listed; *n is of how many that makes. Those that are not the same
 * everywhere are listed for each target, however many there are. A process's connections are one crowd. */
static size_t count_sets(const struct plan *p, size_t targets, size_t *n)
{
	const struct target *t = p->connect.targets;
	bool same = true;
	size_t all = 0;

	for (size_t i = 0; i < targets; i++) {
		same &= alike(p, plan_groups(p, &t[i]), plan_groups(p, t));
		all += plan_probes(p, plan_groups(p, &t[i]));
	}
	if (targets > 1 && p->mode != MODE_AUDIT && (all <= ROWS_MOST || !same)) {
		*n = all;
		return targets;
	}
	*n = plan_probes(p, plan_groups(p, targets ? t : NULL));
	return 1;
}

static int list_probes(struct feed *f, const struct plan *p)
{
	const struct target *t = f->context.targets ? p->connect.targets : NULL;
	struct report_probe *end;
	enum program_role survivor;

	f->context.sets = count_sets(p, f->context.targets, &f->context.nprobes);
	f->context.programs = plan_survivor(p, &survivor);
	f->context.nprobes += f->context.programs;
	f->context.probes = end = f->probes = calloc(f->context.nprobes + 1, sizeof(*f->probes));
	if (!f->probes)
		return -1;
	if (f->context.programs)
		end = list_program(end, survivor);
	for (size_t i = 0; i < f->context.sets; i++) {
		const struct target *of = t ? &t[i] : NULL;

		end = list_set(end, p, plan_groups(p, of), of && f->context.sets > 1 ? target_label(of) : NULL);
	}
	return 0;
}

static int list_targets(struct feed *f, const struct plan *p)
{
	f->context.target_list = f->targets = calloc(f->context.targets + 1, sizeof(*f->targets));
	if (!f->targets)
		return -1;
	for (size_t i = 0; i < f->context.targets; i++)
		f->targets[i] = (struct report_target){ .text = p->connect.targets[i].text, .name = p->connect.targets[i].name };
	return 0;
}

/* Where each fault is a column: the lab's, and those that are predicted. */
static int list_faults(struct feed *f, const struct plan *p)
{
	if ((p->mode != MODE_LAB && p->mode != MODE_PREDICT && p->mode != MODE_AUDIT) || (p->mode == MODE_AUDIT && !p->lab.nfaults))
		return 0;
	f->faults = calloc(p->lab.nfaults + 1, sizeof(*f->faults));
	if (!f->faults)
		return -1;
	for (size_t i = 0; i < p->lab.nfaults; i++)
		f->faults[i] = (struct report_fault){
			.name = p->lab.faults[i].spec, .dead = p->lab.faults[i].fault->dead,
			.control = p->lab.faults[i].fault == fault_control(),
		};
	f->context.faults = f->faults;
	f->context.nfaults = p->lab.nfaults;
	return 0;
}

/* So that what happens to all connections at once is stamped without a pause to print. */
static size_t ring_size(unsigned connections)
{
	size_t n = (size_t)connections * RING_EACH;

	return n < RING_LEAST ? RING_LEAST : n > RING_MOST ? RING_MOST : n;
}

int feed_open(struct feed *f, const struct plan *p, const struct report_context *context,
	      struct error *e)
{
	memset(f, 0, sizeof(*f));
	f->sink = p->sink;
	f->context = *context;
	f->context.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	f->room = ring_size(context->connections);
	f->ring = calloc(f->room, sizeof(*f->ring));
	if (!f->ring || list_probes(f, p) || list_targets(f, p) || list_faults(f, p))
		return error_set(e, STATUS_SYSTEM, "reports: out of memory");
	return f->sink->open(&f->state, p, &f->context, e);
}

/* Nothing but the wake-up is needed: the loop's idle hook drains and flushes. */
static void come_back(struct timer *t, nsec now)
{
	struct feed *f = container_of(t, struct feed, again);

	if (f->state)
		f->sink->redraw(f->state, now);
}

void feed_attach(struct feed *f, struct loop *l)
{
	f->loop = l;
	f->again.fire = come_back;
}

void feed_drain(struct feed *f)
{
	bool waiting = false;

	for (; f->count; f->count--) {
		if (f->state)
			f->sink->event(f->state, &f->ring[f->head]);
		f->head = (f->head + 1) % f->room;
	}
	f->head = 0; /* whose memory is in use already */
	if (!f->state)
		return;
	waiting = f->sink->flush(f->state);
	if (f->loop && !timer_is_set(&f->again) && (waiting || f->sink->is_live(f->state)))
		timer_set(f->loop, &f->again, clock_now() + (waiting ? SLOW_READER : REDRAW));
}

/* What is not known of an event, until the caller sets it. */
static void clear_part(struct event *ev)
{
	const struct packets not_counted = { .count = -1, .bytes = -1 };

	switch (ev->kind) {
	case EVENT_RESULT:
		ev->result = (struct event_result){
			.worst_case = NS_NEVER, .segments_out = -1, .bytes_out = -1,
			.predicted.by = NS_NEVER, .packets = not_counted, .steady = not_counted,
		};
		ev->result.reaction = (struct reaction){
			.kernel = TIME_NONE, .acted = TIME_NONE, .last = TIME_NONE, .connecting = TIME_NONE,
			.reconnected = TIME_NONE, .exited = TIME_NONE,
		};
		ev->verdict.lag = ev->verdict.silent = TIME_NONE;
		break;
	case EVENT_SUSPECT:
	case EVENT_DEAD:
		ev->verdict.lag = ev->verdict.silent = TIME_NONE;
		break;
	case EVENT_CONNECTED:
		ev->connection.down = TIME_NONE;
		break;
	case EVENT_TARGET:
		ev->followed.changed = ev->followed.rtt = TIME_NONE;
		break;
	case EVENT_ADVICE:
		ev->advice.packets = not_counted;
		ev->advice.an_hour = -1;
		break;
	case EVENT_PREDICTION:
		ev->prediction.by = NS_NEVER;
		break;
	case EVENT_SOCKET:
		ev->socket.fd = -1;
		ev->socket.unread = ev->socket.unsent = ev->socket.in_flight = -1;
		ev->socket.heard = ev->socket.expires = TIME_NONE;
		break;
	default:
		break;
	}
}

struct event *feed_event(struct feed *f, enum event_kind kind, nsec t)
{
	struct event *ev;

	if (f->count == f->room)
		feed_drain(f);
	ev = &f->ring[(f->head + f->count++) % f->room];
	memset(ev, 0, sizeof(*ev));
	ev->kind = kind;
	ev->t = t;
	ev->after = TIME_NONE;
	ev->row = ev->column = ev->place = NO_ROW;
	clear_part(ev);
	return ev;
}

int feed_check(const struct feed *f, struct error *e)
{
	return f->state ? f->sink->check(f->state, e) : 0;
}

void feed_complete(struct feed *f, unsigned conn, nsec t, enum kernel_cause cause, int err)
{
	for (size_t i = 0; i < f->count; i++) {
		struct event *ev = &f->ring[(f->head + i) % f->room];

		if (ev->kind == EVENT_KERNEL && ev->conn == conn && ev->t == t) {
			ev->kernel.cause = cause;
			ev->kernel.err = err;
		}
	}
}

void feed_resize(struct feed *f)
{
	if (!f->state)
		return;
	f->sink->resize(f->state);
	f->sink->redraw(f->state, clock_now());
}

void feed_leave(struct feed *f, bool lost)
{
	if (f->state)
		f->sink->leave(f->state, lost);
}

int feed_close(struct feed *f, struct error *e)
{
	int rc = 0;

	if (f->loop)
		timer_unset(f->loop, &f->again);
	f->loop = NULL;
	if (f->ring)
		feed_drain(f);
	if (f->state)
		rc = f->sink->close(f->state, e);
	free(f->probes);
	free(f->targets);
	free(f->faults);
	free(f->ring);
	memset(f, 0, sizeof(*f));
	return rc;
}
