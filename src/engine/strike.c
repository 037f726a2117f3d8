// SPDX-License-Identifier: MIT
/*
 * Faults that this side carries out. With a command the time counts from just before the
 * shell is started, since it may act at once.
 */
#include "strike.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/words.h"
#include "faults/fault.h"

extern char **environ;

int strike_allowed(const struct plan *p, struct error *e)
{
	int fd, rc;

	if (!p->fault.chosen || !p->fault.chosen->fault->socket)
		return 0;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return error_set(e, STATUS_SYSTEM, "socket: %s", error_reason(errno));
	rc = p->fault.chosen->fault->socket(fd, p->fault.chosen->params, e);
	close(fd);
	return rc;
}

/* One fault for all of them. */
static void tell_struck(struct watch *watches, size_t n, const char *fault, nsec at, enum truth truth)
{
	watch_struck(watches, fault, at, truth);
	for (size_t i = 1; i < n; i++)
		watch_struck_too(&watches[i], at, truth);
}

static int strike_sockets(struct watch *watches, size_t n, struct error *e)
{
	const struct chosen_fault *f = watches->run->plan->fault.chosen;
	nsec at = clock_now();

	for (struct watch *w = watches; w < watches + n; w++)
		for (size_t i = 0; i < w->nconns; i++)
			if (w->conns[i].established && f->fault->socket(w->conns[i].socket.fd, f->params, e))
				return -1;
	tell_struck(watches, n, f->fault->name, at, f->fault->dead ? TRUTH_DEAD : TRUTH_ALIVE);
	return 0;
}

/* The command's output goes to standard error: standard output is for results. held is inherited, if there is one. */
static int spawn_shell(pid_t *pid, const char *command, int held)
{
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)command, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, defaults;
	int rc;

	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	sigaddset(&defaults, SIGXFSZ);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
	if (held >= 0)
		posix_spawn_file_actions_adddup2(&actions, held, held);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	rc = posix_spawn(pid, "/bin/sh", &actions, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return rc;
}

/* The pipe has no writer any more. */
static void command_over(struct handler *h, uint32_t events, nsec woken)
{
	struct watch *first = container_of(h, struct watch, command.over);

	(void)events;
	loop_remove(&first->run->loop, h);
	close(h->fd);
	h->fd = -1;
	for (size_t i = 0; i < first->command.watches; i++)
		watch_command_over(&first[i], woken);
}

/* The writing end for the command, or -1: then nobody learns when it is over. */
static int open_pipe(struct watch *first, size_t n)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	first->command = (struct watch_command){ .over = { ends[0], command_over }, .watches = n };
	if (!loop_add(&first->run->loop, &first->command.over, EPOLLIN))
		return ends[1];
	first->command.over.fd = -1;
	close(ends[0]);
	close(ends[1]);
	return -1;
}

static int strike_command(struct watch *watches, size_t n, struct error *e)
{
	const char *command = watches->run->plan->fault.command;
	struct commands *running = &watches->run->commands;
	pid_t *pid = list_add(&running->pids, &running->count, sizeof(*pid), e);
	int held = open_pipe(watches, n), rc;
	nsec at = clock_now();

	rc = pid ? spawn_shell(pid, command, held) : 0;
	if (held >= 0)
		close(held);
	if (!pid)
		return -1;
	if (rc) {
		running->count--;
		return error_set(e, STATUS_SYSTEM, "--fault-exec '%s': /bin/sh: %s", command, error_reason(rc));
	}
	tell_struck(watches, n, "exec", at, TRUTH_UNKNOWN);
	return 0;
}

static bool hits_sockets(const struct plan *p)
{
	return !p->fault.command && p->fault.chosen && p->fault.chosen->fault->socket;
}

int strike_all(struct watch *watches, size_t n, struct error *e)
{
	if (hits_sockets(watches->run->plan))
		return strike_sockets(watches, n, e);
	return strike_command(watches, n, e);
}

static int strike_one(struct watch *w, struct error *e)
{
	return strike_all(w, 1, e);
}

void strike_expect(struct watch *w)
{
	w->truth_comes = hits_sockets(w->run->plan);
	w->strikes = w->truth_comes || w->run->plan->fault.command;
}

void strike_prepare(struct watch *w)
{
	strike_expect(w);
	if (w->strikes)
		w->hooks.strike = strike_one;
}

/* A command that failed may have killed all the same: the run goes on, and only
 * if nothing died is it the command's fault. */
static void command_ended(struct run *r, int status)
{
	struct event *e;

	if (status == 0)
		return;
	e = feed_event(&r->feed, EVENT_NOTE, clock_now());
	if (WIFSIGNALED(status))
		snprintf(e->note, sizeof(e->note), "the --fault-exec command was killed by signal %d", WTERMSIG(status));
	else
		snprintf(e->note, sizeof(e->note), "the --fault-exec command failed: exit status %d", WEXITSTATUS(status));
	error_set(&r->end.command, STATUS_SYSTEM, "--fault-exec '%s': %s", r->plan->fault.command, strstr(e->note, "command") + 8);
}

/* Only the commands: who became this program with exec may have left it children. */
void strike_child_ended(struct run *r)
{
	struct commands *running = &r->commands;
	int status;

	for (size_t i = 0; i < running->count;) {
		pid_t pid = waitpid(running->pids[i], &status, WNOHANG);

		if (pid > 0)
			command_ended(r, status);
		if (pid)
			running->pids[i] = running->pids[--running->count];
		else
			i++;
	}
}
