// SPDX-License-Identifier: MIT
/*
 * A client's connections to one address and port are alike, and a server's of one port from one address. Which of the two a
 * connection is, nothing tells: what is not alike in the first way may be in the second.
 */
#include "group.h"

#include <stdlib.h>
#include <string.h>

#include "tcp/range.h"

/* ---- worse ---- */

enum rank { RANK_NEVER, RANK_UNKNOWN, RANK_TIME };

static enum rank rank_of(const struct predicted *p)
{
	if (!p->known)
		return RANK_UNKNOWN;
	return p->by == NS_NEVER ? RANK_NEVER : RANK_TIME;
}

int predicted_compare(const struct predicted *a, const struct predicted *b, size_t nfaults)
{
	if (!a || !b)
		return !a - !b;
	for (size_t i = 0; i < nfaults; i++) {
		if (rank_of(&a[i]) != rank_of(&b[i]))
			return (int)rank_of(&a[i]) - (int)rank_of(&b[i]);
		if (a[i].by != b[i].by)
			return a[i].by > b[i].by ? -1 : 1;
	}
	return 0;
}

static int worst_first(const void *x, const void *y, void *of)
{
	const struct event_socket *a = x, *b = y;
	int order = predicted_compare(a->predicted, b->predicted, *(const size_t *)of);

	if (!order)
		order = strcmp(a->command, b->command);
	if (!order)
		order = a->pid != b->pid ? (a->pid > b->pid) - (a->pid < b->pid) : (a->fd > b->fd) - (a->fd < b->fd);
	return order;
}

/* ---- alike ---- */

/* Without the port. */
static size_t host_length(const char *address)
{
	const char *colon = strrchr(address, ':');

	return colon ? (size_t)(colon - address) : strlen(address);
}

static int compare_hosts(const char *a, const char *b)
{
	const size_t la = host_length(a), lb = host_length(b);
	const int order = strncmp(a, b, la < lb ? la : lb);

	return order ? order : (la > lb) - (la < lb);
}

#define ORDER(x, y) do { if ((x) != (y)) return (x) < (y) ? -1 : 1; } while (0)

static int compare_options(const struct event_socket *a, const struct event_socket *b)
{
	ORDER(a->known, b->known);
	ORDER(!a->incomplete, !b->incomplete);
	if (a->incomplete && strcmp(a->incomplete, b->incomplete) != 0)
		return strcmp(a->incomplete, b->incomplete);
	ORDER(a->keepalive, b->keepalive);
	ORDER(a->recverr, b->recverr);
	ORDER(a->idle, b->idle);
	ORDER(a->intvl, b->intvl);
	ORDER(a->cnt, b->cnt);
	ORDER(a->user_timeout, b->user_timeout);
	return 0;
}

static int compare_predicted(const struct event_socket *a, const struct event_socket *b, size_t nfaults)
{
	ORDER(!a->predicted, !b->predicted);
	for (size_t i = 0; a->predicted && i < nfaults; i++) {
		ORDER(rank_of(&a->predicted[i]), rank_of(&b->predicted[i]));
		ORDER(a->predicted[i].perhaps, b->predicted[i].perhaps);
	}
	return 0;
}

/* All but the addresses: one program's processes are one. */
static int compare_shapes(const struct event_socket *a, const struct event_socket *b, size_t nfaults)
{
	int order = strcmp(a->command, b->command);

	ORDER(!a->pid, !b->pid);
	if (!order)
		order = strcmp(a->state, b->state);
	if (order)
		return order;
	ORDER(a->elsewhere, b->elsewhere);
	ORDER(a->mptcp, b->mptcp);
	ORDER(a->in_flight > 0, b->in_flight > 0);
	ORDER(a->unsent > 0, b->unsent > 0);
	ORDER(!a->expected.broken, !b->expected.broken);
	order = compare_options(a, b);
	return order ? order : compare_predicted(a, b, nfaults);
}

static int as_client(const void *x, const void *y, void *of)
{
	const struct event_socket *a = x, *b = y;
	const int order = compare_shapes(a, b, *(const size_t *)of);

	return order ? order : strcmp(a->remote, b->remote);
}

static int as_server(const void *x, const void *y, void *of)
{
	const struct event_socket *a = x, *b = y;
	int order = compare_shapes(a, b, *(const size_t *)of);

	if (!order)
		order = strcmp(a->local, b->local);
	return order ? order : compare_hosts(a->remote, b->remote);
}

/* ---- together ---- */

struct grouping {
	struct event_socket *list;
	size_t n, nfaults;
	nsec *soonest; /* room that is left */
};

/* The times of the one that is the latest, whichever of them it is: the whole is told of each fault on its own. */
static void add_times(struct event_socket *to, const struct event_socket *s, size_t nfaults)
{
	nsec *soonest = (nsec *)to->soonest;
	struct predicted *worst = (struct predicted *)to->predicted;

	for (size_t i = 0; to->predicted && i < nfaults; i++) {
		soonest[i] = ns_min(soonest[i], s->soonest ? s->soonest[i] : s->predicted[i].by);
		if (s->predicted[i].by > worst[i].by)
			worst[i] = s->predicted[i];
	}
}

static void begin_times(struct grouping *g, struct event_socket *to)
{
	if (to->soonest || !to->predicted)
		return;
	for (size_t i = 0; i < g->nfaults; i++)
		g->soonest[i] = to->predicted[i].by;
	to->soonest = g->soonest;
	g->soonest += g->nfaults;
}

/* The worst of those that follow each other keeps its place. */
static void merge_run(struct grouping *g, struct event_socket *to, size_t n, bool accepted)
{
	for (size_t i = 1; i < n; i++)
		if (predicted_compare(to[i].predicted, to->predicted, g->nfaults) < 0) {
			const struct event_socket other = *to;

			*to = to[i];
			to[i] = other;
		}
	if (n > 1)
		begin_times(g, to);
	for (size_t i = 1; i < n; i++) {
		add_times(to, &to[i], g->nfaults);
		to->count += to[i].count;
	}
	to->accepted = n > 1 && accepted;
}

static size_t run_length(const struct grouping *g, size_t from, int (*compare)(const void *, const void *, void *))
{
	size_t to = from + 1;

	while (to < g->n && !compare(&g->list[from], &g->list[to], (void *)&g->nfaults))
		to++;
	return to - from;
}

/* Those that are one already stay it. */
static void merge(struct grouping *g, int (*compare)(const void *, const void *, void *), bool accepted)
{
	size_t kept = 0;

	qsort_r(g->list, g->n, sizeof(*g->list), compare, &g->nfaults);
	for (size_t i = 0, n; i < g->n; i += n) {
		n = run_length(g, i, compare);
		merge_run(g, &g->list[i], n, accepted);
		g->list[kept++] = g->list[i];
	}
	g->n = kept;
}

size_t audit_group(struct event_socket *list, size_t n, size_t nfaults, nsec *soonest, bool all)
{
	struct grouping g = { .list = list, .n = n, .nfaults = nfaults, .soonest = soonest };

	if (!all && n) {
		merge(&g, as_client, false);
		merge(&g, as_server, true);
	}
	if (g.n)
		qsort_r(list, g.n, sizeof(*list), worst_first, &nfaults);
	return g.n;
}
