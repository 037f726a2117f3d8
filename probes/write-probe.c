// SPDX-License-Identifier: MIT
/* Bytes sent each `every`: dead when the send fails. It does not read. */
#include <sys/socket.h>

#include "predict.h"
#include "stream.h"

static struct verdict tick(struct probe_context *l)
{
	return beat_tick(l, "send", 0);
}

static void use(const void *params, nsec interval, struct connection_use *u)
{
	const struct beat_params *p = params;

	(void)interval;
	u->tx_period = p->every;
}

const struct probe probe_write_probe = {
	.name = "write-probe",
	.call = "send of a few bytes fails",
	.summary = "writes into the stream, until writing fails",
	.text =
		"Each `every` it sends `data`, non-blocking, and calls the connection dead when "
		"send() fails: EPIPE, ECONNRESET, ETIMEDOUT. It is the write within try and except, "
		"and the protocol must allow for the bytes.\n\n"
		"The first write after the peer's close succeeds. It goes into the send buffer, the "
		"peer's kernel answers it with an RST, and only the next write fails: after two "
		"periods, not one. For the same reason it is one of the few checks that can tell a "
		"close from a half-close, since a peer that still reads does not answer with an RST.\n\n"
		"With a silent peer, too, every write succeeds until the kernel gives up on what is "
		"unacknowledged: with Linux's defaults after a quarter of an hour (tcp_retries2), or "
		"sooner with TCP_USER_TIMEOUT. Writes to a frozen process succeed until both buffers "
		"are full; that is reported as a suspicion, and is no proof.\n\n"
		"The bytes are real: a server may answer them with an error, or close because of "
		"them. Unacknowledged, they also keep keepalive silent.",
	.also = "dummy write, write in try and except",
	.who =
		"Unicorn\tcheck_client_connection without TCP_INFO: the answer's first bytes, early",
	.code =
		"#include <errno.h>\n"
		"#include <sys/socket.h>\n"
		"\n"
		"/* Each @every@. The first one after the peer's close succeeds. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tstatic const char data[] = @data@;\n"
		"\tconst int flags = MSG_DONTWAIT | MSG_NOSIGNAL;\n"
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
