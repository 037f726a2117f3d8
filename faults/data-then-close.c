// SPDX-License-Identifier: MIT
/* data-then-close: final data, then a FIN. The moment is that of the FIN. */
#include "act.h"
#include "fault.h"
#include "peer.h"
#include "final-data.h"

static int send_and_close(struct peer *p, const void *params, struct error *e)
{
	if (peer_each(p, act_drain, NULL, e) || peer_each(p, act_send_final_data, params, e))
		return -1;
	peer_struck(p);
	peer_close_all(p);
	return 0;
}

const struct fault fault_data_then_close = {
	.name = "data-then-close",
	.summary = "final data that nobody has read yet, then a FIN",
	.text =
		"A server writes `timeout, closing` and closes; the watcher expects nothing and has not "
		"read it. The data are in the receive queue before the FIN, and hide it from every "
		"check that looks at the next byte: peek returns the byte, FIONREAD counts it. Of the "
		"checks that send nothing, only reading on, poll for RDHUP and the state in TCP_INFO "
		"show the end.",
	.breaks = "the peer's connection",
	.dead = true,
	.effect = { .fin = true, .final_data = true, .data = REPLY_RST },
	.not_program = "only the program knows its final data",
	.params = final_data_rows,
	.params_size = sizeof(struct final_data),
	.peer = send_and_close,
};
