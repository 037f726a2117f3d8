// SPDX-License-Identifier: MIT
/* Finds the process that holds a socket, and takes a copy of its descriptor. Most of it is telling what forbids that. */
#include "owner.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/privilege.h"
#include "descriptors.h"
#include "net/userns.h"
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

/* What is looked for: an owner for each inode. */
struct search {
	const uint32_t *inodes;
	struct owner *owners; /* pid 0: not found yet */
	size_t count, found;
	int err;              /* the errno of a process into which nobody may look ... */
	struct owner closed;  /* ... and which it is */
};

struct look {
	struct search *search;
	pid_t pid;
};

/* That process holds that socket; nonzero where nothing is looked for any more. */
static int add_found(int fd, uint32_t inode, void *of)
{
	const struct look *l = of;
	struct search *s = l->search;

	for (size_t i = 0; i < s->count; i++)
		if (s->inodes[i] == inode && !s->owners[i].pid) {
			s->owners[i].pid = l->pid;
			s->owners[i].fd = fd;
			s->found++;
		}
	return s->found == s->count;
}

static void look_into(struct search *s, pid_t pid)
{
	struct look l = { s, pid };
	int rc = descriptors_each(pid, add_found, &l);

	if (rc >= 0 || rc == -ENOENT || rc == -ESRCH) /* it may have ended meanwhile */
		return;
	s->err = -rc;
	s->closed.pid = pid;
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
			process_command(s->owners[i].pid, s->owners[i].command, sizeof(s->owners[i].command));
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
	process_command(s.closed.pid, s.closed.command, sizeof(s.closed.command));
	return error_set(e, STATUS_SYSTEM, "not permitted: the descriptors of '%s': %s", s.closed.command, error_reason(s.err));
}

int owner_find(pid_t init, uint32_t inode, struct owner *o, struct error *e)
{
	if (owner_find_all(init, &inode, o, 1, e))
		return -1;
	return o->pid ? 0 : error_set(e, STATUS_SYSTEM, "socket %u: no process of the program holds it", inode);
}

/* Who it must be: what /proc/PID belongs to, which is root where the program may not be looked into by its own user. */
static bool is_of_another(pid_t pid, uid_t *uid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	if (stat(path, &st))
		return false;
	*uid = st.st_uid;
	return st.st_uid != geteuid();
}

static int explain_filter(const struct owner *o, struct error *e)
{
	return error_set(e, STATUS_SYSTEM, "not permitted: a seccomp filter, as in a container, forbids pidfd_getfd(2) on '%s' (loosen it)",
			 o->command);
}

const char *owner_needs(void)
{
	const bool lists = privilege_has(CAP_DAC_READ_SEARCH) || privilege_has(CAP_DAC_OVERRIDE);

	if (!privilege_has(CAP_SYS_PTRACE))
		return lists ? "CAP_SYS_PTRACE is needed" : "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH are needed";
	return lists ? NULL : "CAP_DAC_READ_SEARCH is needed";
}

/* Without the capabilities. */
static int explain_user(const struct owner *o, struct error *e)
{
	const char *needs = "CAP_SYS_PTRACE is needed";
	char or[64] = "";
	uid_t uid;

	if (is_of_another(o->pid, &uid)) {
		snprintf(or, sizeof(or), ", or to be user %u", (unsigned)uid);
		needs = owner_needs();
	} else if (privilege_switch_is(YAMA, '1') || privilege_switch_is(YAMA, '2'))
		snprintf(or, sizeof(or), ", or kernel.yama.ptrace_scope=0");
	else if (privilege_is_filtered())
		return explain_filter(o, e);
	return error_set(e, STATUS_SYSTEM, "not permitted: %s for the descriptors of '%s'%s", needs, o->command, or);
}

/* With them: something else forbids, or it is one of another user namespace. */
static int explain_capability(const struct owner *o, struct error *e)
{
	if (privilege_is_filtered())
		return explain_filter(o, e);
	if (userns_is_inner())
		return error_set(e, STATUS_SYSTEM, "not permitted: CAP_SYS_PTRACE is needed in the user namespace of '%s', which is not this one",
				 o->command);
	return error_set(e, STATUS_SYSTEM, "not permitted: a security module forbids pidfd_getfd(2) on '%s' (allow it there)", o->command);
}

int owner_refused(const struct owner *o, int err, struct error *e)
{
	uid_t uid;

	if (err == ENOSYS)
		return error_set(e, STATUS_SYSTEM, "not permitted: this kernel has no pidfd_getfd(2) (it needs Linux 5.6)");
	if (err != EPERM && err != EACCES)
		return error_set(e, STATUS_SYSTEM, "descriptor %d of '%s': %s", o->fd, o->command, error_reason(err));
	if (err == EPERM && privilege_switch_is(YAMA, '3'))
		return error_set(e, STATUS_SYSTEM, "not permitted: '%s': kernel.yama.ptrace_scope is 3, which only a reboot changes",
				 o->command);
	if (!privilege_has(CAP_SYS_PTRACE) || (owner_needs() && is_of_another(o->pid, &uid)))
		return explain_user(o, e);
	return explain_capability(o, e);
}

int owner_open(pid_t pid)
{
	int process = (int)syscall(SYS_pidfd_open, pid, 0);

	return process < 0 ? -errno : process;
}

int owner_copy_of(int process, int fd)
{
	int copy = (int)syscall(SYS_pidfd_getfd, process, fd, 0);

	return copy < 0 ? -errno : copy;
}

bool owner_exists(pid_t pid)
{
	int process = owner_open(pid);

	if (process >= 0)
		close(process);
	return process >= 0 || process == -EINVAL || process == -ENOENT; /* these two: of a thread */
}

int owner_copy(const struct owner *o, struct error *e)
{
	int process = owner_open(o->pid), fd = process < 0 ? process : owner_copy_of(process, o->fd);

	if (process >= 0)
		close(process);
	return fd < 0 ? owner_refused(o, -fd, e) : fd;
}
