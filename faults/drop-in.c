// SPDX-License-Identifier: MIT
/* drop-in: the watcher's packets arrive, the peer's answers do not. */
#include "fault.h"
#include "link.h"

static int cut(struct link *l, const void *params, struct error *e)
{
	static const struct link_rule rule = { .drop = { [LINK_IN] = true } };

	(void)params;
	(void)e;
	link_set_rule(l, &rule);
	return 0;
}

const struct fault fault_drop_in = {
	.name = "drop-in",
	.summary = "packets from the peer are lost, those to it arrive",
	.text =
		"One direction of the path is lost, the one towards the watcher: a router with half a "
		"route, or a firewall that lets requests out and no answers in. The peer receives "
		"everything, answers, and retransmits its answers; for the watcher it is the same "
		"silence as drop. The peer notices it as well, once it sends data: these stay "
		"unacknowledged, and in the end it gives up. One that only acknowledges takes the "
		"watcher for alive.",
	.breaks = "the path towards the watcher",
	.dead = true,
	.effect = { .data = REPLY_NOTHING, .empty = REPLY_NOTHING },
	.link = cut,
};
