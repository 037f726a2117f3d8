// SPDX-License-Identifier: MIT
/* Reads TCP_INFO, which takes no error and no data and sends nothing. */
#include "tcpinfo.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

static int failure;

int tcpinfo_read(int fd, struct tcp_info *ti)
{
	socklen_t len = sizeof(*ti);

	memset(ti, 0, sizeof(*ti));
	if (!getsockopt(fd, IPPROTO_TCP, TCP_INFO, ti, &len))
		return (int)len;
	failure = failure ? failure : errno;
	return -errno;
}

int tcpinfo_failure(void)
{
	return failure;
}

int tcpinfo_read_least(int fd, struct tcp_info *ti, size_t least)
{
	int len = tcpinfo_read(fd, ti);

	if (len < 0)
		return len;
	return (size_t)len < least ? -ENODATA : 0;
}
