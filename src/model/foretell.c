// SPDX-License-Identifier: MIT
/* What becomes of a composite: the member that decides. */
#include "foretell.h"

#include <stdlib.h>
#include <string.h>

#include "faults/fault.h"

/* What decides comes first. */
static int rank(enum result r)
{
	static const int ranks[] = {
		[FALSE_ALARM] = 0, [NOTICED] = 1, [STAYED_ALIVE] = 2, [MISSED] = 2, [UNSUPPORTED] = 3,
	};

	return ranks[r];
}

static bool decides(const struct prediction *a, const struct prediction *b)
{
	if (rank(a->result) != rank(b->result))
		return rank(a->result) < rank(b->result);
	if (a->result == NOTICED)
		return a->by < b->by;
	return outlook_perhaps(a) && !outlook_perhaps(b);
}

bool outlook_perhaps(const struct prediction *f)
{
	return (f->result == MISSED || f->result == STAYED_ALIVE) && f->from != NS_NEVER;
}

struct outlook foretell(const struct group *g, const struct chosen_fault *f,
			const struct circumstances *s)
{
	struct outlook first = { .forecast = predict(g, 0, f, s) };

	for (size_t i = 1; i < g->count; i++) {
		struct prediction next = predict(g, i, f, s);

		if (decides(&next, &first.forecast))
			first = (struct outlook){ .forecast = next, .member = i };
	}
	return first;
}

struct circumstances foretell_circumstances(const struct plan *p, const struct sysctls *sys)
{
	return (struct circumstances){
		.traffic = p->lab.traffic, .interval = p->interval, .path.sys = sys,
		.age = NS_NEVER, .lasts = NS_NEVER,
	};
}
