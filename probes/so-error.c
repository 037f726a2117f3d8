// SPDX-License-Identifier: MIT
/* getsockopt(SO_ERROR) each interval. */
#include <errno.h>
#include <sys/socket.h>

#include "ask.h"
#include "option.h"
#include "predict.h"

static struct verdict tick(struct probe_context *l)
{
	int err = 0, rc = option_get(l->fd, SOL_SOCKET, SO_ERROR, &err);

	if (rc)
		return verdict_again("getsockopt(SO_ERROR)", -rc);
	return err ? call_failed(l, "getsockopt(SO_ERROR)", err) : verdict_nothing();
}

static struct time_range predict(const struct prediction_view *v)
{
	struct time_range s = predict_polled(v, predict_error(v)), soft = predict_polled(v, v->timeline->soft);

	if (v->contested || v->taken)
		s = range_maybe(s.from, "another probe takes the error, unless this one happens to look first");
	return range_first(s, soft);
}

const struct probe probe_so_error = {
	.name = "so-error",
	.call = "getsockopt SO_ERROR is not 0",
	.summary = "reads the socket's pending error, which clears it",
	.text =
		"Each interval, getsockopt(SO_ERROR). It returns the error that the kernel keeps for "
		"the socket, ECONNRESET after an RST or ETIMEDOUT when its timers have expired, and "
		"sets it back to 0. A soft error comes the same way: after an ICMP unreachable it is "
		"EHOSTUNREACH, although the connection may go on.\n\n"
		"So it works once. After it, reads return EOF without a reason, writes EPIPE, and "
		"POLLERR is gone. If anything else read or wrote first, the error went there, and this "
		"probe sees 0 forever. Of all checks it is the hardest to share between two parts of a "
		"program.\n\n"
		"A FIN is no error, so a peer that exits in good order is never noticed. Unread data do "
		"not matter. A silent peer is noticed when the kernel gives up on it, which it never "
		"does on an idle connection without keepalive.\n\n"
		"Its proper place is after a non-blocking connect, or when poll has reported an error.",
	.also = "pending socket error, getsockopt check",
	.who =
		"nginx\tngx_http_upstream_check_broken_connection(), once epoll reports an event\n"
		"HAProxy\tafter connect, and when poll reports an error",
	.code =
		"#include <sys/socket.h>\n"
		"\n"
		"/* Takes the error: no other call will see it. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tint err = 0;\n"
		"\tsocklen_t len = sizeof(err);\n"
		"\n"
		"\treturn getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) || err;\n"
		"}\n",
	.traits = POLLED | TAKES_ERROR | NEEDS_ERROR,
	.predict = predict,
	.worst_case = worst_interval,
	.tick = tick,
};
