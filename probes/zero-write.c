// SPDX-License-Identifier: MIT
/* send of length 0. */
#include <errno.h>
#include <sys/socket.h>

#include "ask.h"
#include "predict.h"

static struct verdict tick(struct probe_context *l)
{
	if (send(l->fd, "", 0, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return call_failed(l, "send", errno);
	return verdict_nothing();
}

static struct time_range predict(const struct prediction_view *v)
{
	return predict_polled(v, predict_error(v));
}

const struct probe probe_zero_write = {
	.name = "zero-write",
	.call = "send of 0 bytes",
	.summary = "sends no bytes: fails once the connection was reset",
	.text =
		"Each interval, send(fd, \"\", 0, MSG_DONTWAIT | MSG_NOSIGNAL). TCP looks at the "
		"socket's error before it looks at the length, so after an RST or a timeout the call "
		"fails with ECONNRESET, ETIMEDOUT or EPIPE. In every other state in which this side may "
		"still write it returns 0, and no segment leaves the machine.\n\n"
		"A FIN does not make it fail: after the peer's close this side may still write. So a "
		"peer that exits in good order is never noticed, nor is a silent one. Unread data do "
		"not blind it.\n\n"
		"It takes the socket's error, so a reader that comes later sees a plain EOF. It is the "
		"write within try and except, with nothing to write: to learn something, send bytes "
		"(write-probe).",
	.also = "zero-byte send, empty write",
	.who =
		".NET\tthe documentation of Socket.Connected advises it",
	.code =
		"#include <errno.h>\n"
		"#include <sys/socket.h>\n"
		"\n"
		"/* Not after a FIN: this side may still write then. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\treturn send(fd, \"\", 0, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 &&\n"
		"\t\terrno != EAGAIN && errno != EINTR;\n"
		"}\n",
	.traits = POLLED | TAKES_ERROR,
	.predict = predict,
	.worst_case = worst_interval,
	.tick = tick,
};
