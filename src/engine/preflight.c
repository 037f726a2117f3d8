// SPDX-License-Identifier: MIT
/* What can be known to fail is said before the first connection is made. */
#include "preflight.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "expect.h"

#define SPARE_DESCRIPTORS 24

/* Each connection has a descriptor, and a pending read's ring another one. */
static int reserve_descriptors(const struct plan *p, size_t connections, struct error *e)
{
	size_t need = connections * 2 + p->output.noutputs + SPARE_DESCRIPTORS;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= need)
		return 0;
	if (limit.rlim_max < need)
		return error_set(e, STATUS_SYSTEM,
				 "'%zu connection%s': %zu descriptors needed, the limit is %llu (raise it with ulimit -n %zu)",
				 connections, connections == 1 ? "" : "s", need, (unsigned long long)limit.rlim_max, need);
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
