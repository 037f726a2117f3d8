// SPDX-License-Identifier: MIT
/* From a fork of the init to the shell: nothing of the lab may be left in the process, and nothing that the caller gave may be missing. */
#include "shell.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"

#define SHELL "/bin/sh"

/* The lab raises its limit later. */
static struct rlimit callers_descriptors;

static void __attribute__((constructor)) keep_limit(void)
{
	getrlimit(RLIMIT_NOFILE, &callers_descriptors);
}

static void reset_signals(void)
{
	sigset_t none;

	for (int signo = 1; signo <= SIGRTMAX; signo++)
		signal(signo, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* What is refused is done without: it then sees the caller's /proc. */
static void take_mounts(const struct directory *directory)
{
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return;
	mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	directory_open_up(directory);
}

static int connect_standard(int output)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null < 0)
		return -1;
	return dup2(null, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0 ? -1 : 0;
}

static void __attribute__((noreturn)) become_shell(const struct init_plan *p, int output, int report)
{
	struct error e;
	ssize_t n;

	setsid();
	take_mounts(p->directory);
	command_set_environment(p->setup, p->directory->path);
	setrlimit(RLIMIT_NOFILE, &callers_descriptors);
	reset_signals();
	if (!connect_standard(output))
		execl(SHELL, "sh", "-c", p->command, (char *)NULL);
	error_set(&e, STATUS_SYSTEM, "'" SHELL "': %s", error_reason(errno));
	n = write(report, &e, sizeof(e));
	(void)n;
	_exit(127);
}

/* The pipe's end is that of exec(2), which closes it. */
static int await_exec(int report, pid_t pid, struct error *e)
{
	ssize_t n;

	do
		n = read(report, e, sizeof(*e));
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(*e))
		return 0;
	waitpid(pid, NULL, 0);
	return -1;
}

pid_t shell_start(const struct init_plan *p, int output, struct error *e)
{
	int report[2];
	pid_t pid;

	if (pipe2(report, O_CLOEXEC))
		return error_set(e, STATUS_SYSTEM, "'" SHELL "': %s", error_reason(errno));
	pid = fork();
	if (pid == 0)
		become_shell(p, output, report[1]);
	if (pid < 0)
		error_set(e, STATUS_SYSTEM, "'" SHELL "': %s", error_reason(errno));
	close(report[1]);
	if (pid > 0 && await_exec(report[0], pid, e))
		pid = -1;
	close(report[0]);
	return pid;
}
