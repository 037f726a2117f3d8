// SPDX-License-Identifier: MIT
/* half-close: the peer has said everything, and goes on reading. */
#include "fault.h"
#include "peer.h"

static int say_no_more(struct peer *p, const void *params, struct error *e)
{
	(void)params;
	peer_struck(p);
	return peer_end_output(p, e);
}

const struct fault fault_half_close = {
	.name = "half-close",
	.summary = "the peer sends a FIN, but lives and still reads",
	.text =
		"shutdown(SHUT_WR): the peer has sent all that it had to send, and still accepts "
		"everything. A client that has sent its request and waits for the answer does this (nc "
		"-N, rsh). Its FIN is the same as that of a close; only writing tells them apart, since "
		"a peer that is gone answers with an RST.\n\n"
		"A program that takes every FIN for a death disconnects a living client here.",
	.breaks = "one direction of the peer's connection",
	.dead = false,
	.effect = { .fin = true, .data = REPLY_ACK },
	.peer = say_no_more,
};
