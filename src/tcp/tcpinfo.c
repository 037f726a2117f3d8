// SPDX-License-Identifier: MIT
/* TCP_INFO: harmless to the connection, which is why the monitor uses it. */
#include "tcpinfo.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

int tcpinfo_read(int fd, struct tcp_info *ti)
{
	socklen_t len = sizeof(*ti);

	memset(ti, 0, sizeof(*ti));
	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, ti, &len) ? -errno : (int)len;
}
