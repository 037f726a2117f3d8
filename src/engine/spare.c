// SPDX-License-Identifier: MIT
/* Counts by connection: a watch may have many, and looks at none of the others. */
#include "spare.h"

#include "run.h"

/* Is there an expectation of this very probe? */
static bool is_expected(const struct plan *p, const struct probe *probe)
{
	for (size_t i = 0; i < p->judge.nexpects; i++)
		if (p->judge.expects[i].probe == probe)
			return true;
	return false;
}

static bool is_spare(const struct instance *in)
{
	const struct probe *p = in->context.probe;

	return p->traits & ONLY_SETS_OPTION && !is_expected(in->conn->run->plan, p);
}

static const struct instance *first_dead(const struct conn *c)
{
	const struct instance *first = NULL;

	for (const struct instance *in = c->instances; in < c->instances + c->ninstances; in++)
		if (in->dead_at != TIME_NONE && (!first || in->dead_at < first->dead_at))
			first = in;
	return first;
}

/* The default probes are, and those that an @NAME stands for: nobody asked for the members. With --keep all are: what is wanted
 * is the next connection. */
static bool is_one_instrument(const struct conn *c)
{
	if (c->run->plan->connect.keep)
		return true;
	for (size_t i = 0; i < c->group->count; i++)
		if (!c->group->chosen[i].from)
			return c->run->plan->default_probes;
	return true;
}

static size_t spare_of(const struct conn *c)
{
	size_t n = 0;

	if (!is_one_instrument(c) || !conn_end(c) || !first_dead(c))
		return 0;
	for (const struct instance *in = c->instances; in < c->instances + c->ninstances; in++) {
		if (in->decided)
			continue;
		if (!is_spare(in))
			return 0;
		n++;
	}
	return n;
}

void spare_count(struct conn *c)
{
	size_t n = spare_of(c);

	c->watch->pending.spare += n - c->spare;
	c->spare = n;
}

const struct probe *spare_because_of(const struct instance *in)
{
	const struct conn *c = in->conn;

	return c->watch->spared && c->spare && !in->decided ? first_dead(c)->context.probe : NULL;
}
