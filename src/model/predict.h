/* SPDX-License-Identifier: MIT */
/*
 * What must happen, without any network: when a probe notices a fault at the
 * latest, from the parameters, the sysctls and how TCP works.
 *
 * Three steps, a file each: what the probes of a connection do to it together
 * (composite.h), what the kernel makes of that once the fault has struck (timeline.h),
 * and when each probe's own call then says so (says.h).
 */
#ifndef MODEL_PREDICT_H
#define MODEL_PREDICT_H

#include "events/event.h"
#include "plan/plan.h"
#include "tcp/timers.h"

/* Under which circumstances the fault strikes. */
struct circumstances {
	enum traffic traffic;
	bool ipv6;
	nsec interval;              /* --interval */
	struct tcp_path path;       /* as it is then */
	nsec age;                   /* for how long all connections stood before; NS_NEVER: for ages */
	nsec dialing;               /* this one may have stood for that much longer */
	bool behind;                /* an answer came that late that the next question was sent before */
	nsec lag;                   /* ACKs were late by that much then: a path that is more than full */
	nsec lasts;                 /* how long the watch goes on afterwards; NS_NEVER: for ever */
};

/*
 * What the machine may add to the kernel's own lateness (timers.h): the wire, the peer,
 * the breaker and the watcher are processes, each of which may have to wait for its turn
 * before a packet is carried, an answer is given or a call is made. The scheduler's
 * slice is a few ms; a loaded machine hands out several of them in a row.
 */
#define PROCESSES_LATE (250 * NS_PER_MS)

struct prediction {
	enum result result;  /* NOTICED, MISSED, FALSE_ALARM, STAYED_ALIVE, UNSUPPORTED */
	nsec by;             /* NOTICED: since the fault, at the latest; else NS_NEVER */
	const char *why;     /* one phrase: "keepalive gives up: idle + cnt * intvl" */

	/* What prediction_holds compares: a verdict must fall between the first two,
	 * and where the second lies beyond the third there may be none. */
	nsec from, late, lasts, slack;
	bool dead;           /* is the peer? */
};

/* The member'th probe of a composite whose probes share one connection. */
struct prediction predict(const struct group *g, size_t member, const struct chosen_fault *f,
			const struct circumstances *s);

/*
 * Is that result within the forecast, and within what the kernel's timers and the
 * scheduler may add to it? after is negative or TIME_NONE for a verdict before the fault.
 */
bool prediction_holds(const struct prediction *f, enum result r, nsec after);

#endif
