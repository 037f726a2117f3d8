/* SPDX-License-Identifier: MIT */
/* Under which circumstances a fault strikes a connection: the path, its age, who talks. */
#ifndef PROBES_CIRCUMSTANCES_H
#define PROBES_CIRCUMSTANCES_H

#include <stdbool.h>

#include "tcp/timers.h"

/* What the application does on the connection while the fault strikes. */
enum traffic { TRAFFIC_IDLE, TRAFFIC_REQUEST, TRAFFIC_STREAM };
#define TRAFFIC_REQUEST_EVERY (200 * NS_PER_MS) /* 16 bytes, and their echo */
#define TRAFFIC_STREAM_EVERY (20 * NS_PER_MS)   /* 1 KiB, echoed too */

struct circumstances {
	enum traffic traffic;
	bool ipv6;
	nsec interval;              /* --interval */
	struct tcp_path path;       /* as it is then */
	nsec age;                   /* for how long all connections were established; NS_NEVER: for a very long time */
	nsec dialing;               /* this one may be that much older */
	bool behind;                /* an answer came that late that the next request was sent before */
	nsec lag;                   /* ACKs were late by that much then: a path that is more than full */
	bool polls;                 /* the peer's application waits for data with poll, as the lab's does, and not in recv */
	nsec lasts;                 /* how long the watch goes on afterwards; NS_NEVER: forever */
};

#endif
