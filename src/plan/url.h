/* SPDX-License-Identifier: MIT */
/*
 * A URL as a target: its scheme names the protocol (protocol.h), which has a usual port. A login
 * in it is refused, and never printed.
 */
#ifndef PLAN_URL_H
#define PLAN_URL_H

#include "plan.h"

bool is_url(const char *text);

/* SCHEME://HOST[:PORT][/PATH][?QUERY][#FRAGMENT]. Fills a zeroed target, to be freed with the plan. 0, or -1
 * with the reason in *e. */
int url_parse(struct target *t, const char *text, struct error *e);

#endif
