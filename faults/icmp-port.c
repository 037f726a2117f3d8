// SPDX-License-Identifier: MIT
/* icmp-port: the peer's host says that nobody is at home. */
#include "fault.h"
#include "link.h"

static int refuse(struct link *l, const void *params, struct error *e)
{
	static const struct link_rule rule = { .answer = ANSWER_ICMP_PORT, .drop = { [LINK_IN] = true } };

	(void)params;
	(void)e;
	link_set_rule(l, &rule);
	return 0;
}

const struct fault fault_icmp_port = {
	.name = "icmp-port",
	.summary = "the peer's host answers: port unreachable",
	.text =
		"ICMP port unreachable, which a firewall's REJECT sends for TCP too. It is taken for a "
		"soft error like the others; the errno with which it is reported is ECONNREFUSED. With "
		"IP_RECVERR it is fatal at once, if it is about unacknowledged data or a pure ACK.",
	.breaks = "the path, with an ICMP error",
	.dead = true,
	.effect = { .data = REPLY_ICMP, .empty = REPLY_NOTHING },
	.link = refuse,
};
