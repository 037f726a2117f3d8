// SPDX-License-Identifier: MIT
/* Names that are all needed before anything else: the loop runs until they are there. */
#include "resolve.h"

#include <stdlib.h>
#include <string.h>

void resolve_free(struct addrinfo *list)
{
	free(list); /* the first is the block */
}

struct wait {
	struct run *run;
	const struct target *targets;
	const char *option;  /* for messages: "-s ", or "" */
	struct addrinfo **lists;
	size_t left;
	struct error error;
	bool done;
};

static void one_done(void *owner, size_t i, struct addrinfo *list, const struct error *why)
{
	struct wait *w = owner;

	w->lists[i] = list;
	w->left--;
	if (why && !w->error.status)
		error_set(&w->error, why->status, "%s'%s': %s", w->option, w->targets[i].text, why->text);
	w->done = !w->left || w->error.status;
	if (w->done)
		loop_stop(&w->run->loop);
}

/* --timeout came first: names the first that has no answer. */
static void fail_unanswered(const struct wait *w, size_t n, struct error *e)
{
	size_t i = 0;

	while (i < n && w->lists[i])
		i++;
	if (i < n)
		error_set(e, STATUS_CONNECT, "%s'%s': " RESOLVE_TOO_LATE, w->option, w->targets[i].text);
}

static int resolve_all(struct run *run, struct addrinfo **lists, const struct target *targets, size_t n, int family, bool passive,
		       const char *option, struct error *e)
{
	struct wait w = { .run = run, .targets = targets, .option = option, .lists = lists, .left = n };
	struct resolver *r;
	int rc;

	memset(lists, 0, n * sizeof(struct addrinfo *));
	r = resolver_start(run, targets, n, family, passive, one_done, &w, e);
	if (!r)
		return -1;
	rc = run_until(run, &w.done, e);
	if (rc && run->end.timed_out)
		fail_unanswered(&w, n, e);
	resolver_close(r);
	if (rc || !w.error.status)
		return rc;
	*e = w.error;
	return -1;
}

int resolve_source(struct run *r, int family, struct error *e)
{
	const char *source = r->plan->connect.source;
	const struct target from = { .text = (char *)source, .host = (char *)source };

	return source && !r->source ? resolve_all(r, &r->source, &from, 1, family, false, "-s ", e) : 0;
}

int resolve_targets(struct run *r, struct addrinfo **lists, const struct target *targets, size_t n, int family, bool passive,
		    struct error *e)
{
	if (!passive && resolve_source(r, family, e))
		return -1;
	return resolve_all(r, lists, targets, n, family, passive, "", e);
}
