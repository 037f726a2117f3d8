// SPDX-License-Identifier: MIT
/*
 * drop: the path swallows everything, both ways. Outside the lab one end drops what it receives
 * instead: the watcher's sockets, or with tcpalive peer the peer's.
 */
#include "act.h"
#include "fault.h"
#include "link.h"
#include "peer.h"

static int cut(struct link *l, const void *params, struct error *e)
{
	(void)params;
	(void)e;
	link_set_rule(l, &LINK_CUT);
	return 0;
}

static int drop_rx(int fd, const void *params, struct error *e)
{
	int rc = act_drop_rx(fd, params);

	return rc ? fault_refused(&fault_drop, -rc, e) : 0;
}

const struct fault fault_drop = {
	.name = "drop",
	.summary = "the path swallows every packet, in both directions",
	.text =
		"Nothing that either side sends arrives, and nothing reports it: a cable pulled out "
		"behind a switch, a firewall that dropped the connection from its table, a host that "
		"lost power. The watcher's kernel learns of it only by sending something that goes "
		"unanswered.\n\n"
		"How soon a middlebox drops an idle connection from its table, if nothing else is set: "
		"Azure's load balancer after 4 min, AWS's NLB after 350 s, GCP after 10 min, IPVS after "
		"15 min, Cisco's and Fortinet's firewalls after 1 h, Linux conntrack after 5 days, but "
		"after 5 min once something is unacknowledged. RFC 5382 requires at least 2 h 4 min. A "
		"middlebox that does so in silence looks like this; one that answers looks like "
		"rst-injected.\n\n"
		"Outside the lab, the watcher's own sockets get a filter that accepts nothing: what the "
		"peer answers is dropped before TCP sees it. With tcpalive peer, the peer's sockets get "
		"the filter; such a peer acknowledges nothing, but goes on retransmitting what it had "
		"sent and was not acknowledged.",
	.breaks = "the path, both ways",
	.dead = true,
	.effect = { .data = REPLY_NOTHING, .empty = REPLY_NOTHING },
	.needs = "CAP_NET_ADMIN",
	.setup = try_drop_rx,
	.peer = peer_drop_rx,
	.link = cut,
	.socket = drop_rx,
};
