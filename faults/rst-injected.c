// SPDX-License-Identifier: MIT
/* rst-injected: a middlebox answers in the peer's name. */
#include "fault.h"
#include "link.h"

static int refuse(struct link *l, const void *params, struct error *e)
{
	static const struct link_rule rule = { .answer = ANSWER_RST, .drop = { [LINK_IN] = true } };

	(void)params;
	(void)e;
	link_set_rule(l, &rule);
	return 0;
}

const struct fault fault_rst_injected = {
	.name = "rst-injected",
	.summary = "a middlebox answers each packet with an RST",
	.text =
		"A NAT gateway or a load balancer dropped the idle connection from its table, and "
		"answers what this side sends with an RST in the peer's name. The peer is unaware of "
		"it, and its own packets are lost. As with reboot, a probe that does not send notices "
		"nothing.\n\n"
		"AWS's NAT gateway does so after 350 s without a packet, Azure's load balancer after "
		"4 min, if its TCP reset is enabled. A keepalive `idle` below that keeps the "
		"connection in the table.",
	.breaks = "the path: a middlebox dropped the connection from its table",
	.dead = true,
	.effect = { .data = REPLY_RST, .empty = REPLY_RST },
	.link = refuse,
};
