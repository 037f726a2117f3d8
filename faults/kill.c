// SPDX-License-Identifier: MIT
/* kill: SIGKILL, and the kernel closes. */
#include <signal.h>

#include "fault.h"
#include "peer.h"

static int die(struct peer *p, const void *params, struct error *e)
{
	(void)params;
	return peer_signal(p, SIGKILL, e);
}

const struct fault fault_kill = {
	.name = "kill",
	.summary = "the peer's process is killed: its kernel sends a FIN",
	.text =
		"SIGKILL, a crash, the OOM killer: the process cannot react, and the kernel closes "
		"all its connections. On the wire this is a FIN, as for close; with unread input it "
		"is an RST, as for close-unread.",
	.breaks = "the peer's process",
	.dead = true,
	.effect = { .fin = true, .hasty = true, .data = REPLY_RST },
	.peer = die,
};
