/* SPDX-License-Identifier: MIT */
/* The reports of a run, each with the output that it writes to. */
#ifndef REPORTS_OUTLETS_H
#define REPORTS_OUTLETS_H

#include "events/feed.h"

/* For struct plan's sink: every output of the plan is opened, and gets every event. */
extern const struct event_sink outlets_sink;

#endif
