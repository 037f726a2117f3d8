// SPDX-License-Identifier: MIT
/*
 * zero-window-drop: as zero-window, and a little later silence. The
 * delay is there because the last ACK of a full window may be a delayed one (up to 200 ms).
 */
#include <stddef.h>

#include "act.h"
#include "fault.h"
#include "full.h"
#include "link.h"
#include "peer.h"

struct params {
	struct full full; /* first: full.c knows nothing else */
	nsec after;
};

static const struct param rows[] = {
	FULL_ROW,
	{ .name = "after", .help = "how long the window is closed before the packets are lost",
	  .def = "500ms", .unit = UNIT_TIME, .min = NS_PER_MS, .max = 3600 * NS_PER_S,
	  .offset = offsetof(struct params, after) },
	{ 0 },
};

static int setup(int fd, const void *params)
{
	int rc = try_drop_rx(fd, params);

	return rc ? rc : full_setup(fd, params);
}

/* There is nobody to tell, should it fail: setup tried it. */
static void fall_silent(struct peer *p, const void *params)
{
	struct error e;

	peer_drop_rx(p, params, &e);
}

static int stop_reading(struct peer *p, const void *params, struct error *e)
{
	const struct params *q = params;

	peer_struck(p);
	peer_later(p, q->after, fall_silent);
	return peer_stop_reading(p, params, e);
}

static int stop_and_cut(struct link *l, const void *params, struct error *e)
{
	const struct params *q = params;

	if (link_peer(l, e))
		return -1;
	link_set_rule_for(l, &LINK_PASS, q->after, &LINK_CUT);
	return 0;
}

static nsec delay(const void *params)
{
	const struct params *q = params;

	return q->after;
}

const struct fault fault_zero_window_drop = {
	.name = "zero-window-drop",
	.summary = "the peer's window closes, then every packet is lost",
	.text =
		"A peer that stopped reading, and whose host or path then went away. Nothing is in "
		"flight, since the window is closed: this side sends window probes, and gives them up "
		"by the rule for retransmissions (tcp_retries2), only at intervals of their own. "
		"Keepalive is silent, as data are queued.\n\n"
		"Time counts from when the peer stops reading; packets are lost from `after` later. "
		"In the lab, the watcher's application fills the connection meanwhile. With tcpalive "
		"peer, the peer then drops what it receives.",
	.breaks = "the peer's process, then the path",
	.dead = true,
	.effect = { .full = true, .data = REPLY_NOTHING, .empty = REPLY_NOTHING },
	.delay = delay,
	.needs = "CAP_NET_ADMIN",
	.not_program = "only the survivor's own data would fill its buffer",
	.not_survivor = "only the survivor's own data would fill the window",
	.params = rows,
	.params_size = sizeof(struct params),
	.setup = setup,
	.peer = stop_reading,
	.link = stop_and_cut,
	.application = full_fill,
	.when = FAULT_AFTER,
};
