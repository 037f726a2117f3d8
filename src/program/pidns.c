// SPDX-License-Identifier: MIT
/* By clone(2), since unshare(2) would move the caller's later children too. */
#include "pidns.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "net/namespace.h"

/* The C library's own wants a stack. */
static pid_t clone_here(unsigned long flags)
{
#ifdef __s390__
	return (pid_t)syscall(SYS_clone, 0UL, flags, 0UL, 0UL, 0UL);
#else
	return (pid_t)syscall(SYS_clone, flags, 0UL, 0UL, 0UL, 0UL);
#endif
}

pid_t pidns_fork(struct error *e)
{
	static const struct namespace_kind kind = { "PID", "pid", "PID" };
	pid_t pid = clone_here(CLONE_NEWPID | SIGCHLD);

	if (pid >= 0)
		return pid;
	if (errno == EAGAIN || errno == ENOMEM) /* as of any process */
		return error_set(e, STATUS_SYSTEM, "the program's init: %s", error_reason(errno));
	return namespace_refused(&kind, errno, e);
}
