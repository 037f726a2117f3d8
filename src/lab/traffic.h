/* SPDX-License-Identifier: MIT */
/*
 * The watcher's application in the lab: what a connection carries besides the
 * probes' own. It never takes a pending socket error from a probe: it writes and
 * reads only while poll shows none, and reads only what FIONREAD says is there.
 */
#ifndef LAB_TRAFFIC_H
#define LAB_TRAFFIC_H

#include "engine/watch.h"

/* The application of one watch, on all its connections. */
struct traffic_timer {
	struct timer timer;
	struct watch *watch;
	enum traffic kind;
};

/* Begins when the connections are established; nothing for TRAFFIC_IDLE. */
void traffic_start(struct traffic_timer *t, struct watch *w, enum traffic kind);
void traffic_stop(struct traffic_timer *t);

#endif
