// SPDX-License-Identifier: MIT
/* POLLRDHUP: the peer's FIN, seen through whatever is unread. */
#include <poll.h>

#include "ask.h"
#include "predict.h"

static struct verdict event(struct probe_context *l, uint32_t events)
{
	int got = ask_poll(l->fd, POLLRDHUP);

	(void)events;
	if (got < 0)
		return verdict_again("poll", -got);
	if (!(got & POLLRDHUP))
		return verdict_nothing();
	return verdict_dead("poll", got & POLLHUP ? "POLLRDHUP and POLLHUP" : "POLLRDHUP");
}

const struct probe probe_rdhup = {
	.name = "rdhup",
	.call = "poll for POLLRDHUP",
	.summary = "waits for POLLRDHUP: the peer will send no more",
	.text =
		"poll() for POLLRDHUP, which Linux sets as soon as the receiving direction is shut: by "
		"a FIN, an RST or a timeout, or by this side's own shutdown(SHUT_RD). Unlike peek and "
		"FIONREAD, it sees the end behind unread data.\n\n"
		"It takes neither data nor error and costs nothing while nothing happens: of the checks "
		"that only listen, it has the fewest gaps. It comes from Linux; FreeBSD has adopted it, "
		"most others have not.\n\n"
		"A half-close is not a death: a client that sent its request and shut down its sending "
		"half still waits for the answer, and looks the same here as one that is gone. And a "
		"silent peer sends no FIN.",
	.also = "EPOLLRDHUP, read hang-up, half-close detection",
	.who =
		"PostgreSQL since 14\tpq_check_connection(), client_connection_check_interval\n"
		"nginx\tngx_http_upstream_check_broken_connection(): status 499",
	.code =
		"#define _GNU_SOURCE\n"
		"#include <poll.h>\n"
		"\n"
		"/* Also when the peer only shut down its sending half. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tstruct pollfd p = { .fd = fd, .events = POLLRDHUP };\n"
		"\n"
		"\treturn poll(&p, 1, 0) > 0 && (p.revents & POLLRDHUP);\n"
		"}\n",
	.traits = 0,
	.predict = predict_gone,
	.worst_case = worst_at_once,
	.event = event,
};
