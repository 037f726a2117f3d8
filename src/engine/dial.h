/* SPDX-License-Identifier: MIT */
/*
 * Dialing: connections made a few at a time, each over the addresses of its
 * target in turn, so that a server's backlog is not what is measured.
 */
#ifndef ENGINE_DIAL_H
#define ENGINE_DIAL_H

#include "run.h"

/* Which connection is dialed next: its dial.address and target are set, and its watch's netns. NULL: all were, or none may be
 * now; who has more later calls dial_more. failed: no address of its target could be connected, remote is the one that was tried
 * last; the connection is as it was before it was dialed, and counts no more. NULL: that ends the run. */
struct dialer {
	struct run *run;
	struct conn *(*next)(struct dialer *d);
	void (*failed)(struct dialer *d, struct conn *c, const char *remote, int err);
	unsigned in_flight, most; /* at once */
};

/* Starts; an established connection goes to its watch. The addresses must live until all are established. */
void dial_start(struct dialer *d);

/* Dials what may be dialed now. */
void dial_more(struct dialer *d);

/* Whoever is being dialed there is given up; the connection is closed by its owner. */
void dial_forget(struct conn *c);

/* Why perhaps no more connections to this peer could be made, to follow a reason; or "". */
const char *dial_hint(const struct watch *w);

#endif
