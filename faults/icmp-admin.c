// SPDX-License-Identifier: MIT
/* icmp-admin: a firewall says that it does not let us. */
#include "fault.h"
#include "link.h"

static int refuse(struct link *l, const void *params, struct error *e)
{
	static const struct link_rule rule = { .answer = ANSWER_ICMP_ADMIN, .drop = { [LINK_IN] = true } };

	(void)params;
	(void)e;
	link_set_rule(l, &rule);
	return 0;
}

const struct fault fault_icmp_admin = {
	.name = "icmp-admin",
	.summary = "a firewall answers: administratively prohibited",
	.text =
		"A firewall rule was added, or a connection's state lost, and the firewall is polite: "
		"ICMP communication administratively prohibited. This is a soft error. It is reported "
		"as EHOSTUNREACH on IPv4 and as EACCES on IPv6: when TCP gives up, or with IP_RECVERR "
		"at once.",
	.breaks = "the path, with an ICMP error",
	.dead = true,
	.effect = { .data = REPLY_ICMP, .empty = REPLY_NOTHING },
	.link = refuse,
};
