/* SPDX-License-Identifier: MIT */
/* Advice where the quotes around a value were left out. */
#ifndef PLAN_UNQUOTED_H
#define PLAN_UNQUOTED_H

#include "plan.h"

/*
 * `parse` has refused the spec, and *e says why. If quotes around its values of bytes alone make it one that
 * parses, and no name was nearly right, that spec becomes the advice in brackets at the end of *e, ready for a
 * shell. -1, as parse returned.
 */
int unquoted_advise(const char *spec, int (*parse)(struct plan *, const char *, struct error *), struct error *e);

#endif
