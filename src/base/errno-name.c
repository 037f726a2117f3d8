// SPDX-License-Identifier: MIT
/* Names of errno values. A list of our own, because strerrorname_np is glibc's alone. */
#include "errno-name.h"

#include <errno.h>
#include <stdio.h>

#define E(name) { name, #name }

static const struct {
	int err;
	const char *name;
} names[] = {
	E(ECONNRESET), E(ETIMEDOUT), E(EPIPE), E(EHOSTUNREACH), E(ENETUNREACH), E(ECONNREFUSED),
	E(ECONNABORTED), E(EACCES), E(EPERM), E(EPROTO), E(ENOPROTOOPT), E(EHOSTDOWN), E(ENONET),
	E(ENETDOWN), E(ENOTCONN), E(EAGAIN), E(EINTR), E(EMSGSIZE), E(ENOBUFS), E(ENOMEM), E(EINVAL),
	E(EBADF), E(EIO), E(EMFILE), E(ENFILE), E(EADDRINUSE), E(EADDRNOTAVAIL), E(ECANCELED),
	E(ENETRESET), E(ESHUTDOWN), E(EOPNOTSUPP), E(ENOSYS), E(EFAULT), E(EISCONN), E(EALREADY),
};

const char *errno_name(int err)
{
	static char other[16];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i].err == err)
			return names[i].name;
	snprintf(other, sizeof(other), "errno %d", err);
	return other;
}
