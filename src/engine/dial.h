/* SPDX-License-Identifier: MIT */
/*
 * Dialing: connections made a few at a time, each over the addresses of its
 * target in turn, so that a server's backlog is not what is measured.
 */
#ifndef ENGINE_DIAL_H
#define ENGINE_DIAL_H

#include "run.h"

/* Which connection is dialed next: its dial.address and target are set, and its watch's netns. NULL: all were, or none may be
 * now; who has more later calls dial_more. */
struct dialer {
	struct run *run;
	struct conn *(*next)(struct dialer *d);
	unsigned in_flight;
};

/* Starts; an established connection goes to its watch, one that fails for good ends the
 * run with status 3. The addresses must live until all are established. */
void dial_start(struct dialer *d);

/* Dials what may be dialed now. */
void dial_more(struct dialer *d);

/* Why perhaps no more connections to this peer could be made, to follow a reason; or "". */
const char *dial_hint(const struct watch *w);

#endif
