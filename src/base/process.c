// SPDX-License-Identifier: MIT
/* A child process and its parent. The one that measures must never wait for a child that is stopped, so every wait has a bound. */
#include "process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

#define GLANCE_MS 20   /* how often one that does not answer is looked after */
#define CLOSED_MS 1000 /* how long one may take to end that has closed its socket */

static const struct timespec one_ms = { 0, NS_PER_MS };

void process_bind(pid_t parent, const char *name)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it died before the line above */
		_exit(1);
	prctl(PR_SET_NAME, name);
}

static void close_between(unsigned int from, unsigned int to)
{
	if (from > to || syscall(SYS_close_range, from, to, 0) == 0)
		return;
	if (to == ~0U)
		to = (unsigned int)sysconf(_SC_OPEN_MAX);
	for (unsigned int fd = from; fd <= to; fd++)
		close((int)fd);
}

static int compare_fds(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void process_keep_only(int *fds, size_t count)
{
	unsigned int next = 0;

	qsort(fds, count, sizeof(*fds), compare_fds);
	for (size_t i = 0; i < count; i++) {
		if (fds[i] < 0)
			continue;
		if (fds[i] > 0)
			close_between(next, (unsigned int)fds[i] - 1);
		next = (unsigned int)fds[i] + 1;
	}
	close_between(next, ~0U);
}

void process_ignore_signals(void)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGPIPE };

	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		signal(ignored[i], SIG_IGN);
}

int process_pending_end(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	sigset_t pending;

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (!sigpending(&pending) && sigismember(&pending, signals[i]) == 1)
			return signals[i];
	return 0;
}

/* A stopped process ends nothing, and is found out again only after it went on. */
int process_check(pid_t *pid, const char *what, struct error *e)
{
	int status = 0;
	pid_t changed = *pid > 0 ? waitpid(*pid, &status, WNOHANG | WUNTRACED) : 0;

	if (!changed)
		return 0;
	if (changed > 0 && WIFSTOPPED(status))
		return error_set(e, STATUS_SYSTEM, "%s: stopped by signal %d", what, WSTOPSIG(status));
	*pid = 0;
	if (changed > 0 && WIFSIGNALED(status))
		return error_set(e, STATUS_SYSTEM, "%s: killed by signal %d", what, WTERMSIG(status));
	if (WEXITSTATUS(status))
		return error_set(e, STATUS_SYSTEM, "%s: exit status %d", what, WEXITSTATUS(status));
	error_set(e, STATUS_SYSTEM, "%s: it has ended", what);
	return 1;
}

static bool has_message(int socket)
{
	char c;

	return recv(socket, &c, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

/* The last that it sent counts. A socket that it closed comes shortly before its status. */
int process_await(pid_t *pid, int socket, const char *what, struct error *e)
{
	struct pollfd p = { .fd = socket, .events = POLLIN };
	int rc = 0;

	for (int closed = 0;;) {
		int n = poll(&p, 1, rc ? 0 : GLANCE_MS);

		if (n > 0 && has_message(socket))
			return 0;
		if (rc)
			return rc;
		if (n < 0 && errno != EINTR)
			return error_set(e, STATUS_SYSTEM, "%s: %s", what, error_reason(errno));
		if (n > 0 && closed++ == CLOSED_MS)
			return error_set(e, STATUS_SYSTEM, "%s: it has ended", what);
		if (n > 0)
			nanosleep(&one_ms, NULL);
		rc = process_check(pid, what, e);
	}
}

int process_end(pid_t pid, nsec limit, bool *killed)
{
	const nsec end = clock_now() + limit;
	int status = 0;
	pid_t done;

	*killed = false;
	while ((done = waitpid(pid, &status, *killed ? 0 : WNOHANG)) != pid) {
		if (done < 0 && errno != EINTR)
			return 0;
		if (!*killed && clock_now() > end)
			*killed = !kill(pid, SIGKILL);
		else if (!*killed)
			nanosleep(&one_ms, NULL);
	}
	return status;
}
