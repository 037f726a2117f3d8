/* SPDX-License-Identifier: MIT */
/* What lies ahead of a composite: predict.h asked about each of its probes. */
#ifndef MODEL_FORETELL_H
#define MODEL_FORETELL_H

#include "base/error.h"
#include "events/feed.h"
#include "predict.h"

/* What becomes of the probes that share a connection, and the member that decides. */
struct outlook {
	struct prediction forecast;
	size_t member;
};

/* Nothing will be said, as far as can be known, but perhaps it will: a race. */
bool outlook_perhaps(const struct prediction *f);

/* The first of them to notice; one that cries wolf goes before all others. */
struct outlook foretell(const struct group *g, const struct chosen_fault *f,
			const struct circumstances *s);

/*
 * Connections that have stood for ages, and are watched for ever, as the plan has it: its
 * --traffic and --interval. sys must outlive them.
 */
struct circumstances foretell_circumstances(const struct plan *p, const struct sysctls *sys);

/*
 * This network namespace's sysctls, with the plan's --lab-sysctl put in their place.
 * 0, or -1 with the reason in *e: a name that no forecast looks at, a value that the
 * kernel would refuse.
 */
int foretell_sysctls(const struct plan *p, struct sysctls *sys, struct error *e);

/*
 * Opens the plan's reports where nothing will be measured, and tells the start. The
 * names must outlive them. -1 with the reason in *e; foretell_close is safe after either.
 */
int foretell_open(struct feed *feed, const struct plan *p, const struct sysctls *sys,
		  const char *const *names, size_t n, struct error *e);

/* Tells the end, with the reason that *e may have, and closes them. -1 if anything was not written. */
int foretell_close(struct feed *feed, struct error *e);

#endif
