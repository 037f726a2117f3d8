// SPDX-License-Identifier: MIT
/* Finds the process that holds a socket, and takes a copy of its descriptor. Most of it is telling what forbids that. */
#include "owner.h"

#include <dirent.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/privilege.h"
#include "base/utf8.h"
#include "processes.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

#define PROCESSES 8192
#define TRIES 3 /* one that was being forked or reparented is there the next time */
#define YAMA "/proc/sys/kernel/yama/ptrace_scope"

static void read_command(pid_t pid, char *to, size_t room)
{
	char path[64], line[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	file = fopen(path, "re");
	if (file && fgets(line, sizeof(line), file))
		line[strcspn(line, "\n")] = '\0';
	if (file)
		fclose(file);
	utf8_visible(to, room, line, true);
}

/* What is looked for: an owner for each inode. */
struct search {
	const uint32_t *inodes;
	struct owner *owners; /* pid 0: not found yet */
	size_t count, found;
	int err;              /* the errno of a process into which nobody may look ... */
	struct owner closed;  /* ... and which it is */
};

/* That process holds the socket to which a link of its descriptors leads. */
static void add_found(struct search *s, pid_t pid, int fd, const char *link)
{
	static const char socket[] = "socket:[";
	uint32_t inode;

	if (strncmp(link, socket, sizeof(socket) - 1))
		return;
	inode = (uint32_t)strtoul(link + sizeof(socket) - 1, NULL, 10);
	for (size_t i = 0; i < s->count; i++)
		if (s->inodes[i] == inode && !s->owners[i].pid) {
			s->owners[i].pid = pid;
			s->owners[i].fd = fd;
			s->found++;
		}
}

static void note_closed(struct search *s, pid_t pid)
{
	if (errno == ENOENT || errno == ESRCH)
		return; /* it has ended meanwhile */
	s->err = errno;
	s->closed.pid = pid;
}

/* Where capabilities open the directory, its links may still not be read. */
static void look_into(struct search *s, pid_t pid)
{
	char path[64], target[64];
	struct dirent *d;
	DIR *fds;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	fds = opendir(path);
	if (!fds)
		note_closed(s, pid);
	while (fds && s->found < s->count && (d = readdir(fds))) {
		ssize_t len = readlinkat(dirfd(fds), d->d_name, target, sizeof(target) - 1);

		target[len > 0 ? len : 0] = '\0';
		if (len >= 0)
			add_found(s, pid, atoi(d->d_name), target);
		else if (*d->d_name != '.')
			note_closed(s, pid);
	}
	if (fds)
		closedir(fds);
}

/* 0 or -errno, of the processes; what could not be looked into is in *s. */
static int find_all(struct search *s, pid_t init)
{
	static pid_t list[PROCESSES];
	ssize_t count = 0;

	for (int i = 0; i < TRIES && s->found < s->count; i++) {
		s->err = 0;
		count = processes_list(init, list, PROCESSES);
		if (count < 0)
			return (int)count;
		for (ssize_t k = 0; k < count; k++)
			look_into(s, list[k]);
	}
	for (size_t i = 0; i < s->count; i++)
		if (s->owners[i].pid)
			read_command(s->owners[i].pid, s->owners[i].command, sizeof(s->owners[i].command));
	return 0;
}

static int explain_processes(int why, struct error *e)
{
	if (why == ENOENT && !access("/proc/self/task", F_OK))
		return error_set(e, STATUS_SYSTEM, "'/proc': the program's processes are not there (gone, hidden by hidepid, or no CONFIG_PROC_CHILDREN)");
	return error_set(e, STATUS_SYSTEM, "'/proc': %s", error_reason(why));
}

int owner_find_all(pid_t init, const uint32_t *inodes, struct owner *owners, size_t count, struct error *e)
{
	struct search s = { .inodes = inodes, .owners = owners, .count = count };
	int rc;

	for (size_t i = 0; i < count; i++)
		owners[i] = (struct owner){ .fd = -1 };
	rc = find_all(&s, init);
	if (rc)
		return explain_processes(-rc, e);
	if (s.found == count || !s.err)
		return 0;
	read_command(s.closed.pid, s.closed.command, sizeof(s.closed.command));
	return error_set(e, STATUS_SYSTEM, "not permitted: the descriptors of '%s': %s", s.closed.command, error_reason(s.err));
}

int owner_find(pid_t init, uint32_t inode, struct owner *o, struct error *e)
{
	if (owner_find_all(init, &inode, o, 1, e))
		return -1;
	return o->pid ? 0 : error_set(e, STATUS_SYSTEM, "socket %u: no process of the program holds it", inode);
}

static int explain_copy(const struct owner *o, int why, struct error *e)
{
	if (why == ENOSYS)
		return error_set(e, STATUS_SYSTEM, "not permitted: this kernel has no pidfd_getfd(2) (it needs Linux 5.6)");
	if (why != EPERM)
		return error_set(e, STATUS_SYSTEM, "descriptor %d of '%s': %s", o->fd, o->command, error_reason(why));
	if (privilege_switch_is(YAMA, '3'))
		return error_set(e, STATUS_SYSTEM, "not permitted: '%s': kernel.yama.ptrace_scope is 3, which only a reboot changes",
				 o->command);
	if (!privilege_has(CAP_SYS_PTRACE))
		return error_set(e, STATUS_SYSTEM, "not permitted: CAP_SYS_PTRACE is needed for the descriptors of '%s'", o->command);
	return error_set(e, STATUS_SYSTEM, "not permitted: %s forbids pidfd_getfd(2) on '%s' (%s)",
			 privilege_is_filtered() ? "a seccomp filter, as in a container," : "a security module", o->command,
			 privilege_is_filtered() ? "loosen it" : "allow it there");
}

int owner_copy(const struct owner *o, struct error *e)
{
	int pidfd = (int)syscall(SYS_pidfd_open, o->pid, 0), fd, why;

	fd = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, o->fd, 0);
	why = errno;
	if (pidfd >= 0)
		close(pidfd);
	return fd < 0 ? explain_copy(o, why, e) : fd;
}
