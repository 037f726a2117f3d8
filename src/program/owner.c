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

/* Does that process hold it? 1, with its number in *fd; 0; -errno where nobody may look. */
static int look_into(pid_t pid, const char *socket, int *fd)
{
	char path[64], target[64];
	struct dirent *d;
	DIR *fds;
	int rc = 0;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	fds = opendir(path);
	if (!fds)
		return errno == ENOENT || errno == ESRCH ? 0 : -errno;
	while (!rc && (d = readdir(fds))) {
		ssize_t len = readlinkat(dirfd(fds), d->d_name, target, sizeof(target));

		rc = len == (ssize_t)strlen(socket) && !memcmp(target, socket, (size_t)len);
		if (rc)
			*fd = atoi(d->d_name);
	}
	closedir(fds);
	return rc;
}

/* 1, with its pid and descriptor in *o; 0; or -errno, with the pid of one into which nobody may look. */
static int find_once(const pid_t *list, size_t count, const char *socket, struct owner *o)
{
	int rc = 0;

	for (size_t i = 0; i < count; i++) {
		int one = look_into(list[i], socket, &o->fd);

		if (one)
			o->pid = list[i];
		if (one > 0)
			return 1;
		rc = one ? one : rc;
	}
	return rc;
}

static int find(pid_t init, uint32_t inode, struct owner *o)
{
	static pid_t list[PROCESSES];
	char socket[32];
	int rc = 0;

	snprintf(socket, sizeof(socket), "socket:[%u]", inode);
	for (int i = 0; i < TRIES && !rc; i++) {
		ssize_t count = processes_list(init, list, PROCESSES);

		rc = count < 0 ? (int)count : find_once(list, (size_t)count, socket, o);
	}
	return rc;
}

int owner_find(pid_t init, uint32_t inode, struct owner *o, struct error *e)
{
	int rc;

	*o = (struct owner){ .fd = -1 };
	rc = find(init, inode, o);
	if (o->pid)
		read_command(o->pid, o->command, sizeof(o->command));
	if (rc > 0)
		return 0;
	if (rc == 0)
		return error_set(e, STATUS_SYSTEM, "socket %u: no process of the program holds it", inode);
	if (o->pid)
		return error_set(e, STATUS_SYSTEM, "not permitted: the descriptors of '%s': %s", o->command, error_reason(-rc));
	if (rc == -ENOENT && !access("/proc/self/task", F_OK))
		return error_set(e, STATUS_SYSTEM, "'/proc': the program's processes are not there (gone, hidden by hidepid, or no CONFIG_PROC_CHILDREN)");
	return error_set(e, STATUS_SYSTEM, "'/proc': %s", error_reason(-rc));
}

static int explain_copy(const struct owner *o, int why, struct error *e)
{
	if (why == ENOSYS)
		return error_set(e, STATUS_SYSTEM, "not permitted: this kernel has no pidfd_getfd(2) (it needs Linux 5.6)");
	if (why != EPERM)
		return error_set(e, STATUS_SYSTEM, "descriptor %d of '%s': %s", o->fd, o->command, error_reason(why));
	if (privilege_switch_is(YAMA, '3'))
		return error_set(e, STATUS_SYSTEM, "not permitted: kernel.yama.ptrace_scope is 3, which only a reboot changes");
	if (!privilege_has(CAP_SYS_PTRACE))
		return error_set(e, STATUS_SYSTEM, "not permitted: CAP_SYS_PTRACE is needed for the descriptors of '%s'", o->command);
	return error_set(e, STATUS_SYSTEM, "not permitted: pidfd_getfd(2) is forbidden by %s",
			 privilege_is_filtered() ? "a seccomp filter, as in a container (loosen the filter)" : "a security module (allow it there)");
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
