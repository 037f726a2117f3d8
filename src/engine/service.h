/* SPDX-License-Identifier: MIT */
/*
 * The run as a service: its manager is told when it has begun, how it is, and that it ends. The watchdog's sign of life comes
 * from the loop that measures, so that one that is stuck gives none.
 */
#ifndef ENGINE_SERVICE_H
#define ENGINE_SERVICE_H

#include <stdbool.h>

#include "base/loop.h"
#include "base/notify.h"

struct run;

struct service {
	struct notify notify;
	struct timer watchdog;
	bool begun, ready, stopping;
	char status[160]; /* as it was told last */
};

/* Asks the environment for a manager, and starts the watchdog's timer. The loop is open. */
void service_open(struct run *r);
void service_close(struct service *s);

/* The first connection was attempted, or it listens. The manager is told when nothing else is to be done. */
static inline void service_begun(struct service *s)
{
	s->begun = true;
}
void service_idle(struct service *s);

/* A line for a person; told where it differs from the one before. */
void service_status(struct service *s, const char *text);

/* The run is asked to end. */
void service_stopping(struct service *s);

#endif
