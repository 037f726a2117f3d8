// SPDX-License-Identifier: MIT
/* What a run tells its service manager. */
#include "service.h"

#include <stdio.h>
#include <string.h>

#include "run.h"

/* Twice as often as it must be: sd_watchdog_enabled(3) recommends half of the time. */
static void still_alive(struct timer *t, nsec now)
{
	struct run *r = container_of(t, struct run, service.watchdog);

	notify_send(&r->service.notify, "WATCHDOG=1");
	timer_set(&r->loop, t, now + r->service.notify.watchdog / 2);
}

void service_open(struct run *r)
{
	struct service *s = &r->service;

	notify_open(&s->notify);
	s->watchdog.fire = still_alive;
	if (s->notify.watchdog)
		timer_set(&r->loop, &s->watchdog, clock_now());
}

void service_close(struct service *s)
{
	notify_close(&s->notify);
}

void service_idle(struct service *s)
{
	if (!s->begun || s->ready)
		return;
	s->ready = true;
	notify_send(&s->notify, "READY=1");
}

void service_status(struct service *s, const char *text)
{
	char line[sizeof(s->status) + 8];

	if (!strcmp(text, s->status))
		return;
	snprintf(s->status, sizeof(s->status), "%s", text);
	snprintf(line, sizeof(line), "STATUS=%s", s->status);
	notify_send(&s->notify, line);
}

void service_stopping(struct service *s)
{
	if (s->stopping)
		return;
	s->stopping = true;
	notify_send(&s->notify, "STOPPING=1");
}
