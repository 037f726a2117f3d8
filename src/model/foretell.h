/* SPDX-License-Identifier: MIT */
/* What lies ahead of a composite: predict.h asked about each of its probes. */
#ifndef MODEL_FORETELL_H
#define MODEL_FORETELL_H

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

#endif
