/* SPDX-License-Identifier: MIT */
/* What holds where nothing was said, besides the defaults that stand in the rows of options.c. */
#ifndef PLAN_DEFAULTS_H
#define PLAN_DEFAULTS_H

#include "base/clock.h"

/*
 * `-p default`, in the grammar of -p: what the lab shows to notice every death without a
 * false alarm, heartbeat:eof=ignore, and a user timeout for the silence of a peer that
 * answers no heartbeat.
 */
#define DEFAULT_PROBES "heartbeat:eof=ignore:unanswered=ignore+user-timeout"

#define DEFAULT_LAB_FAULT_AT (400 * NS_PER_MS) /* and up to half a second more, at random */
#define DEFAULT_LAB_TIMEOUT (15 * NS_PER_S)
#define DEFAULT_TOLERATE_SHARE 5 /* of advise */
#define DEFAULT_MAX_CLIENTS 1
#define DEFAULT_MAX_CLIENTS_KEEP_OPEN 64

#endif
