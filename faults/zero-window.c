// SPDX-License-Identifier: MIT
/* zero-window: the peer's process reads no more, and the watcher's application writes until nothing fits. */
#include "fault.h"
#include "full.h"
#include "peer.h"

static const struct param rows[] = { FULL_ROW, { 0 } };

static int stop_reading(struct peer *p, const void *params, struct error *e)
{
	peer_struck(p);
	return peer_stop_reading(p, params, e);
}

const struct fault fault_zero_window = {
	.name = "zero-window",
	.summary = "the peer stops reading, until nothing more fits",
	.text =
		"A stuck application, seen by one that still sends: the receive buffer fills, the "
		"window closes, and this side's data wait. The peer's kernel answers the window probes, "
		"though no two within half a second, so the connection never times out by itself, and "
		"keepalive is silent because data are queued. TCP_USER_TIMEOUT ends it; so does waiting "
		"for an answer with a limit.\n\n"
		"In the lab, the watcher's application fills the connection. With tcpalive peer, the "
		"peer only stops reading, with a small buffer, and the watcher's data fill it.",
	.breaks = "the peer's process",
	.dead = true,
	.effect = { .full = true, .data = REPLY_ACK },
	.not_program = "only the survivor's own data would fill its buffer",
	.not_survivor = "only the survivor's own data would fill the window",
	.params = rows,
	.params_size = sizeof(struct full),
	.setup = full_setup,
	.peer = stop_reading,
	.application = full_fill,
	.when = FAULT_AFTER,
};
