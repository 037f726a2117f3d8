// SPDX-License-Identifier: MIT
/* freeze: SIGSTOP; its kernel goes on acknowledging. */
#include <signal.h>

#include "fault.h"
#include "peer.h"

static int stop(struct peer *p, const void *params, struct error *e)
{
	(void)params;
	peer_struck(p);
	return peer_signal(p, SIGSTOP, e);
}

const struct fault fault_freeze = {
	.name = "freeze",
	.summary = "the peer's process stops, its kernel still answers",
	.text =
		"SIGSTOP, and all that looks like it: a deadlock, an endless loop, a debugger, a "
		"process that swaps. The peer's kernel acknowledges data and keepalive segments as "
		"long as its buffer has room, so TCP is healthy and the application dead. Only an "
		"answer from the application proves that it is alive.",
	.breaks = "the peer's process",
	.dead = true,
	.effect = { .data = REPLY_ACK },
	.peer = stop,
};
