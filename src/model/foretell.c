// SPDX-License-Identifier: MIT
/* --predict. Its oddity: nothing happens, so the events have no time but that of their making. */
#include "foretell.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "engine/run.h"
#include "tcp/sysctls.h"
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
		.traffic = p->traffic, .interval = p->interval, .sys = sys,
		.age = NS_NEVER, .lasts = NS_NEVER,
	};
}

/* ---- sysctls ---- */

/* The bounds are the kernel's: net/ipv4/sysctl_net_ipv4.c. */
static const struct {
	const char *name;
	int64_t min, max, unit;
	size_t offset;
} known[] = {
	{ "tcp_keepalive_time", 1, INT32_MAX, NS_PER_S, offsetof(struct sysctls, keepalive_time) },
	{ "tcp_keepalive_intvl", 1, INT32_MAX, NS_PER_S, offsetof(struct sysctls, keepalive_intvl) },
	{ "tcp_keepalive_probes", 1, 255, 1, offsetof(struct sysctls, keepalive_probes) },
	{ "tcp_retries2", 0, 255, 1, offsetof(struct sysctls, retries2) },
	{ "tcp_rto_max_ms", 1000, 120000, NS_PER_MS, offsetof(struct sysctls, rto_max) },
};

static int assign(struct sysctls *sys, const struct assignment *a, struct error *e)
{
	const char *prefix = "net.ipv4.";
	const char *name = a->name + (strncmp(a->name, prefix, strlen(prefix)) ? 0 : strlen(prefix));
	struct why why;
	int64_t value;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (strcmp(known[i].name, name) != 0)
			continue;
		if (count_parse(a->value, known[i].min, known[i].max, &value, &why))
			return error_set(e, STATUS_USAGE, "sysctl '%s': %s", a->name, why.text);
		*(int64_t *)((char *)sys + known[i].offset) = value * known[i].unit;
		return 0;
	}
	return error_set(e, STATUS_USAGE,
			 "sysctl '%s': no forecast looks at it (tcp_keepalive_time, _intvl, _probes, "
			 "tcp_retries2, tcp_rto_max_ms)", a->name);
}

int foretell_sysctls(const struct plan *p, struct sysctls *sys, struct error *e)
{
	sysctls_read(sys);
	for (size_t i = 0; i < p->nsysctls; i++)
		if (assign(sys, &p->sysctls[i], e))
			return -1;
	return 0;
}

/* ---- the run ---- */

int foretell_open(struct feed *feed, const struct plan *p, const struct sysctls *sys,
		  const char *const *names, size_t n, struct error *e)
{
	struct report_context c = {
		.mode = plan_mode_name(p), .traffic = plan_traffic_name(p), .start = clock_now(),
		.faults = names, .nfaults = n, .sysctls = *sys, .interval = p->interval,
		.within = NS_NEVER, .timeout = NS_NEVER, .verbosity = p->verbosity,
	};

	if (feed_open(feed, p, &c, e))
		return -1;
	feed_event(feed, EVENT_START, clock_now());
	return 0;
}

int foretell_close(struct feed *feed, struct error *e)
{
	if (feed->ring) {
		struct event *end = feed_event(feed, EVENT_END, clock_now());

		end->status = (int)e->status;
		end->why = e->status ? e->text : NULL;
	}
	return feed_close(feed, e);
}

static void tell(struct feed *feed, const struct plan *p, const struct circumstances *s, size_t fault,
		 size_t group)
{
	const struct group *g = &p->groups[group];
	struct outlook o = foretell(g, &p->lab[fault], s);
	struct event *e = feed_event(feed, EVENT_FORECAST, clock_now());

	e->fault = p->lab[fault].spec;
	e->group = g->spec;
	e->probe = g->chosen[o.member].probe;
	e->predicted = true;
	e->predicted_result = o.forecast.result;
	e->predicted_by = o.forecast.by;
	e->perhaps = outlook_perhaps(&o.forecast);
	e->why = o.forecast.why;
}

int run_predict(const struct plan *p, struct error *e)
{
	const char **names = calloc(p->nlab + 1, sizeof(*names));
	struct feed feed = { .ring = NULL };
	struct circumstances s;
	struct sysctls sys;

	if (!names) {
		error_set(e, STATUS_SYSTEM, "out of memory");
		goto out;
	}
	for (size_t i = 0; i < p->nlab; i++)
		names[i] = p->lab[i].spec;
	if (foretell_sysctls(p, &sys, e) || foretell_open(&feed, p, &sys, names, p->nlab, e))
		goto out;
	s = foretell_circumstances(p, &sys);
	for (size_t f = 0; f < p->nlab; f++)
		for (size_t g = 0; g < p->ngroups; g++)
			tell(&feed, p, &s, f, g);
out:
	foretell_close(&feed, e);
	free(names);
	return (int)e->status;
}
