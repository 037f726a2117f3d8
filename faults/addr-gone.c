// SPDX-License-Identifier: MIT
/* addr-gone: the watcher's own address is taken away. */
#include "fault.h"
#include "link.h"

static int take_away(struct link *l, const void *params, struct error *e)
{
	(void)params;
	return link_addr_gone(l, e);
}

const struct fault fault_addr_gone = {
	.name = "addr-gone",
	.summary = "this side's address is taken away",
	.text =
		"A DHCP lease that was not renewed, an IPv6 privacy address that expired, a laptop in "
		"another network. On IPv4 the connection sends nothing any more; on IPv6 it goes on "
		"sending from an address that this host no longer has, and the answers reach nobody. "
		"The kernel reports nothing to the socket: it is the silence of a drop, caused on this "
		"host.",
	.breaks = "this host's address",
	.dead = true,
	.effect = { .data = REPLY_REFUSED, .empty = REPLY_NOTHING },
	.watcher = take_away,
};
