// SPDX-License-Identifier: MIT
/* rst: the peer's process aborts its connections. */
#include "fault.h"
#include "peer.h"

static int reset(struct peer *p, const void *params, struct error *e)
{
	(void)params;
	return peer_abort(p, e);
}

const struct fault fault_rst = {
	.name = "rst",
	.summary = "the peer aborts the connection: an RST",
	.text =
		"close(2) with SO_LINGER of 0: servers do it to get rid of a client, and load balancers "
		"at their timeout. The connection is gone at once on both sides: poll reports IN, ERR, "
		"HUP and RDHUP, and the first call that takes the pending error gets ECONNRESET. No "
		"death is noticed by more probes, and those that share the connection compete for its "
		"error.",
	.breaks = "the peer's connection",
	.dead = true,
	.effect = EFFECT_RESET,
	.peer = reset,
};
