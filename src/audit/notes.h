/* SPDX-License-Identifier: MIT */
/* What an audit has not shown, and why. */
#ifndef AUDIT_NOTES_H
#define AUDIT_NOTES_H

#include "collect.h"
#include "events/feed.h"

/* An event for each remark: which processes may not be looked into, which namespaces not entered, and what is no connection. */
void audit_notes(struct feed *f, const struct audit_plan *p, const struct audit_list *l);

#endif
