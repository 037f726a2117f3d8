// SPDX-License-Identifier: MIT
/*
 * recv of length 0, read as people read it: 0 is EOF. With unread data it is
 * also 0, and this probe raises a false alarm.
 */
#include <errno.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "ask.h"
#include "predict.h"

static struct verdict tick(struct probe_context *l)
{
	char nothing;
	int unread = 0;

	if (recv(l->fd, &nothing, 0, MSG_DONTWAIT))
		return call_failed(l, "recv", errno);
	if (!ioctl(l->fd, FIONREAD, &unread) && unread > 0)
		return verdict_dead("recv", "0, with %d bytes unread", unread);
	return verdict_dead("recv", "0: EOF");
}

static struct time_range predict(const struct prediction_view *v)
{
	return predict_polled(v, predict_readable(v));
}

const struct probe probe_zero_recv = {
	.name = "zero-recv",
	.call = "recv of 0 bytes",
	.summary = "receives no bytes: EAGAIN is alive, 0 is taken for EOF",
	.text =
		"Each interval, recv(fd, buf, 0, MSG_DONTWAIT) requests nothing. Linux returns EAGAIN "
		"on an idle connection, 0 at EOF, and ECONNRESET after an RST. It looks like a peek "
		"without the byte, and the popular reading is that 0 is EOF.\n\n"
		"That reading is wrong. With unread data the result is 0 as well, since no bytes were "
		"requested and none were needed. So this probe raises a false alarm as soon as the "
		"peer sends something that nobody has read yet. Its report then gives the number of "
		"bytes that were waiting.\n\n"
		"It takes no data, but it does take the socket's error. It never notices a silent "
		"peer. Some systems return 0 at any time: use peek.",
	.also = "zero-length receive",
	.code =
		"#include <errno.h>\n"
		"#include <sys/socket.h>\n"
		"\n"
		"/* Wrong while data wait: use MSG_PEEK and a length of 1. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tchar none;\n"
		"\tssize_t n = recv(fd, &none, 0, MSG_DONTWAIT);\n"
		"\n"
		"\treturn n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);\n"
		"}\n",
	.traits = POLLED | TAKES_ERROR,
	.predict = predict,
	.worst_case = worst_interval,
	.tick = tick,
};
