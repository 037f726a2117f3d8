// SPDX-License-Identifier: MIT
/* Binds a child process to its parent. */
#include "process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

void process_bind(pid_t parent, const char *name)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it died before the line above */
		_exit(1);
	prctl(PR_SET_NAME, name);
}

void process_ignore_signals(void)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE };

	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		signal(ignored[i], SIG_IGN);
}
