// SPDX-License-Identifier: MIT
/* The memory of a watch: all that it will ever need, before its first connection. */
#include "instance.h"
#include "watch.h"

#include <stdlib.h>
#include <string.h>

#include "run.h"

static size_t align(size_t n)
{
	return (n + 15) / 16 * 16;
}

/* The i-th connection's group, as an index into the plan's. */
static size_t group_at(const struct plan *p, struct group_range range, size_t i)
{
	return range.first + i / p->connect.connections % range.count;
}

static void place_instance(struct watch *w, struct conn *c, struct instance *in, const struct chosen *chosen,
			 unsigned char **state)
{
	const struct probe *p = chosen->probe;

	in->chosen = chosen;
	in->row = c->row + (size_t)(chosen - c->group->chosen);
	in->also.fd = -1;
	in->context = (struct probe_context){
		.probe = p, .params = chosen->params, .state = *state, .fd = -1,
		.interval = w->run->plan->interval, .host = &instance_host,
	};
	in->conn = c;
	*state += align(p->state_size);
	c->kernel.sends |= (p->traits & (SENDS_DATA | SENDS_SEGMENTS)) != 0;
	c->kernel.error_queue |= (p->traits & USES_ERROR_QUEUE) != 0;
}

/* The least disturbing first: that is the order in which they will look. */
static void place_instances(struct watch *w, struct conn *c, struct instance **next, unsigned char **state)
{
	c->instances = *next;
	c->ninstances = c->group->count;
	for (unsigned level = 0; level <= PROBE_DISTURBANCE_MAX; level++)
		for (size_t i = 0; i < c->group->count; i++)
			if (probe_disturbance(c->group->chosen[i].probe) == level)
				place_instance(w, c, (*next)++, &c->group->chosen[i], state);
}

static void measure(const struct group *g, size_t *instances, size_t *bytes)
{
	*instances += g->count;
	for (size_t i = 0; i < g->count; i++)
		*bytes += align(g->chosen[i].probe->state_size);
}

int watch_open(struct watch *w, struct run *r, const struct target *t, size_t nconns, struct error *e)
{
	const struct group_range range = plan_groups(r->plan, t);
	size_t instances = 0, bytes = 0;
	struct instance *next;
	unsigned char *state;

	w->run = r;
	w->nconns = nconns;
	w->netns.sockets = w->netns.home = w->command.over.fd = -1;
	w->column = w->place = NO_ROW;
	w->lost = TIME_NONE;
	for (size_t i = 0; i < nconns; i++)
		measure(&r->plan->groups[group_at(r->plan, range, i)], &instances, &bytes);
	w->conns = calloc(nconns, sizeof(*w->conns));
	next = w->instances = calloc(instances + 1, sizeof(*w->instances));
	state = w->states = calloc(1, bytes + 1);
	w->nrows = plan_probes(r->plan, range);
	w->pending.by_probe = calloc(w->nrows + 1, sizeof(*w->pending.by_probe));
	if (!w->conns || !w->instances || !w->states || !w->pending.by_probe)
		return error_set(e, STATUS_SYSTEM, "%zu connections: out of memory", nconns);
	for (size_t i = 0; i < nconns; i++) {
		struct conn *c = &w->conns[i];
		size_t group;

		c->run = r;
		c->watch = w;
		c->socket.fd = -1;
		group = group_at(r->plan, range, i);
		c->group = &r->plan->groups[group];
		c->row = w->rows + plan_probes(r->plan, (struct group_range){ range.first, group - range.first });
		place_instances(w, c, &next, &state);
	}
	watch_reset(w);
	return 0;
}

void watch_close(struct watch *w)
{
	if (w->run)
		watch_reset(w);
	free(w->conns);
	free(w->instances);
	free(w->states);
	free(w->pending.by_probe);
	memset(w, 0, sizeof(*w));
}
