/* SPDX-License-Identifier: MIT */
/*
 * The parameters of a probe or a fault, from text by their rows (struct param).
 * `owner` is the name that messages begin with. Values may be in quotes: see quoting.h.
 */
#ifndef PLAN_PARAMS_H
#define PLAN_PARAMS_H

#include "probes/probe.h"

/* A text for a person, to be used at once. */
struct param_text {
	char text[160];
};

/*
 * Fills the params struct, first with every default, then with what `text` says:
 * "", "idle=1s" or "idle=1s:cnt=3". rows may be NULL. 0, or -1 with the reason in *e.
 */
int params_parse(const char *owner, const struct param *rows, void *params, const char *text,
		 struct error *e);

/* One value, without its quotes, by its row alone: into *to. 0, or -1 with the reason in *why. */
struct why;
int param_value(const struct param *row, const char *s, void *to, struct why *why);

/* The row of that name, NULL if there is none; rows may be NULL. */
const struct param *param_find(const struct param *rows, const char *name, size_t len);

/* "1s to 9h6m7s, or system", "any, want", "1 to 127", "at most 256 bytes". */
struct param_text param_bounds(const struct param *row);

/* The name of the value in help: "DUR", "N", "BYTES", "WORD". */
const char *param_kind(const struct param *row);

#endif
