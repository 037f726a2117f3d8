// SPDX-License-Identifier: MIT
/* drop-out: the peer's packets arrive, the watcher's do not. A peer that drops what it receives is just that. */
#include "act.h"
#include "fault.h"
#include "link.h"
#include "peer.h"

static int cut(struct link *l, const void *params, struct error *e)
{
	static const struct link_rule rule = { .drop = { [LINK_OUT] = true } };

	(void)params;
	(void)e;
	link_set_rule(l, &rule);
	return 0;
}

/* Unlike peer_drop_rx it goes on saying what it has to say. */
static int drop_rx(struct peer *p, const void *params, struct error *e)
{
	(void)params;
	peer_struck(p);
	return peer_each(p, act_drop_rx, NULL, e);
}

const struct fault fault_drop_out = {
	.name = "drop-out",
	.summary = "packets to the peer are lost, those from it arrive",
	.text =
		"The other direction of the path is lost. Whatever the peer sends still arrives, so "
		"it looks alive; but no acknowledgement from this side reaches it, so it retransmits "
		"and in the end gives up. What this side sends is never acknowledged. A peer that "
		"only sends is heard as long as it does not wait for an acknowledgement.\n\n"
		"With tcpalive peer, the peer's sockets get a filter that accepts nothing.",
	.breaks = "the path towards the peer",
	.dead = true,
	.effect = { .data = REPLY_NOTHING, .empty = REPLY_NOTHING, .retransmits = true },
	.needs = "CAP_NET_ADMIN",
	.setup = try_drop_rx,
	.peer = drop_rx,
	.link = cut,
};
