// SPDX-License-Identifier: MIT
/* flap: the path is silent for a while, and heals. With `peer` the peer drops what it receives for that time. */
#include "act.h"
#include "fault.h"
#include "link.h"
#include "peer.h"

struct params {
	nsec duration;
};

static const struct param rows[] = {
	{ .name = "for", .help = "how long the silence lasts", .def = "1s", .unit = UNIT_TIME,
	  .min = NS_PER_MS, .max = 3600 * NS_PER_S, .offset = offsetof(struct params, duration) },
	{ 0 },
};

static void heal(struct peer *p, const void *params)
{
	struct error e;

	(void)params;
	peer_each(p, act_restore_rx, NULL, &e);
	peer_mute(p, false);
}

static int drop_rx(struct peer *p, const void *params, struct error *e)
{
	const struct params *q = params;

	if (peer_drop_rx(p, NULL, e))
		return -1;
	peer_later(p, q->duration, heal);
	return 0;
}

static int cut(struct link *l, const void *params, struct error *e)
{
	const struct params *q = params;

	(void)e;
	link_set_rule_for(l, &LINK_CUT, q->duration, &LINK_PASS);
	return 0;
}

static nsec silence(const void *params)
{
	const struct params *q = params;

	return q->duration;
}

const struct fault fault_flap = {
	.name = "flap",
	.summary = "the path is silent for a while, then heals",
	.text =
		"A route that is computed anew, a radio in a tunnel, a laptop that sleeps for a "
		"moment. Everything that was lost is retransmitted and arrives after all, so TCP "
		"would have survived it. Giving up in the meantime kills a living connection: every "
		"timeout has to outlast such a silence.",
	.breaks = "the path, both ways, for a time",
	.dead = false,
	.effect = { .data = REPLY_NOTHING, .empty = REPLY_NOTHING,
		    .heals = true, .healed = REPLY_ACK, .echoes = true },
	.silence = silence,
	.needs = "CAP_NET_ADMIN",
	.params = rows,
	.params_size = sizeof(struct params),
	.setup = try_drop_rx,
	.peer = drop_rx,
	.link = cut,
};
