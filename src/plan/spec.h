/* SPDX-License-Identifier: MIT */
/*
 * The grammar of -p, --fault and the lab's faults: groups by `,`, members by `+`, parameters
 * by `:`, values in quotes (quoting.h), and @NAME for what software does (profiles.h). Each function appends
 * to the plan or fills a zeroed struct; what it left
 * there when it failed is freed by plan_free. 0, or -1 with the reason in *e.
 */
#ifndef PLAN_SPEC_H
#define PLAN_SPEC_H

#include "plan.h"

/* "peek,rdhup+keepalive:cnt=3": appends a group for each item between commas. */
int groups_parse(struct plan *p, const char *spec, struct error *e);

/* Makes g->spec and g->stands_for of its members. */
int group_name(struct group *g, struct error *e);

/* "reboot-late:for=3s", len bytes of it. */
int fault_parse(struct chosen_fault *f, const char *text, size_t len, struct error *e);

/* "drop,freeze,reboot-late:for=3s": appends to p->lab. */
int lab_parse(struct plan *p, const char *spec, struct error *e);

#endif
