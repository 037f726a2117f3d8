// SPDX-License-Identifier: MIT
/* Names of signals. A list of our own, because sigabbrev_np is glibc's alone. */
#include "signal-name.h"

#include <signal.h>
#include <stdio.h>

#define S(name) { name, #name }

static const struct {
	int signo;
	const char *name;
} names[] = {
	S(SIGHUP), S(SIGINT), S(SIGQUIT), S(SIGILL), S(SIGTRAP), S(SIGABRT), S(SIGBUS), S(SIGFPE), S(SIGKILL),
	S(SIGUSR1), S(SIGSEGV), S(SIGUSR2), S(SIGPIPE), S(SIGALRM), S(SIGTERM), S(SIGXCPU), S(SIGXFSZ), S(SIGVTALRM),
	S(SIGPROF), S(SIGIO), S(SIGPWR), S(SIGSYS),
};

const char *signal_name(int signo)
{
	static char other[24];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i].signo == signo)
			return names[i].name;
	snprintf(other, sizeof(other), "signal %d", signo);
	return other;
}
