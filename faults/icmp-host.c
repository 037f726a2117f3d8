// SPDX-License-Identifier: MIT
/* icmp-host: a router says that the peer's host cannot be reached. */
#include "fault.h"
#include "link.h"

static int refuse(struct link *l, const void *params, struct error *e)
{
	static const struct link_rule rule = { .answer = ANSWER_ICMP_HOST, .drop = { [LINK_IN] = true } };

	(void)params;
	(void)e;
	link_set_rule(l, &rule);
	return 0;
}

const struct fault fault_icmp_host = {
	.name = "icmp-host",
	.summary = "a router answers: host unreachable",
	.text =
		"The last router can no longer reach the host, and answers what this side sends with an "
		"ICMP error, though not each packet: routers limit the rate. TCP takes that for a soft "
		"error (RFC 1122, section 4.2.3.9): it goes on trying, and only when it gives up is the "
		"errno EHOSTUNREACH instead of ETIMEDOUT. With IP_RECVERR it is fatal at once.\n\n"
		"Linux believes an ICMP error about unacknowledged data or about a pure ACK. One about "
		"a keepalive segment, which lies before the window, is ignored: while neither side "
		"sends data, the connection never learns of it.",
	.breaks = "the path, with an ICMP error",
	.dead = true,
	.effect = { .data = REPLY_ICMP, .empty = REPLY_NOTHING },
	.link = refuse,
};
