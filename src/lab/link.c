// SPDX-License-Identifier: MIT
/* What faults do to their link. Its oddity: the stamp is written before the act, and only the first one counts. */
#include "faults/link.h"

#include "net/netns.h"

const struct link_rule LINK_PASS;
const struct link_rule LINK_CUT = { .drop = { [LINK_IN] = true, [LINK_OUT] = true } };

void link_set_rule(struct link *l, const struct link_rule *rule)
{
	moment_stamp(l->struck, clock_now());
	worker_set_rule(l->wire, l->index, rule);
}

void link_set_rule_for(struct link *l, const struct link_rule *rule, nsec hold,
		   const struct link_rule *then)
{
	moment_stamp(l->struck, clock_now());
	worker_set_rule_until(l->wire, l->index, rule, hold, then);
}

/* The peer's process has the same stamp in its hand. */
int link_peer(struct link *l, struct error *e)
{
	return peer_ask(l->peer, PEER_STRIKE, e);
}

int link_down(struct link *l, struct error *e)
{
	moment_stamp(l->struck, clock_now());
	return lab_link_down(l->net, &l->net->link[l->index], e);
}

int link_addr_gone(struct link *l, struct error *e)
{
	moment_stamp(l->struck, clock_now());
	return lab_addr_gone(l->net, &l->net->link[l->index], e);
}
