// SPDX-License-Identifier: MIT
/* link-down: the watcher's own interface goes down. */
#include "fault.h"
#include "link.h"

static int go_down(struct link *l, const void *params, struct error *e)
{
	(void)params;
	return link_down(l, e);
}

const struct fault fault_link_down = {
	.name = "link-down",
	.summary = "this side's network interface goes down",
	.text =
		"ip link set down, a cable pulled out of this machine, a VPN that ended. An interface "
		"that is set down loses its routes, and on IPv6 its addresses; one that loses its "
		"carrier keeps both. In either case nothing leaves this machine. TCP takes that for a "
		"loss and retransmits, and in the end reports ETIMEDOUT, or the error of the failed "
		"sends: ENETUNREACH or EHOSTUNREACH. An idle connection survives it indefinitely, and "
		"works again when the interface, its addresses and its routes are back.",
	.breaks = "this host's interface",
	.dead = true,
	.effect = { .data = REPLY_REFUSED, .empty = REPLY_NOTHING },
	.watcher = go_down,
};
