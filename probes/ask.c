// SPDX-License-Identifier: MIT
/* Calls that disturb nothing. */
#include "ask.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "tcp/tcpinfo.h"

int ask_poll(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	return poll(&p, 1, 0) < 0 ? -errno : p.revents;
}

int ask_queued(int fd)
{
	int bytes = 0;

	return ioctl(fd, SIOCOUTQ, &bytes) ? -errno : bytes;
}

static bool is_set(int fd, int name)
{
	int value[2] = { 0 };
	socklen_t len = sizeof(value);

	return !getsockopt(fd, SOL_SOCKET, name, value, &len) && value[0];
}

bool ask_error_queue(int fd)
{
	return is_set(fd, SO_TIMESTAMPING) || is_set(fd, SO_ZEROCOPY);
}

const char *ask_state_name(unsigned state)
{
	static const char *const names[] = {
		[STATE_ESTABLISHED] = "ESTABLISHED",
		[STATE_SYN_SENT] = "SYN_SENT",
		[STATE_SYN_RECV] = "SYN_RECV",
		[STATE_FIN_WAIT1] = "FIN_WAIT1",
		[STATE_FIN_WAIT2] = "FIN_WAIT2",
		[STATE_TIME_WAIT] = "TIME_WAIT",
		[STATE_CLOSE] = "CLOSE",
		[STATE_CLOSE_WAIT] = "CLOSE_WAIT",
		[STATE_LAST_ACK] = "LAST_ACK",
		[STATE_LISTEN] = "LISTEN",
		[STATE_CLOSING] = "CLOSING",
	};

	if (state < sizeof(names) / sizeof(*names) && names[state])
		return names[state];
	return "an unknown state";
}

nsec worst_interval(const void *params, nsec interval, const struct tcp_path *path)
{
	(void)params;
	(void)path;
	return interval;
}

nsec worst_at_once(const void *params, nsec interval, const struct tcp_path *path)
{
	(void)params;
	(void)interval;
	(void)path;
	return 0;
}
