// SPDX-License-Identifier: MIT
/* One target's addresses, again and again, while the loop goes on. */
#include "resolve.h"

#include <stdlib.h>

struct resolution {
	struct run *run;
	struct resolver *resolver; /* NULL: none is at work */
	const struct target *target;
	resolution_done *done;
	void *of;
	bool starting, told;       /* told while it was starting: */
	struct addrinfo *list;
	struct error error;
};

static void one_done(void *owner, size_t i, struct addrinfo *list, const struct error *why)
{
	struct resolution *s = owner;

	(void)i;
	s->told = true;
	s->list = list;
	s->error.status = STATUS_OK;
	if (why)
		error_set(&s->error, why->status, "'%s': %s", s->target->text, why->text);
	if (!s->starting)
		s->done(s->of, list, &s->error);
}

struct resolution *resolve_new(struct run *r)
{
	struct resolution *s = calloc(1, sizeof(*s));

	if (s)
		s->run = r;
	return s;
}

void resolve_start(struct resolution *s, const struct target *t, int family, resolution_done *done, void *of)
{
	resolver_close(s->resolver);
	*s = (struct resolution){ .run = s->run, .target = t, .done = done, .of = of, .starting = true };
	s->resolver = resolver_start(s->run, t, 1, family, false, one_done, s, &s->error);
	s->starting = false;
	if (s->told || !s->resolver)
		done(of, s->list, &s->error);
}

void resolve_end(struct resolution *s)
{
	if (!s)
		return;
	resolver_close(s->resolver);
	free(s);
}
