// SPDX-License-Identifier: MIT
/* What can be known to fail is said before the first connection is made. */
#include "preflight.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "expect.h"
#include "resolve.h"

#define SPARE_DESCRIPTORS 24

/* Of each of the lab's faults: its hosts, their links, who strikes. */
#define LAB_DESCRIPTORS 6

/* With programs under test: of each fault the hosts, who looks at them and who strikes; and of each program its init, directory and log. */
#define FAULT_DESCRIPTORS 9
#define PROGRAM_DESCRIPTORS 5

static size_t for_faults(const struct plan *p)
{
	const struct program_plan *q = &p->lab.programs;
	size_t each = FAULT_DESCRIPTORS;

	for (int r = 0; r < PROGRAM_ROLES; r++)
		if (q->command[r])
			each += q->logs ? PROGRAM_DESCRIPTORS + 1 : PROGRAM_DESCRIPTORS;
	if (plan_has_programs(p))
		return p->lab.nfaults * each;
	return p->mode == MODE_LAB ? p->lab.nfaults * LAB_DESCRIPTORS : 0;
}

static int refuse_limit(const struct plan *p, size_t connections, size_t need, rlim_t most, struct error *e)
{
	const bool programs = plan_has_programs(p);
	const size_t count = programs ? p->lab.nfaults : connections;
	char what[64];

	snprintf(what, sizeof(what), programs ? "programs for %zu fault%s" : "'%zu connection%s'", count, count == 1 ? "" : "s");
	return error_set(e, STATUS_SYSTEM, "%s: %zu descriptors needed, the limit is %llu (raise it with ulimit -n %zu)", what, need,
			 (unsigned long long)most, need);
}

/* A connection of each of these groups: its own, and what its probes open besides. */
static size_t for_groups(const struct plan *p, struct group_range range)
{
	size_t n = range.count;

	for (size_t g = range.first; g < range.first + range.count; g++)
		for (size_t i = 0; i < p->groups[g].count; i++)
			n += (p->groups[g].chosen[i].probe->traits & OWN_DESCRIPTOR) != 0;
	return n;
}

/* Where the targets do not tell, the groups have them in turn. */
static size_t for_connections(const struct plan *p, size_t connections)
{
	size_t n = 0;

	if (p->mode != MODE_CONNECT) /* with audit there is one group */
		return p->ngroups ? (connections + p->ngroups - 1) / p->ngroups * for_groups(p, plan_groups(p, NULL)) : connections;
	for (size_t i = 0; i < p->connect.ntargets; i++)
		n += p->connect.connections * for_groups(p, plan_groups(p, &p->connect.targets[i]));
	return n;
}

/* One target's is among the spare ones. */
static size_t for_names(const struct plan *p)
{
	const size_t n = p->connect.ntargets;

	return n < 2 ? 0 : n < RESOLVE_AT_ONCE ? n : RESOLVE_AT_ONCE;
}

static int reserve_descriptors(const struct plan *p, size_t connections, struct error *e)
{
	size_t need = for_connections(p, connections) + for_names(p) + for_faults(p) + p->output.noutputs + SPARE_DESCRIPTORS;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= need)
		return 0;
	if (limit.rlim_max < need)
		return refuse_limit(p, connections, need, limit.rlim_max, e);
	limit.rlim_cur = need;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		return error_set(e, STATUS_SYSTEM, "descriptor limit: %s", strerror(errno));
	return 0;
}

/* With an expectation on every probe, one that cannot run makes the run pointless. */
static int check_supported(const struct plan *p, struct error *e)
{
	bool all = expect_has(p, EXPECT_ALL), usable = false;

	for (size_t g = 0; g < p->ngroups; g++)
		for (size_t i = 0; i < p->groups[g].count; i++) {
			const struct chosen *c = &p->groups[g].chosen[i];

			if (c->unsupported && all && !c->compared)
				return error_set(e, STATUS_SYSTEM, "'%s': %s", c->probe->name, c->unsupported);
			usable |= !c->unsupported;
		}
	return usable || !p->ngroups ? 0 : error_set(e, STATUS_SYSTEM, "no probe can run here: %s",
				      p->groups[0].chosen[0].unsupported);
}

int preflight(const struct plan *p, size_t connections, struct error *e)
{
	return check_supported(p, e) || reserve_descriptors(p, connections, e) ? -1 : 0;
}
