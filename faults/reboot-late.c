// SPDX-License-Identifier: MIT
/*
 * reboot-late: silence, and then a host that knows nothing. In the lab the link is cut too,
 * since a socket that drops what it receives would go on retransmitting what it has in flight.
 */
#include "act.h"
#include "fault.h"
#include "link.h"
#include "peer.h"

struct params {
	nsec duration;
};

static const struct param rows[] = {
	{ .name = "for", .help = "how long the silence lasts", .def = "3s", .unit = UNIT_TIME,
	  .min = NS_PER_MS, .max = 3600 * NS_PER_S, .offset = offsetof(struct params, duration) },
	{ 0 },
};

static int go_down(struct peer *p, const void *params, struct error *e)
{
	const struct params *q = params;

	return peer_forget(p, q->duration, e);
}

static int setup(int fd, const void *params)
{
	int rc = try_drop_rx(fd, params);

	return rc ? rc : try_repair_close(fd, params);
}

static int cut(struct link *l, const void *params, struct error *e)
{
	const struct params *q = params;

	link_set_rule_for(l, &LINK_CUT, q->duration, &LINK_PASS);
	return link_peer(l, e);
}

static nsec silence(const void *params)
{
	const struct params *q = params;

	return q->duration;
}

const struct fault fault_reboot_late = {
	.name = "reboot-late",
	.summary = "the peer's host falls silent, and is back later",
	.text =
		"A host that really reboots, or an address that another machine takes over: silence "
		"for as long as that takes, and then an RST to whatever arrives. Data sent during the "
		"silence are retransmitted at ever longer intervals, and the first retransmission "
		"that gets through is answered with the RST; a connection that gave up before has "
		"timed out.",
	.breaks = "the peer's host",
	.dead = true,
	.effect = { .data = REPLY_NOTHING, .empty = REPLY_NOTHING, .heals = true, .healed = REPLY_RST },
	.silence = silence,
	.needs = "CAP_NET_ADMIN",
	.params = rows,
	.params_size = sizeof(struct params),
	.setup = setup,
	.peer = go_down,
	.link = cut,
};
