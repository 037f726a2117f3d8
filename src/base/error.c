// SPDX-License-Identifier: MIT
/* What went wrong, carried up to main. Control characters that a name or an address brought along are made visible here. */
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *e, enum status status, const char *fmt, ...)
{
	va_list ap;

	e->status = status;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	for (char *c = e->text; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	return -1;
}

const char *error_reason(int err)
{
	switch (err) {
	case EMFILE:
		return "too many open files (raise the limit: ulimit -n)";
	case ENFILE:
		return "too many open files in the system (as root: sysctl fs.file-max)";
	case EFBIG:
		return "file too large (raise the limit: ulimit -f)";
	case EAGAIN: /* what waits otherwise is no error: of fork(2) */
		return "no more processes allowed (raise the limit: ulimit -u; in a container: --pids-limit)";
	case ENOBUFS:
	case ENOMEM:
		return "the kernel has no memory left for it (see free, and net.ipv4.tcp_mem)";
	default:
		return strerror(err);
	}
}

bool error_is_shortage(int err)
{
	return err == EMFILE || err == ENFILE || err == ENOBUFS || err == ENOMEM;
}

enum status error_connect_status(int err)
{
	return error_is_shortage(err) ? STATUS_SYSTEM : STATUS_CONNECT;
}
