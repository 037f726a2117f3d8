// SPDX-License-Identifier: MIT
/* reboot: the peer's kernel loses its connections in silence, and answers what comes for them. */
#include "act.h"
#include "fault.h"
#include "peer.h"

static int lose_state(struct peer *p, const void *params, struct error *e)
{
	(void)params;
	return peer_forget(p, 0, e);
}

const struct fault fault_reboot = {
	.name = "reboot",
	.summary = "the peer's host is back at once, without memory",
	.text =
		"A host that crashed and is back, or a virtual machine set back to a snapshot: it has "
		"no record of the connection and sends nothing by itself. Only when a segment from this "
		"side arrives does it answer, with an RST. So a probe that does not send notices "
		"nothing, and what another sends is answered within one round trip: this is the "
		"half-open connection of RFC 9293, section 3.5.1.",
	.breaks = "the peer's host",
	.dead = true,
	.effect = { .data = REPLY_RST, .empty = REPLY_RST },
	.needs = "CAP_NET_ADMIN",
	.setup = try_repair_close,
	.peer = lose_state,
};
