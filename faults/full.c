// SPDX-License-Identifier: MIT
/* Filling a connection. Both buffers are made small first, as the kernel lets them grow to megabytes. */
#include "full.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define SEND_BUFFER 4 /* times the peer's: what waits here when it is full, the peer can never take */
#define FILL_MOST 64  /* times the buffer: the kernel doubles both, and counts its own overhead */

static int set(int fd, int name, int64_t bytes)
{
	int size = (int)bytes;

	return setsockopt(fd, SOL_SOCKET, name, &size, sizeof(size)) ? -errno : 0;
}

int full_setup(int fd, const void *params)
{
	const struct full *q = params;

	return set(fd, SO_RCVBUF, q->buffer);
}

/* A send fails where nothing more fits, or where the connection is gone: both will do. */
int full_fill(int fd, const void *params, struct error *e)
{
	const struct full *q = params;
	static const char data[1024];
	ssize_t n = 0;
	int rc = set(fd, SO_SNDBUF, SEND_BUFFER * q->buffer);

	if (rc)
		return error_set(e, STATUS_SYSTEM, "SO_SNDBUF: %s", strerror(-rc));
	for (int64_t sent = 0; n >= 0 && sent < FILL_MOST * q->buffer; sent += n)
		n = send(fd, data, sizeof(data), MSG_DONTWAIT | MSG_NOSIGNAL);
	return 0;
}
