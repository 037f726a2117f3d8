/* SPDX-License-Identifier: MIT */
/*
 * What was found, as other programs write it (programs.h). Only what reaches the goal is
 * written, with the bound that it gives.
 */
#ifndef ADVISE_SETTINGS_H
#define ADVISE_SETTINGS_H

#include "search.h"

struct setting {
	const char *program;
	bool needs_answer; /* of the peer's application */
	bool idle_only;    /* it holds on idle connections alone */
	nsec latest;       /* the bound; NS_NEVER where nothing reaches the goal */
	char text[1024];   /* as it is typed; "" where nothing reaches the goal */
	char note[640];    /* what it cannot do, in sentences; or "" */
};

/* One for each program, in *list, which the caller frees. How many; -1 with the reason in *e. */
int settings_fill(const struct candidates *c, struct setting **list, struct error *e);

#endif
