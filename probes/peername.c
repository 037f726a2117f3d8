// SPDX-License-Identifier: MIT
/* getpeername each interval: is there still a peer by name? */
#include <errno.h>
#include <sys/socket.h>

#include "ask.h"
#include "predict.h"

static struct verdict tick(struct probe_context *l)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);

	if (getpeername(l->fd, (struct sockaddr *)&peer, &len))
		return errno == ENOTCONN ? verdict_dead_errno("getpeername", errno) : verdict_again("getpeername", errno);
	return verdict_nothing();
}

static struct time_range predict(const struct prediction_view *v)
{
	return predict_polled(v, v->timeline->end);
}

const struct probe probe_peername = {
	.name = "peername",
	.call = "getpeername fails with ENOTCONN",
	.summary = "asks for the peer's address, which a closed socket no longer has",
	.text =
		"Each interval, getpeername(). While the socket is connected, or half closed, it "
		"returns the peer's address; once the state is CLOSE it fails with ENOTCONN. That is "
		"so after an RST, and after the kernel's own timers have expired.\n\n"
		"After a FIN the state is CLOSE_WAIT, and the call still succeeds: a peer that exits "
		"in good order is not noticed until this side writes and gets the RST. Nor is a "
		"silent one.\n\n"
		"It disturbs nothing: no data, no error, no segment. Libraries call it to tell a "
		"connected socket from one that never was connected, which is what it is good for.",
	.also = "ENOTCONN check",
	.code =
		"#include <sys/socket.h>\n"
		"\n"
		"/* Not after a FIN: in CLOSE_WAIT the call still succeeds. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tstruct sockaddr_storage peer;\n"
		"\tsocklen_t len = sizeof(peer);\n"
		"\n"
		"\treturn getpeername(fd, (struct sockaddr *)&peer, &len) < 0;\n"
		"}\n",
	.traits = POLLED,
	.predict = predict,
	.worst_case = worst_interval,
	.tick = tick,
};
