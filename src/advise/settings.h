/* SPDX-License-Identifier: MIT */
/*
 * How other programs write what was tuned, where they have such knobs. Only what keeps
 * the wish is written, with the bound that it gives.
 *
 * To add a program: a function that fills a struct setting (program.h), and a line in the
 * table of settings.c.
 */
#ifndef ADVISE_SETTINGS_H
#define ADVISE_SETTINGS_H

#include "tune.h"

struct setting {
	const char *program;
	bool asks;        /* a question to the peer's application */
	nsec latest;      /* the bound; NS_NEVER where nothing keeps the wish */
	const char *when; /* where it holds on idle connections alone: says so; else NULL */
	char text[1024];  /* as it is typed; "" where nothing keeps the wish */
	char note[640];   /* what it cannot do, in sentences; or "" */
};

#define SETTINGS_MAX 16

/* What was tuned, for settings_write to choose from. */
struct tunings {
	const struct trial *trial;
	const struct wish *w;
	struct tuning by[WAYS];
	bool has[WAYS];
};

/* How many were filled in; -1 with the reason in *e. */
int settings_write(const struct tunings *t, struct setting list[SETTINGS_MAX], struct error *e);

#endif
