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

#define POLL_TRIES 3

short ask_poll(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n;

	for (int tries = 0; (n = poll(&p, 1, 0)) < 0 && tries < POLL_TRIES; tries++)
		; /* what it was to see does not wake anybody again */
	return n > 0 ? p.revents : 0;
}

int ask_queued(int fd)
{
	int bytes = 0;

	return ioctl(fd, SIOCOUTQ, &bytes) ? -errno : bytes;
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
