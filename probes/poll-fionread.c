// SPDX-License-Identifier: MIT
/*
 * Readable, and nothing to read. While unread data hides an end, it checks
 * again each interval, as data may be read by then; and it asks twice, since a receive
 * that the kernel does for uring can take the data between poll and FIONREAD.
 */
#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

#include "ask.h"
#include "predict.h"

/* The bytes that poll woke us for, or -errno; -EAGAIN if the socket is not readable. */
static int readable(int fd)
{
	int unread = 0, got = ask_poll(fd, POLLIN);

	if (got < 0)
		return got;
	if (!(got & POLLIN))
		return -EAGAIN;
	return ioctl(fd, FIONREAD, &unread) ? -errno : unread;
}

static struct verdict check_readable(struct probe_context *l, bool ended)
{
	int unread = readable(l->fd);

	if (unread == 0)
		unread = readable(l->fd);
	if (unread == 0)
		return verdict_dead("ioctl(FIONREAD)", "readable with 0 bytes");
	if (unread < 0 && unread != -EAGAIN)
		return verdict_again("poll and ioctl(FIONREAD)", -unread);
	if (ended && unread > 0)
		probe_wake_at(l, ns_add(clock_now(), l->interval));
	return verdict_nothing();
}

static struct verdict event(struct probe_context *l, uint32_t events)
{
	return check_readable(l, events & (EPOLLRDHUP | EPOLLHUP));
}

static struct verdict tick(struct probe_context *l)
{
	return check_readable(l, true);
}

static struct time_range predict(const struct prediction_view *v)
{
	struct time_range s = predict_visible(v);

	return predict_unread(v).from < s.by ? predict_polled(v, s) : s;
}

const struct probe probe_poll_fionread = {
	.name = "poll-fionread",
	.call = "poll for POLLIN, then FIONREAD is 0",
	.summary = "readable although there are 0 bytes to read",
	.text =
		"When the socket wakes, poll() checks for POLLIN and ioctl(FIONREAD) returns the number "
		"of bytes. Readable with 0 bytes is EOF or an error: a read would return something, and "
		"it is not data, unless another reader took them between the two calls. Data behind an "
		"urgent byte (oob) are the exception: they are readable, and FIONREAD does not count "
		"them.\n\n"
		"It takes neither data nor error, and it notices at once. Unread data blind it: with "
		"one byte in front of the FIN, or of the RST, there is 1 byte to read and the "
		"connection passes for alive until somebody reads it. On a datagram socket, readable "
		"with 0 bytes is an empty datagram; on a listening one, FIONREAD fails with EINVAL.\n\n"
		"It cannot tell a half-close from a close, nor an EOF from an error, and never notices "
		"a silent peer.\n\n"
		"poll alone is not enough: a readable socket has data, or has ended, and an idle "
		"connection on which the peer sent a byte is not closed.",
	.also = 
		"readable with nothing to read, Poll(SelectRead) and Available == 0 (.NET)",
	.who =
		"MySQL\tvio_is_connected(): clients before they reconnect, servers during SLEEP() and GET_LOCK()\n"
		"SSH.NET\tSession.IsSocketConnected, until 2025\n"
		"curl since 8.0\tpoll alone: what is readable while idle is not used again\n"
		"urllib3\tis_connection_dropped(): poll alone, readable is taken for closed\n"
		"httpcore\tis_socket_readable(): poll alone, likewise",
	.code =
		"#include <poll.h>\n"
		"#include <sys/ioctl.h>\n"
		"\n"
		"int peer_is_dead(int fd)\n"
		"{\n"
		"\tstruct pollfd p = { .fd = fd, .events = POLLIN };\n"
		"\tint unread = 0;\n"
		"\n"
		"\tif (poll(&p, 1, 0) <= 0 || !(p.revents & POLLIN))\n"
		"\t\treturn 0;\n"
		"\treturn ioctl(fd, FIONREAD, &unread) || unread == 0;\n"
		"}\n",
	.traits = 0,
	.predict = predict,
	.worst_case = worst_at_once,
	.event = event,
	.tick = tick,
};
