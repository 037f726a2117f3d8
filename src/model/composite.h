/* SPDX-License-Identifier: MIT */
/*
 * The probes that share a connection, and the application on it: what they do to it
 * together, which each of them then sees.
 */
#ifndef MODEL_COMPANY_H
#define MODEL_COMPANY_H

#include <stdbool.h>

#include "faults/effect.h"
#include "predict.h"

struct composite {
	/* Socket options in force. */
	bool keepalive, recverr;
	nsec idle, intvl;
	int64_t cnt;
	nsec user_timeout; /* 0: none */

	/* Somebody does it at least that often, and for the first time at a random moment
	 * within that time; NS_NEVER: nobody does. */
	nsec app_period;       /* the application: reads what is there, then writes */
	nsec tx_period;       /* a probe or the application puts data into the stream, also after the fault */
	nsec tx_before;       /* ... before it */
	nsec echo;         /* the peer echoes what was said, before the fault */
	nsec echo_unread;       /* ... of what a probe said */

	nsec urgent;       /* a probe said it out of band, which no peer reads, before the fault */

	unsigned senders;  /* probes that send, also after the fault */
	bool reads;        /* a probe takes data as soon as they come */
};

struct composite composite_of(const struct group *g, const struct effect *e,
			  const struct circumstances *s);

/* A parameter of a probe's, by name; 0 if it has none of that name. */
int64_t chosen_number(const struct chosen *c, const char *name);
const struct bytes *chosen_bytes(const struct chosen *c, const char *name);

bool chosen_is(const struct chosen *c, const char *name);

/* A heartbeat that goes on after the peer's FIN. */
bool ignores_fin(const struct chosen *c);

/* How often a sending probe sends, as long as it is answered. */
nsec chosen_period(const struct chosen *c, nsec interval);

#endif
