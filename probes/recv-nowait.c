// SPDX-License-Identifier: MIT
/* One byte taken at each interval, from a peer that must be silent: EOF and any byte mean dead. */
#include <errno.h>
#include <sys/socket.h>

#include "ask.h"
#include "predict.h"

static struct verdict tick(struct probe_context *l)
{
	char byte;
	ssize_t n = recv(l->fd, &byte, 1, MSG_DONTWAIT);

	if (n < 0)
		return call_failed(l, "recv", errno);
	if (n == 0)
		return verdict_dead("recv", "EOF");
	probe_took_data(l);
	return verdict_dead("recv", "an unexpected byte");
}

static struct time_range predict(const struct prediction_view *v)
{
	return predict_polled(v, predict_readable(v));
}

const struct probe probe_recv_nowait = {
	.name = "recv-nowait",
	.call = "recv of 1 byte, MSG_DONTWAIT",
	.summary = "takes one byte: 0 is EOF, and an unexpected byte is dead too",
	.text =
		"Each interval, recv(fd, buf, 1, MSG_DONTWAIT). EAGAIN is alive, 0 is EOF, an error "
		"is the end of the connection, and a byte means that the connection is of no more "
		"use. Connection pools do this right before they use a connection again: no request "
		"is open, so nothing may arrive. A byte is a sign that the stream is out of step with "
		"the protocol, or is the final data of a server that is about to close.\n\n"
		"So unread data do not blind it, as they blind a peek, and a server that writes "
		"`timeout` and closes is found out. But it is right only while the peer must be "
		"silent: an answer that is still unread, an echo, or a notification raises a false "
		"alarm. And the byte is taken: after that, the stream lacks it.\n\n"
		"It takes the socket's error. It never notices a silent peer, and takes a half-close "
		"for the end.",
	.also = "stale connection check, errUnexpectedRead, connection check of a pool",
	.who =
		"go-sql-driver/mysql\tconnCheck(), before the first query on a connection from the pool\n"
		"nginx\tupstream keepalive: any byte from an idle upstream closes it, but with MSG_PEEK",
	.code =
		"#include <errno.h>\n"
		"#include <sys/socket.h>\n"
		"\n"
		"/* Only while the peer must be silent. Takes the byte. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tchar byte;\n"
		"\tssize_t n = recv(fd, &byte, 1, MSG_DONTWAIT);\n"
		"\n"
		"\treturn n >= 0 || (errno != EAGAIN && errno != EINTR);\n"
		"}\n",
	.traits = POLLED | TAKES_DATA | TAKES_ERROR,
	.predict = predict,
	.worst_case = worst_interval,
	.tick = tick,
};
