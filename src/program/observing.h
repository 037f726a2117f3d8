/* SPDX-License-Identifier: MIT */
/*
 * The observer's work: hands what comes from the wire and from the kernel to the connections that it is about, and looks at each of
 * them in turn, for as much of the time as may be spent on it.
 */
#ifndef PROGRAM_OBSERVING_H
#define PROGRAM_OBSERVING_H

#include "connections.h"
#include "host.h"

#define OBSERVING_TICK (5 * NS_PER_MS)
#define OBSERVING_SOON NS_PER_MS /* an end that was seen is to be understood */

struct observer {
	struct observer_setup setup;
	struct host host;
	struct connections table;
	struct handler news;   /* of destroyed sockets */
	struct timer timer;
	int diag;
	size_t turn;           /* the live connection to be looked at next */
	unsigned failures;
	nsec heard;            /* all that its host had sent by then is known */
	uint16_t tried;        /* the port of another server that its program tried last; 0: none */
	bool failed;
	bool undecided;        /* something may be known of a connection soon: since observing_refresh */
};

/* Waits, though not for long, until all that its host has sent is there to be taken. */
void observing_await(const struct observer *o);

/* Takes all that came from the wire and of destroyed sockets. */
void observing_refresh(struct observer *o);

/* Looks at the connections that may change, and concludes what became of each: some, at as many as a tick has time for; all. */
void observing_some(struct observer *o);
void observing_all(struct observer *o);

/* Nobody holds any of them since then. */
void observing_over(struct observer *o, nsec at);

#endif
