// SPDX-License-Identifier: MIT
/* none: the control of the experiment. Nothing happens, and the moment is stamped all the same. */
#include "fault.h"

const struct fault fault_none = {
	.name = "none",
	.summary = "nothing happens: the peer lives",
	.text =
		"The control of every experiment. The peer goes on echoing, and a probe that calls it "
		"dead is wrong. A silent peer is not a dead one: `idle` fails here, unless something "
		"is sent.",
	.breaks = "nothing",
	.dead = false,
	.control = true,
	.effect = { .echoes = true },
};
