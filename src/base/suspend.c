// SPDX-License-Identifier: MIT
/* Ctrl-Z. The stop is the kernel's own, so the shell sees what it sees of any program. */
#include "suspend.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

void suspend(void)
{
	const struct timespec now = { 0, 0 };
	sigset_t stop, go_on, was;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	sigemptyset(&go_on);
	sigaddset(&go_on, SIGCONT);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, &was);
	sigprocmask(SIG_SETMASK, &was, NULL);
	sigtimedwait(&go_on, NULL, &now);
}

bool was_continued(void)
{
	sigset_t pending;

	return !sigpending(&pending) && sigismember(&pending, SIGCONT) == 1;
}
