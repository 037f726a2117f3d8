// SPDX-License-Identifier: MIT
/*
 * POLLHUP and POLLERR. A POLLERR alone must be there at two checks, or have been
 * an error that another took meanwhile, since a timestamp in the error queue (tx-ack on the
 * same connection) sets it for a moment.
 */
#include <poll.h>

#include "ask.h"
#include "predict.h"

#define SECOND_CHECK NS_PER_MS

struct state {
	bool again; /* the first check has seen POLLERR alone */
};

static struct verdict check_poll(struct probe_context *l, bool second)
{
	struct state *s = l->state;
	int got = ask_poll(l->fd, 0);

	if (got < 0)
		return verdict_again("poll", -got);
	if (got & POLLHUP)
		return verdict_dead("poll", got & POLLERR ? "POLLHUP and POLLERR" : "POLLHUP");
	if (s->again && probe_error_taken(l))
		return verdict_dead("poll", "POLLERR");
	if (!(got & POLLERR)) {
		s->again = false;
		return verdict_nothing();
	}
	if (second)
		return verdict_dead("poll", "POLLERR");
	if (!s->again)
		probe_wake_at(l, ns_add(clock_now(), SECOND_CHECK));
	s->again = true;
	return verdict_nothing();
}

static struct verdict event(struct probe_context *l, uint32_t events)
{
	(void)events;
	return check_poll(l, false);
}

static struct verdict tick(struct probe_context *l)
{
	struct state *s = l->state;

	return s->again ? check_poll(l, true) : verdict_nothing();
}

static struct time_range predict(const struct prediction_view *v)
{
	return range_first(v->timeline->end, v->timeline->icmp);
}

const struct probe probe_hup = {
	.name = "hup",
	.call = "poll with no events, for POLLHUP and POLLERR",
	.summary = "waits for POLLHUP or POLLERR",
	.text =
		"poll() with no events requested: the kernel reports POLLHUP and POLLERR in any case. "
		"POLLHUP is set when both directions are shut, POLLERR while the socket holds an error. "
		"An RST and a timeout set both, whatever data are unread. Of this side's own calls "
		"shutdown(SHUT_RDWR) sets POLLHUP; SHUT_WR does so only once the peer's FIN has come, "
		"too.\n\n"
		"A FIN alone never does. A peer that exits in good order shuts one direction; the other "
		"is open until this side writes: the RST that answers leaves EPIPE as the error, and "
		"sets both flags. So the most usual death of all goes unnoticed. Use POLLRDHUP (rdhup), "
		"or read.\n\n"
		"It takes nothing, costs nothing while nothing happens, and leaves the error to be read "
		"later. Once something else has read the error, POLLERR is gone and POLLHUP stays. An "
		"ICMP error (icmp) sets POLLERR alone. It never notices a silent peer by itself, but is "
		"woken when the kernel gives up on it.",
	.also = "hang-up check, EPOLLHUP",
	.who =
		"Varnish\tVTCP_check_hup(), for POLLHUP",
	.code =
		"#include <poll.h>\n"
		"\n"
		"/* Not after a FIN: that is POLLRDHUP. */\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tstruct pollfd p = { .fd = fd };\n"
		"\n"
		"\treturn poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR));\n"
		"}\n",
	.traits = 0,
	.predict = predict,
	.state_size = sizeof(struct state),
	.worst_case = worst_at_once,
	.event = event,
	.tick = tick,
};
