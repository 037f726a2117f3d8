// SPDX-License-Identifier: MIT
/* close: the peer's process closes its connections and has read everything: a FIN each. */
#include "act.h"
#include "fault.h"
#include "peer.h"

static int hang_up(struct peer *p, const void *params, struct error *e)
{
	(void)params;
	if (peer_each(p, act_drain, NULL, e))
		return -1;
	peer_struck(p);
	peer_close_all(p);
	return 0;
}

const struct fault fault_close = {
	.name = "close",
	.summary = "the peer closes the connection: a FIN",
	.text =
		"close(2), after everything was read. The peer's kernel sends a FIN, which this side "
		"acknowledges: reads return 0, poll reports IN and RDHUP, and the TCP state is "
		"CLOSE_WAIT. There is no error yet. A FIN means only that the peer sends no more, so "
		"the first write still succeeds; the peer's kernel answers it with an RST, and the next "
		"one fails with EPIPE.",
	.breaks = "the peer's connection",
	.dead = true,
	.effect = { .fin = true, .data = REPLY_RST },
	.peer = hang_up,
};
