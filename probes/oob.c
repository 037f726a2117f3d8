// SPDX-License-Identifier: MIT
/*
 * Urgent data each `every`. A new urgent byte pushes the one before it, if
 * unread, back into the stream or out of it.
 */
#include <sys/socket.h>

#include "predict.h"
#include "stream.h"

static struct verdict tick(struct probe_context *l)
{
	return beat_tick(l, "send(MSG_OOB)", MSG_OOB);
}

static void use(const void *params, nsec interval, struct connection_use *u)
{
	const struct beat_params *p = params;

	(void)interval;
	u->tx_period = p->every;
	u->urgent = true;
}

const struct probe probe_oob = {
	.name = "oob",
	.call = "send of urgent data fails, MSG_OOB",
	.summary = "sends urgent data, until sending fails",
	.text =
		"As write-probe, with MSG_OOB: the last byte of `data` is marked urgent, and the "
		"receiver's kernel takes it out of the stream unless SO_OOBINLINE is set. The hope is "
		"to send a byte that the application does not see.\n\n"
		"As a check it is no better than any other write. The first one after the peer's "
		"close succeeds and provokes an RST, and the next one fails; with a silent peer it "
		"succeeds until the kernel gives up. A peer that waits with poll leaves the byte unread, "
		"and if it ends then, its kernel sends an RST at once; one that blocks in recv skips "
		"it.\n\n"
		"The byte often does not stay hidden. There is room for one urgent byte: an unread "
		"one before it is lost or slips into the stream. A peer with SO_OOBINLINE reads it as "
		"data, telnet and rlogin take it for a command, and middleboxes clear the urgent "
		"flag, which turns it into ordinary data. RFC 6093 advises against it.\n\n"
		"It also wakes the receiver (POLLPRI, SIGURG). A server that does not expect that may "
		"close the connection.",
	.also = "urgent-data ping, sendUrgentData (Java)",
	.code =
		"#include <errno.h>\n"
		"#include <sys/socket.h>\n"
		"\n"
		"/* Each @every@. The first one after the peer's close succeeds. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tstatic const char data[] = @data@;\n"
		"\tconst int flags = MSG_OOB | MSG_DONTWAIT | MSG_NOSIGNAL;\n"
		"\n"
		"\treturn send(fd, data, sizeof(data) - 1, flags) < 0 &&\n"
		"\t\terrno != EAGAIN && errno != EINTR;\n"
		"}\n",
	.traits = SENDS_DATA | TAKES_ERROR,
	.use = use,
	.predict = predict_sender,
	.params = beat_rows,
	.lab = { "every=500ms" },
	.params_size = sizeof(struct beat_params),
	.state_size = sizeof(struct beat),
	.worst_case = beat_worst,
	.arm = beat_arm,
	.tick = tick,
};
