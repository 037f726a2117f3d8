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
		"ip link set down, a cable pulled out of this machine, a VPN that ended. The "
		"addresses stay and the route goes, so sending fails inside this kernel. TCP takes "
		"that for a loss and retransmits, and in the end reports the error of the failed "
		"sends (ENETUNREACH or ETIMEDOUT). An idle connection survives it indefinitely, and "
		"works again when the interface is back.",
	.breaks = "this host's interface",
	.dead = true,
	.effect = { .data = REPLY_REFUSED, .empty = REPLY_NOTHING },
	.watcher = go_down,
};
