// SPDX-License-Identifier: MIT
/* data-then-rst: final data, then an RST. The moment is that of the RST. */
#include "act.h"
#include "fault.h"
#include "peer.h"
#include "final-data.h"

static int send_and_reset(struct peer *p, const void *params, struct error *e)
{
	if (peer_each(p, act_abort, NULL, e) || peer_each(p, act_send_final_data, params, e))
		return -1;
	peer_struck(p);
	peer_close_all(p);
	return 0;
}

const struct fault fault_data_then_rst = {
	.name = "data-then-rst",
	.summary = "final data that nobody has read yet, then an RST",
	.text =
		"As data-then-close, but the connection is aborted. Data that had arrived stay "
		"readable: a peek still returns the byte, as if nothing had happened, while the error "
		"waits behind it. poll reports ERR and HUP, and SO_ERROR has ECONNRESET.",
	.breaks = "the peer's connection",
	.dead = true,
	.effect = { .rst = true, .final_data = true, .data = REPLY_RST, .empty = REPLY_RST },
	.not_program = "only the program knows its final data",
	.params = final_data_rows,
	.params_size = sizeof(struct final_data),
	.peer = send_and_reset,
};
