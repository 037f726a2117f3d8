// SPDX-License-Identifier: MIT
/* One byte peeked at each interval. */
#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "ask.h"
#include "predict.h"

/* What a peek would find, while it would take the error from another program: that is
 * reported behind unread data, and to the first who asks. */
static struct verdict tick_borrowed(struct probe_context *l)
{
	int unread = 0, got = ask_poll(l->fd, POLLRDHUP);

	if (got < 0)
		return verdict_again("poll", -got);
	if (!(got & POLLRDHUP))
		return verdict_nothing();
	if (ioctl(l->fd, FIONREAD, &unread))
		return verdict_again("ioctl(FIONREAD)", errno);
	if (unread)
		return verdict_nothing();
	return got & POLLERR ? verdict_dead("poll", "an error, left to its program") : verdict_dead("poll", "EOF");
}

static struct verdict tick(struct probe_context *l)
{
	char byte;
	ssize_t n;

	if (l->borrowed)
		return tick_borrowed(l);
	n = recv(l->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	if (n > 0)
		return verdict_nothing();
	return n ? call_failed(l, "recv", errno) : verdict_dead("recv", "EOF");
}

static struct time_range predict(const struct prediction_view *v)
{
	struct time_range seen = range_first(predict_visible(v), predict_behind_data(v, v->timeline->again));

	return predict_polled(v, seen);
}

const struct probe probe_peek = {
	.name = "peek",
	.call = "recv of 1 byte, MSG_PEEK",
	.summary = "peeks at one byte without taking it: 0 is EOF",
	.text =
		"Each interval, recv(fd, buf, 1, MSG_PEEK | MSG_DONTWAIT) looks at the first byte and "
		"leaves it where it is. EAGAIN means alive and idle, 1 alive with something to read, "
		"0 is EOF, and an error is the end of the connection.\n\n"
		"Unread data blind it. While one byte waits in front of the FIN the result is 1, and "
		"it stays 1 even after an RST, since data that had arrived survive the reset. So peek "
		"is right for a connection that should be idle, and wrong for one whose owner is slow "
		"to read.\n\n"
		"It takes no data, but it does take the error: the kernel reports a socket's error "
		"once, and the next call sees a plain EOF. Like everything that only listens, it "
		"never notices a silent peer, and takes a half-close for the end.",
	.also = "MSG_PEEK test, liveness check, stale connection check",
	.who =
		"curl up to 7.87\tCurl_connalive(), after poll\n"
		"PHP\txp_socket.c, PHP_STREAM_OPTION_CHECK_LIVENESS, after poll: feof()\n"
		"APR\tapr_socket_atreadeof(), after poll\n"
		"Apache httpd\tap_proxy_is_socket_connected(), after poll: connections to a backend\n"
		"mongo-c-driver\tmongoc_socket_check_closed(), after poll\n"
		"nginx\tngx_http_upstream_keepalive_close_handler(): any byte from an idle upstream closes it",
	.code =
		"#include <errno.h>\n"
		"#include <sys/socket.h>\n"
		"\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tchar byte;\n"
		"\tssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);\n"
		"\n"
		"\treturn n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);\n"
		"}\n",
	.traits = POLLED | TAKES_ERROR | CAN_BORROW,
	.predict = predict,
	.worst_case = worst_interval,
	.tick = tick,
};
