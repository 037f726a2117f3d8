/* SPDX-License-Identifier: MIT */
/*
 * A fault on a program that is not the lab's own: its processes are signalled, its descriptors are shut down, its
 * sockets destroyed. What is done this way is the same on the wire. Faults for which that cannot be (fault.h:
 * not_program) are not tried.
 */
#ifndef PROGRAM_STRIKE_H
#define PROGRAM_STRIKE_H

#include "base/moment.h"
#include "faults/fault.h"
#include "faults/link.h"
#include "net/netns.h"
#include "plan/plan.h"
#include "program.h"

/* By a process that may wait. Everything must live until the strike is over. */
struct program_strike {
	const struct program *program;
	const struct chosen_fault *fault;
	const struct lab_net *net;
	const struct lab_host *host; /* in which it runs */
	in_port_t port;  /* the server's, host order: only connections to or from it are struck */
	bool restarts;   /* a host that comes back (reboot) starts it again: a server */
	moment *struck;  /* shared; stamped right before the act */
	struct link *link; /* the path, which is cut for a moment where connections are lost in silence (reboot) */

	/* What program_strike leaves to do: when program_strike_end is to be called, NS_NEVER: not at all; and when this
	 * descriptor is readable program_strike_read, -1: there is none. */
	nsec due;
	int reads;
};

/* Does what the fault's `peer` does, to the program; waits until it is done. 0, or -1 with the reason in *e. */
int program_strike(struct program_strike *s, struct error *e);

/* Takes what came on connections that are still read, whatever the program makes of them. */
void program_strike_read(struct program_strike *s);

/* What is done later: a host that was silent is back, and starts the program again. The same. */
int program_strike_end(struct program_strike *s, struct error *e);

#endif
